import { nodeName } from "../content/graph.ts";
import { type Catalog, labelsOf } from "../data/catalog.ts";
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { topK } from "../matrix/topk.ts";
import {
  type Answer,
  type Connection,
  type ExplanationPart,
  type Neighbour,
  type PredictionRule,
  predictionRules,
  type Query,
  type Term,
} from "../models/model.ts";
import { checkItem } from "./query.ts";
import type { Recommender } from "./recommender.ts";
import { applyReranker, defaultPool, type Placement, type Reranker } from "./reranking/rerank.ts";

/** A film by its outside id. */
export interface Film {
  readonly id: Id;
  readonly title: string;
  /** 0 where unknown. */
  readonly year: number;
  readonly genres: readonly string[];
  /** How many people rated it. */
  readonly ratings: number;
}

export interface ScoredFilm extends Film {
  readonly score: number;
}

export interface Recommendation extends ScoredFilm {
  /** The rating to expect, where the model predicts ratings. */
  readonly predicted?: number;
  /** What predicted it: the model, or a mean that stood in. */
  readonly rule?: PredictionRule;
  /** People of like taste whose ratings of the film made the score, where that is how the model works. */
  readonly neighbours?: { readonly count: number; readonly meanRating: number };
  /** The model that put the film here: the chosen one, or the fallback. */
  readonly source: string;
  /** Genres of the film that made the score, the strongest first, where that is how the model works. */
  readonly likedGenres?: readonly string[];
  /** How a second stage placed it, where there is one: score and reasons are still the first stage's. */
  readonly reranked?: Placement;
  /**
   * What the asker liked (rated in the upper half of the scale) and what spoke loudest for the film, strongest first, at
   * most five; absent where nothing did.
   */
  readonly because?: readonly Reason[];
  /** Every part of the score, when asked for; their values add up to it. */
  readonly parts?: readonly ScorePart[];
}

export interface Reason {
  readonly id: Id;
  readonly title: string;
  readonly rating: number;
  /** Its part of the score. */
  readonly value: number;
  /** What the likeliest path from it to the film leads through, where the model walks one: a genre, a tag, a decade, or "12 people". */
  readonly through?: string;
}

/** A part of a score with outside ids. */
export type ScorePart =
  | ({ readonly kind: "rating" } & Reason)
  | (Omit<Extract<ExplanationPart, { kind: "neighbour" }>, "user"> & { readonly user: Id })
  | { readonly kind: "genre"; readonly genre: string; readonly value: number }
  | Exclude<ExplanationPart, { kind: "rating" | "genre" } | Neighbour>;

export interface RecommendOptions {
  /** Length of the list; 10 unless given. */
  readonly k?: number;
  /** Films to leave out, besides those the asker has rated. */
  readonly exclude?: Iterable<ItemIndex>;
  /** Only films with one of these genres. */
  readonly genres?: readonly string[];
  /** Only films of these years, both included. */
  readonly years?: { readonly from?: number; readonly to?: number };
  /** Whether every part of each score is told. */
  readonly explain?: boolean;
  /** Whose taste answers in place of the asker's; reasons are then about what this person rated. */
  readonly like?: Query;
  /** A second stage, which rearranges what the model itself proposes; the fallback's films stay behind. */
  readonly rerank?: Reranker;
  /** How many films the second stage is given to choose from; 50 unless given, and at least k. */
  readonly pool?: number;
  /** Stops the second stage. */
  readonly signal?: AbortSignal;
}

/** More reasons than this nobody reads. */
const reasonsTold = 5;

/**
 * The k films that suit somebody best, none of them rated by the asker, ties by item index. Where the model can score
 * fewer than k films, the fallback fills the list and is named as the `source`.
 *
 * @throws USAGE for a list length, genre or year range that makes no sense
 */
export async function recommend(
  recommender: Recommender,
  query: Query,
  options: RecommendOptions = {},
): Promise<Recommendation[]> {
  const { info, name, model, fallback } = recommender;
  const k = listLength(options.k ?? 10);
  const allowed = allowedItems(info, query, options);
  const asker = options.like ?? query;
  const own = model.ask(asker);
  const explain = options.explain ?? false;
  const { rerank, signal } = options;
  const pool = rerank ? Math.max(k, listLength(options.pool ?? defaultPool)) : k;
  let chosen: Ranked[] = rank(own, own, allowed, pool);
  if (rerank) {
    const context = { info, model, k, ...(signal ? { signal } : {}) };
    const placed = await applyReranker(rerank, asker, chosen, context);
    chosen = placed.slice(0, k).map(({ candidate, placing }) => ({ ...candidate, reranked: placing }));
  }
  for (const { item } of chosen) allowed[item] = 0;
  const list = chosen.map((ranked) => told(info, name, own, ranked, explain));
  if (list.length === k) return list;
  const instead = fallback.model.ask(asker);
  const rest = rank(instead, own, allowed, k - list.length);
  return [...list, ...rest.map((ranked) => told(info, fallback.name, instead, ranked, explain))];
}

/** The k films most similar to one; throws CAPABILITY_MISSING where the model does not compare films. */
export function similar({ info, name, model }: Recommender, item: ItemIndex, k = 10): ScoredFilm[] {
  if (!model.similarItems) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} does not compare films`, {
      fix: "use one that does, such as item-knn or ease",
    });
  }
  checkItem(info, item);
  const scores = new Float64Array(info.items.size);
  model.similarItems(item, scores);
  return Array.from(topK(scores, listLength(k)), (other) => ({ ...filmOf(info, other), score: scores[other] }));
}

/** The terms that mark a film, the heaviest first; throws CAPABILITY_MISSING where the model knows no content. */
export function topTerms({ info, name, model }: Recommender, item: ItemIndex, k = 5): readonly Term[] {
  if (!model.topTerms) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} knows nothing of what films are about`, {
      fix: "use one that does, such as tfidf",
    });
  }
  checkItem(info, item);
  return model.topTerms(item, listLength(k));
}

/** What is known of a film. */
export function filmOf(space: DatasetInfo, item: ItemIndex): Film {
  const { catalog, items, counts } = space;
  return {
    id: items.id(item),
    title: catalog.titles[item],
    year: catalog.years[item],
    genres: labelsOf(catalog.genres, item),
    ratings: counts[item],
  };
}

interface Ranked {
  readonly item: ItemIndex;
  readonly score: number;
  readonly predicted?: number;
  readonly rule?: PredictionRule;
  readonly reranked?: Placement;
}

/** The k best allowed items of an answer, and the ratings that `predictor` predicts, where it does. */
function rank(answer: Answer, predictor: Answer, allowed: Uint8Array, k: number): Ranked[] {
  const scores = new Float32Array(allowed.length);
  answer.score(scores);
  const items = topK(scores, k, { allowed });
  if (!predictor.predict) return Array.from(items, (item) => ({ item, score: scores[item] }));
  const predicted = new Float32Array(items.length);
  const rules = new Uint8Array(items.length);
  predictor.predict(items, predicted, rules);
  return Array.from(items, (item, n) => {
    return { item, score: scores[item], predicted: predicted[n], rule: predictionRules[rules[n]] };
  });
}

/** A ranked item as people see it. */
function told(space: DatasetInfo, source: string, answer: Answer, ranked: Ranked, explain: boolean): Recommendation {
  const { item, ...numbers } = ranked;
  const parts = answer.explain?.(item).parts.map((part) => partOf(space, part));
  const middle = (space.scale.min + space.scale.max) / 2;
  const because = (parts ?? [])
    .flatMap((part) => (part.kind === "rating" && part.value > 0 && part.rating >= middle ? [part] : []))
    .sort((a, b) => b.value - a.value)
    .slice(0, reasonsTold)
    .map(({ kind, ...reason }): Reason => reason);
  const genres = (parts ?? []).flatMap((part) => (part.kind === "genre" ? [part] : []));
  const likedGenres = genres.sort((a, b) => b.value - a.value).map(({ genre }) => genre);
  const ratings = (parts ?? []).flatMap((part) => (part.kind === "neighbour" ? [part.rating] : []));
  const meanRating = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  return {
    ...filmOf(space, item),
    ...numbers,
    source,
    ...(ratings.length > 0 ? { neighbours: { count: ratings.length, meanRating } } : {}),
    ...(likedGenres.length > 0 ? { likedGenres } : {}),
    ...(because.length > 0 ? { because } : {}),
    ...(explain && parts ? { parts } : {}),
  };
}

/** A part of a score as people see it. */
export function partOf({ users, items, catalog }: DatasetInfo, part: ExplanationPart): ScorePart {
  switch (part.kind) {
    case "rating": {
      const { kind, item, rating, value, through } = part;
      const film = { kind, id: items.id(item), title: catalog.titles[item], rating: shortest(rating), value };
      return through ? { ...film, through: throughWhat(catalog, through) } : film;
    }
    case "genre":
      return { ...part, genre: nodeName(catalog, "genre", part.genre) };
    case "neighbour":
      return { ...part, user: users.id(part.user), rating: shortest(part.rating) };
    default:
      return part;
  }
}

function throughWhat(catalog: Catalog, through: Connection): string {
  if (through.kind !== "user") return nodeName(catalog, through.kind, through.node);
  return `${through.count} ${through.count === 1 ? "person" : "people"}`;
}

/** A single-precision number by its fewest digits: 3.3, not 3.299999952316284. */
export function shortest(value: number): number {
  return Number(value.toPrecision(7));
}

/** 1 for every item that may be recommended. */
function allowedItems(space: DatasetInfo, query: Query, { exclude, genres, years }: RecommendOptions): Uint8Array {
  const { catalog } = space;
  const allowed = new Uint8Array(space.items.size).fill(1);
  if (genres) keepGenres(space, genres, allowed);
  if (years) {
    const { from = -Infinity, to = Infinity } = years;
    if (from > to) {
      throw new MatineeError("USAGE", `the years run from ${from} to ${to}`, { fix: "give the earlier year first" });
    }
    catalog.years.forEach((year, item) => {
      if (year === 0 || year < from || year > to) allowed[item] = 0;
    });
  }
  for (const item of query.profile.items) allowed[item] = 0;
  for (const item of exclude ?? []) {
    checkItem(space, item);
    allowed[item] = 0;
  }
  return allowed;
}

function keepGenres({ catalog, name }: DatasetInfo, wanted: readonly string[], allowed: Uint8Array): void {
  const { names, offsets, indices } = catalog.genres;
  const numbers = wanted.map((genre) => {
    const number = names.findIndex((known) => known.toLowerCase() === genre.trim().toLowerCase());
    if (number < 0) {
      throw new MatineeError("USAGE", `no film in ${name} has the genre "${genre}"`, {
        fix: `its genres are ${names.join(", ")}`,
      });
    }
    return number;
  });
  for (let item = 0; item < allowed.length; item++) {
    const own = indices.subarray(offsets[item], offsets[item + 1]);
    if (!numbers.some((number) => own.includes(number))) allowed[item] = 0;
  }
}

/** k itself; throws USAGE where it is no length of a list. */
export function listLength(k: number): number {
  if (Number.isInteger(k) && k >= 1) return k;
  throw new MatineeError("USAGE", `the length of the list is ${k}`, { fix: "give a whole number from 1" });
}
