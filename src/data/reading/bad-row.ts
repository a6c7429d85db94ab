import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RatingsTable } from "./layout.ts";
import { maxRating } from "./rating-list.ts";
import type { RowChunk } from "./row-chunk.ts";
import type { Column } from "./table.ts";
import { parseDecimal, parseTime } from "./values.ts";

/** The error for a row that cannot be read: its position, its first bad value and what is wrong. */
export function badRowError(
  ratings: RatingsTable,
  columns: readonly Column[],
  chunk: RowChunk,
  row: number,
): MatineeError {
  const values = columns.map((column, position) => ({ column, raw: chunk.texts(position)[row] }));
  for (const { column, raw } of values) {
    const problem = raw === null ? "is missing" : findProblem(ratings, column, raw);
    if (problem === undefined) continue;
    const value = raw === null ? "" : ` ${JSON.stringify(raw)}`;
    const fix = problem.includes("outside")
      ? "correct it, skip such rows with --lenient, or name another scale with --scale"
      : undefined;
    return new MatineeError("DATA_ROW", `${chunk.place(row)}: ${column.name}${value} ${problem}`, present({ fix }));
  }
  throw new MatineeError("INTERNAL", `${chunk.place(row)}: no value says why the row was refused`);
}

/** What is wrong with a value; undefined where nothing is. */
function findProblem({ scale, user, item, rating }: RatingsTable, column: Column, raw: string): string | undefined {
  if (column.at === user.at || column.at === item.at) {
    return column.as === "text id" || Number.isSafeInteger(parseDecimal(raw)) ? undefined : "is not a whole number";
  }
  if (column.at !== rating.at) return Number.isFinite(parseTime(raw)) ? undefined : "is not a time";
  const value = parseDecimal(raw);
  if (!Number.isFinite(value)) return "is not a number";
  if (Math.abs(value) > maxRating) return "is too large";
  return scale && (value < scale.min || value > scale.max) ? `is outside ${scale.min}–${scale.max}` : undefined;
}
