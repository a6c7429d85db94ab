/**
 * Which films a new user is asked about: those that they have likely seen, of many decades and genres
 * (docs/adr/0062-which-films-to-ask-about.md).
 *
 * The chance that somebody has seen film i, after answers about the films j:
 *
 *   logit P(i) = logit p_i + τ Σ_j (logit p_i|j − logit p_i)
 *   p_i: the share of users who rated film i
 *   p_i|j: the same of those users who rated film j where it has been seen, and of those who did not where it has not
 *
 * Answers say much the same as each other, so each counts for less than it would alone: τ. Shares of few users are drawn to p_i, as if two
 * more had been counted. The counts are those of the most rated films (src/data/co-ratings.ts); of other films, and in models that
 * earlier versions saved, P(i) = p_i.
 */
import { type CoRatings, coRated } from "../data/co-ratings.ts";
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../data/dataset.ts";
import { topK } from "../matrix/topk.ts";
import { checkItem, checkListLength } from "./query.ts";

/** What somebody has said of films so far. */
export interface AnswersSoFar {
  /** Films that they know, rated or not. */
  readonly seen?: Iterable<ItemIndex>;
  /** Films that they have not seen. */
  readonly unseen?: Iterable<ItemIndex>;
  /** Other films that they are not asked about, which say nothing of them. */
  readonly exclude?: Iterable<ItemIndex>;
}

/** τ, and the users by whom a share is drawn. */
const [weightOfAnswer, drawnBy] = [0.5, 2];

/** How many films of every decade, and of every genre, count as asked about before the first. */
const askedBefore = 3;

/** How many films are considered: the likeliest to be seen. */
const considered = 1000;

/**
 * The films to ask a new user about next, the first one first. They are chosen one after another, each time the film of the highest
 *
 *   P(seen) / ((3 + films of its decade asked about so far) · (3 + films of its genre asked about so far)),
 *
 * where P(seen) is the chance that the user has seen it, by their answers, and its genre is that of its own of which there are fewest; ties by
 * P(seen), then item index. Films without a year count as a decade of their own, and films without genres as a genre.
 *
 * Without answers, these are much-rated films of many decades and genres: the first to show to anybody. It takes no model: what a trained
 * one keeps of its data, `info`, is enough.
 *
 * @returns n films; fewer where fewer were rated
 * @throws ITEM_UNKNOWN for an index outside the catalog; USAGE for an n that is no whole number from 1
 * @example
 * import { filmOf, filmsToAsk } from "matinee/core";
 * const [first] = filmsToAsk(data, {}, 48);
 * filmsToAsk(data, { unseen: [first] }, 1).map((item) => filmOf(data, item).title);
 */
export function filmsToAsk(info: DatasetInfo, answers: AnswersSoFar, n: number): ItemIndex[] {
  const { seen = [], unseen = [], exclude = [] } = answers;
  checkListLength(n);
  const known = new Map<ItemIndex, boolean>();
  for (const film of unseen) known.set(film, false);
  for (const film of seen) known.set(film, true);
  const variety = createVariety(info);
  for (const film of known.keys()) {
    checkItem(info, film);
    variety.add(film);
  }
  const chances = chancesOfSeen(info, known);
  for (const film of [...known.keys(), ...exclude]) chances[film] = -Infinity;
  const open = [...topK(chances, Math.max(considered, n))];
  const chosen: ItemIndex[] = [];
  while (chosen.length < n && open.length > 0) {
    let [best, most] = [0, 0];
    for (const [at, film] of open.entries()) {
      if (chances[film] / askedBefore ** 2 <= most) break; // nor are those that follow worth more
      const worth = chances[film] / variety.penalty(film);
      if (worth > most) [best, most] = [at, worth];
    }
    const [film] = open.splice(best, 1);
    variety.add(film);
    chosen.push(asItemIndex(film));
  }
  return chosen;
}

/** For each film the chance that it has been seen; −Infinity of films that nobody rated. */
function chancesOfSeen(
  { coRatings, users, counts }: DatasetInfo,
  known: ReadonlyMap<ItemIndex, boolean>,
): Float64Array {
  const chances = Float64Array.from(counts, (count) => (count === 0 ? -Infinity : count / users.size));
  if (!coRatings) return chances;
  const answered = Array.from(coRatings.films, (film, place) => ({ place, seen: known.get(asItemIndex(film)) }));
  for (const [place, film] of coRatings.films.entries()) {
    const alone = shareOf(coRatings, place);
    let lift = 0;
    for (const { place: other, seen } of answered) {
      if (seen !== undefined) lift += logit(shareAmong(coRatings, place, other, seen, alone)) - logit(alone);
    }
    if (lift !== 0) chances[film] = 1 / (1 + Math.exp(-logit(alone) - weightOfAnswer * lift));
  }
  return chances;
}

/** The share of users who rated a film; above 0 and below 1. */
function shareOf(coRatings: CoRatings, film: number): number {
  return (coRated(coRatings, film, film) + 1) / (coRatings.users + 2);
}

/** The share who rated a film of those who rated another (`rated`), or who did not. @param alone the share of all */
function shareAmong(coRatings: CoRatings, film: number, other: number, rated: boolean, alone: number): number {
  const [both, ofOther] = [coRated(coRatings, film, other), coRated(coRatings, other, other)];
  const [users, those] = rated ? [ofOther, both] : [coRatings.users - ofOther, coRated(coRatings, film, film) - both];
  return (those + drawnBy * alone) / (users + drawnBy);
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}

/** Counts the films of each decade and genre that somebody is asked about. */
function createVariety({ catalog: { years, genres } }: DatasetInfo) {
  const { names, offsets, indices } = genres;
  const ofDecade = new Map<number, number>();
  const ofGenre = new Int32Array(names.length + 1); // the last: films without genres
  const decadeOf = (film: number) => Math.floor(years[film] / 10);
  return {
    add(film: number): void {
      ofDecade.set(decadeOf(film), (ofDecade.get(decadeOf(film)) ?? 0) + 1);
      for (let n = offsets[film]; n < offsets[film + 1]; n++) ofGenre[indices[n]]++;
      if (offsets[film] === offsets[film + 1]) ofGenre[names.length]++;
    },
    /** What the chance of a film is divided by. */
    penalty(film: number): number {
      let rarest = offsets[film] === offsets[film + 1] ? ofGenre[names.length] : Number.POSITIVE_INFINITY;
      for (let n = offsets[film]; n < offsets[film + 1]; n++) rarest = Math.min(rarest, ofGenre[indices[n]]);
      return (askedBefore + (ofDecade.get(decadeOf(film)) ?? 0)) * (askedBefore + rarest);
    },
  };
}
