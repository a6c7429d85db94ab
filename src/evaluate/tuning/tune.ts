/**
 * Settings chosen on the training part of a split alone: it is divided again, trials are measured on that, and only the best of
 * them, beside the settings as they were, is trained on all of it and judged by the test part, once.
 */
import type { Dataset } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { algorithmNamed } from "../../models/registry.ts";
import { settingsThatAct } from "../../models/shared/settings.ts";
import { random } from "../../random.ts";
import { role, type Split, type Splits, splitOf } from "../../split/split.ts";
import { splitRatings, splitters } from "../../split/splitters.ts";
import { type Contender, contender } from "../contender.ts";
import { type EvaluateOptions, evaluate } from "../evaluate.ts";
import { usersWithRatings } from "../measure.ts";
import { metricsNamed } from "../metrics.ts";
import type { Run, Trial, TuningResult } from "./result.ts";
import { reduction, search } from "./search.ts";
import { type Dimension, spaceFrom, type Values } from "./search-space.ts";

/** What is tuned. */
export interface TuningCandidate {
  readonly model: string;
  readonly space: readonly Dimension[];
  /** With these values of the settings searched; without, as it was. */
  contender(values?: Values): Contender;
}

export interface TuneOptions extends Omit<EvaluateOptions, "metrics"> {
  /** Over people, with a better way; "ndcg@10" unless given. */
  readonly metric?: string;
  /** "model" unless given. */
  readonly method?: TuningResult["method"];
  /** The most that are tried; 30 unless given. */
  readonly trials?: number;
}

/** Fewer people than this judge nothing, however much time it saves. */
const leastPeople = 100;

/**
 * A model of the registry.
 * @param space as `spaceFrom` reads it; what the model's schema proposes unless given
 * @param fixed settings for all trials
 * @throws MODEL_UNKNOWN, CONFIG_INVALID, USAGE
 */
export function tuningCandidate(
  model: string,
  space?: string,
  fixed: Readonly<Record<string, unknown>> = {},
): TuningCandidate {
  return {
    model,
    space: spaceFrom(model, space, fixed),
    contender: (values) =>
      contender(model, settingsThatAct(model, algorithmNamed(model).settings, { ...fixed, ...values })),
  };
}

/**
 * The same for any number of threads, but for the seconds. With a journal, a run that was stopped goes on where it was.
 * @throws USAGE for a metric that cannot be tuned by, a split of several parts, or a grid with too many points; otherwise as
 *   `evaluate`
 */
export async function tune(
  whole: Dataset,
  { model, space, contender }: TuningCandidate,
  splits: Splits,
  options: TuneOptions = {},
): Promise<TuningResult> {
  const { metric: name = "ndcg@10", method = "model", trials: most = 30, seed = 0, onProgress, ...rest } = options;
  const better = betterOf(name, whole);
  if (splits.count > 1) {
    throw new MatineeError("USAGE", `${splits.name} has ${splits.count} parts, each with a training part of its own`, {
      fix: "tune on a split of one part, such as per-user:0.8",
    });
  }
  const outer = await splits.split(0);
  const inner = validationOf(outer.train, splits.name, seed);
  const validation = await inner.split(0);
  const budgets = budgetsFor(usersWithRatings(validation.test).length);
  const sample = sampler(outer.train, validation, seed);

  const measure = async (who: Contender, budget: number, label: string): Promise<Run> => {
    const part = await sample(budget);
    const judging: EvaluateOptions = {
      ...rest,
      seed,
      metrics: [name],
      onProgress: (_entrant, _part, share) => onProgress?.(label, part.name, share),
    };
    const { evaluation } = await evaluate(outer.train, [who], { ...inner, split: async () => part }, judging);
    const [{ metrics, missing, seconds }] = evaluation.models;
    if (!(name in metrics)) throw new MatineeError("CAPABILITY_MISSING", missing[name]);
    const { mean: value, se } = metrics[name];
    return { budget, value, ...(se === undefined ? {} : { se }), seconds: seconds.fit + seconds.answer };
  };

  const usual = await measure(contender(), 1, "the settings as they are");
  const trials = await search({ space, method, trials: most, seed, better, budgets }, (values, budget, trial) =>
    orWhyNot(measure(contender(values), budget, `trial ${trial + 1} of ${most}`)),
  );
  const best = bestOf(trials, usual, better);
  const tuned = contender(best.values);
  const { evaluation: final } = await evaluate(
    whole,
    best.run === usual ? [tuned] : [tuned, contender()],
    { ...splits, split: async () => outer },
    { ...rest, seed, metrics: [name], ...(onProgress ? { onProgress } : {}) },
  );
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
    trials,
    best: { values: best.values ?? {}, run: best.run, config: tuned.config },
    final,
  };
}

function betterOf(name: string, whole: Dataset): "higher" | "lower" {
  const [{ over, better }] = metricsNamed([name], whole);
  if (over === "people" && better) return better;
  throw new MatineeError(
    "USAGE",
    over === "people"
      ? `neither way is better of ${name}`
      : `${name} is of all lists together, and has no test over people`,
    { fix: "tune by a metric of people, such as ndcg@10 or rmse" },
  );
}

/** The training part divided as the whole was, where that is by chance or time; else by person. */
function validationOf(train: Dataset, name: string, seed: number): Splits {
  const known = splitters.some((protocol) => protocol.name === name.split(":")[0]);
  return splitRatings(train, known ? name : "per-user:0.8", random(seed).uint32());
}

/** A quarter of the people ranks settings much as all do; a ninth does not (docs/adr/0022-how-settings-are-searched.md). */
function budgetsFor(people: number): number[] {
  return people / reduction >= leastPeople ? [1 / reduction, 1] : [1];
}

/** The validation part with a share of its people; smaller shares are part of larger ones. */
function sampler(train: Dataset, validation: Split, seed: number): (share: number) => Promise<Split> {
  const { float } = random(seed + 2 ** 32);
  const { rows, offsets } = train.byUser;
  const ranks = Float64Array.from({ length: rows }, () => float());
  const made = new Map<number, Promise<Split>>([[1, Promise.resolve(validation)]]);
  const make = (share: number): Promise<Split> => {
    const roles = validation.roles.slice();
    for (let user = 0; user < rows; user++) {
      if (ranks[user] >= share) roles.fill(role.unused, offsets[user], offsets[user + 1]);
    }
    return splitOf(train, `${validation.name}, 1/${Math.round(1 / share)} of the people`, roles, validation);
  };
  return (share) => {
    if (!made.has(share)) made.set(share, make(share));
    return made.get(share)!;
  };
}

/** Some settings fit no memory, or make a model that says nothing: that is a finding. Anything else ends the search. */
async function orWhyNot(measured: Promise<Run>): Promise<Run | string> {
  try {
    return await measured;
  } catch (error) {
    const findings: readonly string[] = ["CONFIG_INVALID", "MEMORY", "METRIC_EMPTY", "LIST_INVALID"];
    if (error instanceof MatineeError && findings.includes(error.code)) return error.message;
    throw error;
  }
}

/** Among trials with the whole budget; of equals the first, the settings as they were (no values) before all. */
function bestOf(
  trials: readonly Trial[],
  usual: Run,
  better: "higher" | "lower",
): { readonly values?: Values; readonly run: Run } {
  const sign = better === "higher" ? 1 : -1;
  let best: { values?: Values; run: Run } = { run: usual };
  for (const { values, runs } of trials) {
    const run = runs.find(({ budget }) => budget === 1);
    if (run && sign * (run.value - best.run.value) > 0) best = { values, run };
  }
  return best;
}
