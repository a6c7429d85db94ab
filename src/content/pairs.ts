/**
 * Scores for pairs of texts by a cross-encoder from ONNX files (R. Nogueira, K. Cho, "Passage re-ranking with BERT", 2019). Not
 * part of the core: models are loaded by onnxruntime-node.
 */
import type { Step } from "../compute/engine.ts";
import type { DownloadOptions } from "../data/download/download.ts";
import { MatineeError } from "../errors.ts";
import { type DeviceOptions, openBert } from "./bert.ts";
import { findTextModel } from "./model-folder.ts";

export interface PairScorer {
  /** Scores each second text with the first: the output of the model (a logit); higher is better. */
  score(first: string, seconds: readonly string[], step: Step): Promise<Float32Array>;
}

/** Of a pair, with the tokens that mark ends. */
const maxTokens = 512;

/**
 * Opens a cross-encoder by the name of a model or its folder.
 *
 * @throws PACKAGE_MISSING, TEXT_MODEL, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, CANCELLED; CONFIG_INVALID for an unknown device
 */
export async function openPairScorer(
  model: string,
  { threads = 1, device = "cpu", ...download }: DownloadOptions & Partial<DeviceOptions> = {},
): Promise<PairScorer> {
  const folder = await findTextModel(model, download);
  const bert = await openBert(folder, { threads, device });
  return {
    async score(first, seconds, step) {
      const scores = new Float32Array(seconds.length);
      const pairs = seconds.map((second) => bert.encodePair(first, second, Math.min(maxTokens, bert.maxTokens)));
      const storeScore: Parameters<typeof bert.run>[1] = (pair, out, begin, size) => {
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
      await bert.run(pairs, storeScore, step);
      return scores;
    },
  };
}
