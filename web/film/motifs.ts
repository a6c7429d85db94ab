import type { Film } from "../../src/client.ts";

/**
 * A drawn poster in place of a picture: a flat drawing for one of the film's genres, varied by its id, in the style of the
 * title designers of the fifties.
 */
export interface PosterDrawing {
  /** On a coloured, a dark or a light ground. */
  readonly ground: "colour" | "night" | "paper";
  readonly mirrored: boolean;
  readonly hue: number;
  readonly chroma: number;
  readonly shapes: readonly Shape[];
}

export interface Shape {
  readonly path: string;
  readonly tone: "light" | "mid" | "dark";
}

export const posterWidth = 60;
export const posterHeight = 84;

/** A drawing from a number in 0..1 that differs from film to film. */
type Motif = (vary: number) => readonly Shape[];

interface Style {
  readonly genre: string;
  readonly hue: number;
  readonly chroma?: number;
  readonly motif: Motif;
}

const disc = (x: number, y: number, r: number) =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
const box = (x: number, y: number, w: number, h: number) => `M${x} ${y}h${w}v${h}h${-w}z`;
const light = (path: string): Shape => ({ path, tone: "light" });
const mid = (path: string): Shape => ({ path, tone: "mid" });
const dark = (path: string): Shape => ({ path, tone: "dark" });
const rows = (count: number, draw: (n: number) => string) => Array.from({ length: count }, (_, n) => draw(n)).join("");

const blinds: Motif = (v) => [mid(box(0, 0, 60, 84)), dark(rows(7, (n) => `M0 ${n * 13 + v * 8}l60 -9v5l-60 9z`))];
const horizon: Motif = (v) => [light(disc(14 + 32 * v, 34, 15)), mid("M0 52L60 46V84H0z"), dark("M0 66L60 58V84H0z")];
const waves: Motif = (v) => [
  mid(rows(4, (n) => `M0 ${26 + n * 16}q15 ${-14 - 8 * v} 30 0t30 0v7q-15 ${14 + 8 * v} -30 0t-30 0z`)),
  light(disc(14 + 32 * v, 15, 7)),
];
const teeth: Motif = (v) => [
  dark(rows(5, (n) => `M${n * 12} 0h12l-6 ${26 + 12 * ((n * 0.37 + v) % 1)}z`)),
  mid(rows(5, (n) => `M${n * 12} 84h12l-6 ${-24 - 14 * ((n * 0.61 + v) % 1)}z`)),
  light(disc(30, 43, 4)),
];
const chevrons: Motif = (v) => [mid(rows(4, (n) => `M0 ${8 + n * 24 + 8 * v}l30 -16l30 16v10l-30 -16l-30 16z`))];
const balls: Motif = (v) => [
  mid(disc(18 + 10 * v, 58, 20)),
  light(disc(40 - 12 * v, 30, 13)),
  dark(disc(46, 64 - 8 * v, 8)),
];
const frames: Motif = (v) => [
  dark(box(0, 0, 12, 84) + box(48, 0, 12, 84)),
  light(rows(7, (n) => box(4, 3 + n * 12, 4, 6) + box(52, 3 + n * 12, 4, 6))),
  mid(box(16, 8 + 12 * v, 28, 24) + box(16, 38 + 12 * v, 28, 24)),
];
const orbit: Motif = (v) => [
  mid(disc(30, 50, 21)),
  dark(`M-4 ${60 - 8 * v}Q30 ${70 + 6 * v} 64 ${34 + 8 * v}v4Q30 ${80 + 6 * v} -4 ${64 - 8 * v}z`),
  light(disc(12 + 34 * v, 16, 5)),
];
const couple: Motif = (v) => [mid(disc(22, 48 - 8 * v, 18)), light(disc(39, 48 + 6 * v, 14))];
const keyhole: Motif = (v) => [mid(disc(30, 42, 26 + 3 * v)), dark(`${disc(30, 34, 9)}M26 38h8l5 24h-18z`)];
const crescent: Motif = (v) => [
  light("M38 12a24 24 0 1 0 10 36a19 19 0 1 1 -10 -36z"),
  mid(`M0 ${66 + 4 * v}q15 -12 30 0t30 0V84H0z`),
];
const pinstripe: Motif = (v) => [
  dark(rows(6, (n) => `M${n * 14 - 22 + 10 * v} 84l22 -84h6l-22 84z`)),
  light(disc(44 - 26 * v, 20, 7)),
];
const lamp: Motif = (v) => [
  mid(`M${18 + 24 * v} -4L-20 84H${58 + 22 * v}z`),
  dark(`${disc(22 + 14 * v, 58, 6)}M${15 + 14 * v} 84q0 -19 7 -19t7 19z`),
];
const windows: Motif = (v) => [
  dark(box(6, 30, 22, 54) + box(30, 16, 24, 68)),
  light(box(35, 24 + 11 * Math.floor(v * 4), 5, 6) + box(44, 46, 5, 6) + box(12, 38 + 11 * Math.floor(v * 3), 5, 6)),
];
const kite: Motif = (v) => [
  light(`M${30 + 8 * v} 10l16 22l-16 26l-16 -26z`),
  dark(`M${30 + 8 * v} 58q-14 8 -4 14t-6 12h4q12 -8 4 -13t4 -13z`),
];
const peaks: Motif = (v) => [
  light(disc(46 - 30 * v, 20, 8)),
  mid("M-6 84L24 30L54 84z"),
  dark(`M20 84L${46 - 4 * v} 46L72 84z`),
];
const spiral: Motif = () => [
  mid(disc(30, 42, 34)),
  dark(disc(33, 44, 25)),
  mid(disc(29, 46, 17)),
  dark(disc(32, 45, 9)),
  light(disc(31, 46, 3)),
];
const smile: Motif = (v) => [
  light(`M8 ${38 - 4 * v}h44a22 22 0 0 1 -44 0z`),
  dark(disc(20, 24 - 3 * v, 4) + disc(40, 24 - 3 * v, 4)),
];
const slash: Motif = (v) => [
  mid(`M0 ${70 - 10 * v}L60 ${10 + 8 * v}v18L0 ${92 - 10 * v}z`),
  light(`M0 ${50 - 10 * v}L60 ${-8 + 8 * v}v5L0 ${56 - 10 * v}z`),
];
const curtain: Motif = (v) => [
  mid(rows(4, (n) => `M${n * 16 - 2} 0h8v84h-8z`)),
  dark(`M0 0H60V${14 + 4 * v}q-7.5 8 -15 0t-15 0t-15 0t-15 0z`),
];
const reel: Motif = () => [
  mid(disc(30, 42, 24)),
  dark(disc(30, 30, 6) + disc(30, 54, 6) + disc(18, 42, 6) + disc(42, 42, 6)),
];

const either =
  (one: Motif, other: Motif): Motif =>
  (v) =>
    v < 0.5 ? one(2 * v) : other(2 * v - 1);

/** The most telling genres first. */
const styles: readonly Style[] = [
  { genre: "Film-Noir", hue: 70, chroma: 0.012, motif: blinds },
  { genre: "Western", hue: 58, motif: horizon },
  { genre: "Musical", hue: 338, motif: waves },
  { genre: "Horror", hue: 22, chroma: 0.13, motif: teeth },
  { genre: "War", hue: 125, chroma: 0.05, motif: chevrons },
  { genre: "Animation", hue: 210, motif: balls },
  { genre: "Documentary", hue: 230, chroma: 0.03, motif: frames },
  { genre: "Sci-Fi", hue: 265, motif: orbit },
  { genre: "Romance", hue: 5, motif: couple },
  { genre: "Mystery", hue: 295, motif: keyhole },
  { genre: "Fantasy", hue: 310, motif: crescent },
  { genre: "Children", hue: 85, motif: kite },
  { genre: "Crime", hue: 40, chroma: 0.045, motif: either(pinstripe, lamp) },
  { genre: "Thriller", hue: 32, motif: spiral },
  { genre: "Adventure", hue: 165, motif: peaks },
  { genre: "Comedy", hue: 75, motif: smile },
  { genre: "Action", hue: 45, motif: slash },
  { genre: "Drama", hue: 15, motif: either(curtain, windows) },
];

const unknownStyle: Style = { genre: "", hue: 250, chroma: 0.03, motif: reel };
const usualChroma = 0.095;
const hueSpread = 30;

const grounds = ["colour", "night", "paper"] as const;

export function drawPoster(film: Pick<Film, "id" | "genres">): PosterDrawing {
  const telling = styles.filter((style) => film.genres.includes(style.genre)).slice(0, 3);
  const { hue, chroma, motif } = pick(telling, fraction(`genre ${film.id}`)) ?? unknownStyle;
  const vary = fraction(`shape ${film.id}`);
  return {
    ground: pick(grounds, fraction(`ground ${film.id}`)) ?? "colour",
    mirrored: fraction(`side ${film.id}`) < 0.5,
    hue: hue + hueSpread * (vary - 0.5),
    chroma: chroma ?? usualChroma,
    shapes: motif(vary),
  };
}

function pick<T>(choices: readonly T[], where: number): T | undefined {
  return choices[Math.floor(where * choices.length)];
}

/** A fixed number in 0..1 for a text (FNV-1a, mixed once more). */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
