/** How commands put things for people. */
import type { ScorePart } from "../recommend/recommend.ts";

/** Parts under each other, and the sum that they make. */
export function partLines(parts: readonly ScorePart[], [sum, name]: readonly [number, string]): string[] {
  const line = (value: number, words: string) => `      ${value.toFixed(4).padStart(10)}  ${words}`;
  return [...parts.map((part) => line(part.value, inWords(part))), line(sum, name)];
}

function inWords(part: ScorePart): string {
  if (part.kind === "rating") return `you rated ${part.title || part.id} ${part.rating}`;
  if (part.kind !== "neighbour") return part.kind;
  const { user, rating, similarity, overlap } = part;
  return `user ${user} rated it ${rating} (similarity ${similarity.toFixed(3)}, ${inCommon(overlap)})`;
}

export function inCommon(films: number): string {
  return `${films} ${films === 1 ? "film" : "films"} in common`;
}
