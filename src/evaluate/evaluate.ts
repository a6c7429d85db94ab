/** Models compared on what was held out: every film ranked for every person judged, nothing sampled. */
import { type Engine, localEngine } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import { type Dataset, fingerprint, likedFrom, shapeOf } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import type { Split, Splits } from "../split/split.ts";
import { version } from "../version.ts";
import type { Contender } from "./contender.ts";
import type { Estimate, Evaluation, ModelResult, Slice } from "./evaluation.ts";
import { checkSplit } from "./leaks.ts";
import { classEnds, type ErrorSums, type Measurements, measureContender, usersWithRatings } from "./measure.ts";
import type { Metric } from "./metric.ts";
import { metricsNamed } from "./metrics.ts";
import { testAgainstBest } from "./paired-tests.ts";
import { estimate } from "./statistics.ts";

export interface EvaluateOptions {
  /** Names, such as "rmse" and "ndcg@10"; see `metricKinds`. */
  readonly metrics?: readonly string[];
  /** Held-out films rated at least so are relevant; three quarters of the scale unless given: 4 of 1–5 and of 0.5–5. */
  readonly relevant?: number;
  /** Of the models, the resampling and the tests; 0 unless given. */
  readonly seed?: number;
  /** Where the loops run; an engine of its own on the calling thread unless given. */
  readonly engine?: Engine;
  /** Bytes that a model's own arrays may take while it is fitted. */
  readonly memory?: number;
  /** Embeds texts, for models that need it. */
  readonly embedder?: OpenEmbedder;
  /** Told which contender of which part is at work, and the share of it that is done. */
  readonly onProgress?: (contender: string, part: string, share: number) => void;
  readonly signal?: AbortSignal;
  /** Keeps what is measured, so that a run that was stopped goes on where it was. */
  readonly journal?: Journal;
}

/** A place for verdicts. A key stands for everything that a verdict depends on. */
export interface Journal {
  read(key: string): Promise<Measurements | undefined>;
  write(key: string, verdict: Measurements): Promise<void>;
}

export interface EvaluationResult {
  readonly evaluation: Evaluation;
  /** By contender, then by metric of people: every user's part. Parts of several folds are summed. */
  readonly people: ReadonlyMap<string, Measurements["people"]>;
}

export const defaultMetrics = ["rmse", "precision@10", "recall@10", "ndcg@10", "catalogue-coverage@10"];

/**
 * Fits every contender to the training part of every split and measures it on the held-out part. Equal for any number of
 * threads, but for the seconds.
 *
 * @throws METRIC_UNKNOWN, METRIC_EMPTY, SPLIT_INVALID, LEAK, LIST_INVALID, MEMORY, CANCELLED
 */
export async function evaluate(
  whole: Dataset,
  contenders: readonly Contender[],
  splits: Splits,
  options: EvaluateOptions = {},
): Promise<EvaluationResult> {
  const { metrics: names = defaultMetrics, seed = 0, relevant = likedFrom(whole.scale), ...rest } = options;
  const { journal, onProgress, engine: given, ...fitting } = rest;
  checkEntrants(contenders);
  metricsNamed(names, whole); // what is wrong with them is said before anything is fitted
  using own = given ? undefined : localEngine();
  const engine = given ?? own!;
  const judging = { ...fitting, relevant, seed, engine };
  const progressOf = (contender: Contender, split: Split) => (share: number) =>
    onProgress?.(contender.name, split.name, share);
  const verdicts = new Map<string, Measurements[]>(contenders.map(({ name }) => [name, []]));
  const parts: {
    readonly fingerprint: string;
    readonly train: number;
    readonly test: number;
    readonly people: number;
  }[] = [];
  let metrics: readonly Metric[] = [];
  for (let n = 0; n < splits.count; n++) {
    const split = await splits.split(n);
    checkSplit(split);
    metrics = metricsNamed(names, split.train);
    parts.push({
      fingerprint: split.fingerprint,
      train: split.train.byUser.values.length,
      test: split.test.values.length,
      people: usersWithRatings(split.test).length,
    });
    for (const contender of contenders) {
      const key = await keyOf(contender, split, names, relevant, seed, engine.arithmetic);
      const kept = key === undefined ? undefined : await journal?.read(key);
      const verdict =
        kept ??
        (await measureContender(contender, split, { ...judging, metrics, onProgress: progressOf(contender, split) }));
      if (!kept && key !== undefined) await journal?.write(key, verdict);
      verdicts.get(contender.name)!.push(verdict);
    }
  }
  const people = new Map(contenders.map(({ name }) => [name, pooled(verdicts.get(name)!)]));
  return {
    evaluation: {
      version,
      data: { name: whole.name, fingerprint: await fingerprint(whole), ...shapeOf(whole) },
      split: {
        name: splits.name,
        seed: splits.seed,
        fingerprints: parts.map((part) => part.fingerprint),
        train: mean(parts.map((part) => part.train)),
        test: mean(parts.map((part) => part.test)),
        people: mean(parts.map((part) => part.people)),
      },
      relevant,
      metrics: metrics.map(({ name, summary, better }) => ({
        name,
        summary,
        ...(better ? { better } : {}),
      })),
      models: contenders.map((contender) =>
        judgedOf(contender, verdicts.get(contender.name)!, people.get(contender.name)!, metrics, seed),
      ),
      ...(contenders.length > 1
        ? {
            versus: testAgainstBest(
              metrics,
              contenders.map(({ name }) => ({ name, parts: people.get(name)! })),
              seed,
            ),
          }
        : {}),
    },
    people,
  };
}

export function checkEntrants(contenders: readonly Contender[]): void {
  const names = contenders.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (names.length === 0)
    throw new MatineeError("USAGE", "there is no model to evaluate", { fix: "name at least one" });
  if (twice !== undefined) {
    throw new MatineeError("USAGE", `${twice} takes part twice`, { fix: "name each once, or with other settings" });
  }
}

/** Absent where nothing may be kept. */
async function keyOf(
  { key }: Contender,
  { fingerprint: split }: Split,
  metrics: readonly string[],
  relevant: number,
  seed: number,
  arithmetic: string,
): Promise<string | undefined> {
  if (key === undefined) return undefined;
  const all = { version, key, split, metrics, relevant, seed, arithmetic };
  return sha256(new TextEncoder().encode(JSON.stringify(all)));
}

/** Several folds as one: each person's parts summed. */
function pooled(verdicts: readonly Measurements[]): Measurements["people"] {
  const [first, ...others] = verdicts;
  if (others.length === 0) return first.people;
  return Object.fromEntries(
    Object.entries(first.people).map(([name, { sums, weights }]) => {
      const all = others.map(({ people }) => people[name]);
      return [
        name,
        {
          sums: sums.map((sum, user) => all.reduce((total, fold) => total + fold.sums[user], sum)),
          weights: weights.map((weight, user) => all.reduce((total, fold) => total + fold.weights[user], weight)),
        },
      ];
    }),
  );
}

function judgedOf(
  { name, model, config }: Contender,
  verdicts: readonly Measurements[],
  people: Measurements["people"],
  metrics: readonly Metric[],
  seed: number,
): ModelResult {
  const [{ missing }] = verdicts;
  const values = metrics
    .filter((metric) => !(metric.name in missing))
    .map((metric): [string, Estimate] => {
      if (metric.over === "lists") {
        return [metric.name, { mean: mean(verdicts.map(({ lists }) => lists[metric.name])), n: verdicts.length }];
      }
      return [metric.name, estimate(metric, people[metric.name], seed)];
    });
  const errors = verdicts.flatMap((verdict) => verdict.errors ?? []);
  return {
    name,
    model,
    config,
    seed,
    seconds: {
      fit: total(verdicts.map(({ seconds }) => seconds.fit)),
      answer: total(verdicts.map(({ seconds }) => seconds.answer)),
    },
    metrics: Object.fromEntries(values),
    missing,
    ...(errors.length > 0
      ? {
          slices: {
            activity: slicesOf(errors.map(({ activity }) => activity)),
            popularity: slicesOf(errors.map(({ popularity }) => popularity)),
          },
        }
      : {}),
  };
}

/** The classes that hold anything. */
function slicesOf(folds: readonly ErrorSums[]): Slice[] {
  return classEnds.flatMap((to, at) => {
    const n = total(folds.map(({ counts }) => counts[at]));
    const squares = total(folds.map((fold) => fold.squares[at]));
    if (n === 0) return [];
    const from = at === 0 ? 0 : classEnds[at - 1] + 1;
    return [{ from, ...(to === Infinity ? {} : { to }), n, rmse: Math.sqrt(squares / n) }];
  });
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0);
}

function mean(numbers: readonly number[]): number {
  return total(numbers) / numbers.length;
}
