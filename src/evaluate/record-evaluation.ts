/** What a saved model says of its evaluation. */
import { isDeepStrictEqual } from "node:util";
import { MatineeError } from "../errors.ts";
import type { RecordedEvaluation, Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import type { Evaluation, ModelResult } from "./evaluation.ts";

/**
 * A trained model that says how models of its settings did in an evaluation of the same data, for its card and its file.
 *
 * @throws USAGE where the evaluation is of other data, has no model with these settings, or the model was trained in stages
 * @example
 * import { compare, ease, recordEvaluation, splits, train, writeArtifact } from "matinee";
 * const { evaluation } = await compare(data, [ease()], splits.perUser(0.8), { metrics: ["ndcg@10"] });
 * using best = await train(data, ease());
 * await writeArtifact("films.matinee", recordEvaluation(best.trained, evaluation));
 */
export function recordEvaluation(trained: Trained, evaluation: Evaluation): Trained {
  const { record, state, info } = trained;
  if (evaluation.data.fingerprint !== record.data) {
    throw new MatineeError("USAGE", `the evaluation is of ${evaluation.data.name}, the model of other ratings`, {
      fix: `evaluate on ${info.name} as the model was trained on it`,
    });
  }
  if (record.earlier) {
    throw new MatineeError("USAGE", `the ${state.algorithm} was trained in stages, and an evaluation trains at once`, {
      fix: "record the evaluation of a model that is trained at once; or evaluate this one as it is, by trainedContender",
    });
  }
  const result = evaluation.models.find(({ model, config, failed }) => {
    return model === state.algorithm && isDeepStrictEqual(config, record.config) && !failed;
  });
  if (!result) {
    throw new MatineeError("USAGE", `the evaluation has no ${state.algorithm} with the settings of the model`, {
      fix: "evaluate a model with the same settings",
    });
  }
  return { ...trained, record: { ...record, evaluation: evaluationRecord(evaluation, result) } };
}

/** What is recorded of one model's result. */
export function evaluationRecord(
  { version, split, view, relevant }: Evaluation,
  { metrics }: ModelResult,
): RecordedEvaluation {
  return {
    version,
    split: split.name,
    ...{ seed: split.seed, train: split.train, test: split.test, people: split.people, view, relevant },
    metrics: Object.entries(metrics).map(([name, { mean, low, high, n }]) => ({
      name,
      mean,
      n,
      ...present({ low, high }),
    })),
  };
}
