/** Stars of a site, and ratings on the scale of a data set. */
import type { RatingScale } from "../../data/dataset.ts";

/**
 * What no stars are on a scale: stars come in fives, so it is a multiple of five steps below the highest rating, and at most as high as
 * the lowest. It is 0 on 1–5, on .5–5, on 0–10, and on 2–5 if nobody gave 1. Without steps, it is the lowest rating.
 */
function zeroOf({ min, max, step }: RatingScale): number {
  return step > 0 ? max - 5 * step * Math.ceil((max - min) / step / 5 - 1e-6) : min;
}

/**
 * A rating of a site on the scale of the data: its share of the highest rating, counted from no stars. 8 of 10 is 4 on 1–5 and on .5–5,
 * 80 on 20–100, and keeps its place on any scale a·r + b, a > 0. What lies below the lowest rating becomes the lowest: half a star
 * is 1 on 1–5.
 */
export function toScale(rating: number, highest: number, scale: RatingScale): number {
  const zero = zeroOf(scale);
  return Math.min(scale.max, Math.max(scale.min, zero + (rating * (scale.max - zero)) / highest));
}

/** The inverse, of five stars. */
export function toStars(rating: number, scale: RatingScale): number {
  const zero = zeroOf(scale);
  return (5 * (rating - zero)) / (scale.max - zero);
}

/** The inverse, in half stars of five. */
export function toHalfStars(rating: number, scale: RatingScale): number {
  return Math.min(5, Math.max(0.5, Math.round(2 * toStars(rating, scale)) / 2));
}
