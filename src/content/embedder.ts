/** The interface by which models turn texts into vectors. The caller that fits a model provides the embedder. */
import type { Step } from "../compute/engine.ts";

/** Turns texts into vectors. */
export interface Embedder {
  /** Length of every vector. */
  readonly length: number;
  /** A digest of all that the vectors depend on. Without one, a journal keeps no measurements of models that use this embedder. */
  readonly fingerprint?: string;
  /** Embeds texts: float32 [texts × length], a unit vector for each text, which does not depend on the other texts. */
  embed(texts: readonly string[], step: Step): Promise<Float32Array>;
}

/**
 * Opens an embedder by the name of a model or its folder, for a number of threads.
 *
 * @throws PACKAGE_MISSING, TEXT_MODEL, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, CANCELLED
 */
export type OpenEmbedder = (model: string, threads: number) => Promise<Embedder>;
