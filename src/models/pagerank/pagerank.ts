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
import type { Engine } from "../../compute/engine.ts";
import { contentKinds, filmGraph, type NodeKind } from "../../content/graph.ts";
import { MatineeError } from "../../errors.ts";
import type { Algorithm, Answer, ExplanationPart, Model, NewItems, PlacedItems, State } from "../model.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { placeInRelation, readRelation, relationTensors } from "../shared/graph-state.ts";
import { ratingTensors, readKeptRatings } from "../shared/kept-ratings.ts";
import { placedMarks, placedVectors } from "../shared/placing.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";
import { numberOf, tensorOf } from "../shared/state.ts";
import { pagerankAnswers } from "./answers.ts";
import { type Chances, chancesOf } from "./chances.ts";
import { type ChooseWalks, quickest } from "./choose.ts";
import { likeliestConnections, linksOf, userRelation } from "./links.ts";
import { type Course, type Walks, walksByStep } from "./walks.ts";

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

/** The share of all walks that are longer than those followed. */
const leftOut = 1e-4;

export const pagerankAlgorithm: Algorithm<Static<typeof pagerankSettings>> = {
  name: "pagerank",
  summary: "Personalised PageRank: random walks from the user's films by users, genres and tags.",
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

  open: (state, engine) => openPagerank(state, engine),
};

export function openPagerank(state: State, engine: Engine, chooseWalks: ChooseWalks = quickest): Model {
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
  const course: Course = { damping, steps: Math.ceil(Math.log(leftOut) / Math.log(damping)), placed };
  // At least 1 for each film, as no other may lead to a film without ratings.
  const starts = Float64Array.from(counts, (count, item) => (placed?.[item] ? 0 : Math.max(1, count)));
  const own = (item: number) => (placed?.[item] ? 1 - damping : 0);
  const byStep = walksByStep(links, course);
  const penalty = byStep.from(starts).map((p, item) => (p + own(item)) ** beta);
  let madeChances: Chances | undefined;
  const chances = () => {
    madeChances ??= chancesOf(links);
    return madeChances;
  };
  let chosen: ((films: number) => Walks) | undefined;
  function walksOf(films: number): Walks {
    chosen ??= chooseWalks(engine, { links, chances, course, byStep });
    return chosen(films);
  }

  function writeScores(walks: Walks, x: Float64Array, out: Float32Array | Float64Array): void {
    const p = walks.from(x);
    for (let item = 0; item < out.length; item++) out[item] = p[item] > 0 ? p[item] / penalty[item] : -Infinity;
  }

  return {
    items,
    ratings,
    ask({ profile }): Answer {
      const walks = walksOf(profile.items.length);
      return {
        score(out) {
          const x = new Float64Array(items);
          profile.items.forEach((item, n) => {
            x[item] = Math.max(0, profile.values[n]);
          });
          writeScores(walks, x, out);
        },
        explain(target) {
          const ending = walks.endingAt(target, profile.items);
          const connectionFrom = likeliestConnections(links, target);
          const parts: ExplanationPart[] = [];
          profile.items.forEach((item, n) => {
            const rating = profile.values[n];
            const share = ending[n] + (item === target ? 1 - damping : 0);
            const value = (Math.max(0, rating) * share) / penalty[target];
            if (value === 0) return;
            const through = connectionFrom(item);
            parts.push({ kind: "rating", item, rating, value, ...(through ? { through } : {}) });
          });
          return { parts };
        },
      };
    },
    askAll: (engine, arena) => pagerankAnswers(engine, arena, chances(), { ...course, penalty }),
    similarItems(item, out) {
      const x = new Float64Array(items);
      x[item] = 1;
      writeScores(walksOf(1), x, out);
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
