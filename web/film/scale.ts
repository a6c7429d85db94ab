import type { RatingScale } from "../../src/client.ts";

/** How many steps a scale without steps of its own is shown with. */
const shownSteps = 10;

/** Every rating the scale allows, ascending: .5–5 by .5 gives ten. Of a scale that allows any rating between, eleven. */
export function ratingsOn({ min, max, step }: RatingScale): number[] {
  const count = step > 0 ? Math.round((max - min) / step) : shownSteps;
  const length = step > 0 ? step : (max - min) / shownSteps;
  return Array.from({ length: count + 1 }, (_, n) => round(min + n * length));
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

/**
 * How far a rating reaches into a row of stars, as a fraction of its width: where its drawing ends, and its hit area. Scales that go down to 0 or
 * below have no stars for their lowest ratings, and share the row equally.
 */
export function reachOf(rating: number, scale: RatingScale): number {
  if (scale.min > 0) return rating / starCount(scale);
  const ratings = ratingsOn(scale);
  const at = ratings.indexOf(round(rating));
  return at < 0 ? (rating - scale.min) / (scale.max - scale.min) : (at + 1) / ratings.length;
}

/** Steps of .1 do not add up exactly; ratings are compared after rounding. */
function round(rating: number): number {
  return Math.round(rating * 1000) / 1000;
}

/** The lowest rating that says that a film was liked: three quarters up the scale. */
export function likedFrom({ min, max }: RatingScale): number {
  return min + 0.75 * (max - min);
}
