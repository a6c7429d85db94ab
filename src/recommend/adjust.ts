/**
 * Lists that differ from the model's by what the asker wants: films that fit a filter rank higher or lower (boosts), films that were shown too
 * often lately rank lower (rotation), and films of many ratings rank higher or lower (popularity). All three are factors of one worth:
 *
 *   worth_i  = factor_i / r_i                  r_i: the film's rank by the model's own score among the candidates, from 1
 *   factor_i = Π_b f_b [i fits b] · max(1 − rotation, 0.01)^{n_i} · e^{popularity · z_i}
 *              f_b: the factor of boost b; n_i: how often the film was shown lately
 *   z_i      = (ln(1 + c_i) − mean) / sd       c_i: the film's number of ratings; mean and sd: over the candidates
 *
 * So a film that is worth twice as much competes with films on half its rank. Scores of models have any scale, and may be negative: their ranks
 * have none. A greater factor never lowers a film, and factors that are all alike change nothing. Equal worth: the model's order.
 * Worth of 1 / rank is that of Zipf's law, by which attention falls along a list. docs/adr/0050 says what else was tried.
 */
import { checkList, checkNumber, checkOptions } from "../check-arguments.ts";
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import { topK } from "../matrix/topk.ts";
import type { FilmFilter, FitFilms } from "./film-filter.ts";
import { checkItem } from "./query.ts";

/** Films that are worth more, or less. */
export interface FilmBoost {
  readonly filter: FilmFilter;
  /** From 0.1 to 10: with 2, a film that fits competes with films on half its rank; with 1, nothing changes. */
  readonly factor: number;
}

/** What makes films worth more or less than the model says. */
export interface Adjustments {
  /** At most 20; the factors of those that a film fits are multiplied. */
  readonly boost?: readonly FilmBoost[];
  /** From −1, the films of fewest ratings, to 1, those of most; 0 unless given, which changes nothing. */
  readonly popularity?: number;
  /** From 0, which changes nothing, to 1: how much of its worth a film loses with each time that it was shown lately. */
  readonly rotation?: number;
  /** How often each film was shown lately, up to 1,000 times. */
  readonly shown?: ReadonlyMap<ItemIndex, number>;
}

/** What an adjusted list did with a film. */
export interface Adjustment {
  /** Its rank by the model's own score among the candidates, from 1. */
  readonly from: number;
  /** How many times its worth it counts. */
  readonly factor: number;
}

const mostBoosts = 20;
const mostShown = 1000;
/** What is left of a film's worth with each showing, at least. */
const leastKept = 0.01;

/**
 * The factor of every item; undefined where all are 1, so that nothing changes.
 *
 * @param candidates 1 for every item that may be listed
 * @throws USAGE, ITEM_UNKNOWN
 */
export function factorsOfItems(
  info: DatasetInfo,
  candidates: Uint8Array,
  { boost = [], popularity = 0, rotation = 0, shown }: Adjustments,
  fit: FitFilms,
): Float64Array | undefined {
  checkNumber("recommend", "popularity", popularity, { least: -1, most: 1 });
  checkNumber("recommend", "rotation", rotation, { least: 0, most: 1 });
  checkList("recommend", "boost", boost);
  checkNumber("recommend", "the number of boosts", [...boost].length, { least: 0, most: mostBoosts });
  if ([...boost].length === 0 && popularity === 0 && (rotation === 0 || !shown)) return undefined;
  const factors = new Float64Array(candidates.length).fill(1);
  for (const [n, each] of [...boost].entries()) {
    const place = `boost[${n}]`;
    checkOptions(place, each, ["filter", "factor"]);
    checkNumber(place, "factor", each.factor ?? Number.NaN, { least: 0.1, most: 10 });
    const fits = fit(each.filter, `${place}.filter`);
    for (let item = 0; item < factors.length; item++) if (fits[item] === 1) factors[item] *= each.factor;
  }
  if (popularity !== 0) addPopularity(info.counts, candidates, popularity, factors);
  for (const [item, times] of shown ?? []) {
    checkItem(info, item);
    checkNumber("recommend", "how often a film was shown", times, { least: 0, most: mostShown, whole: true });
    factors[item] *= Math.max(1 - rotation, leastKept) ** times;
  }
  return factors.every((factor) => factor === 1) ? undefined : factors;
}

function addPopularity(counts: Int32Array, candidates: Uint8Array, popularity: number, factors: Float64Array): void {
  const logs = new Float64Array(counts.length);
  for (let item = 0; item < logs.length; item++) logs[item] = Math.log1p(counts[item]);
  let [count, sum, squares] = [0, 0, 0];
  for (let item = 0; item < logs.length; item++) {
    if (candidates[item] === 0) continue;
    count++;
    sum += logs[item];
    squares += logs[item] ** 2;
  }
  const mean = sum / Math.max(1, count);
  const variance = squares / Math.max(1, count) - mean ** 2;
  if (!(variance > 1e-9)) return; // alike: no film is more popular than another
  const scale = popularity / Math.sqrt(variance);
  for (let item = 0; item < logs.length; item++) factors[item] *= Math.exp(scale * (logs[item] - mean));
}

/** An item of an adjusted list. */
export interface AdjustedItem {
  readonly item: number;
  readonly adjusted: Adjustment;
  /** The score that the model's own list has at this place. Scores of an adjusted list need not fall, and these do. */
  readonly standing: number;
}

/**
 * The `wanted` items of most worth, of those that the model scores: so many of the best by score are looked at as may reach the list.
 *
 * @param factors of every item
 */
export function rankByWorth(
  scores: Float32Array,
  allowed: Uint8Array,
  factors: Float64Array,
  wanted: number,
): AdjustedItem[] {
  let greatest = 0;
  for (let item = 0; item < factors.length; item++) {
    if (allowed[item] === 1 && factors[item] > greatest) greatest = factors[item];
  }
  for (let depth = 4 * wanted; ; depth *= 8) {
    const ranked = topK(scores, depth, { allowed });
    const worth = Float64Array.from(ranked, (item, n) => factors[item] / (n + 1));
    const order = topK(worth, wanted); // equal worth: the model's order
    const least = order.length < wanted ? 0 : worth[order[wanted - 1]];
    if (ranked.length === depth && wanted > 0 && greatest / (depth + 1) > least) continue;
    return Array.from(order, (n, place) => {
      const item = ranked[n];
      return { item, adjusted: { from: n + 1, factor: factors[item] }, standing: scores[ranked[place]] };
    });
  }
}
