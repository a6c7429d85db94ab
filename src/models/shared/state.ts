import { MatineeError } from "../../errors.ts";
import type { State, Tensor } from "../model.ts";

/**
 * A tensor of a state, checked, since a state may come from any file.
 *
 * @param shape what each extent must be; undefined for any
 * @throws ARTIFACT_CONTENT where the tensor is missing, of another type or of another shape
 */
export function tensorOf<T extends Tensor["data"]>(
  state: State,
  name: string,
  type: new (length: number) => T,
  ...shape: readonly (number | undefined)[]
): T {
  const tensor = Object.hasOwn(state.tensors, name) ? state.tensors[name] : undefined;
  const fits =
    tensor?.data instanceof type &&
    tensor.shape.length === shape.length &&
    shape.every((extent, n) => extent === undefined || extent === tensor.shape[n]);
  if (fits) return tensor.data as T;
  const wanted = `${type.name} [${shape.map((extent) => extent ?? "any").join(" × ")}]`;
  const found = tensor ? `${tensor.data.constructor.name} [${tensor.shape.join(" × ")}]` : "missing";
  throw stateError(state, `tensor ${name} is ${found} where ${wanted} belongs`);
}

/** A number among the facts of a state. @throws ARTIFACT_CONTENT */
export function numberOf({ facts, ...state }: State, name: string): number {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw stateError(state, `fact ${name} is ${JSON.stringify(value)} where a number belongs`);
}

/** A text among the facts of a state. @throws ARTIFACT_CONTENT */
export function textOf({ facts, ...state }: State, name: string): string {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (typeof value === "string") return value;
  throw stateError(state, `fact ${name} is ${JSON.stringify(value)} where a text belongs`);
}

/** One of several words among the facts of a state. @throws ARTIFACT_CONTENT */
export function choiceOf<T extends string>({ facts, ...state }: State, name: string, choices: readonly T[]): T {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw stateError(state, `fact ${name} is ${JSON.stringify(value)} where one of ${choices.join(", ")} belongs`);
}

/** A list of so many texts among the facts of a state. @throws ARTIFACT_CONTENT */
export function textListOf({ facts, ...state }: State, name: string, length: number): readonly string[] {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  const texts = Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
  if (Array.isArray(value) && value.length === length && texts.length === length) return texts;
  throw stateError(state, `fact ${name} is not a list of ${length} texts`);
}

/** A child of a state. @throws ARTIFACT_CONTENT */
export function childOf({ parts = {}, ...state }: State, name: string): State {
  if (Object.hasOwn(parts, name)) return parts[name];
  throw stateError(state, `its part ${name} is missing`);
}

/**
 * Checks lists in one array: list i is `indices[offsets[i] .. offsets[i + 1]]`, each index in 0 .. below − 1.
 * @throws ARTIFACT_CONTENT
 */
export function checkIndexLists(state: State, offsets: Int32Array, indices: Int32Array, below: number): void {
  // Plain loops: there may be millions.
  let ascending = offsets[0] === 0;
  for (let n = 1; n < offsets.length; n++) ascending &&= offsets[n] >= offsets[n - 1];
  if (!ascending || offsets[offsets.length - 1] !== indices.length) {
    throw stateError(state, `its offsets do not ascend from 0 to ${indices.length}`);
  }
  for (let n = 0; n < indices.length; n++) {
    if (indices[n] >= 0 && indices[n] < below) continue;
    throw stateError(state, `index ${indices[n]} at ${n} is outside 0..${below - 1}`);
  }
}

/** Checks rows of a sparse matrix: lists whose indices ascend. @throws ARTIFACT_CONTENT */
export function checkRows(state: State, offsets: Int32Array, indices: Int32Array, columns: number): void {
  checkIndexLists(state, offsets, indices, columns);
  for (let row = 0; row < offsets.length - 1; row++) {
    for (let n = offsets[row] + 1; n < offsets[row + 1]; n++) {
      if (indices[n] <= indices[n - 1]) throw stateError(state, `the indices of row ${row} do not ascend at ${n}`);
    }
  }
}

export function stateError({ algorithm }: Pick<State, "algorithm">, what: string): MatineeError {
  return new MatineeError("ARTIFACT_CONTENT", `the model ${algorithm} does not fit together: ${what}`);
}
