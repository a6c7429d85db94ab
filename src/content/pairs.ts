/**
 * Scores of pairs of texts by a cross-encoder: R. Nogueira, K. Cho, "Passage re-ranking with BERT", 2019, from ONNX files. Not
 * part of the core: models are loaded by onnxruntime-node.
 */
import type { Step } from "../compute/engine.ts";
import type { DownloadOptions } from "../data/download/download.ts";
import { MatineeError } from "../errors.ts";
import { openBert } from "./bert.ts";
import { findTextModel } from "./model-folder.ts";

export interface PairScorer {
  /** One score for each second text beside the first, as it comes out of the model (a logit); higher is better. */
  score(first: string, seconds: readonly string[], step: Step): Promise<Float32Array>;
}

/** Counted with the tokens that mark ends. */
const maxTokens = 512;

/** @throws PACKAGE_MISSING, TEXT_MODEL, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, CANCELLED */
export async function openPairScorer(model: string, threads = 1, options: DownloadOptions = {}): Promise<PairScorer> {
  const folder = await findTextModel(model, options);
  const bert = await openBert(folder, threads);
  return {
    async score(first, seconds, step) {
      const scores = new Float32Array(seconds.length);
      const pairs = seconds.map((second) => bert.encodePair(first, second, Math.min(maxTokens, bert.maxTokens)));
      const keep: Parameters<typeof bert.run>[1] = (pair, out, begin, size) => {
        if (size !== 1) {
          throw new MatineeError(
            "TEXT_MODEL",
            `${folder}: the model gives ${size} numbers for a pair of texts, not a score`,
            {
              fix: "give a cross-encoder, whose output is one logit",
            },
          );
        }
        scores[pair] = out[begin];
      };
      await bert.run(pairs, keep, step);
      return scores;
    },
  };
}
