import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { dataFolder } from "./data.ts";

const root = resolve(import.meta.dirname, "../..");

/** Real weights for tests: MATINEE_TEST_MODELS, or ../shared/models beside the checkout. */
export const miniLm = resolve(root, process.env.MATINEE_TEST_MODELS ?? "../shared/models", "all-MiniLM-L6-v2");

/** A small BERT with random weights. */
export const tinyBert = resolve(dataFolder("."), "../golden/text/tiny-bert");

/** Options for a test that runs such models: skipped, saying why, where something is missing; never in continuous integration. */
export function needsOnnx(...folders: string[]): { skip?: string } {
  const missing = [join(root, "node_modules/onnxruntime-node"), ...folders].filter((folder) => !existsSync(folder));
  return missing.length === 0 || process.env.CI === "true" ? {} : { skip: `nothing at ${missing.join(", ")}` };
}

/** The folder of the small cross-encoder, made at `target` in the usual layout. */
export function tinyCrossEncoder(target: string): string {
  mkdirSync(join(target, "onnx"), { recursive: true });
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    cpSync(join(tinyBert, name), join(target, name));
  }
  cpSync(join(tinyBert, "onnx/cross.onnx"), join(target, "onnx/model.onnx"));
  return target;
}
