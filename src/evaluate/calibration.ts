/** Whether confidences are right: lists for held-out users, and which of the listed films these users liked. */
import type { Engine } from "../compute/engine.ts";
import { asItemIndex, type Dataset, datasetFromCsr, leniently, likedFrom } from "../data/dataset.ts";
import { type Csr, entriesWhere, rowsOfEntries } from "../matrix/csr.ts";
import { solvePositiveDefinite } from "../matrix/dense.ts";
import { fit } from "../models/fit.ts";
import type { ModelSpec } from "../models/model.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { type Random, random } from "../random.ts";
import {
  type Confidence,
  confidenceFeatures,
  confidenceLevels,
  confidenceOf,
  type Evidence,
  evidenceOf,
} from "../recommend/confidence.ts";
import { openModel } from "../recommend/open-model.ts";
import { queryFromRatings } from "../recommend/query.ts";
import { recommend } from "../recommend/recommend.ts";

/** A film that was listed for a user who, as the held-out ratings say, rated it. */
export interface JudgedFilm {
  readonly evidence: Evidence;
  readonly confidence: Confidence;
  readonly liked: boolean;
}

/** What `judgeLists` found. */
export interface JudgedLists {
  /** How many films were listed; of most, no held-out rating says anything. */
  readonly listed: number;
  readonly judged: readonly JudgedFilm[];
}

/** Options of `judgeLists`. */
export interface JudgeOptions {
  readonly engine: Engine;
  readonly seed?: number;
  /** Whether the model gets the ratings that are likes as events, without the others. They are judged by the ratings all the same. */
  readonly asEvents?: boolean;
  /** How many of their ratings a model is asked with, ascending; 1 to 40 in nine steps, the last of which is 60 % of all, unless given. */
  readonly sizes?: readonly number[];
}

/** The share of users who are not trained on. */
const heldOut = 0.3;
const usualSizes = [1, 2, 3, 5, 8, 12, 20, 40];
/** The largest share of their ratings that a model is asked with. */
const mostKnown = 0.6;

/**
 * Fits a model to the ratings of most users and lists ten films for the others, by a few of their ratings at first and then by more.
 * The films that they rated besides tell whether they like what is listed.
 *
 * @throws what `fit` throws
 */
export async function judgeLists(
  data: Dataset,
  spec: ModelSpec,
  { engine, seed = 0, asEvents = false, sizes = [...usualSizes, Number.POSITIVE_INFINITY] }: JudgeOptions,
): Promise<JudgedLists> {
  const draw = random(seed);
  const held = Uint8Array.from({ length: data.users.size }, () => (draw.float() < heldOut ? 1 : 0));
  const known = asEvents ? likesAsEvents(data) : data;
  const rows = rowsOfEntries(known.byUser.offsets);
  const train = withRatings(
    known,
    entriesWhere(known.byUser, (entry) => held[rows[entry]] === 0),
  );
  using opened = openModel(await fit(train, spec, { engine, seed }), engine);
  const liked = leniently(likedFrom(data));
  const judged: JudgedFilm[] = [];
  let listed = 0;
  for (let user = 0; user < data.users.size; user++) {
    if (held[user] === 0) continue;
    const { items, values } = profileOf(known.byUser, user);
    const order = shuffled(items.length, draw);
    const all = profileOf(data.byUser, user);
    const ratings = new Map(Array.from(all.items, (item, n) => [item, all.values[n]]));
    for (const size of sizesUpTo(Math.floor(mostKnown * items.length), sizes)) {
      const given = order.slice(0, size).map((n) => [asItemIndex(items[n]), values[n]] as const);
      const query = queryFromRatings(train, given);
      for (const { id, confidence, parts } of await recommend(opened, query, { explain: true })) {
        listed++;
        const item = data.items.index(id);
        const rating = ratings.get(item);
        if (rating === undefined) continue;
        const evidence = evidenceOf(train, query.profile, { item, parts });
        judged.push({ evidence, confidence, liked: rating >= liked });
      }
    }
  }
  return { listed, judged };
}

function sizesUpTo(most: number, sizes: readonly number[]): number[] {
  return [...new Set(sizes.map((size) => Math.min(size, most)))].filter((size) => size > 0);
}

function shuffled(length: number, draw: Random): number[] {
  const order = Array.from({ length }, (_, n) => n);
  for (let n = length - 1; n > 0; n--) {
    const other = draw.int(n + 1);
    [order[n], order[other]] = [order[other], order[n]];
  }
  return order;
}

function withRatings(data: Dataset, byUser: Csr): Dataset {
  return datasetFromCsr(data, byUser, data.report);
}

function likesAsEvents(data: Dataset): Dataset {
  const liked = leniently(likedFrom(data));
  const likes = entriesWhere(data.byUser, (entry) => data.byUser.values[entry] >= liked);
  const one = { ...likes, values: likes.values.map(() => 1) };
  return datasetFromCsr({ ...data, feedback: "events", scale: { min: 1, max: 1, step: 0 } }, one, data.report);
}

/** Each group of films weighs as many. */
const groupWeight = 1000;
/** Of the penalty on squared weights, the intercept apart. */
const ridge = 1;

/**
 * The weights by which confidences fit what was liked: a logistic regression, by Newton's method.
 * @param groups films of one model and data set each; all groups weigh the same
 */
export function fitConfidence(groups: readonly (readonly JudgedFilm[])[]): number[] {
  const rows = groups.flatMap((films) =>
    films.map(({ evidence, liked }) => ({
      x: confidenceFeatures(evidence),
      y: liked ? 1 : 0,
      weight: groupWeight / films.length,
    })),
  );
  const n = rows[0].x.length;
  const weights = new Float64Array(n);
  for (let iteration = 0; iteration < 25; iteration++) {
    const gradient = weights.map((weight, i) => (i === 0 ? 0 : -ridge * weight));
    const hessian = new Float64Array(n * n);
    for (let i = 1; i < n; i++) hessian[i * n + i] = ridge;
    for (const { x, y, weight } of rows) {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, feature, i) => sum + weights[i] * feature, 0)));
      for (let i = 0; i < n; i++) {
        gradient[i] += weight * (y - p) * x[i];
        for (let j = 0; j < n; j++) hessian[i * n + j] += weight * p * (1 - p) * x[i] * x[j];
      }
    }
    solvePositiveDefinite(hessian, n, gradient);
    gradient.forEach((step, i) => {
      weights[i] += step;
    });
    if (gradient.every((step) => Math.abs(step) < 1e-9)) break;
  }
  return Array.from(weights, (weight) => Math.round(1000 * weight) / 1000);
}

/** The same films, with the confidences that other weights give. */
export function withWeights(films: readonly JudgedFilm[], weights: readonly number[]): JudgedFilm[] {
  return films.map((film) => ({ ...film, confidence: confidenceOf(film.evidence, weights) }));
}

/** Confidences of a kind, and how many of their films were liked. */
export interface Reliability {
  readonly n: number;
  /** The mean probability that was said. */
  readonly said: number;
  /** The share that was liked. */
  readonly found: number;
}

/** What was said of some films, and what was found; undefined where there are none. */
export function reliabilityOf(films: readonly JudgedFilm[]): Reliability | undefined {
  const n = films.length;
  if (n === 0) return undefined;
  const said = films.reduce((sum, { confidence }) => sum + confidence.probability, 0) / n;
  return { n, said, found: films.filter(({ liked }) => liked).length / n };
}

/** Confidences by level, the surest first, as far as there are any. */
export function reliabilityByLevel(films: readonly JudgedFilm[]) {
  return confidenceLevels.flatMap((level) => {
    const found = reliabilityOf(films.filter(({ confidence }) => confidence.level === level));
    return found ? [{ level, ...found }] : [];
  });
}

/** Bins of confidences, a tenth wide. */
const bins = 10;

/** Confidences by bins of what was said, ascending; bins of fewer films than `least` are left out. */
export function reliabilityByBin(films: readonly JudgedFilm[], least = 1): Reliability[] {
  return Array.from({ length: bins }, (_, bin) => {
    const inBin = films.filter(
      ({ confidence }) => Math.min(bins - 1, Math.floor(bins * confidence.probability)) === bin,
    );
    return inBin.length < least ? undefined : reliabilityOf(inBin);
  }).filter((found) => found !== undefined);
}
