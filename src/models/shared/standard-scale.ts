/**
 * The standard scale, on which models learn, so that it does not matter how ratings are written down: r and a·r + b (a > 0) give one
 * model. It is that of MovieLens, on which all default settings were chosen, and whose ratings stay as they are.
 *
 *   ratings:  z = 5 − (5 − l) (max − r) / (max − min)     l = 1 where the scale has at most five values, as whole stars have,
 *                                                         l = ½ where it has more, as half stars have; z = 5 where min = max
 *   events:   z = 1 + 2 r / (r + m), from 1 to 3, 0 where r ≤ 0       m: median of the amounts above 0
 *
 * z is rounded to 2⁻²⁰, so that rounding of r leaves no trace. Amounts of events saturate as the numbers of a term in BM25 do, since a
 * few are a thousand times the others (S. Robertson, H. Zaragoza, "The probabilistic relevance framework", 2009, section 3.4.2).
 *
 * `learnOnStandardScale` does it for an algorithm: what is given to the algorithm is brought to the standard scale, and what comes
 * back to that of the data. Its State has the fact `ratingScale`, unless ratings stay as they are: those of MovieLens, those of earlier
 * versions, and with the setting `scale=data`.
 */
import type { RatingBlocks } from "../../data/blocks/rating-blocks.ts";
import { type Dataset, type DatasetInfo, type Feedback, likedFrom, type RatingScale } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { Csr } from "../../matrix/csr.ts";
import { present } from "../../present.ts";
import type { ClusterRatings } from "../cluster.ts";
import type {
  Algorithm,
  Answer,
  Answers,
  Explanation,
  ExplanationPart,
  Json,
  Model,
  Profile,
  Queries,
  State,
} from "../model.ts";
import { changedAnswer, changedScores } from "./answers.ts";
import { emptyProfile } from "./profiles.ts";
import { Type } from "./schema.ts";
import { stateError } from "./state.ts";

/** The setting of models to which it makes a difference. */
export const scaleSetting = Type.Enum(["standard", "data"], {
  default: "standard",
  description:
    "what is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are",
});

/** How the ratings of some data come to the standard scale; as JSON, a fact of a State. */
type StandardScale = StarScale | EventScale;

interface StarScale extends RatingScale {
  /** z of the lowest rating. */
  readonly low: number;
}

interface EventScale {
  /** m. */
  readonly median: number;
  /** 1 where all amounts are whole, else 0. */
  readonly step: number;
}

/** z of the highest rating. */
const high = 5;
/** Steps of a scale of whole stars, at most. */
const wholeStarSteps = 4;
/** z is a whole multiple of 1 / grid. */
const grid = 2 ** 20;

/** How the ratings of these data come to the standard scale; undefined where they stay as they are. */
export function standardScaleOf({
  scale,
  feedback,
  byUser,
}: Pick<Dataset, "scale" | "feedback" | "byUser">): StandardScale | undefined {
  return feedback === "events" ? eventScaleOf(byUser.values) : otherStarScaleOf(scale);
}

/** The star scale; undefined where ratings are in stars already. */
function otherStarScaleOf(scale: RatingScale): StarScale | undefined {
  const stars = starScaleOf(scale);
  return scale.min === stars.low && scale.max === high ? undefined : stars;
}

function standardScaleOfCounts({
  info,
  histogram,
}: Pick<RatingBlocks, "info" | "histogram">): StandardScale | undefined {
  if (info.feedback === "ratings") return otherStarScaleOf(info.scale);
  if (!histogram) {
    throw new MatineeError("DATA_LAYOUT", `${info.name} holds amounts of too many different values`, {
      fix: "round them, or count events (--repeats count)",
    });
  }
  const positive = histogram.filter(({ value }) => value > 0);
  let middle = positive.reduce((sum, { count }) => sum + count, 0) >> 1;
  const median = positive.find(({ count }) => {
    middle -= count;
    return middle < 0;
  });
  return {
    median: median?.value ?? 1,
    step: positive.every(({ value }) => Number.isInteger(value)) ? 1 : 0,
  };
}

/** Ratings on disk, read as they are on the standard scale. */
function standardBlocks(blocks: RatingBlocks, scale: StandardScale | undefined): RatingBlocks {
  if (!scale) return blocks;
  const onGrid = (rating: number) => Math.fround(toStandard(scale, rating));
  const histogram = blocks.histogram?.map(({ value, count }) => ({ value: onGrid(value), count }));
  const known = new Map(blocks.histogram?.map(({ value }) => [value, onGrid(value)]));
  return {
    ...blocks,
    info: { ...blocks.info, scale: rangeOf(scale) },
    histogram,
    async *read(side) {
      for await (const block of blocks.read(side)) {
        const { values } = block;
        for (let n = 0; n < values.length; n++) values[n] = known.get(values[n]) ?? onGrid(values[n]);
        yield block;
      }
    },
  };
}

/** Ratings on a cluster, learnt from as they are on the standard scale. */
function standardOnCluster(train: ClusterRatings, scale: StandardScale | undefined): ClusterRatings {
  if (!scale) return train;
  const histogram = train.histogram.map((one) => ({ ...one, value: Math.fround(toStandard(scale, one.value)) }));
  return { ...train, info: { ...train.info, scale: rangeOf(scale) }, histogram };
}

function starScaleOf({ min, max, step }: RatingScale): StarScale {
  const whole = max === min || (step > 0 && Math.round((max - min) / step) <= wholeStarSteps);
  return { min, max, step, low: whole ? 1 : 0.5 };
}

/** A rating in stars: on the standard scale. */
export function inStars(scale: RatingScale, rating: number): number {
  return starsOf(starScaleOf(scale), rating);
}

/** What a star is on the scale of the data. */
export function lengthOfStar(scale: RatingScale): number {
  return unitOf(starScaleOf(scale));
}

function eventScaleOf(values: Float32Array): EventScale {
  const amounts = values.filter((value) => value > 0).sort();
  const median = amounts.length === 0 ? 1 : amounts[amounts.length >> 1];
  return { median, step: amounts.every(Number.isInteger) ? 1 : 0 };
}

/** What one of the standard scale is on that of the data. */
function unitOf({ min, max, low }: StarScale): number {
  return max > min ? (max - min) / (high - low) : 1;
}

function toStandard(scale: StandardScale, rating: number): number {
  return Math.round(grid * ("median" in scale ? weightOf(scale, rating) : starsOf(scale, rating))) / grid;
}

function weightOf({ median }: EventScale, amount: number): number {
  return amount > 0 ? 1 + (2 * amount) / (amount + median) : 0;
}

function starsOf(scale: StarScale, rating: number): number {
  return high + (rating - scale.max) / unitOf(scale);
}

function fromStars(scale: StarScale, z: number): number {
  return scale.max + (z - high) * unitOf(scale);
}

/** A rating of the data again: on its steps or, where it has none, by the digits that the grid can tell apart. */
function ratingOf(scale: StandardScale, z: number): number {
  if ("median" in scale) {
    const amount = z < 1 ? 0 : (scale.median * (z - 1)) / Math.max(1 / grid, 3 - z);
    return scale.step > 0 ? Math.round(amount) : amount;
  }
  const rating = fromStars(scale, z);
  const { min, step } = scale;
  if (step > 0) return min + step * Math.round((rating - min) / step);
  const digit = 10 ** Math.ceil(Math.log10(unitOf(scale) / grid));
  return Number((digit * Math.round(rating / digit)).toPrecision(12));
}

function standardValues(scale: StandardScale, values: Float32Array): Float32Array {
  return values.map((rating) => toStandard(scale, rating));
}

function standardCsr(scale: StandardScale, csr: Csr): Csr {
  return { ...csr, values: standardValues(scale, csr.values) };
}

/** The ratings of a data set on the standard scale. */
export function standardRatings<D extends Pick<Dataset, "byUser" | "byItem" | "scale" | "feedback">>(
  data: D,
  scale: StandardScale | undefined,
): D {
  if (!scale) return data;
  let [byUser, byItem]: [Csr?, Csr?] = [];
  // Made at the first access, since many models read one of the two, or none.
  return Object.defineProperties({} as D, {
    ...Object.getOwnPropertyDescriptors(data),
    scale: { enumerable: true, value: rangeOf(scale) },
    byUser: { enumerable: true, get: () => (byUser ??= standardCsr(scale, data.byUser)) },
    byItem: { enumerable: true, get: () => (byItem ??= standardCsr(scale, data.byItem)) },
  });
}

function rangeOf(scale: StandardScale): RatingScale {
  return "median" in scale
    ? { min: 1, max: 3, step: 0 }
    : { min: scale.low, max: high, step: scale.step / unitOf(scale) };
}

/** @throws CAPABILITY_MISSING where an algorithm that predicts ratings is to learn from events */
export function checkFeedback(
  { name, ratingsOnly }: Pick<Algorithm, "name" | "ratingsOnly">,
  { name: data, feedback }: { readonly name: string; readonly feedback: Feedback },
): void {
  if (feedback !== "events" || !ratingsOnly) return;
  throw new MatineeError("CAPABILITY_MISSING", `${name} predicts ratings, and ${data} holds events`, {
    fix: "use a model that ranks, such as ease, als, item-knn or popular",
  });
}

/** The point of a scale that is so far up from its lowest rating, as a share of its length; of events 0, as no amount speaks against an item. */
export function neutralPoint({ scale, feedback }: Pick<DatasetInfo, "scale" | "feedback">, share: number): number {
  return feedback === "events" ? 0 : scale.min + share * (scale.max - scale.min);
}

/** The same for the rating from which a film counts as liked; of events, any amount. */
export function likedPoint(info: Pick<DatasetInfo, "scale" | "feedback">, share: number): number {
  return info.feedback === "events" ? likedFrom(info) : neutralPoint(info, share);
}

/** The algorithm, learning and answering on the standard scale. */
export function learnOnStandardScale<S>(algorithm: Algorithm<S>): Algorithm<S> {
  const { fitBlocks, fitOnCluster } = algorithm;
  const isAsData = (settings: S) => (settings as { scale?: Json }).scale === "data";
  return {
    ...algorithm,
    ...(fitOnCluster && {
      async fitOnCluster(train, settings, context) {
        checkFeedback(algorithm, train.info);
        const scale = isAsData(settings) ? undefined : standardScaleOfCounts(train);
        return onScale(await fitOnCluster(standardOnCluster(train, scale), settings, context), scale);
      },
    }),
    ...(fitBlocks && {
      async fitBlocks(train, settings, context) {
        checkFeedback(algorithm, train.info);
        const scale = isAsData(settings) ? undefined : standardScaleOfCounts(train);
        return onScale(await fitBlocks(standardBlocks(train, scale), settings, context), scale);
      },
    }),
    async fit(train, settings, context) {
      checkFeedback(algorithm, train);
      const scale = isAsData(settings) ? undefined : standardScaleOf(train);
      return onScale(await algorithm.fit(standardRatings(train, scale), settings, context), scale);
    },
    open: (state, engine) => withDataScale(algorithm.open(state, engine), readScale(state)),
  };
}

/** A state that was learnt from ratings on this scale. */
export function onScale(state: State, scale: StandardScale | undefined): State {
  return scale ? { ...state, facts: { ...state.facts, ratingScale: { ...scale } } } : state;
}

/** @throws ARTIFACT_CONTENT */
function readScale(state: State): StandardScale | undefined {
  const scale = state.facts.ratingScale;
  if (scale === undefined) return undefined;
  const numbers = typeof scale === "object" && scale !== null ? Object.values(scale) : [];
  const names =
    numbers.length === 0
      ? ""
      : Object.keys(scale as object)
          .sort()
          .join(" ");
  const known = names === "median step" || names === "low max min step";
  if (known && numbers.every((value) => typeof value === "number" && Number.isFinite(value))) {
    return scale as unknown as StandardScale;
  }
  throw stateError(state, `fact ratingScale is ${JSON.stringify(scale)} where a scale belongs`);
}

/** Ratings of the data as a state learnt them. */
export function standardValuesOf(state: State, values: Float32Array): Float32Array {
  const scale = readScale(state);
  return scale ? standardValues(scale, values) : values;
}

/** What predictions of a state are times `unit`, and `zero` more, on the scale of the data. */
export function rescalingOf(state: State): { readonly unit: number; readonly zero: number } {
  const scale = readScale(state);
  return scale && !("median" in scale) ? { unit: unitOf(scale), zero: fromStars(scale, 0) } : { unit: 1, zero: 0 };
}

/** A model of the standard scale, asked and answering on that of the data. */
function withDataScale(model: Model, scale: StandardScale | undefined): Model {
  if (!scale) return model;
  const standardProfile = (profile: Profile) => ({ ...profile, values: standardValues(scale, profile.values) });
  const { ratings, askAll, vectors } = model;
  let kept: Csr | undefined;
  return Object.defineProperties(
    {
      ...model,
      ask: (query) =>
        answerOnDataScale(model.ask({ ...query, profile: standardProfile(query.profile) }), scale, query.profile),
      ...(askAll && { askAll: (engine, arena) => answersOnDataScale(model, askAll(engine, arena), scale) }),
      ...(vectors && {
        vectors(engine, arena) {
          const own = vectors(engine, arena);
          return { ...own, foldIn: (rows, out, step) => own.foldIn(standardCsr(scale, rows), out, step) };
        },
      }),
    } satisfies Model as Model,
    ratings
      ? {
          ratings: {
            enumerable: true,
            get: () => (kept ??= { ...ratings, values: ratings.values.map((z) => ratingOf(scale, z)) }),
          },
        }
      : {},
  );
}

/** The answers to many queries, whose scores are predicted ratings where those of one are. */
function answersOnDataScale(model: Model, answers: Answers, scale: StandardScale): Answers {
  const { predict } = answers;
  const { explainRating } = model.ask({ profile: emptyProfile });
  const standard = ({ profiles, users }: Queries) => ({ profiles: standardCsr(scale, profiles), users });
  const rescale = "median" in scale || !predict ? undefined : scale;
  return {
    ...changedScores(answers, {
      asked: standard,
      ...(rescale && !explainRating && { change: (scores: Float32Array) => scoresFromStars(rescale, scores) }),
    }),
    ...(predict && {
      async predict(queries, wanted, out, step) {
        await predict(standard(queries), wanted, out, step);
        if (rescale) ratingsFromStars(rescale, out.ratings);
      },
    }),
  };
}

/**
 * Scores that are predicted ratings, as they are where a model predicts ratings and explains them by the parts of the score, are on the
 * data's scale, as predictions are.
 */
function answerOnDataScale(answer: Answer, scale: StandardScale, { items, values }: Profile): Answer {
  const { predict, deviate, explain, explainRating } = answer;
  const ratings = new Map(Array.from(items, (item, n) => [item, values[n]]));
  const withRatings = (part: ExplanationPart): ExplanationPart => {
    if (part.kind === "rating") return { ...part, rating: ratings.get(part.item) ?? part.rating };
    if (part.kind === "neighbour") return { ...part, rating: ratingOf(scale, part.rating) };
    return part;
  };
  const plain = ({ parts }: Explanation): Explanation => ({ parts: parts.map(withRatings) });
  const explained = present({ explain: explain && ((item: number) => plain(explain(item))) });
  if ("median" in scale || !predict) return { ...answer, ...explained };

  const unit = unitOf(scale);
  const zero = fromStars(scale, 0);
  const asRating = (explanation: Explanation): Explanation => {
    const parts = explanation.parts.map(
      (part): ExplanationPart => ({ ...withRatings(part), value: unit * part.value }),
    );
    return { parts: withZero(parts, explanation.parts, zero) };
  };
  return {
    ...answer,
    ...(explainRating
      ? { ...explained, explainRating: (item: number) => asRating(explainRating(item)) }
      : {
          ...changedAnswer(answer, (scores) => scoresFromStars(scale, scores)),
          ...present({ explain: explain && ((item: number) => asRating(explain(item))) }),
        }),
    predict(wanted, out, rules) {
      predict(wanted, out, rules);
      ratingsFromStars(scale, out);
    },
    ...(deviate && {
      deviate(wanted: Int32Array, out: Float32Array) {
        deviate(wanted, out);
        for (let n = 0; n < out.length; n++) out[n] *= unit;
      },
    }),
  };
}

function scoresFromStars(scale: StarScale, scores: Float32Array): void {
  for (let n = 0; n < scores.length; n++) scores[n] = fromStars(scale, scores[n]);
}

/** Turns predictions on the standard scale into such on that of the data. */
function ratingsFromStars(scale: StarScale, out: Float32Array): void {
  const [lowest, highest] = [Math.fround(scale.min), Math.fround(scale.max)];
  for (let n = 0; n < out.length; n++) out[n] = Math.min(highest, Math.max(lowest, fromStars(scale, out[n])));
}

const means: readonly ExplanationPart["kind"][] = ["global mean", "item mean", "user mean"];

/**
 * Parts that add up to z times the unit, with what is missing up to the rating, `zero`, added: to the mean that they begin with; or, in a
 * weighted mean of ratings, to each by its weight; or else as a part of its own.
 */
function withZero(
  parts: readonly ExplanationPart[],
  standard: readonly ExplanationPart[],
  zero: number,
): readonly ExplanationPart[] {
  if (zero === 0) return parts;
  const mean = parts.findIndex(({ kind }) => means.includes(kind));
  if (mean >= 0) return parts.map((part, n) => (n === mean ? { ...part, value: part.value + zero } : part));
  const weights = standard.map((part) => ("rating" in part && part.rating !== 0 ? part.value / part.rating : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (Math.abs(total - 1) < 1e-6) {
    return parts.map((part, n) => ({ ...part, value: part.value + (zero * weights[n]) / total }));
  }
  return [...parts, { kind: "normalisation", value: zero }];
}
