/**
 * Measures how well a model serves new users after 0, 1, 2 … 20 questions, each about a film. Ways to ask are measured beside each other
 * (question-ways.ts).
 *
 * The users are held out of the training data (strong generalisation). A part of their ratings is the test, the same for every
 * number of questions and never asked about. The films of the other part are those that a user knows. They are never listed, however many were asked about, so
 * that a curve rises only by what the model has learnt; that of `popular` is level. Lists are those that new users get: what the
 * model leaves empty, the fallback fills. Only one view is measured (`view`).
 */
import { type Dataset, fingerprint, likedFrom, shapeOf } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { type Csr, entriesWhere, rowsAt, rowsBetween } from "../../matrix/csr.ts";
import { stepper } from "../../models/fit.ts";
import type { ModelSpec } from "../../models/model.ts";
import { predictAll } from "../../models/shared/answers.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { present } from "../../present.ts";
import type { Lists } from "../../recommend/lists.ts";
import { listAll } from "../../recommend/recommend-all.ts";
import type { Split, Splits, Splitter } from "../../split/split.ts";
import { resolveSplits, splits as splitters } from "../../split/splits.ts";
import { version } from "../../version.ts";
import { type Contender, type ContenderOptions, checkContenders, type FittedContender } from "../contender.ts";
import { createEstimator } from "../estimate.ts";
import type { View } from "../evaluation.ts";
import { checkRecommendedLists, checkSplit } from "../leaks.ts";
import { fitContender, measureAnswers, shipLists, usersWithRatings } from "../measure.ts";
import type { Metric, UserMetric } from "../metric.ts";
import { type MetricName, metricsFor, metricsNamed } from "../metrics.ts";
import { endsAllContenders, failedResult } from "../model-result.ts";
import { type TestedModel, testAgainstBest } from "../paired-comparison.ts";
import { checkAnyRelevant, describeRelevance } from "../relevant-items.ts";
import { type RunOptions, resolveContenders, runOptionNames, withEngine } from "../run.ts";
import { checkView } from "../views.ts";
import { type QuestionWay, questionCounts, questionWays } from "./question-ways.ts";
import type { ColdStartModel, ColdStartResult, LearningCurve } from "./result.ts";

/** Users whose lists are in memory at a time. */
const blockRows = 256;

const usualMetrics: readonly MetricName[] = ["ndcg@10", "rmse"];

/** How `coldStart` measures. */
export interface ColdStartOptions extends RunOptions {
  /** Metrics over users; "ndcg@10" and "rmse" by default, of events "ndcg@10" alone. */
  readonly metrics?: readonly MetricName[];
  /** How users are held out, or splits that are there already; `splits.strong(0.8)` by default. The first part is measured. */
  readonly splitter?: Splitter | Splits;
  /** How users are asked; `questionWays` unless given. */
  readonly ways?: readonly QuestionWay[];
}

const optionNames = [
  ...Object.keys({
    metrics: true,
    splitter: true,
    ways: true,
  } satisfies Record<Exclude<keyof ColdStartOptions, keyof RunOptions>, true>),
  ...runOptionNames,
];

/**
 * Measures what each contender makes of the answers of a new user to 0, 1, 2, 3, 5, 10, 15 and 20 questions, by ways to ask. Apart from the seconds,
 * the result is the same for any number of threads.
 *
 * A contender that fails is marked with its error (`ColdStartModel.failed`), and the others are finished; as in `compare`, a leak, a
 * cancellation and the failure of all contenders end everything.
 *
 * @param contenders specifications, or what `contender`, `customContender` and `withReranker` return
 * @throws USAGE for a split whose users are in the training data, or a metric of lists; METRIC_EMPTY where no user held out has
 *   enough ratings; otherwise what `compare` throws
 * @example
 * import { coldStart, ease, popular } from "matinee";
 * const { models } = await coldStart(data, [popular(), ease()], { metrics: ["ndcg@10"], threads: 2 });
 * for (const { way, points } of models[1].curves) {
 *   console.log(way, points.map(({ questions, metrics }) => [questions, metrics["ndcg@10"].mean]));
 * }
 */
export async function coldStart(
  data: Dataset,
  contenders: readonly (ModelSpec | Contender)[],
  options: ColdStartOptions = {},
): Promise<ColdStartResult> {
  const chosen = resolveContenders("coldStart", data, contenders, options, optionNames);
  const { metrics: named, splitter = splitters.strong(0.8), ways = questionWays, ...running } = options;
  const { seed = 0, relevant = likedFrom(data), view = "shipped" } = running;
  checkContenders(chosen);
  checkView(view);
  const metrics = metricsFor(data, named, usualMetrics);
  const splits = resolveSplits(data, splitter, seed);
  return withEngine(running, (evaluating) =>
    measureColdStart(data, chosen, splits, { ...evaluating, metrics, seed, relevant, view, ways }),
  );
}

type Measuring = Omit<ContenderOptions, "onProgress"> &
  Pick<RunOptions, "onProgress"> & {
    readonly metrics: readonly string[];
    readonly relevant: number;
    readonly view: View;
    readonly ways: readonly QuestionWay[];
  };

async function measureColdStart(
  dataset: Dataset,
  contenders: readonly Contender[],
  splits: Splits,
  { metrics: names, relevant, view, ways, onProgress, ...running }: Measuring,
): Promise<ColdStartResult> {
  const { seed } = running;
  const split = await splits.split(0);
  if (!split.newUsers) {
    throw new MatineeError("USAGE", `the people that ${splits.name} asks are in the training data`, {
      fix: "hold people out: strong:0.8",
    });
  }
  checkSplit(split);
  const metrics = userMetrics(metricsNamed(names, split.train));
  const asked = usersToAsk(split, dataset.name);
  checkAnyRelevant(metrics, dataset, asked.test.values, relevant);
  const asking: Asking[] = [];
  for (const way of ways) asking.push({ way, places: await placesOfQuestions(way, asked, running) });
  const models: ColdStartModel[] = [];
  const failures: unknown[] = [];
  for (const contender of contenders) {
    const progress = (share: number) => onProgress?.(contender.name, split.name, share);
    try {
      models.push(await measureOne(contender, progress));
    } catch (error) {
      if (endsAllContenders(error, running.signal)) throw error;
      failures.push(error);
      models.push({ ...failedResult(contender, { error }, metrics, seed), curves: [], versus: [] });
    }
  }
  if (failures.length === contenders.length) throw failures[0];
  return {
    version,
    data: { name: dataset.name, fingerprint: await fingerprint(dataset), ...shapeOf(dataset) },
    split: {
      name: splits.name,
      seed: splits.seed,
      fingerprint: split.fingerprint,
      train: split.train.byUser.values.length,
      test: asked.test.values.length,
      people: asked.users.length,
      left: usersWithRatings(split.test).length - asked.users.length,
    },
    view,
    relevant,
    relevance: describeRelevance(dataset, relevant),
    metrics: metrics.map(({ name, summary, better }) => present({ name, summary, better })),
    questions: questionCounts,
    ways: ways.map(({ name, summary, anyFilm }) => ({ name, summary, anyFilm })),
    models,
  };

  async function measureOne(contender: Contender, progress: (share: number) => void): Promise<ColdStartModel> {
    const watched = { ...running, onProgress: (share: number) => progress(share / 2) };
    const { fitted, seconds: fit } = await fitContender(split, contender, watched);
    using _model = fitted.model;
    const { name, model, config } = contender;
    const start = performance.now();
    const measured = await measureCurves(name, fitted, asked, metrics, {
      ...running,
      relevant,
      view,
      asking,
      onProgress: (share) => progress((1 + share) / 2),
    });
    const seconds = { fit, answer: (performance.now() - start) / 1000 };
    return { name, model, config, seed, seconds, ...measured };
  }
}

function userMetrics(metrics: readonly Metric[]): UserMetric[] {
  return metrics.map((metric) => {
    if (metric.over === "users") return metric;
    throw new MatineeError("USAGE", `${metric.name} is of all lists together, not of people`, {
      fix: "choose metrics of people, such as ndcg@10 and rmse",
    });
  });
}

/** The users who are asked. */
interface AskedUsers {
  readonly split: Split;
  readonly users: Int32Array;
  /** users × items: the ratings that they can answer with; a row for each of `users`, as in `test`. */
  readonly askable: Csr;
  readonly test: Csr;
}

/** The users held out who can tell of as many films as there are questions at most: the same users for every number. */
function usersToAsk(split: Split, data: string): AskedUsers {
  const { offsets } = split.profiles;
  const most = Math.max(...questionCounts);
  const users = usersWithRatings(split.test).filter((user) => offsets[user + 1] - offsets[user] >= most);
  if (users.length === 0) {
    throw new MatineeError(
      "METRIC_EMPTY",
      `${split.name} holds nobody out who could tell of ${most} films of ${data}`,
      {
        fix: "choose data with people who rated more",
      },
    );
  }
  return { split, users, askable: rowsAt(split.profiles, users), test: rowsAt(split.test, users) };
}

/** A way to ask, and for each entry of `askable`, how many questions come before that about it. */
interface Asking {
  readonly way: QuestionWay;
  readonly places: Int32Array;
}

interface CurveOptions extends ContenderOptions {
  readonly relevant: number;
  readonly view: View;
  readonly asking: readonly Asking[];
  readonly onProgress: (share: number) => void;
}

async function measureCurves(
  name: string,
  fitted: FittedContender,
  asked: AskedUsers,
  metrics: readonly UserMetric[],
  { seed, relevant, view, asking, onProgress, ...running }: CurveOptions,
): Promise<Pick<ColdStartModel, "missing" | "curves" | "versus">> {
  const { split, users, askable, test } = asked;
  const untrained = new Int32Array(users.length).fill(-1);
  const predicts = metrics.some((metric) => metric.judges === "predictions");
  const depth = Math.min(Math.max(...metrics.map((metric) => metric.depth)), split.train.items.size);
  let missing: Readonly<Record<string, string>> = {};
  const estimator = createEstimator(seed);
  const measureWith = async (profiles: Csr) => {
    const predictions = predicts ? await predictAll(fitted.model, profiles, test, untrained, running) : undefined;
    const own = await recommendUnasked(name, fitted, asked, profiles, depth, running);
    const lists = view === "shipped" ? await shipLists(own, askable, split, fitted, running) : own;
    const listed = { lists, own: own.chosen, byScore: !fitted.lists };
    const given = { split, users, profiles: askable, test, ...listed, ...present({ predictions }) };
    const measured = measureAnswers(name, given, { metrics, relevant });
    missing = measured.missing;
    const estimates = Object.fromEntries(
      metrics
        .filter((metric) => metric.name in measured.people)
        .map((metric) => [metric.name, estimator.estimate(metric, measured.people[metric.name])]),
    );
    return { terms: measured.people, estimates };
  };
  const unanswered = await measureWith(entriesWhere(askable, () => false));
  const curves: LearningCurve[] = [];
  /** By the number of questions: of the ways that ask about any films. */
  const tested = new Map<number, TestedModel[]>();
  for (const [n, { way, places }] of asking.entries()) {
    const points: LearningCurve["points"][number][] = [];
    for (const [m, count] of questionCounts.entries()) {
      const answered = entriesWhere(askable, (entry) => places[entry] < count);
      const { terms, estimates } = count === 0 ? unanswered : await measureWith(answered);
      points.push({ questions: count, answers: answered.values.length / users.length, metrics: estimates });
      if (way.anyFilm && count > 0) tested.set(count, [...(tested.get(count) ?? []), { name: way.name, terms }]);
      onProgress((n + (m + 1) / questionCounts.length) / asking.length);
    }
    curves.push({ way: way.name, points });
  }
  const versus = [...tested].flatMap(([questions, byWay]) =>
    testAgainstBest(metrics, byWay, seed).map((test) => ({ questions, ...test })),
  );
  return { missing, curves, versus };
}

async function placesOfQuestions(
  { prepare }: QuestionWay,
  { split, askable, test }: AskedUsers,
  { seed, signal }: Pick<ContenderOptions, "seed" | "signal">,
): Promise<Int32Array> {
  const places = new Int32Array(askable.indices.length);
  const ask = await prepare(split.train, seed);
  const step = stepper("evaluating", present({ signal }));
  for (let row = 0; row < askable.rows; row++) {
    await step(row, askable.rows);
    const [known, held] = [profileOf(askable, row).items, profileOf(test, row).items];
    places.set(ask({ known, held }), askable.offsets[row]);
  }
  return places;
}

/** The films that the model ranks first for these profiles, without those that may be asked about. */
async function recommendUnasked(
  name: string,
  { model, lists = listAll }: FittedContender,
  { split, users, askable }: AskedUsers,
  profiles: Csr,
  depth: number,
  running: Pick<ContenderOptions, "engine" | "signal">,
): Promise<Lists> {
  const rows = users.length;
  const out: Lists = {
    users: rows,
    k: depth,
    items: new Int32Array(rows * depth).fill(-1),
    scores: new Float32Array(rows * depth).fill(-Infinity),
    chosen: new Int32Array(rows),
  };
  for (let from = 0; depth > 0 && from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    const lengths = users.subarray(from, to).map((_, n) => askable.offsets[from + n + 1] - askable.offsets[from + n]);
    // long enough to fill the list after the films that may be asked about are left out
    const k = Math.min(split.train.items.size, depth + Math.max(...lengths));
    const options = { ...running, k, users: new Int32Array(to - from).fill(-1) };
    const block = rowsBetween(profiles, from, to);
    const found = await lists(model, block, options);
    if (found.chosen.some((chosen) => chosen > 0)) {
      checkRecommendedLists(name, found, block, users.subarray(from, to), split);
    }
    for (let row = from; row < to; row++) {
      const excluded = new Set(profileOf(askable, row).items);
      for (let n = 0; n < found.chosen[row - from] && out.chosen[row] < depth; n++) {
        const at = (row - from) * found.k + n;
        if (excluded.has(found.items[at])) continue;
        const place = row * depth + out.chosen[row]++;
        out.items[place] = found.items[at];
        out.scores[place] = found.scores[at];
      }
    }
  }
  return out;
}
