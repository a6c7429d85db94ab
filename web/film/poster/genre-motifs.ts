import { crescent, orbits, planet } from "./motifs/nature.ts";
import {
  arches,
  blinds,
  bulletHoles,
  burst,
  chevrons,
  claws,
  confetti,
  contours,
  couple,
  dots,
  drips,
  fangs,
  filmstrip,
  keys,
  pinstripe,
  rainbow,
  slash,
  sounds,
  speed,
  toys,
  tunnel,
  windows,
  zigzags,
} from "./motifs/patterns.ts";
import {
  balloons,
  cactus,
  curtain,
  doorAjar,
  gridSun,
  horizon,
  kite,
  mesas,
  peaks,
  profiles,
  searchlights,
  skyline,
  steps,
  streetlamp,
  winding,
} from "./motifs/scenes.ts";
import {
  aperture,
  banana,
  castle,
  chair,
  compass,
  fedora,
  fingerprint,
  glasses,
  heart,
  keyhole,
  pinwheel,
  reel,
  rocket,
  smile,
  spiral,
  stare,
  swirl,
  target,
  vinyl,
} from "./motifs/things.ts";
import type { Motif } from "./shapes.ts";
import { pick, type Vary } from "./vary.ts";

/** The most telling genres first. */
const byGenre: readonly (readonly [genre: string, motifs: readonly Motif[]])[] = [
  ["Film-Noir", [blinds, fedora, streetlamp]],
  ["Western", [mesas, cactus]],
  ["Musical", [keys, sounds, vinyl]],
  ["Horror", [fangs, drips, claws, stare]],
  ["War", [chevrons, searchlights]],
  ["Animation", [toys, confetti, rainbow]],
  ["Documentary", [filmstrip, contours, aperture]],
  ["Sci-Fi", [planet, gridSun, orbits, rocket]],
  ["Romance", [couple, heart, glasses]],
  ["Mystery", [keyhole, fingerprint, doorAjar]],
  ["Fantasy", [crescent, castle, swirl]],
  ["Children", [kite, balloons, pinwheel]],
  ["Crime", [pinstripe, bulletHoles, skyline]],
  ["Thriller", [spiral, tunnel, target, steps]],
  ["Adventure", [peaks, compass, winding]],
  ["Comedy", [smile, zigzags, banana, dots]],
  ["Action", [slash, burst, speed]],
  ["Drama", [curtain, windows, horizon, profiles, chair, arches]],
];

/** A drawing for one of a film's two most telling genres. */
export function genreMotif(genres: readonly string[], vary: Vary): Motif {
  const telling = byGenre.filter(([genre]) => genres.includes(genre)).slice(0, 2);
  if (telling.length === 0) return reel;
  const [, motifs] = pick(telling, vary("genre") ** 1.6);
  return pick(motifs, vary("motif"));
}
