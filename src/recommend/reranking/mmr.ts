/**
 * Variety by maximal marginal relevance: J. Carbonell, J. Goldstein, "The use of MMR, diversity-based reranking for reordering
 * documents and producing summaries", SIGIR 1998. The list grows by one candidate after the other:
 *
 *   next = argmax_{i not in S} λ rel(i) − (1 − λ) max_{j ∈ S} sim(i, j)        S: the list so far; at first, the second term is 0
 *   rel(i) = (s_i − min s) / (max s − min s) over the candidates                s: scores of the first stage
 *   sim by genres: |G_i ∩ G_j| / √(|G_i| |G_j|), the cosine of the films' genres; 0 where a film has none
 *   sim by model: what the model calls similar films, over the greatest among the candidates; below 0 counts as 0
 *
 * λ = 1 leaves the list as it is.
 */
import type { Static } from "typebox";
import type { Step } from "../../compute/engine.ts";
import { type Catalog, labelsOf } from "../../data/catalog.ts";
import { MatineeError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import { Type } from "../../models/shared/schema.ts";
import { completeSettings } from "../../models/shared/settings.ts";
import type { Candidate, Reranker } from "./rerank.ts";

export const mmrConfig = Type.Object({
  lambda: Type.Number({
    default: 0.7,
    minimum: 0,
    maximum: 1,
    description: "λ: 1 ranks by the model's scores alone, 0 by dissimilarity to the films before",
  }),
  similarity: Type.Enum(["genres", "model"], {
    default: "genres",
    description: "how films are compared: by genres, or by the model's similarity",
  }),
});

/**
 * Makes a reranker for variety: maximal marginal relevance. Settings are in docs/reranking.md.
 *
 * @throws CONFIG_INVALID
 * @example
 * import { mmr } from "matinee";
 * const films = await recommender.recommend({ user: 3, rerank: mmr({ lambda: 0.7 }), pool: 30 });
 */
export function mmr(set: Readonly<Record<string, unknown>> = {}): Reranker {
  const { lambda, similarity } = completeSettings("mmr", mmrConfig, set) as Static<typeof mmrConfig>;
  return {
    name: "mmr",
    async rerank(_query, candidates, { info, model, k, step }) {
      const similarityOf =
        similarity === "genres"
          ? byGenres(info.catalog, candidates)
          : await byModel(model, candidates, info.items.size, step);
      const scores = candidates.map(({ score }) => score);
      const [low, high] = [Math.min(...scores), Math.max(...scores)];
      const relevance = scores.map((score) => (high > low ? (score - low) / (high - low) : 1));
      const nearest = new Float64Array(candidates.length);
      const left = Array.from(candidates.keys());
      const order: { item: number; score: number }[] = [];
      while (order.length < Math.min(k, candidates.length)) {
        let [at, greatest] = [-1, Number.NEGATIVE_INFINITY];
        for (let n = 0; n < left.length; n++) {
          const worth = lambda * relevance[left[n]] - (1 - lambda) * nearest[left[n]];
          if (worth > greatest) [at, greatest] = [n, worth];
        }
        const [best] = left.splice(at, 1);
        order.push({ item: candidates[best].item, score: greatest });
        for (const n of left) nearest[n] = Math.max(nearest[n], similarityOf(n, best));
      }
      return { order };
    },
  };
}

type Similarity = (n: number, m: number) => number;

function byGenres({ genres }: Catalog, candidates: readonly Candidate[]): Similarity {
  const sets = candidates.map(({ item }) => new Set(labelsOf(genres, item)));
  return (n, m) => {
    const common = [...sets[n]].filter((genre) => sets[m].has(genre)).length;
    return common === 0 ? 0 : common / Math.sqrt(sets[n].size * sets[m].size);
  };
}

/** @throws CAPABILITY_MISSING where the model does not compare films */
async function byModel(
  model: Model,
  candidates: readonly Candidate[],
  items: number,
  step: Step = async () => {},
): Promise<Similarity> {
  if (!model.similarItems) {
    throw new MatineeError("CAPABILITY_MISSING", "the model does not compare films, and mmr is to go by that", {
      fix: "leave out similarity=model, or choose a model that compares films, such as ease",
    });
  }
  const out = new Float64Array(items);
  const count = candidates.length;
  const among = Int32Array.from(candidates, ({ item }) => item);
  const rows = new Float64Array(count * count);
  let greatest = 0;
  for (let n = 0; n < count; n++) {
    model.similarItems(among[n], out, among);
    for (let m = 0; m < count; m++) {
      const similarity = out[among[m]];
      if (similarity > 0) rows[n * count + m] = similarity;
      if (similarity > greatest) greatest = similarity;
    }
    await step(n + 1, count);
  }
  return (n, m) => (greatest > 0 ? rows[m * count + n] / greatest : 0);
}
