import type { OpenEmbedder } from "../../src/content/embedder.ts";

/** Embeds without weights: texts whose trigrams overlap lie near each other. */
export const letterEmbedder: OpenEmbedder = async () => {
  const length = 24;
  return {
    length,
    async embed(texts, step) {
      const vectors = new Float32Array(texts.length * length);
      for (const [n, text] of texts.entries()) {
        const vector = vectors.subarray(n * length, (n + 1) * length);
        for (let at = 0; at <= text.length; at++) {
          let hash = 7;
          for (const letter of text.slice(at, at + 3)) hash = (31 * hash + letter.charCodeAt(0)) % 65_521;
          vector[hash % length] += 1;
        }
        const norm = Math.hypot(...vector);
        for (let k = 0; k < length; k++) vector[k] /= norm;
        await step(n + 1, texts.length);
      }
      return vectors;
    },
  };
};
