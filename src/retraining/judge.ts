/**
 * Whether a candidate may take the active model's place. The specifications of both are fitted to the same training part of today's data, and judged
 * by the same held-out ratings of the same users. The active artifact itself is not judged: it has learnt from most of what is held out, and
 * would win by memory.
 */
import { isDeepStrictEqual } from "node:util";
import type { Dataset } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { compare } from "../evaluate/compare.ts";
import { contender } from "../evaluate/contender.ts";
import type { EvaluationResult } from "../evaluate/evaluate.ts";
import type { Evaluation, ModelResult } from "../evaluate/evaluation.ts";
import { metricsNamed } from "../evaluate/metrics.ts";
import { testAgainstBest } from "../evaluate/paired-comparison.ts";
import type { RunOptions } from "../evaluate/run.ts";
import { describeTest, isDifferent } from "../evaluate/standings.ts";
import { resolveSpec } from "../models/configure.ts";
import type { ModelSpec } from "../models/model.ts";
import { popular } from "../models/specs.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import type { Splitter } from "../split/split.ts";
import { splits } from "../split/splits.ts";

const metric = "ndcg@10";

/** What was found of a candidate. */
export interface Judgement {
  /**
   * `first`: there is no active model; `better` and `level`: it may take the active one's place; `worse`: it may not; `unjudged`: it cannot
   * be told.
   */
  readonly verdict: "first" | "better" | "level" | "worse" | "unjudged";
  /** Why, in a sentence. */
  readonly reason: string;
  /** Of the candidate, the active model's specification where it is another, and the most rated films; absent where nothing could be measured. */
  readonly evaluation?: Evaluation;
}

/**
 * The specification of a trained model, to be trained anew; of one that was trained in stages, that of the first.
 * @throws MODEL_UNKNOWN, CONFIG_INVALID where this version of Matinee does not know it
 */
export function specOf({ state, record, predictor }: Trained): ModelSpec {
  const { config } = record.earlier?.[0] ?? record;
  const second = predictor && completed(predictor.state.algorithm, predictor.config);
  return { ...completed(state.algorithm, config), ...present({ predictor: second }) };
}

/** A specification with every setting, named by those that are not the defaults. @throws MODEL_UNKNOWN, CONFIG_INVALID */
export function completed(model: string, config: ModelSpec["settings"]): ModelSpec {
  const { name, settings } = resolveSpec({ model, settings: config } as ModelSpec);
  return { model, name, settings };
}

/**
 * Judges a candidate by NDCG@10 of what each user chose last. It is worse where a paired test over users says so, where its mean is below the
 * margin, or where a test finds it worse than the most rated films.
 *
 * @param active the specification of the active model; undefined where there is none
 * @param margin how far below the active model's its mean may be where the test finds no difference, as a share of it
 */
export async function judge(
  data: Dataset,
  candidate: ModelSpec,
  active: ModelSpec | undefined,
  { margin, ...running }: RunOptions & { readonly margin: number },
): Promise<Judgement> {
  // What predicts ratings for it orders no list.
  const [own, other] = [candidate, active].map((spec) => spec && completed(spec.model, spec.settings));
  const same = other !== undefined && isAlike(own!, other);
  const specs = [own!, ...(other && !same ? [other] : [])];
  const baseline = specs.some(({ model }) => model === "popular")
    ? undefined
    : completed("popular", popular().settings);
  if (baseline) specs.push(baseline);
  try {
    const compared = await compare(
      data,
      specs.map((spec) => contender(spec)),
      heldOut(data),
      { ...running, metrics: [metric] },
    );
    const { evaluation } = compared;
    const { failed } = resultOf(evaluation, own!);
    if (failed) throw new MatineeError(failed.code, `${own!.name}: ${failed.message}`, { fix: failed.fix });
    if (!active) return { verdict: "first", reason: "it is the first model", evaluation };
    const found: Finding = same
      ? { verdict: "level", reason: "it has the settings of the one before" }
      : weigh(data, compared, own!, other!, margin);
    const beside =
      baseline && (found.verdict === "better" || found.verdict === "level")
        ? weigh(data, compared, own!, baseline)
        : found;
    return { ...(beside.verdict === "worse" ? beside : found), evaluation };
  } catch (error) {
    if (!(error instanceof MatineeError) || !["SPLIT_INVALID", "METRIC_EMPTY"].includes(error.code)) throw error;
    const little = `too little is known to judge it: ${error.message}`;
    if (!active) return { verdict: "first", reason: "it is the first model" };
    if (same) return { verdict: "level", reason: `it has the settings of the one before; ${little}` };
    return { verdict: "unjudged", reason: little };
  }
}

function isAlike(one: ModelSpec, other: ModelSpec): boolean {
  return one.model === other.model && isDeepStrictEqual(one.settings, other.settings);
}

type Finding = Pick<Judgement, "verdict" | "reason">;

/** How a candidate does beside another model: by a paired test and, where a margin is given, by its mean. */
function weigh(
  data: Dataset,
  { evaluation, people }: EvaluationResult,
  candidate: ModelSpec,
  other: ModelSpec,
  margin = Number.POSITIVE_INFINITY,
): Finding {
  const { metrics, failed } = resultOf(evaluation, other);
  if (failed)
    return { verdict: "unjudged", reason: `${other.name}, which it would replace, failed: ${failed.message}` };
  const { mean } = metrics[metric];
  const two = [candidate, other].map(({ name }) => ({ name, terms: people.get(name)! }));
  const [test] = testAgainstBest(metricsNamed([metric], data), two, evaluation.split.seed);
  const reason = `by ${metric.toUpperCase()}, ${describeTest(test)}`;
  if (test.best === candidate.name) return { verdict: isDifferent(test) ? "better" : "level", reason };
  if (isDifferent(test)) return { verdict: "worse", reason };
  if (test.difference <= margin * mean) return { verdict: "level", reason };
  return { verdict: "worse", reason: `${reason}, which is more than the ${(100 * margin).toFixed(0)} % that may be` };
}

function resultOf({ models }: Evaluation, { name }: ModelSpec): ModelResult {
  return models.find((model) => model.name === name)!;
}

/** Each user's latest fifth; of data whose times tell nothing apart, a random fifth. */
function heldOut({ byUser: { rows, offsets, times } }: Dataset): Splitter {
  for (let user = 0; times && user < rows; user++) {
    for (let entry = offsets[user] + 1; entry < offsets[user + 1]; entry++) {
      if (times[entry] !== times[offsets[user]]) return splits.latest(0.8);
    }
  }
  return splits.perUser(0.8);
}
