/** Films and profiles as text, for language models. */
import { type Catalog, labelsOf } from "../data/catalog.ts";
import { type DatasetInfo, leniently, likedFrom } from "../data/dataset.ts";

/** A film as text, "Heat (1995), Action, Crime": its title, and its genres by name. "" where nothing is known. */
export function descriptionOf({ titles, genres }: Catalog, item: number): string {
  return [titles[item], ...labelsOf(genres, item).sort()].filter((part) => part !== "").join(", ");
}

/** A film as part of a longer text: "Heat (1995) (Action, Crime)". */
function mentionOf({ titles, genres }: Catalog, item: number): string {
  const names = labelsOf(genres, item).sort().join(", ");
  return [titles[item], ...(names === "" ? [] : [`(${names})`])].filter((part) => part !== "").join(" ");
}

/** Liked films as text, in the order given: "Heat (1995) (Action, Crime); Fargo (1996) (Crime)". */
export function profileText(catalog: Catalog, liked: Iterable<number>): string {
  return Array.from(liked, (item) => mentionOf(catalog, item))
    .filter((mention) => mention !== "")
    .join("; ");
}

/** The films of a profile that count as liked, best rated first, at equal ratings the lower index first; at most `most`. */
export function mostLiked(
  info: Pick<DatasetInfo, "scale" | "feedback">,
  { items, values }: { readonly items: Int32Array; readonly values: Float32Array },
  most = Number.POSITIVE_INFINITY,
): number[] {
  const from = leniently(likedFrom(info));
  const rated = Array.from(items, (item, n) => ({ item, rating: values[n] })).filter(({ rating }) => rating >= from);
  return rated
    .sort((a, b) => b.rating - a.rating)
    .slice(0, most)
    .map(({ item }) => item);
}
