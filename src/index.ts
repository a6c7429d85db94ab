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
export {
  type Entrant,
  type EntrantOptions,
  entrant,
  type Fitted,
  scorer,
  trainedEntrant,
  withSecondStage,
} from "./evaluate/entrant.ts";
export {
  defaultMetrics,
  type EvaluateOptions,
  type EvaluationResult,
  evaluate,
  type Journal,
} from "./evaluate/evaluate.ts";
export type { Estimate, Evaluation, Judged, Slice, Versus } from "./evaluate/evaluation.ts";
export { peopleIn } from "./evaluate/judge.ts";
export type { ListsMetric, Metric, MetricKind, Person, PersonMetric } from "./evaluate/metric.ts";
export { metricKinds, metricsNamed } from "./evaluate/metrics.ts";
export { type Standing, standingsOf } from "./evaluate/standings.ts";
export { type Random, random } from "./random.ts";
export { crossEncoder } from "./recommend/cross-encoder.ts";
export { llm } from "./recommend/llm.ts";
export { divideAs } from "./split/files.ts";
export { divide } from "./split/protocols.ts";
export { type Division, role, type Split, splitOf } from "./split/split.ts";
export { version } from "./version.ts";
