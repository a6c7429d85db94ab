import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RatingsTable } from "./layout.ts";
import type { RowChunk } from "./row-chunk.ts";
import type { Column } from "./table.ts";
import { maxRating, parseDecimal, parseDecimalComma, parseTime } from "./values.ts";

/** The error for a row that cannot be read: its position, its first bad value and what is wrong. */
export function badRowError(
  ratings: RatingsTable,
  columns: readonly Column[],
  chunk: RowChunk,
  row: number,
): MatineeError {
  const rating = ratings.feedback === "ratings" ? ratings.rating : undefined;
  const values = columns.map((column, position) => ({ column, raw: chunk.texts(position)[row] }));
  const type = values.find(({ column }) => column === ratings.event)?.raw ?? "";
  const weight = ratings.weights?.get(type) ?? 1;
  for (const { column, raw } of values) {
    // An event without an amount is one event.
    const isNeeded = column === columns[0] || column === columns[1] || column === ratings.time || column === rating;
    const problem = raw !== null ? findProblem(ratings, column, raw, weight) : isNeeded ? "is missing" : undefined;
    if (problem === undefined) continue;
    const value = raw === null ? "" : ` ${JSON.stringify(raw)}`;
    const fix = problem.includes("outside")
      ? "correct it, skip such rows with --lenient, or name another scale with --scale"
      : problem === "is not a time"
        ? "write seconds since 1970, or 2005-04-02 23:53; or do without the times: --time-column none"
        : undefined;
    return new MatineeError("DATA_ROW", `${chunk.place(row)}: ${column.name}${value} ${problem}`, present({ fix }));
  }
  throw new MatineeError("INTERNAL", `${chunk.place(row)}: no value says why the row was refused`);
}

/** What is wrong with a value, the amount of an event of some weight; undefined where nothing is. */
function findProblem(ratings: RatingsTable, column: Column, raw: string, weight: number): string | undefined {
  const { table, scale, rating, time, feedback } = ratings;
  if (column === time) return Number.isFinite(parseTime(raw)) ? undefined : "is not a time";
  if (column !== rating) return undefined;
  const value = table.decimalComma ? parseDecimalComma(raw) : parseDecimal(raw);
  if (!Number.isFinite(value)) return "is not a number";
  if (Math.abs(value) * weight > maxRating) return "is too large";
  if (feedback === "events" && value < 0) return "is below 0, and an amount of events cannot be";
  return scale && (value < scale.min || value > scale.max) ? `is outside ${scale.min}–${scale.max}` : undefined;
}
