/**
 * A cross-encoder as reranker: it reads the films that the user likes and the description of a candidate together, and scores
 * the pair.
 *
 *   first text:  up to 30 liked films, best rated first: "Heat (1995) (Action, Crime); Fargo (1996) (Crime)"
 *   second text: the candidate as the model text describes it: "Casino (1995), Crime, Drama"
 *
 * Of pairs longer than 512 tokens the longer text is cut, so that candidates keep theirs. A user who likes nothing keeps the
 * order of the first stage. 50 pairs of 512 tokens are some 500 GFlop.
 */
import type { Static } from "typebox";
import { descriptionOf, mostLiked, profileText } from "../../content/description.ts";
import { openPairScorer } from "../../content/pairs.ts";
import type { DownloadOptions } from "../../data/download/download.ts";
import { checkCancelled } from "../../data/progress.ts";
import { makeOnce } from "../../make-once.ts";
import { Type } from "../../models/shared/schema.ts";
import { completeSettings } from "../../models/shared/settings.ts";
import type { Reranker } from "./rerank.ts";

/** As many as in the study that this follows; more would not fit in 512 tokens. */
const maxLiked = 30;

export const crossEncoderConfig = Type.Object({
  model: Type.String({
    default: "cross-encoder/ms-marco-MiniLM-L-6-v2",
    description: "a name on the Hugging Face hub, or a folder with config.json, tokenizer.json and onnx/model.onnx",
  }),
});

/**
 * Makes a reranker by a cross-encoder, a language model that reads what the user liked together with each candidate. It is loaded
 * with the first list. Settings are in docs/reranking.md.
 *
 * @param options device: an execution provider of onnxruntime, such as "cuda"; "cpu" unless given
 * @throws CONFIG_INVALID; and, with lists, PACKAGE_MISSING, TEXT_MODEL, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM
 * @example
 * import { crossEncoder } from "matinee";
 * await recommender.recommend({ user: 3, rerank: crossEncoder() });
 */
export function crossEncoder(
  set: Readonly<Record<string, unknown>> = {},
  options: DownloadOptions & { readonly threads?: number; readonly device?: string } = {},
): Reranker {
  const { model } = completeSettings("cross-encoder", crossEncoderConfig, set) as Static<typeof crossEncoderConfig>;
  const scorer = makeOnce(() => openPairScorer(model, options));
  return {
    name: "cross-encoder",
    async rerank({ profile }, candidates, { info, signal }) {
      const liked = profileText(info.catalog, mostLiked(info, profile, maxLiked));
      if (liked === "") return { order: [], failure: "nothing is known that they like" };
      const texts = candidates.map(({ item }) => descriptionOf(info.catalog, item));
      const { score } = await scorer();
      const scores = await score(liked, texts, async () => checkCancelled(signal, "reranking"));
      const order = candidates.map(({ item }, n) => ({ item, score: scores[n] }));
      return { order: order.sort((a, b) => b.score - a.score) };
    },
  };
}
