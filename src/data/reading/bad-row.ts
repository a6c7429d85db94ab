import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RatingsTable } from "./layout.ts";
import { describePosition } from "./position.ts";
import { maxRating } from "./rating-list.ts";
import { readRawValue } from "./scan-table.ts";
import type { Column } from "./table.ts";

/** The error for a row that cannot be read: its position, its first bad value and what is wrong. `row` counts from 0. */
export async function badRowError(
  ratings: RatingsTable,
  columns: readonly Column[],
  row: number,
): Promise<MatineeError> {
  const position = await describePosition(ratings.table, { row: row + 1 });
  for (const column of columns) {
    const raw = await readRawValue(ratings.table, column, row);
    const problem = raw === null ? "is missing" : findProblem(ratings, column, raw);
    if (problem === undefined) continue;
    const value = raw === null ? "" : ` ${JSON.stringify(raw)}`;
    const fix = problem.includes("outside")
      ? "correct it, skip such rows with --lenient, or name another scale with --scale"
      : undefined;
    return new MatineeError("DATA_ROW", `${position}: ${column.name}${value} ${problem}`, present({ fix }));
  }
  return new MatineeError("DATA_ROW", `${position}: cannot be read`);
}

/** What is wrong with a value; undefined where nothing is. */
function findProblem({ scale, user, item, rating }: RatingsTable, column: Column, raw: string): string | undefined {
  if (column.as === "text") return undefined;
  const value = raw.trim() === "" ? Number.NaN : Number(raw);
  if (column.at === user.at || column.at === item.at) {
    return Number.isSafeInteger(value) ? undefined : "is not a whole number";
  }
  if (column.at !== rating.at) {
    return Number.isFinite(value) || !Number.isNaN(Date.parse(raw)) ? undefined : "is not a time";
  }
  if (!Number.isFinite(value)) return "is not a number";
  if (Math.abs(value) > maxRating) return "is too large";
  return scale && (value < scale.min || value > scale.max) ? `is outside ${scale.min}–${scale.max}` : undefined;
}
