/** Fits one contender to one split, asks it, and measures its answers user by user. */
import { leniently } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, rowsAt } from "../matrix/csr.ts";
import { checkPredictions } from "../models/finite.ts";
import { stepper } from "../models/fit.ts";
import type { Answer, Model, Predictions } from "../models/model.ts";
import { answersOf, leaveOut, predictAll } from "../models/shared/answers.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { present } from "../present.ts";
import type { Lists } from "../recommend/lists.ts";
import { openFallback } from "../recommend/open-model.ts";
import { fillLists, listAll } from "../recommend/recommend-all.ts";
import type { Split } from "../split/split.ts";
import type { Contender, ContenderOptions, FittedContender } from "./contender.ts";
import type { View } from "./evaluation.ts";
import { checkFitted, checkRecommendedLists } from "./leaks.ts";
import type { EvaluatedUser, Metric, MetricTerm } from "./metric.ts";
import { type SlicedErrors, sumErrors } from "./slices.ts";

export interface MeasureOptions extends ContenderOptions {
  readonly metrics: readonly Metric[];
  /** The lowest rating that makes a held-out item relevant. */
  readonly relevant: number;
}

/**
 * What was measured, in terms of single users, so that users can be resampled and paired. Holds numbers and texts only, since
 * journals store it.
 */
export interface Measurements {
  readonly seconds: { readonly fit: number; readonly answer: number };
  /** One object twice where the model filled every list. */
  readonly views: Record<View, MeasuredView>;
  readonly missing: Record<string, string>;
  /** How many lists of `listLength` items the model could not fill; absent where no metric looks at lists. */
  readonly unfilled?: number;
  /** Absent where the model predicts no ratings. */
  readonly errors?: SlicedErrors;
  /** Where a journal kept them: when they were made, in milliseconds since 1970; what is measured now has no such time. */
  readonly keptSince?: number;
  /** Where a journal kept them: the fingerprint of every embedder that was used, by its model. Absent where there was none. */
  readonly embedders?: Readonly<Record<string, string>>;
}

/** What was measured of lists in one view, and of predictions, which are the same in both. */
export interface MeasuredView {
  /** By metric over users: one entry for each user of the data. Σ sums / Σ weights is the mean; weight 0: not averaged. */
  readonly people: Record<string, { readonly sums: Float64Array; readonly weights: Float64Array }>;
  /** By metric of lists. */
  readonly lists: Record<string, number>;
}

/** For progress: shares of the work done after fitting, and after lists. Predictions come last. */
const [fitShare, listShare] = [0.5, 0.8];

/** @throws LEAK, LIST_INVALID, METRIC_EMPTY, NOT_FINITE, MEMORY, CANCELLED, and what the contender throws */
export async function measureContender(
  contender: Contender,
  split: Split,
  options: MeasureOptions,
): Promise<Measurements> {
  const { metrics, relevant, ...running } = options;
  const progress = (from: number, to: number) => (share: number) => options.onProgress?.(from + share * (to - from));
  const { fitted, seconds: fit } = await fitContender(split, contender, {
    ...running,
    onProgress: progress(0, fitShare),
  });
  using model = fitted.model;

  const users = usersWithRatings(split.test);
  const profiles = rowsAt(split.profiles, users);
  const test = rowsAt(split.test, users);
  const trainedAs = split.newUsers || split.profilesGoOn ? new Int32Array(users.length).fill(-1) : users;
  const start = performance.now();
  const depth = Math.min(
    metrics.reduce((most, metric) => Math.max(most, metric.depth), 0),
    split.train.items.size,
  );
  const listOptions = { ...running, k: depth, users: trainedAs, onProgress: progress(fitShare, listShare) };
  const ranking = split.candidates ? restrictToCandidates(model, split.candidates) : model;
  const lists =
    depth === 0 ? emptyLists(users.length) : await (fitted.lists ?? listAll)(ranking, profiles, listOptions);
  const predictions = metrics.some((metric) => metric.over === "users" && metric.judges === "predictions")
    ? await predictAll(model, profiles, test, trainedAs, running)
    : undefined;
  const answer = (performance.now() - start) / 1000;
  if (predictions) checkPredictions(predictions.ratings);
  checkRecommendedLists(contender.name, lists, profiles, users, split);
  options.onProgress?.(1);
  const answers = {
    split,
    users,
    profiles,
    test,
    lists,
    own: lists.chosen,
    byScore: !fitted.lists,
    ...present({ predictions }),
  };
  const { missing, errors, ...own } = measureAnswers(contender.name, answers, { metrics, relevant });
  const views = { model: own, shipped: own };
  if (countUnfilled(answers, depth) > 0) {
    const listing = metrics.filter((metric) => metric.over === "lists" || metric.judges !== "predictions");
    const shipped = await shipLists(lists, profiles, split, fitted, running);
    const filled = measureAnswers(contender.name, { ...answers, lists: shipped }, { metrics: listing, relevant });
    views.shipped = { people: { ...own.people, ...filled.people }, lists: filled.lists };
  }
  const unfilled = depth === 0 ? undefined : countUnfilled(answers, listLength(metrics, split.train.items.size));
  return { seconds: { fit, answer }, views, missing, ...present({ unfilled, errors }) };
}

/** The length of the longest lists that metrics ask for by a length, at most `items`; `items` where they ask for whole lists only. */
export function listLength(metrics: readonly Metric[], items: number): number {
  const lengths = metrics.map(({ depth }) => depth).filter((depth) => depth > 0 && depth < Infinity);
  return Math.min(items, lengths.length > 0 ? Math.max(...lengths) : items);
}

/** How many lists of this length hold fewer items of the model than could be listed. */
function countUnfilled({ users, lists, split, profiles }: ContenderAnswers, length: number): number {
  const candidates = countCandidates(split);
  return users.reduce((unfilled, _, row) => {
    const rated = profiles.offsets[row + 1] - profiles.offsets[row];
    return unfilled + Number(lists.chosen[row] < Math.min(length, candidates ?? profiles.columns - rated));
  }, 0);
}

/** How many items the split ranks; undefined where it ranks all. */
function countCandidates({ candidates }: Split): number | undefined {
  return candidates?.reduce((sum, own) => sum + own, 0);
}

/**
 * Lists as they are shipped: the fallback fills what the model left empty, in the lists given, which hold no item of `profiles` and none
 * that the split does not rank. The result says of every item that it was chosen.
 */
export async function shipLists(
  lists: Lists,
  profiles: Csr,
  { candidates }: Split,
  { counts }: FittedContender,
  options: Pick<ContenderOptions, "engine" | "signal">,
): Promise<Lists> {
  using fallback = openFallback(counts, options.engine).model;
  const { signal } = options;
  const filling = candidates ? restrictToCandidates(fallback, candidates) : fallback;
  await fillLists(filling, profiles, lists, stepper("evaluating", present({ signal })));
  const { items, k } = lists;
  const lengthOf = (row: number) => items.subarray(row * k, (row + 1) * k).filter((item) => item >= 0).length;
  return { ...lists, chosen: lists.chosen.map((_, row) => lengthOf(row)) };
}

/** @throws NOT_FINITE where a metric of a list or of a user is NaN or ±Infinity */
export function checkMeasurements(name: string, { views }: Measurements): void {
  for (const { people, lists } of Object.values(views)) {
    const wrong = [
      ...Object.entries(lists),
      ...Object.entries(people).map(
        ([metric, { sums }]) => [metric, sums.find((sum) => !Number.isFinite(sum))] as const,
      ),
    ].find(([, value]) => value !== undefined && !Number.isFinite(value));
    if (wrong) throw new MatineeError("NOT_FINITE", `${name} has ${wrong[0]} of ${wrong[1]}`);
  }
}

/** Fits a contender to the training part, and times that. @throws LEAK, and what the contender throws */
export async function fitContender(
  split: Split,
  contender: Contender,
  options: ContenderOptions,
): Promise<{ readonly fitted: FittedContender; readonly seconds: number }> {
  const start = performance.now();
  const fitted = await contender.fit(split.train, options);
  const seconds = (performance.now() - start) / 1000;
  await checkFitted(contender.name, fitted, split);
  return { fitted, seconds };
}

/** The model with a score for the candidates only. */
function restrictToCandidates(model: Model, candidates: Uint8Array): Model {
  const limited = ({ score, ...answer }: Answer): Answer => ({
    ...answer,
    score(out) {
      score(out);
      for (let item = 0; item < out.length; item++) if (!candidates[item]) out[item] = -Infinity;
    },
  });
  return {
    items: model.items,
    ask: (query) => limited(model.ask(query)),
    askAll(engine, arena) {
      const answers = answersOf(model, engine, arena);
      const others = Int32Array.from(candidates.keys()).filter((item) => !candidates[item]);
      return {
        ...answers,
        async score(queries, out, step) {
          await answers.score(queries, out, step);
          leaveOut(out, model.items, others);
        },
      };
    },
    [Symbol.dispose]() {},
  };
}

/**
 * The users with held-out ratings, ascending.
 *
 * @example
 * import { splitRatings, splits, usersWithRatings } from "matinee";
 * const { test } = await splitRatings(data, splits.ratio(0.9)).split(0);
 * console.log(usersWithRatings(test).length);
 */
export function usersWithRatings({ rows, offsets }: Csr): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).filter((row) => offsets[row + 1] > offsets[row]);
}

function emptyLists(users: number): Lists {
  return { users, k: 0, items: new Int32Array(0), scores: new Float32Array(0), chosen: new Int32Array(users) };
}

/** What a fitted contender answers for the users with held-out ratings. */
export interface ContenderAnswers {
  readonly split: Split;
  readonly users: Int32Array;
  /** Rows in the order of `users`; no list may hold an item of its user's profile. */
  readonly profiles: Csr;
  readonly test: Csr;
  readonly lists: Lists;
  /** How many films of each list are the contender's own. They come first; the fallback filled in the others. */
  readonly own: Int32Array;
  /** Whether scores put the contender's own films in order, those of one score by index. Those of the fallback always stand so. */
  readonly byScore: boolean;
  readonly predictions?: Predictions;
}

/** What `measureAnswers` computes. */
type MeasuredAnswers = MeasuredView & Pick<Measurements, "missing" | "errors">;

/** Computes the metrics of the answers. */
export function measureAnswers(
  name: string,
  answers: ContenderAnswers,
  { metrics, relevant }: Pick<MeasureOptions, "metrics" | "relevant">,
): MeasuredAnswers {
  const { split, users, profiles, test, lists, predictions } = answers;
  const out: MeasuredAnswers = { people: {}, lists: {}, missing: {} };
  const columns: [Float64Array, Float64Array, (user: EvaluatedUser) => MetricTerm | undefined][] = [];
  for (const metric of metrics) {
    if (metric.over === "lists") out.lists[metric.name] = metric.of(lists);
    else if (metric.judges === "predictions" && !predictions) out.missing[metric.name] = `${name} predicts no ratings`;
    else {
      const [sums, weights] = [new Float64Array(split.train.users.size), new Float64Array(split.train.users.size)];
      out.people[metric.name] = { sums, weights };
      columns.push([sums, weights, metric.of]);
    }
  }
  const candidates = countCandidates(split);
  users.forEach((user, row) => {
    const evaluated = evaluatedUser(answers, user, row, leniently(relevant), candidates);
    for (const [sums, weights, of] of columns) {
      const term = of(evaluated);
      if (!term) continue;
      sums[user] = term.sum;
      weights[user] = term.weight;
    }
  });
  if (!predictions) return out;
  return { ...out, errors: sumErrors(test, predictions.ratings, profiles, split.train.counts) };
}

function evaluatedUser(
  { profiles, test, lists, own, byScore, predictions }: ContenderAnswers,
  user: number,
  row: number,
  relevant: number,
  candidates: number | undefined,
): EvaluatedUser {
  const { items, values } = profileOf(test, row);
  const entries = [test.offsets[row], test.offsets[row + 1]] as const;
  const profile = profileOf(profiles, row).items;
  const start = row * lists.k;
  return {
    user,
    profile,
    list: lists.items.subarray(start, start + lists.chosen[row]),
    tied: markTies(lists.scores.subarray(start, start + lists.chosen[row]), own[row], byScore),
    items,
    values,
    relevant: new Set(items.filter((_, n) => values[n] >= relevant)),
    candidates: candidates ?? profiles.columns - profile.length,
    ...(predictions
      ? { predicted: predictions.ratings.subarray(...entries), rules: predictions.rules.subarray(...entries) }
      : {}),
  };
}

/** See `EvaluatedUser.tied`. @param own how many of the scores are the contender's */
function markTies(scores: Float32Array, own: number, byScore: boolean): Uint8Array {
  return Uint8Array.from(scores, (score, n) => {
    const comparable = n < own ? byScore && n > 0 : n > own;
    return Number(comparable && score === scores[n - 1]);
  });
}
