import type { Film } from "../../../src/client.ts";
import { spokenTitle } from "../../../src/data/film-title.ts";
import { genreMotif } from "./genre-motifs.ts";
import { layouts, type Matter, type PosterDrawing, part, posterHeight, posterWidth } from "./layouts.ts";
import { type Palette, palettesOf } from "./palettes.ts";
import { titleMotif } from "./title-motifs.ts";
import { capHeight, isSmallWord, partsOfTitle, textWidth } from "./type.ts";
import { pick, varyBy } from "./vary.ts";

export type PosterFilm = Pick<Film, "id" | "title" | "year" | "genres">;

/** The same drawing for the same film, always. @param credits whether year and genres stand below the title */
export function drawPoster(film: PosterFilm, credits = false): PosterDrawing {
  const matter = { ...matterOf(film), credits: credits ? creditsOf(film) : "" };
  const fitting = layouts.filter(({ fits }) => fits(matter.title)).map(({ layout }) => layout);
  return { colours: coloursOf(film), ...pick(fitting, matter.vary("layout"))(matter) };
}

/** A small poster: the drawing above a word of the title, or its initials. */
export function drawChip(film: PosterFilm): PosterDrawing {
  const { title, motif, vary } = matterOf(film);
  const text = shortTitle(title);
  const stretch = 0.6;
  const size = Math.min((posterWidth - 20) / textWidth(text, stretch), 118 / capHeight);
  const width = size * textWidth(text, stretch);
  const top = posterHeight - size * capHeight - 32;
  return {
    colours: coloursOf(film),
    ground: "ground",
    parts: [part(0, 0, posterWidth, top, motif(posterWidth, top, vary))],
    texts: [{ text, size, stretch, width, x: posterWidth / 2, y: posterHeight - 16, tone: "ink", on: "ground" }],
  };
}

function matterOf({ id, title, genres }: PosterFilm): Omit<Matter, "credits"> {
  const vary = varyBy(id);
  const spoken = spokenTitle(title).name.toUpperCase().replace(/: OR$/, "");
  return { title: spoken, motif: titleMotif(spoken, vary) ?? genreMotif(genres, vary), vary };
}

function coloursOf({ id, year }: PosterFilm): Palette {
  return pick(palettesOf(year), varyBy(id)("palette"));
}

function creditsOf({ year, genres }: PosterFilm): string {
  return [...(year > 0 ? [String(year)] : []), ...genres.slice(0, 3)].join("  ·  ").toUpperCase();
}

/** One word of at most ten letters, a number, or up to three initials. @param title in capitals */
export function shortTitle(title: string): string {
  const words = partsOfTitle(title)
    .main.split(/[\s–-]+/)
    .map(withoutSigns)
    .filter(Boolean);
  const telling = words.filter((word) => !isSmallWord(word));
  const chosen = telling.length > 0 ? telling : words;
  if (chosen.length === 0) return title.slice(0, 3);
  if (isNumber(chosen[0])) return chosen[0];
  if (chosen.length === 1 && chosen[0].length <= 10) return chosen[0];
  return chosen
    .slice(0, 3)
    .map((word) => (isNumber(word) ? word : Array.from(word)[0]))
    .join("");
}

const withoutSigns = (word: string) => word.replace(/[^\p{L}\p{M}\p{N}]/gu, "");
const isNumber = (word: string) => /^\d+$/.test(word);
