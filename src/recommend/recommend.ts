/** A list of films for one user. */
import type { Step } from "../compute/engine.ts";
import { nodeName } from "../content/graph.ts";
import { asItemIndex, type DatasetInfo, type ItemIndex, leniently, likedFrom } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { topK } from "../matrix/topk.ts";
import { checkPredictions, checkScores } from "../models/finite.ts";
import {
  type Answer,
  type ExplanationPart,
  type PredictionRule,
  type Profile,
  predictionRules,
  type Query,
} from "../models/model.ts";
import { present } from "../present.ts";
import { type Confidence, confidenceOf, type Evidence, evidenceFrom } from "./confidence.ts";
import { type Reason, reasonOf, roundRating, type ScorePart, scorePartOf } from "./explanation.ts";
import { filmOf, type ScoredFilm } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { checkItem, checkListLength, checkQuery } from "./query.ts";
import { applyReranker, defaultPool, type Placement, type Reranker } from "./reranking/rerank.ts";
import { type Retriever, retrievalScore } from "./retrieval/retrieve.ts";

/** A film of a list, and why it is there. */
export interface Recommendation extends ScoredFilm {
  /** The expected rating, where the model predicts ratings. */
  readonly predicted?: number;
  /** What predicted it: the model, or a mean in its place. */
  readonly rule?: PredictionRule;
  /** The similar users whose ratings of the film make up the score, where the model works by neighbours. */
  readonly neighbours?: { readonly count: number; readonly meanRating: number };
  /** How sure it is that the user likes the film. */
  readonly confidence: Confidence;
  /** Name of the model that ranked the film: the recommender's own, or the fallback; of the retriever, where it proposed the film. */
  readonly source: string;
  /** Genres of the film that make up the score, the strongest first, where the model works by genres. */
  readonly likedGenres?: readonly string[];
  /** Why the retriever proposed nothing, where there is one, so that the list is the model's own. */
  readonly retrievalFailure?: string;
  /** How the reranker placed the film, where there is one. Score and reasons are still the model's. */
  readonly reranked?: Placement;
  /**
   * The films that the user liked (rated at least three quarters up the scale, or did something with) and that raise the score most, strongest
   * first, at most five; absent where less than a tenth of the score is theirs. None raises it less than a tenth as much as the first.
   */
  readonly because?: readonly Reason[];
  /** Every part of the score, with `explain`; the values add up to the score. */
  readonly parts?: readonly ScorePart[];
}

/** Options of `recommend`. */
export interface RecommendOptions {
  /** Length of the list; 10 unless given. */
  readonly k?: number;
  /** Films to leave out, besides those that the user has rated. */
  readonly exclude?: Iterable<ItemIndex>;
  /** Only films with one of these genres. */
  readonly genres?: readonly string[];
  /** Only films of these years, both included. */
  readonly years?: { readonly from?: number; readonly to?: number };
  /** Whether each film comes with every part of its score. */
  readonly explain?: boolean;
  /** A query to rank by in place of the user's own; reasons are then about the ratings in this one. */
  readonly like?: Query;
  /** Proposes films in the model's place; the model's own list follows where they are too few, or where it fails. */
  readonly retrieve?: Retriever;
  /** Reorders the films that the model itself, or the retriever, proposes; the fallback's films stay behind them. */
  readonly rerank?: Reranker;
  /** How many films the retriever is asked for, and the reranker chooses from; 50 unless given, and at least k. */
  readonly pool?: number;
  /** Stops the retriever and the reranker. */
  readonly signal?: AbortSignal;
  /** Awaited between the parts of the work, with the films that are listed and `k`: it may let other work run, or end this by an error. */
  readonly step?: Step;
}

const maxReasons = 5;
/** Of the score, what films that the user liked must say together; of the strongest reason, what a further one must say. */
const leastReason = 0.1;

/**
 * The k films that suit a user best, none of which the user has rated; ties by item index. Where the model can score fewer
 * than k films, the fallback fills the list and is named as their `source`.
 *
 * @throws USAGE for a list length, genre or year range that makes no sense, or a query from other data than the model's; ITEM_UNKNOWN;
 *   NOT_FINITE for a model whose training diverged
 * @example
 * import { queryFromRatings, recommend } from "matinee/core";
 * const { opened, info } = recommender;
 * await recommend(opened, queryFromRatings(info, [[info.items.index(260), 5]]), { exclude: [info.items.index(1196)] });
 */
export async function recommend(
  opened: OpenModel,
  query: Query,
  options: RecommendOptions = {},
): Promise<Recommendation[]> {
  const { info, name, model, fallback } = opened;
  checkQuery(info, query);
  if (options.like) checkQuery(info, options.like);
  const k = checkListLength(options.k ?? 10);
  const allowed = allowedItems(info, query, options);
  const asked = options.like ?? query;
  const { retrieve, rerank, signal, step = async () => {} } = options;
  const own = model.ask(asked);
  await step(0, k);
  const pool = retrieve || rerank ? Math.max(k, checkListLength(options.pool ?? defaultPool)) : k;
  const recommendationOf = recommending(info, asked.profile, options.explain ?? false);
  const list: Recommendation[] = [];
  /** Adds films to the list, with the reasons that an answer gives. */
  const add = async (source: string, answer: Answer, films: readonly Ranked[]) => {
    for (const film of films.slice(0, k - list.length)) {
      allowed[film.item] = 0;
      list.push(recommendationOf(source, answer, film));
      await step(list.length, k);
    }
  };
  const rankBy = (answer: Answer, wanted: number) => rank(answer, own, allowed, wanted, () => step(list.length, k));
  const reranked = async (films: readonly Ranked[]): Promise<readonly Ranked[]> => {
    if (!rerank) return films;
    const placed = await applyReranker(rerank, asked, films, { info, model, k, ...present({ signal }) });
    return placed.map(({ candidate, placement }) => ({ ...candidate, reranked: placement }));
  };

  let retrievalFailure: string | undefined;
  if (retrieve) {
    const { genres, years } = options;
    const wanted = { wanted: pool, ...present({ genres, years, signal }) };
    const { items, failure } = await retrieve.retrieve(asked, { info, search: opened.search, ...wanted });
    retrievalFailure = failure;
    const proposed = retrievedAnswer(items, own);
    await add(retrieve.name, proposed, await reranked(await rankBy(proposed, pool)));
  }
  // A reranker has had its films where some were retrieved.
  if (list.length === 0) await add(name, own, await reranked(await rankBy(own, pool)));
  else if (list.length < k) await add(name, own, await rankBy(own, k - list.length));
  if (list.length < k) {
    const instead = fallback.model.ask(asked);
    await add(fallback.name, instead, await rankBy(instead, k - list.length));
  }
  return retrievalFailure === undefined ? list : list.map((film) => ({ ...film, retrievalFailure }));
}

/** Retrieved films as an answer, which gives no reasons. */
function retrievedAnswer(items: readonly number[], own: Answer): Answer {
  return {
    score(out) {
      out.fill(-Infinity);
      for (const [place, item] of items.entries()) out[item] = retrievalScore(place, items.length);
    },
    ...present({ predict: own.predict }),
  };
}

interface Ranked {
  readonly item: number;
  readonly score: number;
  readonly predicted?: number;
  readonly rule?: PredictionRule;
  readonly reranked?: Placement;
}

/** The k best allowed items of an answer, and the ratings that `predictor` predicts, where it does. */
async function rank(
  answer: Answer,
  predictor: Answer,
  allowed: Uint8Array,
  k: number,
  step: () => Promise<void>,
): Promise<Ranked[]> {
  const scores = new Float32Array(allowed.length);
  answer.score(scores);
  checkScores(scores);
  const items = topK(scores, k, { allowed });
  await step();
  if (!predictor.predict) return Array.from(items, (item) => ({ item, score: scores[item] }));
  const predicted = new Float32Array(items.length);
  const rules = new Uint8Array(items.length);
  predictor.predict(items, predicted, rules);
  checkPredictions(predicted);
  return Array.from(items, (item, n) => {
    return { item, score: scores[item], predicted: predicted[n], rule: predictionRules[rules[n]] };
  });
}

/** Makes recommendations of ranked items: each with its film, and the reasons for its score. */
function recommending(
  info: DatasetInfo,
  profile: Profile,
  explain: boolean,
): (source: string, answer: Answer, ranked: Ranked) => Recommendation {
  const evidenceOn = evidenceFrom(info, profile);
  return (source, answer, { item, ...numbers }) => {
    const parts = answer.explain?.(item).parts;
    const evidence = evidenceOn({ item, parts });
    const because = reasonsOf(info, parts ?? [], evidence);
    const genres = (parts ?? []).flatMap((part) => (part.kind === "genre" && part.value > 0 ? [part] : []));
    const likedGenres = genres
      .sort((a, b) => b.value - a.value)
      .map(({ genre }) => nodeName(info.catalog, "genre", genre));
    const ratings = (parts ?? []).flatMap((part) => (part.kind === "neighbour" ? [roundRating(part.rating)] : []));
    const meanRating = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
    return {
      ...filmOf(info, asItemIndex(item)),
      ...numbers,
      confidence: confidenceOf(evidence),
      source,
      ...present({
        neighbours: ratings.length > 0 ? { count: ratings.length, meanRating } : undefined,
        likedGenres: likedGenres.length > 0 ? likedGenres : undefined,
        because: because.length > 0 ? because : undefined,
        parts: explain ? parts?.map((part) => scorePartOf(info, part)) : undefined,
      }),
    };
  };
}

type RatingPart = Extract<ExplanationPart, { kind: "rating" }>;

/** The liked films among the parts of a score, where they truly speak for the film. */
function reasonsOf(info: DatasetInfo, parts: readonly ExplanationPart[], { speaking = 0 }: Evidence): Reason[] {
  if (speaking < leastReason) return [];
  const liked = leniently(likedFrom(info));
  const reasons: RatingPart[] = []; // the strongest first
  for (const part of parts) {
    if (part.kind !== "rating" || part.value <= 0 || part.rating < liked) continue;
    if (reasons.length === maxReasons && part.value <= reasons[maxReasons - 1].value) continue;
    const place = reasons.findIndex(({ value }) => value < part.value);
    reasons.splice(place < 0 ? reasons.length : place, 0, part);
    if (reasons.length > maxReasons) reasons.pop();
  }
  return reasons.filter(({ value }) => value >= leastReason * reasons[0].value).map((part) => reasonOf(info, part));
}

/** 1 for every item that may be recommended. */
function allowedItems(info: DatasetInfo, query: Query, { exclude, genres, years }: RecommendOptions): Uint8Array {
  const { catalog } = info;
  const allowed = new Uint8Array(info.items.size).fill(1);
  if (genres) keepGenres(info, genres, allowed);
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
    checkItem(info, item);
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
