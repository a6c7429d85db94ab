/** A list of films for one user. */
import { checkList } from "../check-arguments.ts";
import type { Step } from "../compute/engine.ts";
import { nodeName } from "../content/graph.ts";
import { asItemIndex, type DatasetInfo, type ItemIndex, leniently, likedFrom } from "../data/dataset.ts";
import { topK } from "../matrix/topk.ts";
import { checkScores } from "../models/finite.ts";
import type { Answer, ExplanationPart, PredictionRule, Profile, Query } from "../models/model.ts";
import { present } from "../present.ts";
import { type Adjustment, type Adjustments, factorsOfItems, rankByWorth } from "./adjust.ts";
import { allowedItems, type FilmChoice } from "./allowed.ts";
import { type Confidence, confidenceOf, type Evidence, evidenceFrom } from "./confidence.ts";
import { diversifier } from "./diversify.ts";
import { type Reason, reasonOf, roundRating, type ScorePart, scorePartOf } from "./explanation.ts";
import { type AttributesOf, filterFilms } from "./film-filter.ts";
import { filmOf, type ScoredFilm } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { checkPins, insertPinned, type Pin } from "./pins.ts";
import { predictItems } from "./predict.ts";
import { checkListLength, checkQuery } from "./query.ts";
import { applyReranker, defaultPool, type Placement, type Reranker } from "./reranking/rerank.ts";
import { type Retriever, retrievalScore } from "./retrieval/retrieve.ts";
import { checkSession, sessionAnswer } from "./session.ts";

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
  /** How far boosts, rotation and popularity moved the film, where there are any. Score and reasons are still the model's. */
  readonly adjusted?: Adjustment;
  /** That the film has its place because it was pinned to it. */
  readonly pinned?: true;
  /**
   * The films that the user liked (rated at least three quarters up the scale, or did something with) and that raise the score most, strongest
   * first, at most five; absent where less than a tenth of the score is theirs. None raises it less than a tenth as much as the first.
   */
  readonly because?: readonly Reason[];
  /** Every part of the score, with `explain`; the values add up to the score. */
  readonly parts?: readonly ScorePart[];
}

/** Options of `recommend`. */
export interface RecommendOptions extends FilmChoice, Adjustments {
  /** Length of the list; 10 unless given. */
  readonly k?: number;
  /** What else is known of films, for filters by `attributes.NAME`. */
  readonly attributes?: AttributesOf;
  /** Films that have a place of their own, even if they are rated or do not fit. An unscored one has the fallback's score. */
  readonly pin?: readonly Pin[];
  /** From 0, the model's list, to 1: how much films differ from those before them, by `mmr` with λ = 1 − diversity. */
  readonly diversity?: number;
  /**
   * Items that the user looked at just now, the latest last, at most 50. The list is then by similarity to them, in equal parts with the scores for
   * the user where the model knows the user. They are left out of it, and such films have no reasons.
   */
  readonly session?: readonly ItemIndex[];
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
 * @throws USAGE for a list length, filter or other option that makes no sense, or a query from other data than the model's; ITEM_UNKNOWN;
 *   CAPABILITY_MISSING for a session where the model does not compare films; NOT_FINITE for a model whose training diverged
 * @example
 * import { queryFromRatings, recommend } from "matinee/core";
 * const { opened, info } = recommender;
 * const query = queryFromRatings(info, [[info.items.index(260), 5]]);
 * await recommend(opened, query, { exclude: [info.items.index(1196)], filter: { not: { field: "year", to: 1970 } }, diversity: 0.3 });
 */
export async function recommend(
  opened: OpenModel,
  query: Query,
  options: RecommendOptions = {},
): Promise<Recommendation[]> {
  return (await listPage(opened, query, options)).films;
}

/** The list of `recommend`, and whether more films could follow it: with its films excluded, the next list has some. */
export async function listPage(
  opened: OpenModel,
  query: Query,
  options: RecommendOptions,
): Promise<{ readonly films: Recommendation[]; readonly more: boolean }> {
  const { info, name, model, fallback } = opened;
  checkQuery(info, query);
  if (options.like) checkQuery(info, options.like);
  const k = checkListLength(options.k ?? 10);
  const fit = filterFilms(info, options.attributes);
  const session = checkSession(opened, options.session ?? []);
  checkList("recommend", "exclude", options.exclude);
  const exclude = [...(options.exclude ?? [])];
  const pins = checkPins(info, options.pin ?? [], k, exclude);
  const withoutPins = [...query.profile.items, ...session, ...pins.map(({ item }) => item)];
  const allowed = allowedItems(info, withoutPins, { ...options, exclude }, fit);
  const factors = factorsOfItems(info, allowed, options, fit);
  const asked = options.like ?? query;
  const { retrieve, signal, step = async () => {} } = options;
  const rerank = diversifier(opened, options);
  let own = model.ask(asked);
  await step(0, k);
  if (session.length > 0) own = await sessionAnswer(opened, session, { own, profile: asked.profile }, step);
  const wanted = k - pins.length;
  const pool = poolOf(options, wanted);
  const recommendationOf = recommending(info, asked.profile, options.explain ?? false);
  using scores = lendScores(info, step);
  const list: Recommendation[] = [];
  /** Adds films to the list, with the reasons that an answer gives. */
  const add = async (source: string, answer: Answer, films: readonly Ranked[]) => {
    for (const { standing: _, ...film } of films.slice(0, wanted - list.length)) {
      allowed[film.item] = 0;
      list.push(recommendationOf(source, answer, film));
      await step(list.length, k);
    }
  };
  const rankBy = async (answer: Answer, most: number) => {
    const scored = { scores: await scores.of(answer), allowed, ...present({ factors }) };
    return rank(scored, own, most, () => step(list.length, k));
  };
  const reranked = async (films: readonly Ranked[]): Promise<readonly Ranked[]> => {
    if (!rerank) return films;
    const candidates = films.map((film) => ({ ...film, score: film.standing ?? film.score, own: film.score }));
    const context = { info, model, k: wanted, step, ...present({ signal }) };
    const placed = await applyReranker(rerank, asked, candidates, context);
    return placed.map(({ candidate: { own: score, ...film }, placement }) => ({ ...film, score, reranked: placement }));
  };

  let retrievalFailure: string | undefined;
  if (retrieve) {
    const { genres, years } = options;
    const { items, failure } = await retrieve.retrieve(asked, {
      info,
      search: opened.search,
      wanted: pool,
      ...present({ genres, years, signal }),
    });
    retrievalFailure = failure;
    const proposed = retrievedAnswer(items, own);
    await add(retrieve.name, proposed, await reranked(await rankBy(proposed, pool)));
  }
  // A reranker has had its films where some were retrieved.
  if (list.length === 0) await add(name, own, await reranked(await rankBy(own, pool)));
  else if (list.length < wanted) await add(name, own, await rankBy(own, wanted - list.length));
  if (list.length < wanted) {
    const instead = fallback.model.ask(asked);
    // Where the model knows nothing of the user, the whole list is the fallback's, and as varied.
    const varied = options.diversity && list.length === 0;
    await add(
      fallback.name,
      instead,
      varied ? await reranked(await rankBy(instead, pool)) : await rankBy(instead, wanted - list.length),
    );
  }
  const pinned: Recommendation[] = [];
  for (const { item } of pins) {
    const scored = (await scores.of(own))[item] > -Infinity;
    const answer = scored ? own : fallback.model.ask(asked);
    const [film] = withPredictions([{ item, score: (await scores.of(answer))[item] }], own);
    pinned.push({ ...recommendationOf(scored ? name : fallback.name, answer, film), pinned: true });
    await step(list.length + pinned.length, k);
  }
  const films = insertPinned(list, pins, pinned);
  return {
    films: retrievalFailure === undefined ? films : films.map((film) => ({ ...film, retrievalFailure })),
    // The fallback has a score for every film.
    more: allowed.includes(1),
  };
}

/** How many films a retriever is asked for, and a reranker chooses from; as many as are wanted where there is neither. */
function poolOf({ retrieve, rerank, diversity, pool }: RecommendOptions, wanted: number): number {
  if (!retrieve && !rerank && !diversity) return wanted;
  return Math.max(wanted, checkListLength(pool ?? (diversity ? Math.max(defaultPool, 2 * wanted) : defaultPool)));
}

/** Arrays of scores that no list uses at present; made for each, they would have all of memory searched for garbage. */
const freeScores = new WeakMap<DatasetInfo, Float32Array[]>();
const mostFreeScores = 4;

/** Scores of answers, each computed once, until they are disposed of. */
function lendScores(
  info: DatasetInfo,
  step: Step,
): { of(answer: Answer): Promise<Float32Array>; [Symbol.dispose](): void } {
  const free = freeScores.get(info) ?? [];
  freeScores.set(info, free);
  const lent = new Map<Answer, Float32Array>();
  return {
    async of(answer) {
      let scores = lent.get(answer);
      if (!scores) {
        scores = free.pop() ?? new Float32Array(info.items.size);
        lent.set(answer, scores);
        if (answer.scoreInSteps) await answer.scoreInSteps(scores, step);
        else answer.score(scores);
        checkScores(scores);
      }
      return scores;
    },
    [Symbol.dispose]() {
      for (const scores of lent.values()) if (free.length < mostFreeScores) free.push(scores);
    },
  };
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
  /** In place of the score, for a reranker: the one that the model's own list has at this place. */
  readonly standing?: number;
  readonly predicted?: number;
  readonly rule?: PredictionRule;
  readonly adjusted?: Adjustment;
  readonly reranked?: Placement;
}

interface Scored {
  readonly scores: Float32Array;
  readonly allowed: Uint8Array;
  readonly factors?: Float64Array;
}

/** The k best allowed items, and the ratings that `predictor` predicts, where it does. */
async function rank(
  { scores, allowed, factors }: Scored,
  predictor: Answer,
  k: number,
  step: () => Promise<void>,
): Promise<Ranked[]> {
  const films = factors
    ? rankByWorth(scores, allowed, factors, k).map((film) => ({ ...film, score: scores[film.item] }))
    : Array.from(topK(scores, k, { allowed }), (item) => ({ item, score: scores[item] }));
  await step();
  return withPredictions(films, predictor);
}

/** Films with the ratings that are predicted for them, where the predictor does. */
function withPredictions(films: readonly Ranked[], { predict }: Answer): Ranked[] {
  if (!predict) return [...films];
  const predictions = predictItems(
    predict,
    films.map(({ item }) => item),
  );
  return films.map((film, n) => ({ ...film, ...predictions[n] }));
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
