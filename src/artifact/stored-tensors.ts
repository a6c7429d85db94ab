/** Which tensors of a file may stay there, and what is found out about them when the file is read. */
import { finishInSteps } from "../in-steps.ts";
import type { Json, State, StoredRows } from "../models/model.ts";
import { algorithms } from "../models/registry.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import { isObject } from "./json.ts";
import type { TensorEntry } from "./safetensors.ts";

const storedRowsOf = (name: Json | undefined) => algorithms.find((one) => one.name === name)?.storedRows;

/**
 * Tensors of a file that its algorithms need not have in memory.
 *
 * @param outlines of states, by the paths of their tensors
 * @param which whether all of them, or those that no answer needs
 */
export function tensorsToLeave(
  outlines: Readonly<Record<string, Json | undefined>>,
  entries: readonly TensorEntry[],
  which: "all" | "unasked",
): readonly TensorEntry[] {
  const names = new Set(Object.entries(outlines).flatMap(([path, outline]) => namesIn(outline, path, which)));
  return entries.filter(({ name, dtype, shape }) => names.has(name) && dtype === "F32" && shape.length === 2);
}

function namesIn(outline: Json | undefined, path: string, which: "all" | "unasked"): string[] {
  if (!isObject(outline)) return [];
  const { algorithm, parts } = outline as { readonly [key: string]: Json | undefined };
  const { tensors = [], unasked = [] } = storedRowsOf(algorithm) ?? {};
  const ofParts = Object.entries(isObject(parts) ? parts : {});
  return [
    ...[...unasked, ...(which === "all" ? tensors : [])].map((tensor) => `${path}/${tensor}`),
    ...ofParts.flatMap(([name, part]) => namesIn(part, `${path}/parts/${name}`, which)),
  ];
}

/** The model with what its algorithms need to know of all rows that stay in the file. @param step awaited between portions @throws ARTIFACT_CONTENT */
export async function withSummaries(trained: Trained, step: () => Promise<void>): Promise<Trained> {
  const { state, predictor } = trained;
  return {
    ...trained,
    state: await summarised(state, step),
    ...present({ predictor: predictor && { ...predictor, state: await summarised(predictor.state, step) } }),
  };
}

async function summarised(state: State, step: () => Promise<void>): Promise<State> {
  const { parts, tensors } = state;
  const summary = askedRows(state).length > 0 ? storedRowsOf(state.algorithm)?.summary?.(state) : undefined;
  const own = summary && (await finishInSteps(summary, step));
  const ofParts: Record<string, State> = {};
  for (const [name, part] of Object.entries(parts ?? {})) ofParts[name] = await summarised(part, step);
  return { ...state, tensors: { ...tensors, ...own }, ...(parts && { parts: ofParts }) };
}

/** Rows that answers read from a file, of a state without its parts. */
function askedRows({ algorithm, stored }: State): StoredRows[] {
  const { tensors = [] } = storedRowsOf(algorithm) ?? {};
  return tensors.flatMap((name) => (stored && Object.hasOwn(stored, name) ? [stored[name]] : []));
}

/** Bytes of what answers read from files; 0 where all of it is in memory. */
export function storedBytes({ state, predictor }: Pick<Trained, "state" | "predictor">): number {
  const bytesIn = (one: State): number =>
    askedRows(one).reduce((sum, { rows, length }) => sum + 4 * rows * length, 0) +
    Object.values(one.parts ?? {}).reduce((sum, part) => sum + bytesIn(part), 0);
  return bytesIn(state) + (predictor ? bytesIn(predictor.state) : 0);
}
