/**
 * Spectral embedding of the film graph: films, people, genres and tags as vectors, which are near each other where many short walks join
 * them. The edges between films and each kind of node as I. Dhillon, "Co-clustering documents and words using bipartite spectral graph
 * partitioning", KDD 2001, normalises them; the vectors of a user and of their films as Y. Shen et al., "How powerful is graph convolution for
 * recommendation?", CIKM 2021 (a graph filter that is 1 for the leading vectors and 0 for the others):
 *
 *   b_ig = √(share of the kind) a_ig / √(d_i d_g)      a: weight of an edge: a rating above 0, how often a film was given a tag, or 1;
 *                                                      d_i, d_g: sums of a over the film's edges of that kind, and over the node's
 *   B Bᵀ u_k = λ_k u_k,  λ_1 ≥ λ_2 ≥ …                 the leading eigenvectors (src/compute/subspace.ts); all kinds are columns of B
 *   y_ik = w_i^(½ − β) u_ik                            w_i: the sum of the film's ratings, at least 1
 *   x_u  = Σ_{i ∈ R(u)} r_ui w_i^(β − 1) y_i,  score(u, j) = x_u · y_j;   part of film i: r_ui w_i^(β − 1) y_i · y_j
 *
 * A genre or a tag g has the vector that a film would have with this node alone: by the out-of-sample formula of Y. Bengio et al., NIPS 2003,
 * u_ik = (B Bᵀ u_k)_i / λ_k, and so z_gk = √(share / d_g) (Bᵀ u_k)_g / λ_k. A film that comes after training is placed likewise,
 * y_i = Σ_g a_ig / √d_i z_g over its genres and tags, with w_i = 1. Films are compared by the cosine of their vectors.
 *
 * r is on the standard scale (src/models/shared/standard-scale.ts), where the lowest rating is above 0; of events it is their weight there.
 *
 * State: items float32 [items × length] = y, and for each kind with a share and edges genreVectors, tagVectors float32 [nodes × length] = z,
 * all with zeros up to a multiple of 4; weights float32 [items] = w; the relations of those kinds (graph-state.ts);
 * facts beta, and user, genre, tag: the shares.
 */
import type { Static } from "typebox";
import type { Arena, Engine } from "../../compute/engine.ts";
import { type LeadingVectors, leadingVectors, leadingVectorsBytes } from "../../compute/subspace.ts";
import { filmGraph, type Relation } from "../../content/graph.ts";
import { MatineeError } from "../../errors.ts";
import { type Csr, concatenateRows, sumsOfRows, transpose } from "../../matrix/csr.ts";
import { multiplyRows, sumOfRows } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import type {
  Algorithm,
  Answer,
  ExplanationPart,
  Model,
  NewItems,
  PlacedItems,
  Profile,
  State,
  Vectors,
} from "../model.ts";
import { cosineSimilarities, itemFactors } from "../shared/cosine.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { placeInRelation, readRelation, relationTensors } from "../shared/graph-state.ts";
import { checkPadded, paddedLength } from "../shared/padding.ts";
import { placedVectors } from "../shared/placing.ts";
import { profileOf } from "../shared/profiles.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";
import { numberOf, tensorOf } from "../shared/state.ts";

const kinds = ["genre", "tag"] as const;

function share(otherwise: number, what: string) {
  return Type.Number({ default: otherwise, minimum: 0, description: `how much ${what} count in the graph` });
}

const spectralSettings = Type.Object({
  factors: Type.Integer({ default: 64, minimum: 1, maximum: 512, description: "numbers of each vector" }),
  beta: Type.Number({
    default: 0.1,
    minimum: 0,
    maximum: 1,
    description: "β: the higher, the less known are the films that are listed",
  }),
  people: share(1, "people"),
  genres: share(0.1, "genres"),
  tags: share(0.1, "tags"),
  iterations: Type.Integer({
    default: 12,
    minimum: 1,
    maximum: 1000,
    description: "steps towards the leading eigenvectors",
  }),
  dislike: dislikeSetting,
  scale: scaleSetting,
});

export const spectralAlgorithm: Algorithm<Static<typeof spectralSettings>> = {
  name: "spectral",
  summary: "Spectral embedding of the graph of films, people, genres and tags.",
  settings: spectralSettings,
  learnsFrom: "both",
  foldIn: "exact",

  // Three edges of content for each film: how many tags there are is not known beforehand.
  estimate({ users, items, ratings }, { factors, iterations }) {
    const entries = ratings + 3 * items;
    const inEngine = leadingVectorsBytes(items, users, entries, factors);
    return {
      bytes: 32 * entries + 4 * factors * items + inEngine,
      operations: iterations * (4 * entries * factors + 4 * items * factors * factors),
    };
  },

  async fit({ byUser, catalog }, { factors, beta, people, genres, tags, iterations }, context) {
    const shares = { user: people, genre: genres, tag: tags };
    if (people + genres + tags === 0) {
      throw new MatineeError("CONFIG_INVALID", "spectral: people, genres and tags are all 0", {
        fix: "let one of them count",
      });
    }
    const ratingsAbove0 = { ...byUser, values: byUser.values.map((value) => Math.max(0, value)) };
    const ratings = transpose(ratingsAbove0);
    const { relations } = filmGraph(catalog, kinds);
    const used = [...relations, { kind: "user" as const, byFilm: ratings, byNode: ratingsAbove0 }].filter(
      ({ kind, byFilm }) => {
        return shares[kind as keyof typeof shares] > 0 && byFilm.values.some((a) => a > 0);
      },
    );
    const shareOf = (kind: keyof typeof shares) => (used.some((one) => one.kind === kind) ? shares[kind] : 0);
    const edges = used.map((one) => normalisedEdges(one, shares[one.kind as keyof typeof shares]));
    const b = edges.map(({ byNode }) => byNode).reduce(concatenateRows, emptyRelation(catalog.titles.length));
    const { values, vectors } = await leadingVectors(
      context.engine,
      b,
      { count: factors, iterations, normal: random(context.seed).normal },
      context.step,
    );
    const length = paddedLength(factors);
    const weights = Float32Array.from(sumsOfRows(ratings), (sum) => Math.max(1, sum));
    const items = new Float32Array(weights.length * length);
    for (const [item, weight] of weights.entries()) {
      for (let k = 0; k < factors; k++) {
        items[item * length + k] = weight ** (0.5 - beta) * vectors[item * factors + k];
      }
    }
    const content = edges.filter(({ kind }) => kind !== "user");
    return {
      algorithm: "spectral",
      facts: { beta, user: shareOf("user"), genre: shareOf("genre"), tag: shareOf("tag") },
      tensors: {
        items: { shape: [weights.length, length], data: items },
        weights: { shape: [weights.length], data: weights },
        ...relationTensors({ relations: used.filter(({ kind }) => kind !== "user") }),
        ...Object.fromEntries(
          content.map(({ kind, byNode, scales }) => {
            const data = nodeVectors(byNode, scales, { vectors, values, length });
            return [`${kind}Vectors`, { shape: [data.length / length, length], data }];
          }),
        ),
      },
    };
  },

  open: openSpectral,
};

/** Of one kind of nodes: b as nodes × films, and √(share / d_g) of each node. */
function normalisedEdges({ kind, byNode, byFilm }: Relation, share: number) {
  const ofFilms = sumsOfRows(byFilm).map((sum) => (sum > 0 ? 1 / Math.sqrt(sum) : 0));
  const scales = sumsOfRows(byNode).map((sum) => (sum > 0 ? Math.sqrt(share / sum) : 0));
  const { rows, offsets, indices } = byNode;
  const values = new Float32Array(indices.length);
  for (let node = 0; node < rows; node++) {
    for (let n = offsets[node]; n < offsets[node + 1]; n++) {
      values[n] = byNode.values[n] * scales[node] * ofFilms[indices[n]];
    }
  }
  return { kind, byNode: { ...byNode, values }, scales };
}

/** z: float32 [nodes × length], up to the last node that has an edge. */
function nodeVectors(
  { rows: all, offsets, indices, values: b }: Csr,
  scales: Float64Array,
  { vectors, values, length }: LeadingVectors & { readonly length: number },
): Float32Array {
  const factors = values.length;
  const rows = offsets.indexOf(offsets[all]);
  const z = new Float32Array(rows * length);
  const sums = new Float64Array(factors);
  for (let node = 0; node < rows; node++) {
    sums.fill(0);
    for (let n = offsets[node]; n < offsets[node + 1]; n++) {
      for (let k = 0; k < factors; k++) sums[k] += b[n] * vectors[indices[n] * factors + k];
    }
    for (let k = 0; k < factors; k++) {
      if (values[k] > 0) z[node * length + k] = (scales[node] * sums[k]) / values[k];
    }
  }
  return z;
}

function emptyRelation(films: number): Csr {
  return {
    rows: 0,
    columns: films,
    offsets: new Int32Array(1),
    indices: new Int32Array(0),
    values: new Float32Array(0),
  };
}

function openSpectral(state: State): Model {
  const y = tensorOf(state, "items", Float32Array, undefined, undefined);
  const [items] = state.tensors.items.shape;
  const length = checkPadded(state, state.tensors.items.shape[1]);
  const weights = tensorOf(state, "weights", Float32Array, items);
  const beta = numberOf(state, "beta");
  const content = kinds.filter((kind) => numberOf(state, kind) > 0);
  const nodes = content.map((kind) => {
    const relation = readRelation(state, kind, items);
    return { kind, relation, vectors: tensorOf(state, `${kind}Vectors`, Float32Array, relation.byNode.rows, length) };
  });
  const factors = itemFactors(y, length);
  /** w^(β − 1) */
  const counted = Float64Array.from(weights, (weight) => Math.max(1, weight) ** (beta - 1));

  /** r w^(β − 1) of each rating above 0. */
  function amounts({ items: rated, values }: Profile): Float64Array {
    return Float64Array.from(rated, (item, n) => Math.max(0, values[n]) * counted[item]);
  }

  function vectorOf(profile: Profile): Float64Array {
    const x = new Float64Array(length);
    const rows = Array.from(amounts(profile), (factor, n) => ({ values: y, at: profile.items[n] * length, factor }));
    sumOfRows(rows, x);
    return x;
  }

  return {
    items,
    ask: ({ profile }): Answer => ({
      score(out) {
        const x = vectorOf(profile);
        const products = new Float64Array(items);
        multiplyRows({ y, f: length }, x, products);
        const known = x.some(Boolean);
        for (let item = 0; item < items; item++)
          out[item] = known && factors.norms[item] > 0 ? products[item] : -Infinity;
      },
      explain(item) {
        const products = new Float64Array(profile.items.length);
        multiplyRows(
          { y, f: length },
          Float64Array.from(y.subarray(item * length, (item + 1) * length)),
          products,
          profile.items,
        );
        const parts = Array.from(amounts(profile), (amount, n): ExplanationPart => {
          return { kind: "rating", item: profile.items[n], rating: profile.values[n], value: amount * products[n] };
        });
        return { parts };
      },
    }),
    similarItems: (item, out, among) => cosineSimilarities(factors, item, out, among),
    vectors: (_engine: Engine, arena: Arena): Vectors => ({
      length,
      items: arena.place(y),
      nodes: nodes.map(({ kind, vectors }) => ({ kind, vectors })),
      async foldIn(ratings, out, step) {
        for (let row = 0; row < ratings.rows; row++) {
          out.set(vectorOf(profileOf(ratings, row)), row * length);
          await step?.(row + 1, ratings.rows);
        }
      },
    }),
    ...(content.length === 0 ? {} : { placeItems }),
    [Symbol.dispose]() {},
  };

  async function placeItems(state: State, items: NewItems): Promise<PlacedItems> {
    const added = items.order.length - items.known.length;
    const own = new Float32Array(added * length);
    const found = nodes.map(({ kind, vectors, relation: before }) => {
      const { relation, added: edges } = placeInRelation(items, kind, before);
      addNodes(edges, vectors, length, own);
      // Nodes that are said of new films alone have no vector.
      const all = new Float32Array(relation.byNode.rows * length);
      all.set(vectors);
      return { kind, relation, vectors: { shape: [relation.byNode.rows, length], data: all } };
    });
    const ones = new Float32Array(added).fill(1);
    const tensors = {
      ...state.tensors,
      ...relationTensors({ relations: found.map(({ relation }) => relation) }),
      ...Object.fromEntries(found.map(({ kind, vectors }) => [`${kind}Vectors`, vectors])),
      items: { shape: [items.order.length, length], data: placedVectors(items, y, length, own) },
      weights: { shape: [items.order.length], data: placedVectors(items, weights, 1, ones) },
    };
    const unplaced = Array.from({ length: added }, (_, n) => n).filter(
      (n) => !own.subarray(n * length, (n + 1) * length).some(Boolean),
    );
    return { state: { ...state, tensors }, unplaced };
  }
}

/** out_i += Σ_g a_ig / √d_i z_g over the nodes that have a vector. */
function addNodes(edges: Csr, z: Float32Array, length: number, out: Float32Array): void {
  const { rows, offsets, indices, values } = edges;
  const sums = sumsOfRows(edges);
  for (let film = 0; film < rows; film++) {
    for (let n = offsets[film]; n < offsets[film + 1]; n++) {
      if ((indices[n] + 1) * length > z.length) continue; // said of no film before
      for (let k = 0; k < length; k++) {
        out[film * length + k] += (values[n] / Math.sqrt(sums[film])) * z[indices[n] * length + k];
      }
    }
  }
}
