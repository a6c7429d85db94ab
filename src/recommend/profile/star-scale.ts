/** Stars of a site, and ratings on the scale of a data set. */
import type { RatingScale } from "../../data/dataset.ts";

/**
 * A rating of a site on the scale of the data: the share of the highest rating stays the same, counted from no stars at all, which is
 * one step below the lowest rating. 8 of 10 is 4 on 1–5 and on .5–5, 80 on 20–100, and stays in its place on any scale a·r + b. What
 * then lies below the lowest rating becomes the lowest: half a star is 1 on 1–5.
 */
export function toScale(rating: number, highest: number, { min, max, step }: RatingScale): number {
  const zero = min - step;
  return Math.min(max, Math.max(min, zero + (rating * (max - zero)) / highest));
}

/** The inverse, in half stars of five. */
export function toHalfStars(rating: number, { min, max, step }: RatingScale): number {
  const zero = min - step;
  return Math.min(5, Math.max(0.5, Math.round((10 * (rating - zero)) / (max - zero)) / 2));
}
