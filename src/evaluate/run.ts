/** What `compare`, `tune` and `coldStart` have in common: their options, and an engine while they run. */
import { checkDataset, checkList, checkOptions } from "../check-arguments.ts";
import type { Engine } from "../compute/engine.ts";
import { createEngine, type EngineOptions } from "../compute/pool.ts";
import { onnxEmbedder } from "../content/sentences.ts";
import type { Dataset } from "../data/dataset.ts";
import type { ModelSpec } from "../models/model.ts";
import { present } from "../present.ts";
import { type Contender, contender } from "./contender.ts";
import type { EvaluateOptions } from "./evaluate.ts";

/** Options of every evaluation. An engine that is given takes the place of `threads` and `arithmetic`. */
export interface RunOptions extends Omit<EvaluateOptions, "metrics" | "journal" | "partial">, EngineOptions {}

/** The names of `RunOptions`, for `checkOptions`. */
export const runOptionNames = Object.keys({
  relevant: true,
  view: true,
  seed: true,
  threads: true,
  arithmetic: true,
  engine: true,
  memory: true,
  embedder: true,
  onProgress: true,
  signal: true,
} satisfies Record<keyof RunOptions, true>);

/**
 * Checks what `compare` and `coldStart` are given, and makes specifications contenders.
 * @throws USAGE, MODEL_UNKNOWN, CONFIG_INVALID
 */
export function resolveContenders(
  call: string,
  data: Dataset,
  contenders: readonly (ModelSpec | Contender)[],
  options: { readonly metrics?: readonly string[] },
  optionNames: readonly string[],
): Contender[] {
  checkDataset(call, data);
  checkOptions(call, options, optionNames);
  checkList(call, "contenders", contenders);
  checkList(call, "metrics", options.metrics);
  return contenders.map((model) => {
    return typeof model === "object" && model !== null && "fit" in model ? model : contender(model);
  });
}

/** What `evaluate` takes of the options. Text models are read from ONNX files unless an embedder is given. */
export type Evaluating = Omit<RunOptions, keyof EngineOptions> & { readonly engine: Engine };

/** Runs an evaluation with the engine of the options, or with one that is disposed of in the end. */
export async function withEngine<T>(options: RunOptions, run: (evaluating: Evaluating) => Promise<T>): Promise<T> {
  const { threads, arithmetic, engine, signal, ...rest } = options;
  using own = engine ? undefined : await createEngine(present({ threads, arithmetic }));
  return await run({
    embedder: onnxEmbedder(present({ signal })),
    ...rest,
    ...present({ signal }),
    engine: engine ?? own!,
  });
}
