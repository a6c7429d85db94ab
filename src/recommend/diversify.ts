/** Variety as a number: the reranker `mmr` with a λ, by whatever the model compares films with. */
import { checkNumber } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import type { OpenModel } from "./open-model.ts";
import { mmr } from "./reranking/mmr.ts";
import type { Reranker } from "./reranking/rerank.ts";

/**
 * The reranker of a list: the one given, or `mmr` by the model's similarity of films, by genres where it has none.
 *
 * @param diversity 1 − λ, from 0 to 1; at 0, nothing is reordered
 * @throws USAGE where there are both
 */
export function diversifier(
  { model }: OpenModel,
  { diversity, rerank }: { readonly diversity?: number; readonly rerank?: Reranker },
): Reranker | undefined {
  checkNumber("recommend", "diversity", diversity, { least: 0, most: 1 });
  if (!diversity) return rerank;
  if (rerank) {
    throw new MatineeError("USAGE", `diversity is by a reranker, and the list has ${rerank.name}`, {
      fix: "give one of diversity and rerank",
    });
  }
  return mmr({ lambda: 1 - diversity, similarity: model.similarItems ? "model" : "genres" });
}
