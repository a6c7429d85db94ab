/**
 * Chooses settings on the training part of a split alone. The training part is split again, and trials are measured on that.
 * Only the best of them, and the settings as they were, are then trained on the whole training part and evaluated on the test
 * part, once.
 */

import { checkDataset, checkNumber, checkOptions, quoteArgument } from "../../check-arguments.ts";
import type { Dataset } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { configure, resolveSpec } from "../../models/configure.ts";
import type { Json, ModelSpec } from "../../models/model.ts";
import { algorithmNamed } from "../../models/registry.ts";
import { changedSettings, settingsThatAct } from "../../models/shared/settings.ts";
import { present } from "../../present.ts";
import { random } from "../../random.ts";
import { role, type Split, type Splits, type Splitter, splitOf } from "../../split/split.ts";
import { parseSplitter, resolveSplits, splitRatings, splits as splitters } from "../../split/splits.ts";
import { splitterKinds } from "../../split/splitters.ts";
import { type Contender, contender } from "../contender.ts";
import { type EvaluateOptions, evaluate } from "../evaluate.ts";
import type { Evaluation } from "../evaluation.ts";
import type { Journal } from "../kept-measurements.ts";
import { usersWithRatings } from "../measure.ts";
import { type MetricName, metricsNamed } from "../metrics.ts";
import { type RunOptions, runOptionNames, withEngine } from "../run.ts";
import { isDifferent } from "../standings.ts";
import { type CompareRuns, compareRuns, coverageMetric, covers, leastCoverageAt } from "./coverage.ts";
import type { Trial, TrialRun, TuningResult } from "./result.ts";
import { reduction, searchSettings } from "./search.ts";
import { readSearchSpace, type SearchDimension, type SearchSpace, type SettingValues } from "./search-space.ts";

/** A model to tune. */
export interface TuningCandidate {
  readonly model: string;
  readonly space: readonly SearchDimension[];
  /** The contender with these values of the settings searched; without values, with the settings as they were. */
  contender(values?: SettingValues): Contender;
}

/** How settings are searched. */
interface Searching {
  /** A grid, chance, or a model of earlier trials, which stops bad trials early. "model" by default. */
  readonly method?: TuningResult["method"];
  /** The most trials; 30 by default. */
  readonly trials?: number;
  /**
   * The least share, from 0 to 1, of the validation ratings that the model must predict itself, without a mean; for metrics of predictions.
   * By default, 99 % of what it predicts with the settings as they were.
   */
  readonly leastCoverage?: number;
}

export interface TuneCandidateOptions extends Searching, Omit<EvaluateOptions, "metrics" | "partial"> {
  /** A metric over users with a better direction; "ndcg@10" by default. */
  readonly metric?: string;
}

/** How `tune` searches and measures. */
export interface TuneOptions extends Searching, RunOptions {
  /** A metric over users with a better direction; "ndcg@10" by default. */
  readonly metric?: MetricName;
  /** What is tried. By default, what docs/models.md proposes for the settings that have their defaults. */
  readonly space?: SearchSpace;
  /** How the test ratings are held out, or splits of one part that are there already; `splits.perUser(0.8)` by default. */
  readonly splitter?: Splitter | Splits;
  /** Keeps measurements, so that an interrupted search can resume. */
  readonly journal?: Journal;
}

const methods: readonly unknown[] = ["grid", "random", "model"] satisfies TuningResult["method"][];

const optionNames = [
  ...Object.keys({
    trials: true,
    leastCoverage: true,
    metric: true,
    method: true,
    space: true,
    splitter: true,
    journal: true,
  } satisfies Record<Exclude<keyof TuneOptions, keyof RunOptions>, true>),
  ...runOptionNames,
];

/** What `tune` returns: the trials, and the specification to train. */
export interface TunedModel extends TuningResult {
  /** The advised settings, ready to be trained on all ratings. */
  readonly spec: ModelSpec;
}

/** The fewest users that a smaller budget may evaluate. */
const leastUsers = 100;

/**
 * An algorithm of the registry, to be tuned.
 *
 * @param space as `readSearchSpace` reads it; by default, what the algorithm's schema proposes
 * @param fixed settings for all trials
 * @throws MODEL_UNKNOWN, CONFIG_INVALID, USAGE
 */
export function tuningCandidate(
  model: string,
  space?: string | SearchSpace,
  fixed: Readonly<Record<string, unknown>> = {},
  option?: string,
): TuningCandidate {
  return {
    model,
    space: readSearchSpace(model, space, fixed, option),
    contender: (values) =>
      contender(configure(model, settingsThatAct(model, algorithmNamed(model).settings, { ...fixed, ...values }))),
  };
}

/**
 * Chooses the settings of a model. Ratings are held out for a test; the others are split again, and trials are measured on
 * those. The best trial and the specification as it was are then evaluated once on the test ratings. Where the best trial is not better
 * there by more than chance, the settings as they were are advised. By a metric of predictions, trials under which the model leaves more
 * ratings to means than `leastCoverage` allows come last, and none of them is the best. Apart from the seconds, the result is the same for any number of threads.
 *
 * @param spec the settings to begin with; those that are neither in `space` nor at their defaults stay in all trials
 * @throws USAGE for a metric that cannot be tuned by, `leastCoverage` with a metric that judges no predictions, splits of several parts, a
 *   grid with too many points, or what is no search space; otherwise what `compare` throws
 * @example
 * import { als, train, tune } from "matinee";
 * const { spec, best, advised } = await tune(data, als(), {
 *   trials: 20,
 *   space: { factors: [16, 32, 64], regularisation: { from: 0.01, to: 10, scale: "log" } },
 *   threads: 2,
 * });
 * console.log(best.values, best.run.value, advised.values);
 * const recommender = await train(data, spec);
 */
export async function tune(data: Dataset, spec: ModelSpec, options: TuneOptions = {}): Promise<TunedModel> {
  checkDataset("tune", data);
  checkOptions("tune", options, optionNames);
  checkNumber("tune", "trials", options.trials, { least: 1, whole: true });
  if (options.method !== undefined && !methods.includes(options.method)) {
    throw new MatineeError("USAGE", `tune: method is ${quoteArgument(options.method)}`, {
      fix: `give one of ${methods.join(", ")}`,
    });
  }
  const {
    trials,
    leastCoverage,
    metric,
    method,
    space,
    splitter = splitters.perUser(0.8),
    journal,
    ...running
  } = options;
  const searched = tuningCandidate(spec.model, space, settingsToKeep(spec, space), "space");
  const candidate: TuningCandidate = {
    ...searched,
    contender: (values) => (values ? searched.contender(values) : contender(spec)),
  };
  const splits = resolveSplits(data, splitter, running.seed ?? 0);
  const result = await withEngine(running, (evaluating) =>
    tuneCandidate(data, candidate, splits, {
      ...evaluating,
      ...present({ trials, leastCoverage, metric, method, journal }),
    }),
  );
  const { model, advised } = result;
  return { ...result, spec: { model, name: advised.name, settings: advised.config } };
}

/** The settings of a specification that are neither at their defaults nor searched. */
function settingsToKeep(spec: ModelSpec, space: SearchSpace = {}): Readonly<Record<string, Json>> {
  const { algorithm, settings } = resolveSpec(spec);
  const changed = Object.entries<Json>(changedSettings(algorithm.name, algorithm.settings, settings));
  return Object.fromEntries(changed.filter(([name]) => !Object.hasOwn(space, name)));
}

/**
 * Searches the settings of a candidate, and evaluates the best. With a journal, an interrupted run resumes.
 *
 * @throws USAGE for a metric that cannot be tuned by, splits of several parts, or a grid with too many points; otherwise what
 *   `evaluate` throws
 */
export async function tuneCandidate(
  dataset: Dataset,
  { model, space, contender }: TuningCandidate,
  splits: Splits,
  options: TuneCandidateOptions = {},
): Promise<TuningResult> {
  const {
    metric: name = "ndcg@10",
    method = "model",
    trials: most = 30,
    seed = 0,
    onProgress,
    leastCoverage: given,
    ...rest
  } = options;
  const { better, judges } = checkMetric(name, dataset);
  checkNumber("tune", "leastCoverage", given, { least: 0, most: 1 });
  if (given !== undefined && judges !== "predictions") {
    throw new MatineeError("USAGE", `a least coverage is for metrics of predictions, and ${name} judges lists`, {
      fix: "leave it out, or tune by rmse or mae",
    });
  }
  const constrained = judges === "predictions" && name !== coverageMetric;
  const metrics = constrained ? [name, coverageMetric] : [name];
  if (splits.count > 1) {
    throw new MatineeError("USAGE", `${splits.name} has ${splits.count} parts, each with a training part of its own`, {
      fix: "tune on a split of one part, such as per-user:0.8",
    });
  }
  const outer = await splits.split(0);
  const inner = splitForValidation(outer.train, splits.name, seed);
  const validation = await inner.split(0);
  const budgets = chooseBudgets(usersWithRatings(validation.test).length);
  const sample = makeSampler(outer.train, validation, seed);

  const measure = async (tried: Contender, budget: number, label: string): Promise<TrialRun> => {
    const part = await sample(budget);
    const evaluating: EvaluateOptions = {
      ...rest,
      seed,
      metrics,
      onProgress: (_contender, _part, share) => onProgress?.(label, part.name, share),
    };
    const { evaluation } = await evaluate(outer.train, [tried], { ...inner, split: async () => part }, evaluating);
    const [{ metrics: values, missing, seconds, kept }] = evaluation.models;
    if (!(name in values)) throw new MatineeError("CAPABILITY_MISSING", missing[name]);
    const { mean: value, se } = values[name];
    const coverage = constrained ? values[coverageMetric].mean : undefined;
    return { budget, value, ...present({ se, coverage, kept }), seconds: seconds.fit + seconds.answer };
  };

  const usual = await measure(contender(), 1, "the settings as they are");
  const least = new Map<number, number>();
  for (const budget of constrained ? (method === "model" ? budgets : [1]) : []) {
    const here = budget === 1 ? usual : await measure(contender(), budget, "the settings as they are");
    least.set(budget, leastCoverageAt({ here: here.coverage!, whole: usual.coverage! }, given));
  }
  const compare = compareRuns(better, (budget) => least.get(budget));
  const trials = await searchSettings(
    { space, method, trials: most, seed, compare, budgets },
    (values, budget, trial) => orReason(measure(contender(values), budget, `trial ${trial + 1} of ${most}`)),
  );
  const best = bestTrial(trials, usual, compare, least.get(1));
  const tuned = contender(best.values);
  const { evaluation: final } = await evaluate(
    dataset,
    best.run === usual ? [tuned] : [tuned, contender()],
    { ...splits, split: async () => outer },
    { ...rest, seed, metrics, ...present({ onProgress }) },
  );
  const failed = final.models.find((tested) => tested.failed)?.failed;
  if (failed) throw new MatineeError(failed.code, failed.message, { fix: failed.fix });
  return {
    version: final.version,
    model,
    metric: name,
    better,
    method,
    seed,
    space: Object.fromEntries(space.map(({ name, text }) => [name, text])),
    validation: {
      name: inner.name,
      seed: inner.seed,
      fingerprint: validation.fingerprint,
      train: validation.train.byUser.values.length,
      test: validation.test.values.length,
      people: usersWithRatings(validation.test).length,
    },
    budgets: method === "model" ? budgets : [1],
    usual,
    ...present({ leastCoverage: least.get(1) }),
    trials,
    best: { values: best.values ?? {}, run: best.run, config: tuned.config },
    advised:
      isBetter(final, tuned.name) || (best.run !== usual && !covers(usual, least.get(1)))
        ? { name: tuned.name, values: best.values ?? {}, config: tuned.config }
        : { name: contender().name, values: {}, config: contender().config },
    final,
  };
}

/** Whether a model of this name is the best under the one metric, and by more than chance. */
function isBetter({ versus: [test] = [] }: Evaluation, name: string): boolean {
  return test !== undefined && test.best === name && isDifferent(test);
}

function checkMetric(name: string, dataset: Dataset) {
  const [metric] = metricsNamed([name], dataset);
  const { over, better } = metric;
  if (over === "users" && better) return { better, judges: metric.judges };
  throw new MatineeError(
    "USAGE",
    over === "users"
      ? `neither way is better of ${name}`
      : `${name} is of all lists together, and has no test over people`,
    { fix: "tune by a metric of people, such as ndcg@10 or rmse" },
  );
}

/** Splits the training part as the data were split where that is at random or by time; otherwise by user. */
function splitForValidation(train: Dataset, name: string, seed: number): Splits {
  const known = splitterKinds.some((kind) => kind.name === name.split(":")[0]);
  return splitRatings(train, known ? parseSplitter(name) : splitters.perUser(0.8), random(seed).uint32());
}

/**
 * A quarter of the users ranks settings much as all of them do; a ninth does not (docs/adr/0022-how-settings-are-searched.md).
 */
function chooseBudgets(users: number): number[] {
  return users / reduction >= leastUsers ? [1 / reduction, 1] : [1];
}

/** Makes the validation part with a share of its users; smaller shares are subsets of larger ones. */
function makeSampler(train: Dataset, validation: Split, seed: number): (share: number) => Promise<Split> {
  const { float } = random(seed + 2 ** 32);
  const { rows, offsets } = train.byUser;
  const ranks = Float64Array.from({ length: rows }, () => float());
  const made = new Map<number, Promise<Split>>([[1, Promise.resolve(validation)]]);
  const sample = (share: number): Promise<Split> => {
    const roles = validation.roles.slice();
    for (let user = 0; user < rows; user++) {
      if (ranks[user] >= share) roles.fill(role.unused, offsets[user], offsets[user + 1]);
    }
    const name = `${validation.name}, 1/${Math.round(1 / share)} of the people`;
    const { candidates } = validation;
    return splitOf(train, name, roles, validation).then((split) => ({ ...split, ...present({ candidates }) }));
  };
  return (share) => {
    if (!made.has(share)) made.set(share, sample(share));
    return made.get(share)!;
  };
}

/** The run, or why the settings cannot be measured, such as for lack of memory. Other errors end the search. */
async function orReason(run: Promise<TrialRun>): Promise<TrialRun | string> {
  try {
    return await run;
  } catch (error) {
    const reasons: readonly string[] = ["CONFIG_INVALID", "MEMORY", "METRIC_EMPTY", "LIST_INVALID", "NOT_FINITE"];
    if (error instanceof MatineeError && reasons.includes(error.code)) return error.message;
    throw error;
  }
}

/**
 * The best run at the full budget that covers enough. Among equals, and where none does, it is the settings as they were (without
 * values); then the earliest trial.
 */
function bestTrial(
  trials: readonly Trial[],
  usual: TrialRun,
  compare: CompareRuns,
  leastCoverage: number | undefined,
): { readonly values?: SettingValues; readonly run: TrialRun } {
  let best: { values?: SettingValues; run: TrialRun } = { run: usual };
  for (const { values, runs } of trials) {
    const run = runs.find(({ budget }) => budget === 1);
    if (run && covers(run, leastCoverage) && compare(run, best.run) < 0) best = { values, run };
  }
  return best;
}
