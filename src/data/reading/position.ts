import { basename } from "node:path";
import type { TableFile } from "./table.ts";

/** The position of a row as messages give it: "ratings.csv row 81 (line 82)". */
export function placeOf(table: TableFile, row: number, line = row): string {
  const place = `${basename(table.path)} row ${Math.max(row, 1)}`;
  return row === line ? place : `${place} (line ${line})`;
}
