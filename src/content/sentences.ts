/**
 * Sentence embeddings as the package sentence-transformers computes them: the mean of the last layer over all tokens, at
 * most 256, as a unit vector. Not part of the core: models are loaded by onnxruntime-node.
 */
import { join } from "node:path";
import { defaultCacheFolder } from "../data/download/cache-folder.ts";
import type { DownloadOptions } from "../data/download/download.ts";
import { MatineeError } from "../errors.ts";
import { type Bert, type DeviceOptions, openBert } from "./bert.ts";
import type { Embedder, OpenEmbedder } from "./embedder.ts";
import { openEmbeddingCache } from "./embedding-cache.ts";
import { findTextModel } from "./model-folder.ts";

/** Of a text, with the tokens that mark the ends. */
const maxTokens = 256;
/** Texts after which embeddings are saved: an interruption loses no more. */
const saveEvery = 1024;

/** Opens an embedder from the files in a folder, without a cache. @throws PACKAGE_MISSING, TEXT_MODEL */
export async function openSentenceModel(
  folder: string,
  options: DeviceOptions,
): Promise<Omit<Embedder, "fingerprint"> & Pick<Bert, "fingerprint">> {
  const bert = await openBert(folder, options);
  const { width: length, fingerprint } = bert;
  return {
    length,
    fingerprint,
    async embed(texts, step) {
      const vectors = new Float32Array(texts.length * length);
      const pool: Parameters<Bert["run"]>[1] = (text, out, begin, size) => {
        vectors.set(poolMean(folder, out.subarray(begin, begin + size), length), text * length);
      };
      const tokens = texts.map((text) => bert.encode(text, Math.min(maxTokens, bert.maxTokens)));
      await bert.run(tokens, pool, step);
      return vectors;
    },
  };
}

/**
 * Embedders from ONNX files: in a folder, in one below MATINEE_MODELS, or downloaded. Embeddings are cached by their text,
 * so that each is computed once. The packages onnxruntime-node and @huggingface/tokenizers are loaded at the first use.
 *
 * @param options device: an execution provider of onnxruntime, such as "cuda"; "cpu" unless given. Each device has its own cache, since they
 *   round differently
 * @throws when it embeds: PACKAGE_MISSING, TEXT_MODEL, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, CANCELLED; CONFIG_INVALID for a device that
 *   onnxruntime does not know
 * @example
 * import { onnxEmbedder, text, train } from "matinee";
 * await train(data, text(), { embedder: onnxEmbedder() });
 */
export function onnxEmbedder(options: DownloadOptions & Pick<DeviceOptions, "device"> = {}): OpenEmbedder {
  const { device = "cpu" } = options;
  return async (model, threads) => {
    const folder = await findTextModel(model, options);
    const { length, embed, ...opened } = await openSentenceModel(folder, { threads, device });
    const fingerprint = [await opened.fingerprint(), ...(device === "cpu" ? [] : [device])].join("-");
    const cacheFolder = join(options.cacheFolder ?? defaultCacheFolder(), "embeddings", fingerprint);
    return {
      length,
      fingerprint,
      async embed(texts, step) {
        const cache = await openEmbeddingCache(cacheFolder, length);
        const missing = [...new Set(texts)].filter((text) => !cache.get(text));
        for (let from = 0; from < missing.length; from += saveEvery) {
          const part = missing.slice(from, from + saveEvery);
          await cache.add(part, await embed(part, (done) => step(from + done, missing.length)));
        }
        const all = new Float32Array(texts.length * length);
        for (const [n, text] of texts.entries()) all.set(cache.get(text)!, n * length);
        return all;
      },
    };
  };
}

/** Mean pooling: the mean of the tokens' vectors, as a unit vector. */
function poolMean(folder: string, tokens: Float32Array, length: number): Float64Array {
  if (tokens.length === 0 || tokens.length % length !== 0) {
    const message = `${folder}: the model gives ${tokens.length} numbers for a text, which are not ${length} a token`;
    throw new MatineeError("TEXT_MODEL", message, {
      fix: "give a model for embeddings, whose output is last_hidden_state",
    });
  }
  const mean = new Float64Array(length);
  for (let n = 0; n < tokens.length; n += length) for (let k = 0; k < length; k++) mean[k] += tokens[n + k];
  const norm = Math.hypot(...mean);
  return mean.map((value) => value / norm);
}
