/** The losses of models that learn in epochs. */
import type { State } from "./model.ts";
import { algorithms } from "./registry.ts";
import { stateError } from "./shared/state.ts";
import type { Trained } from "./trained.ts";

/** The loss of each epoch of a model, of one of its parts, or of what predicts ratings beside it. */
export interface LossCurve {
  /** The algorithm. */
  readonly model: string;
  /** What a loss is: "mean squared error of the training ratings …". */
  readonly loss: string;
  /** In the order of epochs, those of earlier trainings first. */
  readonly losses: readonly number[];
  /** How many epochs each training had, the first one first. */
  readonly stages: readonly number[];
}

/**
 * The losses of the epochs of a trained model: of the model itself, of the parts of a blend, and of the model that predicts ratings
 * beside it. Models that do not learn in epochs have none. A loss is that of the training ratings, and does not tell how good a model is.
 *
 * @throws ARTIFACT_CONTENT where the losses are no list of numbers
 * @example
 * import { lossCurves, mf, train } from "matinee";
 * using factors = await train(data, mf({ epochs: 5 }));
 * lossCurves(factors.trained)[0].losses; // five numbers, falling
 */
export function lossCurves({ state, record: { earlier = [] }, predictor }: Trained): LossCurve[] {
  const stages = earlier.map(({ epochs }) => epochs);
  return [...curvesOf(state, stages), ...(predictor ? curvesOf(predictor.state, []) : [])];
}

function curvesOf(state: State, earlier: readonly number[]): LossCurve[] {
  const parts = Object.values(state.parts ?? {}).flatMap((part) => curvesOf(part, []));
  const loss = algorithms.find(({ name }) => name === state.algorithm)?.learnsInEpochs?.loss;
  const losses = loss === undefined ? [] : lossesOf(state);
  if (loss === undefined || losses.length === 0) return parts;
  const last = losses.length - earlier.reduce((sum, epochs) => sum + epochs, 0);
  return [{ model: state.algorithm, loss, losses, stages: [...earlier, last] }, ...parts];
}

/** The fact `losses`. @throws ARTIFACT_CONTENT */
export function lossesOf(state: State): readonly number[] {
  const losses = Object.hasOwn(state.facts, "losses") ? state.facts.losses : [];
  const numbers = Array.isArray(losses) ? losses.filter((loss) => typeof loss === "number") : [];
  if (Array.isArray(losses) && numbers.length === losses.length) return numbers;
  throw stateError(state, "fact losses is not a list of numbers");
}
