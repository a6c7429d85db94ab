/**
 * The users who rate films as somebody does, taken together: how alike they are, and what they think of films. It names none of them, and says of
 * no film what fewer than five of them think.
 *
 *   s(u, v) = n_uv / (n_uv + β) · Σ_i (r_ui − μ)(r_vi − μ) / (‖r_u − μ‖ ‖r_v − μ‖)      i: films that both rated; n_uv: how many; lengths over
 *                                                                           all films of each; μ: mean of all ratings; β = 10
 *   N(u): the 25 users v of the highest s(u, v) above 0, ties by index, of those with n_uv ≥ 3 and Σ_i |r_ui − r_vi| ≤ n_uv stars; empty where
 *                                                                           there are fewer than 10
 *   score(i) = Σ_{v ∈ N(u) who rated i} (r_vi − m) / (n_i + 5)              n_i ≥ 5: how many rated i; m: mean of all ratings of N(u)
 *
 * The cosine of ratings less one number for all is that of U. Shardanand and P. Maes, "Social information filtering", CHI 1995 (there, the middle of
 * the scale); the first factor is shrinkage. Less a number, a rating below it counts against who liked the film; somebody who gives all films the same stars has
 * neighbours too, whom ratings less each one's own mean would not find. The score orders films as a mean with five ratings of m added to it does. Why this way:
 * docs/adr/0063-people-like-you-are-told-of-together.md.
 */
import { asItemIndex, type DatasetInfo, leniently, likedFrom } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { type Csr, entryAt, transpose } from "../matrix/csr.ts";
import { sum } from "../matrix/dense.ts";
import { topK } from "../matrix/topk.ts";
import type { Answer, Neighbour, Profile, Query } from "../models/model.ts";
import { meanRating } from "../models/shared/fallback.ts";
import { lengthOfStar } from "../models/shared/standard-scale.ts";
import { present } from "../present.ts";
import { allowedItems, type FilmChoice } from "./allowed.ts";
import { roundRating } from "./explanation.ts";
import { type AttributesOf, filterFilms } from "./film-filter.ts";
import { type Film, filmOf } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { checkListLength, checkQuery, type UserRatings } from "./query.ts";
import { listPage, type Recommendation, type RecommendOptions } from "./recommend.ts";

/** A film that the user rated, and what the neighbours think of it. */
export interface ComparedFilm extends Film {
  /** The user's rating. */
  readonly rating: number;
  /** The mean of the neighbours' ratings, to a tenth. */
  readonly theirs: number;
  /** How many of them rated it: at least five. */
  readonly raters: number;
}

/** The users who rate films most as somebody does, taken together. */
export interface Neighbourhood {
  /** With how many users' ratings there is to compare: 0 where none are at hand, and of events. */
  readonly compared: number;
  /** How many users it is made of: 10 to 25, or 0 where there are too few to tell. */
  readonly neighbours: number;
  /** How many further ratings it takes at least, where there are too few to tell; otherwise 0. */
  readonly needed: number;
  /** How many films the user and a neighbour both rated, in the mean, to a tenth. */
  readonly overlap?: number;
  /** How far the ratings of a film by the user and by a neighbour differ, in the mean, to a hundredth. */
  readonly difference?: number;
  /** The same of the user and everybody. */
  readonly usualDifference?: number;
  /** Films that the user and the neighbours rate within half a star of each other, those of most raters first, at most five. */
  readonly agreed: readonly ComparedFilm[];
  /** Films that they rate a star apart or more, the furthest apart first, at most five. */
  readonly disagreed: readonly ComparedFilm[];
  /** Films that the user has not rated and the neighbours like (from three quarters up the scale, in the mean), best first. */
  readonly loved: readonly Recommendation[];
}

/** Options of `neighbourhood`. */
export interface NeighbourhoodOptions extends FilmChoice, Pick<RecommendOptions, "step"> {
  /** How many films that the neighbours like; 10 unless given. */
  readonly k?: number;
  /** What else is known of films, for filters by `attributes.NAME`. */
  readonly attributes?: AttributesOf;
  /** The id of the user of the query, who is no neighbour. */
  readonly self?: Id;
}

const [fewestNeighbours, mostNeighbours] = [10, 25];
const leastOverlap = 3;
/** Stars by which a neighbour's ratings may differ from the user's, in the mean. */
const mostDifference = 1;
const shrinkage = 10;
/** As many ratings, at the mean of those of all neighbours, are added to the neighbours' ratings of a film. */
const damping = 5;
/** Ratings of the user, from which on their neighbours are looked for. */
const fewestRatings = 5;
/** Neighbours who rated a film, below which nothing is said of it. */
const fewestRaters = 5;
const mostCompared = 5;
/** Of a star. */
const [agreement, disagreement] = [0.5, 1];

/** In place of a model's name, of films that are listed by what neighbours think. */
const source = "neighbours";

/**
 * Who rates as the user of a query does, what they think of the user's films, and which others they like. Nothing is told of fewer than ten
 * users together, or of a film that fewer than five of them rated.
 *
 * @param users whose ratings are at hand; without, there is nobody to compare with
 * @throws USAGE for a list length or filter that makes no sense, or a query from other data than the model's; ITEM_UNKNOWN
 * @example
 * import { neighbourhood, queryOfUser } from "matinee/core";
 * const { opened, users } = recommender;
 * const { neighbours, difference, loved } = await neighbourhood(opened, users, queryOfUser(data, 3), { self: 3 });
 */
export async function neighbourhood(
  opened: OpenModel,
  users: UserRatings | undefined,
  query: Query,
  { self, k = 10, ...given }: NeighbourhoodOptions = {},
): Promise<Neighbourhood> {
  const { info } = opened;
  checkQuery(info, query);
  checkListLength(k);
  const options = { ...given, exclude: [...(given.exclude ?? [])] };
  // A filter that makes no sense is refused even where there is nothing to tell.
  allowedItems(info, [], options, filterFilms(info, options.attributes));
  const { step = async () => {} } = options;
  const nothing = { neighbours: 0, needed: 0, agreed: [], disagreed: [], loved: [] };
  if (!users || info.feedback === "events") return { compared: 0, ...nothing };
  const compared = users.users.size;
  const missing = fewestRatings - query.profile.items.length;
  if (missing > 0) return { compared, ...nothing, needed: missing };
  const population = populationOf(users.byUser);
  await step(0, 1);
  const star = lengthOfStar(info.scale);
  const own = self === undefined ? -1 : users.users.index(self);
  const found = findNeighbours(population, query.profile, { farthest: mostDifference * star, own });
  if (found.neighbours.length < fewestNeighbours) return { compared, ...nothing, needed: 1 };
  const opinions = opinionsOf(users.byUser, found.neighbours);
  const { predict } = opened.model.ask(query);
  const asked: OpenModel = {
    name: source,
    summary: "Films that the users who rate most alike like best.",
    info,
    model: { ...opened.model, ask: () => ({ ...answerBy(opinions, likedFrom(info)), ...present({ predict }) }) },
    fallback: opened.fallback,
    get search() {
      return opened.search;
    },
    prepareSearch: opened.prepareSearch,
    [Symbol.dispose]() {},
  };
  const { films } = await listPage(asked, query, { ...options, k });
  const both = comparedFilms(info, query.profile, opinions);
  const gap = ({ rating, theirs }: ComparedFilm) => Math.abs(rating - theirs) / star;
  return {
    compared,
    neighbours: found.neighbours.length,
    needed: 0,
    overlap: rounded(found.overlap, 10),
    difference: rounded(found.difference, 100),
    usualDifference: rounded(found.usualDifference, 100),
    agreed: both.filter((film) => gap(film) <= agreement).slice(0, mostCompared),
    disagreed: both
      .filter((film) => gap(film) >= disagreement)
      .sort((a, b) => gap(b) - gap(a))
      .slice(0, mostCompared),
    loved: films.filter((film) => film.source === source),
  };
}

/** Everybody who may be a neighbour. */
interface Population {
  readonly byUser: Csr;
  readonly byItem: Csr;
  /** Of all ratings. */
  readonly mean: number;
  /** Of each user's ratings less the mean. */
  readonly lengths: Float64Array;
}

/** Made at the first question, and kept as long as the ratings. */
const populations = new WeakMap<Csr, Population>();

function populationOf(byUser: Csr): Population {
  let population = populations.get(byUser);
  if (!population) {
    const mean = meanRating(byUser.values);
    const lengths = new Float64Array(byUser.rows);
    for (let user = 0; user < byUser.rows; user++) {
      let square = 0;
      for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) square += (byUser.values[n] - mean) ** 2;
      lengths[user] = Math.sqrt(square);
    }
    population = { byUser, byItem: transpose(byUser), mean, lengths };
    populations.set(byUser, population);
  }
  return population;
}

interface FoundNeighbours {
  /** Most similar first. */
  readonly neighbours: readonly Neighbour[];
  /** Means over the neighbours, and over all ratings of films that both rated. */
  readonly overlap: number;
  readonly difference: number;
  readonly usualDifference: number;
}

/** What a neighbour has to be. */
interface Likeness {
  /** How far the ratings of a film may differ, in the mean. */
  readonly farthest: number;
  /** The user's own row, or −1. */
  readonly own: number;
}

/** Compares with everybody who rated one of the films: a few operations for each rating of these. */
function findNeighbours(
  { byItem, mean, lengths }: Population,
  profile: Profile,
  { farthest, own }: Likeness,
): FoundNeighbours {
  const { items, values } = profile;
  const [products, differences] = [new Float64Array(lengths.length), new Float64Array(lengths.length)];
  const overlaps = new Int32Array(lengths.length);
  let square = 0;
  for (let n = 0; n < items.length; n++) {
    const rating = values[n];
    square += (rating - mean) ** 2;
    for (let m = byItem.offsets[items[n]]; m < byItem.offsets[items[n] + 1]; m++) {
      const [user, theirs] = [byItem.indices[m], byItem.values[m]];
      products[user] += (rating - mean) * (theirs - mean);
      differences[user] += Math.abs(rating - theirs);
      overlaps[user]++;
    }
  }
  if (own >= 0) overlaps[own] = differences[own] = 0;
  const similarities = products.map((product, user) => {
    const overlap = overlaps[user];
    if (overlap < leastOverlap || product <= 0 || differences[user] > farthest * overlap) return -Infinity;
    return (product / (Math.sqrt(square) * lengths[user])) * (overlap / (overlap + shrinkage));
  });
  const nearest = topK(similarities, mostNeighbours);
  const over = (numbers: ArrayLike<number>) => nearest.reduce((total, user) => total + numbers[user], 0);
  return {
    neighbours: Array.from(nearest, (user) => ({ user, similarity: similarities[user], overlap: overlaps[user] })),
    overlap: over(overlaps) / nearest.length,
    difference: over(differences) / over(overlaps),
    usualDifference: sum(differences) / sum(overlaps),
  };
}

/** What neighbours think of films. */
interface Opinions {
  /** How many of them rated each film, and the sum of their ratings. */
  readonly raters: Int32Array;
  readonly sums: Float64Array;
  /** Of all their ratings. */
  readonly mean: number;
  /** Their ratings of a film. */
  of(item: number): readonly { readonly neighbour: Neighbour; readonly rating: number }[];
}

function opinionsOf(byUser: Csr, neighbours: readonly Neighbour[]): Opinions {
  const { offsets, indices, values, columns } = byUser;
  const [raters, sums] = [new Int32Array(columns), new Float64Array(columns)];
  let [total, count] = [0, 0];
  for (const { user } of neighbours) {
    for (let n = offsets[user]; n < offsets[user + 1]; n++) {
      raters[indices[n]]++;
      sums[indices[n]] += values[n];
      total += values[n];
      count++;
    }
  }
  const of = (item: number) =>
    neighbours.flatMap((neighbour) => {
      const entry = entryAt(byUser, neighbour.user, item);
      return entry < 0 ? [] : [{ neighbour, rating: values[entry] }];
    });
  return { raters, sums, mean: total / count, of };
}

/** What the neighbours think as an answer, whose scores are above −∞ for the films that they like. */
function answerBy({ raters, sums, mean, of }: Opinions, liked: number): Pick<Answer, "score" | "explain"> {
  const from = leniently(liked);
  return {
    score(out) {
      for (let item = 0; item < out.length; item++) {
        const count = raters[item];
        const isLiked = count >= fewestRaters && sums[item] >= from * count;
        out[item] = isLiked ? (sums[item] - count * mean) / (count + damping) : -Infinity;
      }
    },
    explain: (item) => ({
      parts: of(item).map(({ neighbour, rating }) => ({
        kind: "neighbour",
        ...neighbour,
        rating,
        value: (rating - mean) / (raters[item] + damping),
      })),
    }),
  };
}

/** The user's films that enough neighbours rated, those of most raters first, ties by item index. */
function comparedFilms(info: DatasetInfo, { items, values }: Profile, { raters, sums }: Opinions): ComparedFilm[] {
  const films: ComparedFilm[] = [];
  for (const [n, item] of items.entries()) {
    if (raters[item] < fewestRaters) continue;
    const theirs = rounded(sums[item] / raters[item], 10);
    films.push({ ...filmOf(info, asItemIndex(item)), rating: roundRating(values[n]), theirs, raters: raters[item] });
  }
  return films.sort((a, b) => b.raters - a.raters);
}

/** To one part in so many. */
function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
