/**
 * Films for several people at once, by each one's own scores: J. Masthoff, "Group recommender systems: combining individual models",
 * Recommender Systems Handbook, 2011, which compares such strategies.
 *
 *   share_p(j) = (s_p(j) − min s_p) / (max s_p − min s_p)    min and max: over the candidates that p has a score for; 0 without a score
 *   least-misery:  score(j) = min_p share_p(j)
 *   average:       score(j) = Σ_p share_p(j) / n
 *
 * Scores of two people are on no common scale; shares are: 0 is the last of the candidates for that person, and 1 the first. Candidates are the
 * films that nobody has rated or excluded, and that fit the filter. Of films of equal score, those of the higher mean share stand first. Whoever
 * the model has no score for has those of the fallback, and whoever has the same score for all of them is happy with any: 1.
 */
import { checkNumber } from "../check-arguments.ts";
import type { Step } from "../compute/engine.ts";
import { asItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { topK } from "../matrix/topk.ts";
import { checkScores } from "../models/finite.ts";
import { linear, scaleMeter } from "../models/hybrid/scale.ts";
import type { Answer, PredictionRule, Query } from "../models/model.ts";
import { present } from "../present.ts";
import { allowedItems, type FilmChoice } from "./allowed.ts";
import { type AttributesOf, filterFilms } from "./film-filter.ts";
import { filmOf, type ScoredFilm } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { predictItems } from "./predict.ts";
import { checkListLength, checkQuery } from "./query.ts";

/** How the shares of several people become one score. */
export const groupRules = ["least-misery", "average"] as const;

/** One of `groupRules`. */
export type GroupRule = (typeof groupRules)[number];

/** How many people a list may be for. */
export const [fewestPeople, mostPeople] = [2, 8];

/** What a film is to one of several people. */
export interface PersonalShare {
  /** From 0, the last of the candidates for this person, to 1, the first. */
  readonly share: number;
  /** The expected rating, where the model predicts ratings. */
  readonly predicted?: number;
  /** What predicted it: the model, or a mean in its place. */
  readonly rule?: PredictionRule;
}

/** A film for several people. */
export interface GroupRecommendation extends ScoredFilm {
  /** What it is to each of them, in the order in which they are given. */
  readonly people: readonly PersonalShare[];
  /** The place, from 0, of the one to whom it is least; absent where it is as much to all. */
  readonly limitedBy?: number;
}

/** Options of `recommendTogether`. */
export interface TogetherOptions extends FilmChoice {
  /** Length of the list; 10 unless given. */
  readonly k?: number;
  /** `"least-misery"` unless given: what the film is to the one to whom it is least. `"average"`: what it is to all in the mean. */
  readonly rule?: GroupRule;
  /** What else is known of films, for filters by `attributes.NAME`. */
  readonly attributes?: AttributesOf;
  /** Awaited between the parts of the work: it may let other work run, or end this by an error. */
  readonly step?: Step;
}

/**
 * The k films that suit several people best together, best first, none of which any of them has rated. The order of the people makes no
 * difference to the list.
 *
 * @param queries of 2 to 8 people
 * @throws USAGE for a number of people, a rule, a list length or a filter that makes no sense, or a query from other data than the
 *   model's; ITEM_UNKNOWN; NOT_FINITE for a model whose training diverged
 * @example
 * import { queryFromRatings, queryOfUser, recommendTogether } from "matinee/core";
 * const { opened, info } = recommender;
 * const you = queryFromRatings(info, [[info.items.index(260), 5]]);
 * const films = await recommendTogether(opened, [you, queryOfUser(data, 3)], { rule: "average", k: 5 });
 * films[0].people.map(({ share }) => share);
 */
export async function recommendTogether(
  opened: OpenModel,
  queries: readonly Query[],
  options: TogetherOptions = {},
): Promise<GroupRecommendation[]> {
  const { info } = opened;
  const { rule = "least-misery", step = async () => {} } = options;
  checkNumber("recommendTogether", "the number of people", queries.length, { least: fewestPeople, most: mostPeople });
  if (!groupRules.includes(rule)) {
    throw new MatineeError("USAGE", `recommendTogether: rule is "${rule}"`, { fix: `use ${groupRules.join(" or ")}` });
  }
  for (const query of queries) checkQuery(info, query);
  const k = checkListLength(options.k ?? 10);
  const rated = queries.flatMap(({ profile }) => [...profile.items]);
  const allowed = allowedItems(info, rated, options, filterFilms(info, options.attributes));

  const answers: Answer[] = [];
  const shares: Float64Array[] = [];
  const scored = new Uint8Array(allowed.length);
  for (const [n, query] of queries.entries()) {
    const answer = opened.model.ask(query);
    answers.push(answer);
    const own = sharesBy(answer, allowed, scored) ?? sharesBy(opened.fallback.model.ask(query), allowed, scored);
    shares.push(own ?? new Float64Array(allowed.length));
    await step(n + 1, queries.length);
  }

  const sharesOf = (item: number) => shares.map((own) => own[item]);
  const items = bestItems(scored, k, rule, sharesOf);
  const predictions: (readonly Omit<PersonalShare, "share">[])[] = [];
  for (const answer of answers) {
    predictions.push(answer.predict ? predictItems(answer.predict, items) : items.map(() => ({})));
    await step(predictions.length, answers.length);
  }
  return items.map((item, place) => {
    const own = sharesOf(item);
    const least = Math.min(...own);
    return {
      ...filmOf(info, asItemIndex(item)),
      score: scoreBy(rule, own),
      people: own.map((share, n) => ({ share, ...predictions[n][place] })),
      ...present({ limitedBy: own.some((share) => share > least) ? own.indexOf(least) : undefined }),
    };
  });
}

/**
 * One person's share of every item; undefined where there is no score for any that is allowed.
 * @param scored is marked where there is a score
 */
function sharesBy(answer: Answer, allowed: Uint8Array, scored: Uint8Array): Float64Array | undefined {
  const scores = new Float32Array(allowed.length);
  answer.score(scores);
  checkScores(scores);
  const candidates = scores.map((score, item) => (allowed[item] === 1 ? score : -Infinity));
  const meter = scaleMeter();
  meter.add(candidates);
  const scale = meter.scale();
  const { factor, shift } = linear("min-max", scale);
  let found = false;
  const shares = Float64Array.from(candidates, (score, item) => {
    if (score === -Infinity) return 0;
    [found, scored[item]] = [true, 1];
    return factor === 0 ? 1 : Math.min(1, Math.max(0, factor * score + shift));
  });
  return found ? shares : undefined;
}

function scoreBy(rule: GroupRule, shares: readonly number[]): number {
  return rule === "average" ? meanOf(shares) : Math.min(...shares);
}

/** The mean, whatever the order. */
function meanOf(shares: readonly number[]): number {
  const sum = shares.toSorted((a, b) => a - b).reduce((total, share) => total + share, 0);
  return sum / shares.length;
}

/** The k items of the best score; of equal ones those of the higher mean, and then the first. */
function bestItems(
  scored: Uint8Array,
  k: number,
  rule: GroupRule,
  sharesOf: (item: number) => readonly number[],
): number[] {
  const scores = Float64Array.from(scored, (mark, item) => (mark === 1 ? scoreBy(rule, sharesOf(item)) : -Infinity));
  const best = topK(scores, k);
  const least = best.length < k ? -Infinity : scores[best[k - 1]];
  const near: { readonly item: number; readonly mean: number }[] = [];
  for (let item = 0; item < scores.length; item++) {
    if (scored[item] === 1 && scores[item] >= least) near.push({ item, mean: meanOf(sharesOf(item)) });
  }
  near.sort((a, b) => scores[b.item] - scores[a.item] || b.mean - a.mean || a.item - b.item);
  return near.slice(0, k).map(({ item }) => item);
}
