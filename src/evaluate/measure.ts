/** One contender under one split: fitted, asked, and measured person by person. */
import { type Csr, rowsAt } from "../matrix/csr.ts";
import type { Answer, Model } from "../models/model.ts";
import { type Predictions, predictAll, profileOf } from "../models/shared/profiles.ts";
import type { Lists } from "../recommend/lists.ts";
import { listAll } from "../recommend/recommend-all.ts";
import type { Split } from "../split/split.ts";
import type { Contender, ContenderOptions, FittedContender } from "./contender.ts";
import { checkFitted, checkLists } from "./leaks.ts";
import type { EvaluatedUser, Metric, MetricTerm } from "./metric.ts";

export interface MeasureOptions extends ContenderOptions {
  readonly metrics: readonly Metric[];
  /** Held-out items rated at least so are relevant. */
  readonly relevant: number;
}

/** What was measured: parts by person, so that people can be resampled and paired. Numbers and text alone: can be stored. */
export interface Measurements {
  readonly seconds: { readonly fit: number; readonly answer: number };
  /** By metric of people: Σ sum / Σ weight is the mean; an entry per user of the data, weight 0 where not averaged. */
  readonly people: Record<string, { readonly sums: Float64Array; readonly weights: Float64Array }>;
  /** By metric of lists. */
  readonly lists: Record<string, number>;
  readonly missing: Record<string, string>;
  /** Squared errors and how many, by training ratings of the person and of the film, where the model predicts. */
  readonly errors?: { readonly activity: ErrorSums; readonly popularity: ErrorSums };
}

/** By class: see `classOf`. */
export interface ErrorSums {
  readonly squares: Float64Array;
  readonly counts: Float64Array;
}

/** Share of the work that fitting is taken for, then lists, then predictions. */
const [fitShare, listShare] = [0.5, 0.8];

/** @throws LEAK, LIST_INVALID, METRIC_EMPTY, MEMORY, CANCELLED, and what the contender throws */
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

  const people = usersWithRatings(split.test);
  const profiles = rowsAt(split.profiles, people);
  const test = rowsAt(split.test, people);
  const users = split.newUsers ? new Int32Array(people.length).fill(-1) : people;
  const start = performance.now();
  const depth = Math.min(
    metrics.reduce((most, metric) => Math.max(most, metric.depth), 0),
    split.train.items.size,
  );
  const listOptions = { ...running, k: depth, users, onProgress: progress(fitShare, listShare) };
  const ranking = split.candidates ? among(model, split.candidates) : model;
  const lists =
    depth === 0 ? emptyLists(people.length) : await (fitted.lists ?? listAll)(ranking, profiles, listOptions);
  const predictions = metrics.some((metric) => metric.over === "people" && metric.predicts)
    ? await predictAll(model, profiles, test, users)
    : undefined;
  const answered = performance.now();
  checkLists(contender.name, lists, profiles, people, split);
  options.onProgress?.(1);
  return {
    seconds: { fit, answer: (answered - start) / 1000 },
    ...computeMetrics(
      contender.name,
      { split, people, profiles, test, lists, ...(predictions ? { predictions } : {}) },
      { metrics, relevant },
    ),
  };
}

/** An contender fitted to the training part, and how long that took. @throws LEAK, and what the contender throws */
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

/** The same model, for which only some items are there. */
function among(model: Model, candidates: Uint8Array): Model {
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
    ...(model.askAll
      ? {
          askAll: (people, users, each, step) =>
            model.askAll!(people, users, (answer, row) => each(limited(answer), row), step),
        }
      : {}),
    [Symbol.dispose]() {},
  };
}

/** The users with held-out ratings, ascending. */
export function usersWithRatings({ rows, offsets }: Csr): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).filter((row) => offsets[row + 1] > offsets[row]);
}

function emptyLists(users: number): Lists {
  return { users, k: 0, items: new Int32Array(0), scores: new Float32Array(0), chosen: new Int32Array(users) };
}

export interface ContenderAnswers {
  readonly split: Split;
  readonly people: Int32Array;
  /** Rows in the order of `people`. */
  readonly profiles: Csr;
  readonly test: Csr;
  readonly lists: Lists;
  readonly predictions?: Predictions;
}

/** What the answers add to the metrics. `profiles` are what no list may hold. */
export function computeMetrics(
  name: string,
  answers: ContenderAnswers,
  { metrics, relevant }: Pick<MeasureOptions, "metrics" | "relevant">,
): Omit<Measurements, "seconds"> {
  const { split, people, lists, predictions } = answers;
  const out: Omit<Measurements, "seconds"> = { people: {}, lists: {}, missing: {} };
  const parts: [Float64Array, Float64Array, (person: EvaluatedUser) => MetricTerm | undefined][] = [];
  for (const metric of metrics) {
    if (metric.over === "lists") out.lists[metric.name] = metric.of(lists);
    else if (metric.predicts && !predictions) out.missing[metric.name] = `${name} predicts no ratings`;
    else {
      const [sums, weights] = [new Float64Array(split.train.users.size), new Float64Array(split.train.users.size)];
      out.people[metric.name] = { sums, weights };
      parts.push([sums, weights, metric.of]);
    }
  }
  const ranked = split.candidates?.reduce((sum, own) => sum + own, 0);
  people.forEach((user, row) => {
    const person = personOf(answers, user, row, Math.fround(relevant), ranked);
    for (const [sums, weights, of] of parts) {
      const part = of(person);
      if (!part) continue;
      sums[user] = part.sum;
      weights[user] = part.weight;
    }
  });
  return predictions ? { ...out, errors: errorsOf(answers, predictions.ratings) } : out;
}

function personOf(
  { profiles, test, lists, predictions }: ContenderAnswers,
  user: number,
  row: number,
  relevant: number,
  ranked: number | undefined,
): EvaluatedUser {
  const { items, values } = profileOf(test, row);
  const own = [test.offsets[row], test.offsets[row + 1]] as const;
  const profile = profileOf(profiles, row).items;
  return {
    user,
    profile,
    list: lists.items.subarray(row * lists.k, row * lists.k + lists.chosen[row]),
    items,
    values,
    relevant: new Set(items.filter((_, n) => values[n] >= relevant)),
    candidates: ranked ?? profiles.columns - profile.length,
    ...(predictions
      ? { predicted: predictions.ratings.subarray(...own), rules: predictions.rules.subarray(...own) }
      : {}),
  };
}

/** Upper ends of classes of people by activity and films by popularity, in training ratings; the last has none. */
export const classEnds = [0, 4, 9, 19, 49, 99, 199, 499, 999, Number.POSITIVE_INFINITY];

function classOf(ratings: number): number {
  return classEnds.findIndex((end) => ratings <= end);
}

function errorsOf(
  { split, people, profiles, test }: ContenderAnswers,
  predicted: Float32Array,
): NonNullable<Measurements["errors"]> {
  const none = (): ErrorSums => ({
    squares: new Float64Array(classEnds.length),
    counts: new Float64Array(classEnds.length),
  });
  const [activity, popularity] = [none(), none()];
  people.forEach((_, row) => {
    const told = profiles.offsets[row + 1] - profiles.offsets[row];
    for (let n = test.offsets[row]; n < test.offsets[row + 1]; n++) {
      const square = (predicted[n] - test.values[n]) ** 2;
      add(activity, classOf(told), square);
      add(popularity, classOf(split.train.counts[test.indices[n]]), square);
    }
  });
  return { activity, popularity };
}

function add({ squares, counts }: ErrorSums, at: number, square: number): void {
  squares[at] += square;
  counts[at]++;
}
