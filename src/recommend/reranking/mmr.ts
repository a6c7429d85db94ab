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
    async rerank(_query, candidates, { info, model, k }) {
      const similarityOf =
        similarity === "genres" ? byGenres(info.catalog, candidates) : byModel(model, candidates, info.items.size);
      const scores = candidates.map(({ score }) => score);
      const [low, high] = [Math.min(...scores), Math.max(...scores)];
      const relevance = scores.map((score) => (high > low ? (score - low) / (high - low) : 1));
      const nearest = new Float64Array(candidates.length);
      const left = new Set(candidates.keys());
      const order: { item: number; score: number }[] = [];
      while (order.length < Math.min(k, candidates.length)) {
        const worth = (n: number) => lambda * relevance[n] - (1 - lambda) * nearest[n];
        let best = -1;
        for (const n of left) if (best < 0 || worth(n) > worth(best)) best = n;
        order.push({ item: candidates[best].item, score: worth(best) });
        left.delete(best);
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
function byModel(model: Model, candidates: readonly Candidate[], items: number): Similarity {
  if (!model.similarItems) {
    throw new MatineeError("CAPABILITY_MISSING", "the model does not compare films, and mmr is to go by that", {
      fix: "leave out similarity=model, or choose a model that compares films, such as ease",
    });
  }
  const out = new Float64Array(items);
  const rows = candidates.map(({ item }) => {
    model.similarItems!(item, out);
    return candidates.map(({ item: other }) => Math.max(0, out[other]));
  });
  const greatest = Math.max(...rows.flat());
  return (n, m) => (greatest > 0 ? rows[m][n] / greatest : 0);
}
