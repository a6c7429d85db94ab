import type { ItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { type Answer, type PredictionRule, type Profile, predictionRules, type Query } from "../models/model.ts";
import { checkItem } from "./query.ts";
import { type Film, filmOf, partOf, type ScorePart, shortest } from "./recommend.ts";
import type { Recommender } from "./recommender.ts";

export interface Prediction extends Film {
  /** On the scale of the data. */
  readonly predicted: number;
  /** What predicted it: the model, or a mean that stood in. */
  readonly rule: PredictionRule;
  /** What the asker gave the film, where they have; the prediction does not know of it. */
  readonly rated?: number;
  /** They add up to the prediction before it is cut to the scale; absent where the model has no parts. */
  readonly parts?: readonly ScorePart[];
}

/**
 * The ratings to expect of somebody for some films, in the order asked. A film that the asker has rated is predicted from
 * their other ratings.
 *
 * @throws CAPABILITY_MISSING where the model predicts no ratings, ITEM_UNKNOWN for an index outside the catalog
 */
export function predict({ info, name, model }: Recommender, query: Query, items: Iterable<ItemIndex>): Prediction[] {
  const whole = model.ask(query);
  if (!whole.predict) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} predicts no ratings`, {
      fix: "use one that does, such as user-knn, item-knn, mf or bias",
    });
  }
  return Array.from(items, (item) => {
    checkItem(info, item);
    const at = query.profile.items.indexOf(item);
    const answer = at < 0 ? whole : model.ask({ ...query, profile: without(query.profile, item) });
    return {
      ...filmOf(info, item),
      ...predicted(answer, item),
      ...(at < 0 ? {} : { rated: shortest(query.profile.values[at]) }),
      ...partsOf(answer, item),
    };
  });

  function partsOf(answer: Answer, item: ItemIndex) {
    const explanation = answer.explainRating ? answer.explainRating(item) : answer.explain?.(item);
    return explanation ? { parts: explanation.parts.map((part) => partOf(info, part)) } : {};
  }
}

function predicted(answer: Answer, item: ItemIndex): { predicted: number; rule: PredictionRule } {
  const [out, rules] = [new Float32Array(1), new Uint8Array(1)];
  answer.predict?.(Int32Array.of(item), out, rules);
  return { predicted: out[0], rule: predictionRules[rules[0]] };
}

function without({ items, values, times }: Profile, item: ItemIndex): Profile {
  const other = (_: number, n: number) => items[n] !== item;
  return {
    items: items.filter(other),
    values: values.filter(other),
    ...(times ? { times: times.filter(other) } : {}),
  };
}
