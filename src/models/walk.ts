/**
 * Random walks over a graph of films and what they have in common.
 *
 * rp3beta: B. Paudel, F. Christoffel, C. Newell, A. Bernstein, "Updatable, accurate, diverse, and scalable recommendations for
 * interactive applications", ACM TiiS 7(1), 2016. From a person to a film they rated, on to somebody who rated it, and to a film
 * of theirs; P³α raises each chance to the power α, RP³β divides by a power of how often the film was rated:
 *
 *   w_ij = Σ_v (r_vi / m_i)^α (r_vj / m_v)^α / n_j^β, i ≠ j       r: ratings above 0, m: their sum over a film or a person,
 *   score(u, j) = Σ_{i ∈ R(u): j ∈ N_k(i)} r_ui^α w_ij            n_j: number of ratings, N_k(i): the k greatest w_ij
 *
 * pagerank: L. Page, S. Brin, R. Motwani, T. Winograd, "The PageRank citation ranking", 1999, personalised by T. Haveliwala,
 * "Topic-sensitive PageRank", WWW 2002. A walk starts at films of the person, and at each film goes on with the chance d, through a
 * genre, a tag, a decade or a person:
 *
 *   M_ij = Σ_kinds (share of the kind / shares of the kinds that i has) Σ_nodes (a_ig / Σ_g' a_ig') (a_jg / Σ_j' a_j'g)
 *   p(x) = (1 − d) Σ_{t ≤ T} d^t x Mᵗ,  score(u, j) = p_j(r_u) / p_j(max(1, n))^β      T: the least with d^T ≤ 1e-4
 *     a: weight of an edge: a rating above 0, how often a film was given a tag, or 1
 *
 * Where every edge ends a walk with a chance of its own, at 1 − √d, it is the same but for a factor. In both the 1 / Σ r of the
 * person's first step, which changes no order, is left out, so that each rating adds its part, r^α or r times what leads from its
 * film to the one scored. −∞ where no walk arrives.
 *
 * State: fact method. rp3beta: reached int32 and weights float64 [entries]: N_k(i) and w_ij, greatest first, at offsets[i] ..
 * offsets[i + 1]; offsets int32 [items + 1]; fact alpha. pagerank: the ratings (kept-ratings.ts) and the relations of the kinds that
 * have a share and edges (graph-state.ts); counts int32 [items] = n; facts damping = d, beta, and user, genre, tag, decade: the shares of those kinds.
 */
import { type Static, Type } from "typebox";
import type { Algorithm } from "./model.ts";
import { openPagerank, pagerankBytes, pagerankState } from "./pagerank.ts";
import { openRp3beta, rp3betaBytes, rp3betaTensors } from "./rp3beta.ts";
import { choiceOf } from "./shared/state.ts";

const methods = ["rp3beta", "pagerank"] as const;

function share(otherwise: number, what: string) {
  return Type.Number({
    default: otherwise,
    minimum: 0,
    description: `pagerank: how much of a walk goes through ${what}`,
  });
}

const settings = Type.Object({
  method: Type.Enum([...methods], {
    default: "rp3beta",
    description:
      "walks from film to film by one person each, for data of any size, or walks of any length by all kinds of nodes",
  }),
  beta: Type.Number({
    default: 0.6,
    minimum: 0,
    maximum: 2,
    description: "β: power of a film's popularity that its score is divided by; higher lists less known films",
  }),
  alpha: Type.Number({
    default: 0.8,
    minimum: 0,
    maximum: 4,
    description: "rp3beta, α: power that each chance of a step is raised to",
  }),
  k: Type.Integer({
    default: 200,
    minimum: 1,
    maximum: 100_000,
    description: "rp3beta: films kept that walks from a film reach most often",
  }),
  damping: Type.Number({
    default: 0.3,
    minimum: 0.01,
    maximum: 0.95,
    description: "pagerank, d: chance that a walk goes on at a film",
  }),
  people: share(1, "people"),
  genres: share(0.1, "genres"),
  tags: share(0.1, "tags"),
  decades: share(0.03, "decades"),
});

export const walk: Algorithm<Static<typeof settings>> = {
  name: "walk",
  summary:
    "Random walks from what somebody rated: RP3β over people, or PageRank over people, genres, tags and decades.",
  settings,
  foldIn: "exact",

  estimate(shape, { method, k }) {
    const { users, ratings } = shape;
    if (method === "pagerank") return { bytes: pagerankBytes(shape), operations: ratings };
    const skew = 4; // as item-knn has it
    return { bytes: rp3betaBytes(shape, k), operations: (2 * skew * ratings * ratings) / Math.max(1, users) };
  },

  async fit(train, { method, k, alpha, beta, damping, ...shares }, context) {
    if (method === "rp3beta") {
      const tensors = await rp3betaTensors(train, { k, alpha, beta }, context);
      return { algorithm: "walk", facts: { method, alpha }, tensors };
    }
    const { people: user, genres: genre, tags: tag, decades: decade } = shares;
    const { facts, tensors } = pagerankState(train, { user, genre, tag, decade });
    return { algorithm: "walk", facts: { method, beta, damping, ...facts }, tensors };
  },

  open: (state) => (choiceOf(state, "method", methods) === "rp3beta" ? openRp3beta(state) : openPagerank(state)),
};
