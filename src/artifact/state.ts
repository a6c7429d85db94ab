import type { Json, State, Tensor } from "../models/model.ts";
import { type Fail, isObject, type JsonObject, quoteValue } from "./json.ts";
import type { TensorStore } from "./tensor-store.ts";

/** A state without its tensors: what goes into the header. */
interface Outline {
  readonly [key: string]: Json;
}

/** How deep parts may lie within parts. */
export const MAX_PARTS_DEPTH = 16;

/** Names of tensors and parts are path segments: no "/", and nothing that could be mistaken for `__proto__`. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:+-]{0,99}$/;

/** Adds a state's tensors, and those of its parts, to the tensors of a file. Returns the outline: the state without tensors. */
export function writeState(tensors: Map<string, Tensor>, state: State, fail: Fail, path = "state", depth = 0): Outline {
  checkDepth(depth, path, fail);
  const { algorithm, facts } = state;
  for (const [name, { place }] of Object.entries(state.stored ?? {})) {
    throw fail(`${path}/${name} was left in ${place.path}: copy that file, or read it whole`);
  }
  for (const [name, tensor] of Object.entries(state.tensors)) {
    tensors.set(`${path}/${checkName(name, path, fail)}`, tensor);
  }
  if (!state.parts) return { algorithm, facts };
  const parts = Object.entries(state.parts).map(([name, part]) => {
    checkName(name, path, fail);
    return [name, writeState(tensors, part, fail, `${path}/parts/${name}`, depth + 1)];
  });
  return { algorithm, facts, parts: Object.fromEntries(parts) };
}

/** Reads the state of an outline, with tensors from the store. */
export function readState(store: TensorStore, outline: Json, fail: Fail, path = "state", depth = 0): State {
  checkDepth(depth, path, fail);
  if (!isObject(outline)) throw fail(`${path} is ${quoteValue(outline)}, not an object`);
  const extra = Object.keys(outline).find((key) => !["algorithm", "facts", "parts"].includes(key));
  if (extra !== undefined) throw fail(`${path} has an unknown field ${quoteValue(extra)}`);
  const { algorithm, facts } = ownFields(outline);
  if (typeof algorithm !== "string" || algorithm === "") {
    throw fail(`${path}: algorithm is ${quoteValue(algorithm)}, not a name`);
  }
  if (!isObject(facts)) throw fail(`${path}: facts is ${quoteValue(facts)}, not an object`);
  // fromEntries makes own properties whatever the names are
  const tensors = Object.fromEntries(
    store.takeFolder(path).map(([name, tensor]) => [checkName(name, path, fail), tensor]),
  );
  const inFile = store.takeStored(path);
  const state = { algorithm, facts, tensors, ...(inFile.length > 0 && { stored: Object.fromEntries(inFile) }) };
  const { parts } = ownFields(outline);
  if (parts === undefined) return state;
  if (!isObject(parts)) throw fail(`${path}: parts is ${quoteValue(parts)}, not an object`);
  const states = Object.entries(parts).map(([name, part]) => {
    checkName(name, path, fail);
    return [name, readState(store, part, fail, `${path}/parts/${name}`, depth + 1)] as const;
  });
  return { ...state, parts: Object.fromEntries(states) };
}

/** The same fields without a prototype, so that a missing one is undefined. */
function ownFields(object: JsonObject): { readonly [key: string]: Json | undefined } {
  return Object.assign(Object.create(null), object);
}

function checkName(name: string, path: string, fail: Fail): string {
  if (!NAME.test(name)) throw fail(`${path}: ${quoteValue(name)} cannot name a tensor or a part (${NAME.source})`);
  return name;
}

function checkDepth(depth: number, path: string, fail: Fail): void {
  if (depth > MAX_PARTS_DEPTH) throw fail(`${quoteValue(path)}: parts lie deeper than ${MAX_PARTS_DEPTH} levels`);
}
