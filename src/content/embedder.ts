/** What turns texts into vectors. Models know this much of it; who loads weights is up to whoever fits them. */
import type { Step } from "../compute/engine.ts";

export interface Embedder {
  /** Of every vector. */
  readonly length: number;
  /** float32 [texts × length]: a vector of length 1 for each text, the same whatever texts are beside it. */
  embed(texts: readonly string[], step: Step): Promise<Float32Array>;
}

/**
 * Finds an embedder by the name of a model or its folder, to work on so many threads.
 * @throws PACKAGE_MISSING, TEXT_MODEL, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, CANCELLED
 */
export type OpenEmbedder = (model: string, threads: number) => Promise<Embedder>;
