/** Expected ratings of single films. */
import type { ItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { checkPredictions } from "../models/finite.ts";
import { type Answer, type PredictionRule, type Profile, predictionRules, type Query } from "../models/model.ts";
import { present } from "../present.ts";
import { roundRating, type ScorePart, scorePartOf } from "./explanation.ts";
import { type Film, filmOf } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { checkItem, checkQuery } from "./query.ts";

/** The rating to expect of a user for a film. */
export interface Prediction extends Film {
  /** On the scale of the data. */
  readonly predicted: number;
  /** Standard deviation of the user's own rating about it, on the same scale; absent where the model knows none. */
  readonly deviation?: number;
  /** What predicted it: the model, or a mean in its place. */
  readonly rule: PredictionRule;
  /** The user's own rating of the film, where there is one; the prediction does not know of it. */
  readonly rated?: number;
  /** Parts that add up to the prediction before it is cut to the scale; absent where the model has none. */
  readonly parts?: readonly ScorePart[];
}

/**
 * The ratings to expect of a user for some films, in the order given. A film that the user has rated is predicted from their
 * other ratings.
 *
 * @throws CAPABILITY_MISSING where the model predicts no ratings, ITEM_UNKNOWN for an index outside the catalog, USAGE for a query
 *   from other data than the model's, NOT_FINITE for a model whose training diverged
 * @example
 * import { bias, fit, openModel, predict, queryOfUser } from "matinee/core";
 * using opened = openModel(await fit(data, bias()));
 * predict(opened, queryOfUser(data, 3), [data.items.index(122)]);
 */
export function predict({ info, name, model }: OpenModel, query: Query, items: Iterable<ItemIndex>): Prediction[] {
  checkQuery(info, query);
  const whole = model.ask(query);
  if (!whole.predict) throwPredictsNoRatings({ info, name });
  return Array.from(items, (item) => {
    checkItem(info, item);
    const at = query.profile.items.indexOf(item);
    const answer = at < 0 ? whole : model.ask({ ...query, profile: profileWithout(query.profile, item) });
    return {
      ...filmOf(info, item),
      ...predictItems(answer.predict!, [item])[0],
      ...present({ deviation: deviationOf(answer, item) }),
      ...present({
        rated: at < 0 ? undefined : roundRating(query.profile.values[at]),
        parts: partsOf(answer, item),
      }),
    };
  });

  function deviationOf({ deviate }: Answer, item: ItemIndex): number | undefined {
    if (!deviate) return undefined;
    const out = new Float32Array(1);
    deviate(Int32Array.of(item), out);
    checkPredictions(out);
    return out[0];
  }

  function partsOf(answer: Answer, item: ItemIndex) {
    const explanation = answer.explainRating ? answer.explainRating(item) : answer.explain?.(item);
    return explanation?.parts.map((part) => scorePartOf(info, part));
  }
}

/** @throws CAPABILITY_MISSING */
export function throwPredictsNoRatings({ info, name }: Pick<OpenModel, "info" | "name">): never {
  throw info.feedback === "events"
    ? new MatineeError("CAPABILITY_MISSING", `${info.name} holds events, which have no ratings to predict`, {
        fix: "ask for lists, or train on ratings",
      })
    : new MatineeError("CAPABILITY_MISSING", `the model ${name} predicts no ratings`, {
        fix: "use one that does, such as user-knn, item-knn, mf or bias",
      });
}

/** The ratings that an answer predicts for some items, and what predicted each. @throws NOT_FINITE */
export function predictItems(
  predict: NonNullable<Answer["predict"]>,
  items: readonly number[],
): { readonly predicted: number; readonly rule: PredictionRule }[] {
  const [predicted, rules] = [new Float32Array(items.length), new Uint8Array(items.length)];
  predict(Int32Array.from(items), predicted, rules);
  checkPredictions(predicted);
  return items.map((_, n) => ({ predicted: predicted[n], rule: predictionRules[rules[n]] }));
}

function profileWithout({ items, values, times }: Profile, item: ItemIndex): Profile {
  const other = (_: number, n: number) => items[n] !== item;
  return {
    items: items.filter(other),
    values: values.filter(other),
    ...present({ times: times?.filter(other) }),
  };
}
