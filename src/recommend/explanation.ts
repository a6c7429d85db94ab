/** Parts of a score, with outside ids. */
import { nodeName } from "../content/graph.ts";
import type { Catalog } from "../data/catalog.ts";
import type { DatasetInfo } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import type { Connection, ExplanationPart, Neighbour } from "../models/model.ts";

/** A rating that speaks for a film. */
export interface Reason {
  readonly id: Id;
  readonly title: string;
  readonly rating: number;
  /** Its part of the film's score. */
  readonly value: number;
  /** What the likeliest path from it to the film leads through, where the model walks a graph: a genre, a tag, a decade, or "12 people". */
  readonly through?: string;
}

/** A part of a score with outside ids. */
export type ScorePart =
  | ({ readonly kind: "rating" } & Reason)
  | (Omit<Extract<ExplanationPart, { kind: "neighbour" }>, "user"> & { readonly user: Id })
  | { readonly kind: "genre"; readonly genre: string; readonly value: number }
  | Exclude<ExplanationPart, { kind: "rating" | "genre" } | Neighbour>;

/** A rating that speaks for a film, by its film's id and title. */
export function reasonOf(
  { items, catalog }: DatasetInfo,
  { item, rating, value, through }: Extract<ExplanationPart, { kind: "rating" }>,
): Reason {
  const film = { id: items.id(item), title: catalog.titles[item], rating: roundRating(rating), value };
  return through ? { ...film, through: throughText(catalog, through) } : film;
}

/** A part of a score, its indices replaced by ids and names. */
export function scorePartOf(info: DatasetInfo, part: ExplanationPart): ScorePart {
  switch (part.kind) {
    case "rating":
      return { kind: part.kind, ...reasonOf(info, part) };
    case "genre":
      return { ...part, genre: nodeName(info.catalog, "genre", part.genre) };
    case "neighbour":
      return { ...part, user: info.users.id(part.user), rating: roundRating(part.rating) };
    default:
      return part;
  }
}

function throughText(catalog: Catalog, through: Connection): string {
  if (through.kind !== "user") return nodeName(catalog, through.kind, through.node);
  return `${through.count} ${through.count === 1 ? "person" : "people"}`;
}

/** A rating that was kept in single precision, by its fewest digits: 3.3, not 3.299999952316284. */
export function roundRating(value: number): number {
  // Whole and half stars have no others.
  return Number.isInteger(2 * value) && Math.abs(value) < 1e6 ? value : Number(value.toPrecision(7));
}
