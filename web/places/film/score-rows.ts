/** The parts of a score as rows that follow each other up to the score. */
import type { Id, ModelData, ScorePart } from "../../../src/client.ts";
import { filmName } from "../../../src/data/film-title.ts";
import { formatRating } from "../../film/scale.ts";

export interface ScoreRow {
  readonly label: string;
  /** The rated film that it is about. */
  readonly film?: { readonly id: Id; readonly title: string };
  /** Where it begins, and how much it adds, which may be below 0: one row begins where the one before it ends. */
  readonly from: number;
  readonly value: number;
}

/** Ratings that have a row each: the strongest, whether they speak for the film or against it, each at least so much of what is said. */
const maxRatings = 5;
const leastShare = 0.02;

type Unplaced = Omit<ScoreRow, "from">;

/** The rows of a score, the strongest first, parts of one kind together. Their values add up to those of the parts. */
export function scoreRows(
  parts: readonly ScorePart[],
  feedback: ModelData["feedback"] = "ratings",
): readonly ScoreRow[] {
  const rated = parts
    .filter((part) => part.kind === "rating")
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const others = parts.filter((part) => part.kind !== "rating");
  const least = leastShare * parts.reduce((total, { value }) => total + Math.abs(value), 0);
  const single = rated.slice(0, maxRatings).filter(({ value }) => Math.abs(value) >= least);
  const further = rated.slice(single.length);
  const rows: Unplaced[] = single.map(({ id, title, rating, value }) => {
    const label =
      feedback === "events" ? filmName(title) : `${filmName(title)}, which you gave ${formatRating(rating)}`;
    return { label, film: { id, title }, value };
  });
  if (further.length > 0) {
    const count = further.length === 1 ? "Another film of yours" : `${further.length} other films of yours`;
    rows.push({ label: count, value: sum(further) });
  }
  for (const [kind, same] of Map.groupBy(others, ({ kind }) => kind)) rows.push(...rowsOf(kind, same));
  const shown = rows.filter(({ value }) => value !== 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  let from = 0;
  return shown.map((row) => {
    const placed = { ...row, from };
    from += row.value;
    return placed;
  });
}

const constants: Readonly<Partial<Record<ScorePart["kind"], string>>> = {
  "global mean": "What people give films on average",
  "item mean": "What people give this film on average",
  "user mean": "What you give films on average",
  "item bias": "How well people like this film",
  "user bias": "How generous you are with stars",
  "number of ratings": "How many people rated it",
  normalisation: "Evened out, so that much-rated films do not win by that alone",
};

function rowsOf(kind: ScorePart["kind"], parts: readonly ScorePart[]): Unplaced[] {
  if (kind === "genre") {
    return parts.flatMap((part) =>
      part.kind === "genre" ? [{ label: `It is ${part.genre}`, value: part.value }] : [],
    );
  }
  if (kind === "neighbour") {
    const label = parts.length === 1 ? "Somebody with your taste" : `${parts.length} people with your taste`;
    return [{ label, value: sum(parts) }];
  }
  return [{ label: constants[kind] ?? "What is the same for everybody", value: sum(parts) }];
}

function sum(parts: readonly ScorePart[]): number {
  return parts.reduce((total, { value }) => total + value, 0);
}
