import type { RatingScale } from "../src/client.ts";

/** Every rating the scale allows, ascending: .5–5 by .5 gives ten. */
export function ratingsOn(scale: RatingScale): number[] {
  const count = Math.round((scale.max - scale.min) / scale.step) + 1;
  return Array.from({ length: count }, (_, n) => round(scale.min + n * scale.step));
}

export function isOnScale(rating: number, scale: RatingScale): boolean {
  return ratingsOn(scale).includes(round(rating));
}

/** 4.5 → "4.5", 5 → "5", 4.3333 → "4.3". */
export function formatRating(rating: number): string {
  return String(Math.round(rating * 10) / 10);
}

/** A rating for screen readers: "1 star", "4.5 stars". */
export function starsLabel(rating: number): string {
  return `${formatRating(rating)} ${rating === 1 ? "star" : "stars"}`;
}

/** The number of stars to draw; the highest rating fills them all. */
export function starCount(scale: RatingScale): number {
  return Math.max(1, Math.ceil(scale.max));
}

/** Steps of .1 do not add up exactly; ratings are compared after rounding. */
function round(rating: number): number {
  return Math.round(rating * 1000) / 1000;
}
