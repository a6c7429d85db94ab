/** Tables of a report as text and as CSV, and an evaluation as JSON. */
import { csvField } from "../data/csv.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { Cell, Table } from "./picture.ts";

/** Every cell as text; the numbers of a column have as many decimals as it needs, at most four. */
export function cellTexts({ columns, rows }: Table): { readonly text: string; readonly numeric: boolean }[][] {
  const decimals = columns.map((_, column) => Math.max(0, ...rows.map((row) => decimalsOf(row[column]))));
  return rows.map((row) =>
    row.map((cell, column) => ({
      text: cell === null ? "–" : typeof cell === "string" ? cell : numberText(cell, decimals[column]),
      numeric: typeof cell !== "string",
    })),
  );
}

const mostDecimals = 4;

function decimalsOf(cell: Cell): number {
  if (typeof cell !== "number" || Number.isInteger(cell)) return 0;
  for (let digits = 1; digits < mostDecimals; digits++) if (Number(cell.toFixed(digits)) === cell) return digits;
  return mostDecimals;
}

function numberText(value: number, digits: number): string {
  const smallest = 10 ** -digits;
  if (value !== 0 && Math.abs(value) < smallest / 2) return `${value < 0 ? "> −" : "< "}${smallest}`;
  const text = Math.abs(value).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return value < 0 ? `−${text}` : text;
}

/** The table as CSV, with unrounded numbers. */
export function tableCsv({ columns, rows }: Table): string {
  return [columns, ...rows]
    .map((row) => `${row.map((cell) => (cell === null ? "" : csvField(cell))).join(",")}\n`)
    .join("");
}

/** The evaluation as an indented JSON document. */
export function evaluationJson(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}
