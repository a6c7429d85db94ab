/**
 * Caution: lists of predicted ratings put films first that three people rated. With the setting `caution` = z, a model ranks by a lower
 * bound of what it predicts, which is the lower the fewer ratings a film has:
 *
 *   score(u, i) = r̂_ui − z σ / √(n_i + 1)        n_i: training ratings of i; σ: standard deviation of all training ratings
 *
 * Predicted ratings and their explanations stay as they are. What is taken off is the same for all users.
 *
 * `rankCautiously` does it for an algorithm that has the setting and whose scores are predicted ratings. Its State has the fact
 * `doubt` = z σ, on the scale of the data, and ratingCounts int32 [items] = n; without them, as with z = 0 and in states of earlier
 * versions, scores are what is predicted.
 */
import type { ValueCount } from "../../data/blocks/rating-blocks.ts";
import type { Dataset } from "../../data/dataset.ts";
import { present } from "../../present.ts";
import type { ClusterRatings } from "../cluster.ts";
import type { Algorithm, Answer, Explanation, Model, State } from "../model.ts";
import { changedAnswer, changedScores } from "./answers.ts";
import { deviationOfBlocks } from "./block-sums.ts";
import { placedVectors } from "./placing.ts";
import { Type } from "./schema.ts";
import { numberOf, tensorOf } from "./state.ts";
import { withMethods } from "./with-methods.ts";

/** The setting of models that rank by the ratings that they predict. */
export const cautionSetting = Type.Number({
  default: 2,
  minimum: 0,
  description:
    "z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself",
});

/** The algorithm, ranking by a lower bound of what it predicts, if it has the setting. */
export function rankCautiously<S>(algorithm: Algorithm<S>): Algorithm<S> {
  if (!Object.hasOwn(algorithm.settings.properties, "caution")) return algorithm;
  const { fitBlocks, fitOnCluster } = algorithm;
  const doubted = (state: State, settings: S, deviation: number, counts: Int32Array): State => {
    const doubt = (settings as { caution: number }).caution * deviation;
    if (doubt === 0) return state;
    const { facts, tensors } = state;
    const ratingCounts = { shape: [counts.length], data: counts };
    return { ...state, facts: { ...facts, doubt }, tensors: { ...tensors, ratingCounts } };
  };
  return {
    ...algorithm,
    fit: async (train, settings, context) =>
      doubted(await algorithm.fit(train, settings, context), settings, deviationOf(train), train.counts),
    ...(fitBlocks && {
      fitBlocks: async (train, settings, context) =>
        doubted(await fitBlocks(train, settings, context), settings, await deviationOfBlocks(train), train.info.counts),
    }),
    ...(fitOnCluster && {
      fitOnCluster: async (train, settings, context) =>
        doubted(await fitOnCluster(train, settings, context), settings, deviationOfCounts(train), train.info.counts),
    }),
    open(state, engine) {
      if (!Object.hasOwn(state.facts, "doubt")) return algorithm.open(state, engine);
      const doubt = numberOf(state, "doubt");
      const model = algorithm.open(state, engine);
      const counts = tensorOf(state, "ratingCounts", Int32Array, model.items);
      return rankedCautiously(
        model,
        Float64Array.from(counts, (count) => doubt / Math.sqrt(count + 1)),
      );
    },
  };
}

/** σ */
function deviationOf({ byUser: { values } }: Dataset): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

function deviationOfCounts({ histogram, ratings }: ClusterRatings): number {
  const mean = meanOfCounts(histogram);
  const squares = histogram.reduce((sum, { value, count }) => sum + count * value * value, 0);
  return Math.sqrt(Math.max(0, squares / ratings - mean * mean));
}

/** The mean of all ratings, by how many there are of each value. */
export function meanOfCounts(histogram: readonly ValueCount[]): number {
  const total = histogram.reduce((sum, { count }) => sum + count, 0);
  return histogram.reduce((sum, { value, count }) => sum + count * value, 0) / total;
}

function rankedCautiously(model: Model, doubts: Float64Array): Model {
  const { askAll, placeItems } = model;
  return withMethods(model, {
    ask: (query) => cautiousAnswer(model.ask(query), doubts),
    ...(askAll && {
      askAll(engine, arena) {
        const answers = askAll(engine, arena);
        const change = (scores: Float32Array, from: number) => takeOff(doubts.subarray(from), scores);
        return { ...answers, ...changedScores(answers, { change }) };
      },
    }),
    ...(placeItems && {
      async placeItems(state, items, context) {
        const placed = await placeItems(state, items, context);
        const counts = tensorOf(state, "ratingCounts", Int32Array, model.items);
        const ratingCounts = { shape: [items.order.length], data: placedVectors(items, counts) };
        return { ...placed, state: { ...placed.state, tensors: { ...placed.state.tensors, ratingCounts } } };
      },
    }),
  });
}

/** @param doubts float64 [items]: what each score is lower by than the prediction */
function cautiousAnswer(answer: Answer, doubts: Float64Array): Answer {
  const { explain } = answer;
  const explainScore = (item: number): Explanation => {
    return { parts: [...explain!(item).parts, { kind: "number of ratings", value: -doubts[item] }] };
  };
  return {
    ...answer,
    ...changedAnswer(answer, (scores) => takeOff(doubts, scores)),
    ...present({ explain: explain && explainScore, explainRating: explain }),
  };
}

function takeOff(doubts: Float64Array, scores: Float32Array): void {
  for (let item = 0; item < scores.length; item++) scores[item] -= doubts[item];
}
