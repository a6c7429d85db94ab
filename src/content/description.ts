/** Films and people in words, for models of language. */
import { type Catalog, labelsOf } from "../data/catalog.ts";
import { type ItemIndex, likedFrom, type RatingScale } from "../data/dataset.ts";

/** "Heat (1995), Action, Crime": title, and genres in the order of their names. "" where nothing is known. */
export function descriptionOf({ titles, genres }: Catalog, item: ItemIndex): string {
  return [titles[item], ...labelsOf(genres, item).sort()].filter((part) => part !== "").join(", ");
}

/** "Heat (1995) (Action, Crime)": the same as a part of a longer text. */
function mentionOf({ titles, genres }: Catalog, item: ItemIndex): string {
  const names = labelsOf(genres, item).sort().join(", ");
  return [titles[item], ...(names === "" ? [] : [`(${names})`])].filter((part) => part !== "").join(" ");
}

/** What somebody likes, the best rated first: "Heat (1995) (Action, Crime); Fargo (1996) (Crime)". */
export function profileText(catalog: Catalog, liked: Iterable<ItemIndex>): string {
  return Array.from(liked, (item) => mentionOf(catalog, item))
    .filter((mention) => mention !== "")
    .join("; ");
}

/** The most liked films of somebody, best rated first, of equal ratings the lower index; at most `most`. */
export function mostLiked(
  scale: RatingScale,
  { items, values }: { readonly items: Int32Array; readonly values: Float32Array },
  most = Number.POSITIVE_INFINITY,
): ItemIndex[] {
  const from = likedFrom(scale);
  const rated = Array.from(items, (item, n) => ({ item, rating: values[n] })).filter(({ rating }) => rating >= from);
  return rated
    .sort((a, b) => b.rating - a.rating)
    .slice(0, most)
    .map(({ item }) => item);
}
