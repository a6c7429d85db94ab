/** What is checked of every state when it is opened, since a state may come from any file; models check what only they know of. */
import { MatineeError } from "../../errors.ts";
import type { Algorithm, Json, State, Tensor } from "../model.ts";
import { readSetting, settingsOf } from "./settings.ts";
import { stateError } from "./state.ts";

/** No model has greater numbers. Products of two are within single precision. */
const greatest = 1e15;

/**
 * The algorithm, refusing states with numbers beyond ±1e15, with numbers that its settings of the same names do not take, or with a rating
 * scale that ends before it begins: all as ARTIFACT_CONTENT. NaN and ±Infinity, which training may leave behind, are told when a model
 * is saved or asked, and refused where a file is read (src/models/finite.ts).
 */
export function checkWhenOpened<S>(algorithm: Algorithm<S>): Algorithm<S> {
  return {
    ...algorithm,
    open(state, engine) {
      for (const [name, tensor] of Object.entries(state.tensors)) {
        const value = firstBeyond(tensor);
        if (value !== undefined) throw stateError(state, `tensor ${name} holds ${value}`);
      }
      for (const [name, fact] of Object.entries(state.facts)) checkFact(algorithm, state, name, fact);
      const { min, max } = state.facts;
      if (typeof min === "number" && typeof max === "number" && min > max) {
        throw stateError(state, `its ratings end at ${max} and begin at ${min}`);
      }
      return algorithm.open(state, engine);
    },
  };
}

function checkFact(
  { name: model, settings, otherFacts }: Pick<Algorithm, "name" | "settings" | "otherFacts">,
  state: State,
  name: string,
  fact: Json,
): void {
  if (typeof fact !== "number" || !Number.isFinite(fact)) return;
  if (Math.abs(fact) > greatest) throw stateError(state, `fact ${name} is ${fact}`);
  const setting = otherFacts?.includes(name) ? undefined : settingsOf(settings)[name];
  if (setting?.type !== "integer" && setting?.type !== "number") return;
  try {
    readSetting(model, settings, name, fact);
  } catch (error) {
    if (!(error instanceof MatineeError)) throw error;
    throw stateError(state, `fact ${name} is ${fact}: ${error.fix}`);
  }
}

function firstBeyond({ data }: Tensor): number | undefined {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  return data.find((value) => Math.abs(value) > greatest && Number.isFinite(value));
}
