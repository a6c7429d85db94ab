/** Films like one film, and the terms that mark it. */
import { asItemIndex, type ItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { topK } from "../matrix/topk.ts";
import type { Term } from "../models/model.ts";
import { filmOf, type ScoredFilm } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { checkItem, checkListLength } from "./query.ts";

/**
 * The k films most similar to one film.
 * @throws CAPABILITY_MISSING where the model does not compare films; ITEM_UNKNOWN, USAGE
 * @example
 * import { similar } from "matinee/core";
 * similar(recommender.opened, data.items.index(260), 5);
 */
export function similar(opened: OpenModel, item: ItemIndex, k = 10): ScoredFilm[] {
  const { others, scores } = similarItems(opened, item, checkListLength(k));
  return Array.from(others, (other) => ({ ...filmOf(opened.info, asItemIndex(other)), score: scores[other] }));
}

/** The same by indices, best first, and the similarity of every item. @throws CAPABILITY_MISSING, ITEM_UNKNOWN */
export function similarItems(
  opened: OpenModel,
  item: ItemIndex,
  k: number,
): { readonly others: Int32Array; readonly scores: Float64Array } {
  const { info, model } = opened;
  if (!model.similarItems) throwNoSimilarities(opened);
  checkItem(info, item);
  const scores = new Float64Array(info.items.size);
  model.similarItems(item, scores);
  return { others: topK(scores, k), scores };
}

export function throwNoSimilarities({ name }: OpenModel): never {
  throw new MatineeError("CAPABILITY_MISSING", `the model ${name} does not compare films`, {
    fix: "use one that does, such as item-knn or ease",
  });
}

/**
 * The k terms that mark a film, the heaviest first.
 * @throws CAPABILITY_MISSING where the model knows no content; ITEM_UNKNOWN, USAGE
 */
export function topTerms({ info, name, model }: OpenModel, item: ItemIndex, k = 5): readonly Term[] {
  if (!model.topTerms) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} knows nothing of what films are about`, {
      fix: "use one that does, such as tfidf",
    });
  }
  checkItem(info, item);
  return model.topTerms(item, checkListLength(k));
}
