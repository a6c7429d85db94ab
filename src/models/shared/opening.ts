/** What is checked of every state when it is opened, since a state may come from any file; models check what only they know of. */
import { MatineeError } from "../../errors.ts";
import type { Algorithm, Json, State, Tensor } from "../model.ts";
import { readSetting, settingsOf } from "./settings.ts";
import { stateError } from "./state.ts";

/** No model has greater numbers. Products of two are within single precision. */
const greatest = 1e15;

/**
 * The algorithm, refusing states with NaN or numbers beyond ±1e15, but for NaN in `missingAsNaN`, with facts that its settings of the same
 * names do not take, or with a rating scale that ends before it begins: all as ARTIFACT_CONTENT.
 */
export function checkWhenOpened<S>(algorithm: Algorithm<S>): Algorithm<S> {
  return {
    ...algorithm,
    open(state, engine) {
      for (const [name, tensor] of Object.entries(state.tensors)) {
        const value = firstBadValue(tensor, algorithm.missingAsNaN?.includes(name) === true, greatest);
        if (value !== undefined) throw stateError(state, `tensor ${name} holds ${value}`);
      }
      for (const [name, fact] of Object.entries(state.facts)) checkFact(algorithm, state, name, fact);
      const { min, max } = state.facts;
      if (typeof min === "number" && typeof max === "number" && !(min <= max)) {
        throw stateError(state, `its ratings end at ${max} and begin at ${min}`);
      }
      return algorithm.open(state, engine);
    },
  };
}

function checkFact(
  { name: model, settings }: Pick<Algorithm, "name" | "settings">,
  state: State,
  name: string,
  fact: Json,
): void {
  if (typeof fact === "number" && !(Math.abs(fact) <= greatest)) throw stateError(state, `fact ${name} is ${fact}`);
  if (!Object.hasOwn(settingsOf(settings), name)) return;
  try {
    readSetting(model, settings, name, fact);
  } catch (error) {
    if (!(error instanceof MatineeError)) throw error;
    throw stateError(state, `fact ${name} is ${JSON.stringify(fact)}: ${error.fix}`);
  }
}

/** The first number of a tensor that is NaN or beyond ±`most`. */
export function firstBadValue({ data }: Tensor, missingAsNaN: boolean, most = Number.MAX_VALUE): number | undefined {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  for (let n = 0; n < data.length; n++) {
    const value = data[n];
    // written so that NaN fails too
    if (!(Math.abs(value) <= most) && !(missingAsNaN && Number.isNaN(value))) return value;
  }
  return undefined;
}
