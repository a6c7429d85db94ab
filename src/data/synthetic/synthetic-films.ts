import type { Random } from "../../random.ts";
import { type Catalog, labelsFrom } from "../catalog.ts";
import { generateTitle, genreWords } from "./synthetic-titles.ts";

/** Synthetic films, and what makes users see and like them. */
export interface SyntheticFilms {
  readonly ids: Float64Array;
  readonly catalog: Catalog;
  /** What the film itself adds to a rating. */
  readonly quality: Float64Array;
  /** Share of each genre in all watching. */
  readonly genreShare: Float64Array;
  /** The films of each genre, to be drawn by how well known they are. */
  readonly byGenre: readonly AliasTable[];
}

/**
 * Draws films with given weights in constant time, by Walker's alias method (Vose, A linear algorithm for generating random
 * numbers with a given distribution, 1991): a slot chosen uniformly gives its own film with probability `keep`, else that of
 * `other`.
 */
export interface AliasTable {
  readonly films: Int32Array;
  readonly keep: Float64Array;
  readonly other: Int32Array;
}

const genreNames = Object.keys(genreWords);
const lastYear = 2018;

export function generateFilms(count: number, rng: Random): SyntheticFilms {
  const { float, int, normal } = rng;
  const fame = drawFame(count, rng);
  const ids = new Float64Array(count);
  const titles: string[] = [];
  const years = new Int16Array(count);
  const genres: string[][] = [];
  const tags: string[][] = [];
  const quality = new Float64Array(count);
  const taken = new Set<string>();
  for (let film = 0; film < count; film++) {
    // Ids have gaps, as in MovieLens: an index mistaken for an id shows.
    ids[film] = (film === 0 ? 0 : ids[film - 1]) + (int(4) === 0 ? 2 + int(5) : 1);
    years[film] = lastYear - Math.floor(88 * float() * float());
    genres.push(drawGenres(rng));
    titles.push(generateTitle(genres[film], years[film], taken, rng));
    tags.push(drawTags(genres[film], fame[film], rng));
    // Better known films are a little better liked.
    quality[film] = 0.4 * normal() + 0.3 * Math.sqrt(fame[film]);
  }
  const labels = labelsFrom(genres, genreNames);
  const genreShare = new Float64Array(genreNames.length);
  const members: number[][] = genreNames.map(() => []);
  for (let film = 0; film < count; film++) {
    for (let at = labels.offsets[film]; at < labels.offsets[film + 1]; at++) {
      members[labels.indices[at]].push(film);
      genreShare[labels.indices[at]] += fame[film];
    }
  }
  const total = genreShare.reduce((sum, share) => sum + share, 0);
  return {
    ids,
    catalog: {
      titles,
      years,
      genres: labels,
      tags: labelsFrom(tags),
      imdb: new Int32Array(count),
      tmdb: new Int32Array(count),
    },
    quality,
    genreShare: genreShare.map((share) => share / total),
    byGenre: members.map((films) => aliasTable(films, fame)),
  };
}

/** Ranks over which fame falls slowly: with 40 the best known of 59,000 films is rated by half of all users, as in ml-25m. */
const fameShift = 40;

/** Draws how well known each film is, 1 for the best known: Zipf–Mandelbrot over a random order. */
function drawFame(count: number, { int }: Random): Float64Array {
  const fame = Float64Array.from({ length: count }, (_, rank) => (fameShift / (rank + fameShift)) ** 1.25);
  for (let n = count - 1; n > 0; n--) {
    const swap = int(n + 1);
    [fame[n], fame[swap]] = [fame[swap], fame[n]];
  }
  return fame;
}

/** Draws one to three genres; the first ones of the list are the most common. */
function drawGenres({ float, int }: Random): string[] {
  const count = 1 + int(3);
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(genreNames.length * float() ** 1.6));
  return [...chosen].sort((a, b) => a - b).map((genre) => genreNames[genre]);
}

/** Draws tags that fit the genres: none for most films, many for famous ones. */
function drawTags(genres: readonly string[], fame: number, { float, int }: Random): string[] {
  const count = Math.floor(float() * (1.3 + 30 * fame));
  return Array.from({ length: count }, () => {
    const { tags } = genreWords[genres[int(genres.length)]];
    return tags[int(tags.length)];
  });
}

function aliasTable(members: readonly number[], weights: Float64Array): AliasTable {
  const films = Int32Array.from(members);
  const size = films.length;
  const total = films.reduce((sum, film) => sum + weights[film], 0);
  const keep = Float64Array.from(films, (film) => (weights[film] * size) / total);
  const other = Int32Array.from({ length: size }, (_, slot) => slot);
  const poor: number[] = [];
  const rich: number[] = [];
  for (let slot = 0; slot < size; slot++) (keep[slot] < 1 ? poor : rich).push(slot);
  while (poor.length > 0 && rich.length > 0) {
    const low = poor.pop()!;
    const high = rich[rich.length - 1];
    other[low] = high;
    keep[high] -= 1 - keep[low];
    if (keep[high] < 1) poor.push(rich.pop()!);
  }
  // What is left differs from 1 by rounding only.
  for (const slot of [...poor, ...rich]) keep[slot] = 1;
  return { films, keep, other };
}
