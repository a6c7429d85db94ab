/** Matinee in Node: everything in the core, and reading ratings, saved models, and the server. */
export { readArtifact, writeArtifact } from "./artifact/file.ts";
export { hnsw, type Index, type MakeIndex } from "./compute/hnsw.ts";
export { createEngine, type EngineOptions } from "./compute/pool.ts";
export { onnxEmbedder } from "./content/sentences.ts";
export * from "./core.ts";
export { type Filter, filterRatings } from "./data/filter.ts";
export { type ReadOptions, readRatings } from "./data/read.ts";
export { type SyntheticShape, syntheticRatings } from "./data/synthetic.ts";
export { writeRatingsCsv } from "./data/write.ts";
export { crossEncoder } from "./recommend/cross-encoder.ts";
export { llm } from "./recommend/llm.ts";
export { version } from "./version.ts";
