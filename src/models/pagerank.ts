/**
 * Random walks of any length over users, films and what the films have in common: L. Page, S. Brin, R. Motwani, T. Winograd, "The
 * PageRank citation ranking", 1999, personalised as by T. Haveliwala, "Topic-sensitive PageRank", WWW 2002. A walk starts at films
 * that the user rated. At each film it goes on with the chance d, through a genre, a tag, a decade or a user, to another film:
 *
 *   M_ij = Σ_kinds (share of the kind / shares of the kinds that i has) Σ_nodes (a_ig / Σ_g' a_ig') (a_jg / Σ_j' a_j'g)
 *   p(x) = (1 − d) Σ_{t ≤ T} d^t x Mᵗ,  score(u, j) = p_j(r_u) / p_j(max(1, n))^β      T: the least with d^T ≤ 1e-4
 *     a: weight of an edge: a rating above 0, how often a film was given a tag, or 1;  n: number of ratings of each film
 *
 * Walks that may end at any edge, with the chance 1 − √d, give the same scores but for a factor. The factor 1 / Σ r of the user's
 * first step changes no order and is left out, so each rating adds its own part to the score: r times what leads from its film to
 * the one scored. −∞ where no walk arrives.
 *
 * Films that come after training leave the walks of the others as they were: no a_jg' of theirs counts in Σ_j' a_j'g, where the node has
 * an older film too, and a walk ends where it arrives at one of them. Only walks that start there, at a rating, go on. In p(max(1, n)),
 * such a film counts 1 for itself alone.
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), where the lowest is above 0; of events they are
 * their weights there.
 *
 * State: the ratings (kept-ratings.ts) and the relations of the kinds that have a share and edges (graph-state.ts); counts int32
 * [items] = n; placed uint8 [items], 1 for films that came after training, where there are any; facts damping = d, beta, and user,
 * genre, tag, decade: the shares of those kinds.
 */
import type { Static } from "typebox";
import { type Arena, type Engine, placeCsr } from "../compute/engine.ts";
import { sparseProduct } from "../compute/kernels/sparse.ts";
import { contentKinds, filmGraph, type NodeKind, type Relation } from "../content/graph.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, transpose } from "../matrix/csr.ts";
import type {
  Algorithm,
  Answer,
  Answers,
  Connection,
  ExplanationPart,
  Model,
  NewItems,
  PlacedItems,
  State,
} from "./model.ts";
import { dislikeSetting } from "./shared/dislikes.ts";
import { placeInRelation, readRelation, relationTensors } from "./shared/graph-state.ts";
import { ratingTensors, readKeptRatings } from "./shared/kept-ratings.ts";
import { placedMarks, placedVectors } from "./shared/placing.ts";
import { Type } from "./shared/schema.ts";
import { scaleSetting } from "./shared/standard-scale.ts";
import { numberOf, tensorOf } from "./shared/state.ts";

/** How much of a walk goes through one kind of node. */
function share(otherwise: number, what: string) {
  return Type.Number({ default: otherwise, minimum: 0, description: `how much of a walk goes through ${what}` });
}

const pagerankSettings = Type.Object({
  beta: Type.Number({
    default: 0.6,
    minimum: 0,
    maximum: 2,
    description: "β: a film's score is divided by its popularity to this power; higher values list less known films",
  }),
  damping: Type.Number({
    default: 0.3,
    minimum: 0.01,
    maximum: 0.95,
    description: "d: damping, the chance that a walk continues at a film",
  }),
  people: share(1, "people"),
  genres: share(0.1, "genres"),
  tags: share(0.1, "tags"),
  decades: share(0, "decades: a reason that says little, and lists no better"),
  dislike: dislikeSetting,
  scale: scaleSetting,
});

/** Bytes of what is kept of walks to films that were listed. */
const keptBytes = 2 ** 25;

/** The share of all walks that are longer than those followed. */
const leftOut = 1e-4;

export const pagerankAlgorithm: Algorithm<Static<typeof pagerankSettings>> = {
  name: "pagerank",
  summary:
    "Personalised PageRank: random walks from the user's films over users, genres and tags, and decades if asked. Names the likeliest path.",
  settings: pagerankSettings,
  learnsFrom: "both",
  foldIn: "exact",

  // Ratings that are kept, genres of each film, and its decade where it counts: how many tags there are is not known beforehand.
  estimate: ({ users, items, ratings }, { decades }) => ({
    bytes: 5 * ratings + 4 * users + items * (4 + 2 * (4 + 16) + (decades > 0 ? 2 * 10 : 0)),
    operations: ratings,
  }),

  async fit({ byUser, catalog, counts }, { beta, damping, people, genres, tags, decades }) {
    const shares: Readonly<Record<NodeKind, number>> = { user: people, genre: genres, tag: tags, decade: decades };
    if (Object.values(shares).every((share) => share === 0)) {
      throw new MatineeError("CONFIG_INVALID", "pagerank: people, genres, tags and decades are all 0", {
        fix: "let the walk go through one of them",
      });
    }
    const { relations } = filmGraph(catalog, contentKinds);
    const used = relations.filter(({ kind, byNode }) => shares[kind] > 0 && byNode.indices.length > 0);
    const { unit, tensors } = ratingTensors(byUser);
    const shareOf = (kind: NodeKind) => (used.some((relation) => relation.kind === kind) ? shares[kind] : 0);
    return {
      algorithm: "pagerank",
      facts: {
        beta,
        damping,
        unit,
        user: people,
        ...Object.fromEntries(contentKinds.map((kind) => [kind, shareOf(kind)])),
      },
      tensors: {
        ...tensors,
        ...relationTensors({ relations: used }),
        counts: { shape: [counts.length], data: counts },
      },
    };
  },

  open: openPagerank,
};

function openPagerank(state: State): Model {
  const counts = tensorOf(state, "counts", Int32Array, undefined);
  const items = counts.length;
  const ratings = readKeptRatings(state, items);
  const share = (kind: NodeKind) => numberOf(state, kind);
  const content = contentKinds.filter((kind) => share(kind) > 0);
  const relations = [userRelation(ratings), ...content.map((kind) => readRelation(state, kind, items))];
  const placed = Object.hasOwn(state.tensors, "placed") ? tensorOf(state, "placed", Uint8Array, items) : undefined;
  const links = linksOf(relations, share, placed);
  const damping = numberOf(state, "damping");
  const beta = numberOf(state, "beta");
  const steps = Math.ceil(Math.log(leftOut) / Math.log(damping));
  // At least 1 for each film, as no other may lead to a film without ratings.
  const starts = Float64Array.from(counts, (count, item) => (placed?.[item] ? 0 : Math.max(1, count)));
  const own = (item: number) => (placed?.[item] ? 1 - damping : 0);
  const penalty = walk(starts).map((p, item) => (p + own(item)) ** beta);

  /** (1 − d) Σ_t d^t x Mᵗ. */
  function walk(from: Float64Array): Float64Array {
    const sum = from.map((value) => (1 - damping) * value);
    let at = from;
    let weight = 1 - damping;
    for (let step = 1; step <= steps; step++) {
      at = stepForward(links, at);
      weight *= damping;
      for (let film = 0; film < sum.length; film++) sum[film] += weight * at[film];
      if (placed) at = at.map((amount, film) => (placed[film] ? 0 : amount));
    }
    return sum;
  }

  /** Of the films that were asked for last, the least recent first. */
  const walks = new Map<number, readonly Float64Array[]>();
  const mostWalks = Math.max(1, Math.floor(keptBytes / (8 * links.reduce((sum, { byNode }) => sum + byNode.rows, 1))));

  /**
   * How much of the walks that pass each node ends at a film, for each kind of node. One walk backward from the film finds it, which is the
   * same for all users.
   */
  function walkTo(film: number): readonly Float64Array[] {
    let ending = walks.get(film);
    if (!ending) {
      ending = links.map(({ byNode }) => new Float64Array(byNode.rows));
      let from = at(film);
      let weight = 1 - damping;
      for (let step = 1; step <= steps; step++) {
        weight *= damping;
        from = stepBackward(links, from, weight, ending);
        if (placed) from = from.map((amount, film) => (placed[film] ? 0 : amount));
      }
    }
    walks.delete(film);
    walks.set(film, ending);
    if (walks.size > mostWalks) walks.delete(walks.keys().next().value!);
    return ending;
  }

  function at(film: number): Float64Array {
    const x = new Float64Array(items);
    x[film] = 1;
    return x;
  }

  return {
    items,
    ratings,
    ask: ({ profile }): Answer => ({
      score(out) {
        const x = new Float64Array(items);
        profile.items.forEach((item, n) => {
          x[item] = Math.max(0, profile.values[n]);
        });
        const p = walk(x);
        for (let item = 0; item < out.length; item++) out[item] = p[item] > 0 ? p[item] / penalty[item] : -Infinity;
      },
      explain(target) {
        const ending = walkTo(target);
        const parts: ExplanationPart[] = [];
        profile.items.forEach((item, n) => {
          const rating = profile.values[n];
          let share = item === target ? 1 - damping : 0;
          for (const [k, { byFilm, fromFilm }] of links.entries()) {
            let sum = 0;
            for (let e = byFilm.offsets[item]; e < byFilm.offsets[item + 1]; e++) {
              sum += byFilm.values[e] * ending[k][byFilm.indices[e]];
            }
            share += fromFilm[item] * sum;
          }
          const value = (Math.max(0, rating) * share) / penalty[target];
          if (value === 0) return;
          const through = likeliestConnection(links, item, target);
          parts.push({ kind: "rating", item, rating, value, ...(through ? { through } : {}) });
        });
        return { parts };
      },
    }),
    askAll: (engine, arena) => pagerankAnswers(engine, arena, links, { damping, steps, penalty, placed }),
    similarItems(item, out) {
      const p = walk(at(item));
      for (let other = 0; other < out.length; other++)
        out[other] = p[other] > 0 ? p[other] / penalty[other] : -Infinity;
      out[item] = -Infinity;
    },
    ...(content.length === 0 ? {} : { placeItems }),
    [Symbol.dispose]() {},
  };

  async function placeItems(state: State, items: NewItems): Promise<PlacedItems> {
    const { indices } = ratings;
    const found = content.map((kind, n) => placeInRelation(items, kind, relations[1 + n]));
    const [ofAll, marks] = [placedVectors(items, counts), placedMarks(items, placed)];
    const tensors = {
      ...state.tensors,
      ...relationTensors({ relations: found.map(({ relation }) => relation) }),
      items: { shape: [indices.length], data: indices.map((item) => items.known[item]) },
      counts: { shape: [ofAll.length], data: ofAll },
      placed: { shape: [marks.length], data: marks },
    };
    const added = found[0].added.rows;
    const unplaced = Array.from({ length: added }, (_, n) => n).filter((n) =>
      found.every(({ added: { offsets } }) => offsets[n] === offsets[n + 1]),
    );
    return { state: { ...state, tensors }, unplaced };
  }
}

/** Users whose walks are followed at once: as many as suit the cache. */
const walkWidth = 64;

/** Walks of many users: stepForward by products of sparse matrices and blocks of users. */
function pagerankAnswers(
  engine: Engine,
  arena: Arena,
  links: readonly Links[],
  {
    damping,
    steps,
    penalty,
    placed,
  }: {
    readonly damping: number;
    readonly steps: number;
    readonly penalty: Float64Array;
    readonly placed: Uint8Array | undefined;
  },
): Answers {
  const items = penalty.length;
  const edges = links.map(({ byFilm, fromFilm, fromNode }) => {
    const values = new Float32Array(byFilm.values.length);
    const [there, back] = [values, values.slice()];
    for (let film = 0; film < items; film++) {
      for (let n = byFilm.offsets[film]; n < byFilm.offsets[film + 1]; n++) {
        there[n] = byFilm.values[n] * fromFilm[film];
        back[n] = byFilm.values[n] * fromNode[byFilm.indices[n]];
      }
    }
    return {
      nodes: byFilm.columns,
      toNodes: placeCsr(arena, transpose({ ...byFilm, values: there })),
      toFilms: placeCsr(arena, { ...byFilm, values: back }),
    };
  });
  const width = walkWidth;
  const size = items * width;
  const most = Math.max(...edges.map(({ nodes }) => nodes));
  const [at, next, part] = [arena.float32(size), arena.float32(size), arena.float32(size)];
  const nodes = arena.float32(most * width);
  const sum = arena.float32(size);

  return {
    async score({ profiles }, out, step) {
      for (let from = 0; from < profiles.rows; from += width) {
        const to = Math.min(profiles.rows, from + width);
        at.fill(0);
        for (let row = from; row < to; row++) {
          for (let n = profiles.offsets[row]; n < profiles.offsets[row + 1]; n++) {
            at[profiles.indices[n] * width + row - from] = Math.max(0, profiles.values[n]);
          }
        }
        let weight = 1 - damping;
        for (let n = 0; n < size; n++) sum[n] = weight * at[n];
        for (let walked = 1; walked <= steps; walked++) {
          weight *= damping;
          next.fill(0);
          for (const { toNodes, toFilms } of edges) {
            await sparseProduct(engine, { matrix: toNodes, dense: at, out: nodes, width });
            await sparseProduct(engine, { matrix: toFilms, dense: nodes, out: part, width });
            for (let n = 0; n < size; n++) next[n] += part[n];
          }
          for (let n = 0; n < size; n++) sum[n] += weight * next[n];
          at.set(next);
          if (placed)
            for (let film = 0; film < items; film++) if (placed[film]) at.fill(0, film * width, (film + 1) * width);
        }
        for (let row = from; row < to; row++) {
          for (let film = 0; film < items; film++) {
            const p = sum[film * width + row - from];
            out[row * items + film] = p > 0 ? p / penalty[film] : -Infinity;
          }
        }
        await step?.(to, profiles.rows);
      }
    },
  };
}

/** A relation, and what its edges' weights are multiplied by to be the chances of a step over them. */
interface Links extends Relation {
  readonly fromFilm: Float64Array;
  readonly fromNode: Float64Array;
}

/** Users and the films that they rated above 0. */
function userRelation(ratings: Csr): Relation {
  const byNode = { ...ratings, values: ratings.values.map((value) => Math.max(0, value)) };
  return { kind: "user", byNode, byFilm: transpose(byNode) };
}

/** From a film a walk takes one of the kinds that the film has edges of, by their shares, then an edge of it, by the weights. */
function linksOf(
  relations: readonly Relation[],
  shareOf: (kind: NodeKind) => number,
  placed: Uint8Array | undefined,
): Links[] {
  const weights = relations.map(({ byFilm }) => rowSums(byFilm));
  const total = weights[0].map((_, film) =>
    relations.reduce((sum, { kind }, n) => sum + (weights[n][film] > 0 ? shareOf(kind) : 0), 0),
  );
  return relations.map((relation, n) => ({
    ...relation,
    fromFilm: weights[n].map((weight, film) => (weight > 0 ? shareOf(relation.kind) / (total[film] * weight) : 0)),
    fromNode: nodeSums(relation.byNode, placed).map((sum) => (sum > 0 ? 1 / sum : 0)),
  }));
}

function rowSums({ rows, offsets, values }: Csr): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) sums[row] += values[n];
  }
  return sums;
}

/** The edges' weights of each node, without those to films that came after training where there are others. */
function nodeSums(byNode: Csr, placed: Uint8Array | undefined): Float64Array {
  const all = rowSums(byNode);
  if (!placed) return all;
  const before = rowSums({
    ...byNode,
    values: byNode.values.map((value, n) => (placed[byNode.indices[n]] ? 0 : value)),
  });
  return before.map((sum, node) => (sum > 0 ? sum : all[node]));
}

/** x M: where walks stand after a film, a node, and a film again. By nodes, whose rows are longer than those of films. */
function stepForward(links: readonly Links[], x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (const { byNode, fromFilm, fromNode } of links) {
    const [from, to] = [new Float64Array(x.length), new Float64Array(x.length)];
    for (let film = 0; film < x.length; film++) from[film] = x[film] * fromFilm[film];
    for (let node = 0; node < byNode.rows; node++) {
      addRow(byNode, node, fromNode[node] * rowProduct(byNode, node, from), to);
    }
    for (let film = 0; film < x.length; film++) out[film] += to[film];
  }
  return out;
}

/** M x: where walks that end as x says came from. Adds, times `weight`, how much of them came through each node to `ending`. */
function stepBackward(
  links: readonly Links[],
  x: Float64Array,
  weight: number,
  ending: readonly Float64Array[],
): Float64Array {
  const out = new Float64Array(x.length);
  for (const [k, { byNode, fromFilm, fromNode }] of links.entries()) {
    const to = new Float64Array(x.length);
    for (let node = 0; node < byNode.rows; node++) {
      const amount = fromNode[node] * rowProduct(byNode, node, x);
      ending[k][node] += weight * amount;
      addRow(byNode, node, amount, to);
    }
    for (let film = 0; film < x.length; film++) out[film] += to[film] * fromFilm[film];
  }
  return out;
}

/** The product of a row and a vector, in one sum, so that entries which count 0, as of films that came later, change nothing. */
function rowProduct({ offsets, indices, values }: Csr, row: number, x: Float64Array): number {
  const end = offsets[row + 1];
  let sum = 0;
  for (let n = offsets[row]; n < end; n++) sum += x[indices[n]] * values[n];
  return sum;
}

/** Adds a multiple of a row to a vector. */
function addRow({ offsets, indices, values }: Csr, row: number, factor: number, out: Float64Array): void {
  if (factor === 0) return;
  const end = offsets[row + 1];
  for (let n = offsets[row]; n < end; n++) out[indices[n]] += factor * values[n];
}

/** The node on the likeliest path of two edges from one film to another; where it is a user, how many have rated both. */
function likeliestConnection(links: readonly Links[], from: number, to: number): Connection | undefined {
  let best: { readonly chance: number; readonly through: Connection } | undefined;
  const offer = (chance: number, through: Connection) => {
    if (chance > (best?.chance ?? 0)) best = { chance, through };
  };
  for (const { kind, byFilm, fromFilm, fromNode } of links) {
    const { offsets, indices, values } = byFilm;
    let [likeliest, count] = [0, 0];
    let m = offsets[to];
    for (let n = offsets[from]; n < offsets[from + 1]; n++) {
      const node = indices[n];
      while (m < offsets[to + 1] && indices[m] < node) m++;
      if (m === offsets[to + 1]) break;
      if (indices[m] !== node) continue;
      const chance = fromFilm[from] * values[n] * fromNode[node] * values[m];
      if (kind !== "user") offer(chance, { kind, node });
      likeliest = Math.max(likeliest, chance);
      count++;
    }
    if (kind === "user") offer(likeliest, { kind, count });
  }
  return best?.through;
}
