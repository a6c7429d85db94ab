/** Tables as people read them, and as CSV. */
import { csvField } from "../data/csv.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { standingsOf } from "../evaluate/standings.ts";
import type { Cell, Table } from "./picture.ts";

/** Every cell as text; the numbers of a column with as many decimals as it needs, four at most. */
export function textsOf({ columns, rows }: Table): { readonly text: string; readonly numeric: boolean }[][] {
  const decimals = columns.map((_, column) => Math.max(0, ...rows.map((row) => decimalsOf(row[column]))));
  return rows.map((row) =>
    row.map((cell, column) => ({
      text: cell === null ? "–" : typeof cell === "string" ? cell : numberText(cell, decimals[column]),
      numeric: typeof cell !== "string",
    })),
  );
}

const most = 4;

function decimalsOf(cell: Cell): number {
  if (typeof cell !== "number" || Number.isInteger(cell)) return 0;
  for (let digits = 1; digits < most; digits++) if (Number(cell.toFixed(digits)) === cell) return digits;
  return most;
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

/** Numbers in full. */
export function csvOfTable({ columns, rows }: Table): string {
  return [columns, ...rows]
    .map((row) => `${row.map((cell) => (cell === null ? "" : csvField(cell))).join(",")}\n`)
    .join("");
}

/** Every number of an evaluation: a line for each model under each metric. */
export function csvOf(evaluation: Evaluation): string {
  const { models, metrics, versus = [] } = evaluation;
  return csvOfTable({
    columns: [
      ...[
        "name",
        "model",
        "config",
        "seed",
        "fit_seconds",
        "answer_seconds",
        "metric",
        "mean",
        "se",
        "low",
        "high",
        "n",
      ],
      ...["standing", "difference", "p", "p_adjusted", "missing"],
    ],
    rows: metrics.flatMap((metric) => {
      const standings = standingsOf(evaluation, metric);
      return models.map(({ name, model, config, seed, seconds, metrics: values, missing }) => {
        const { mean = null, se = null, low = null, high = null, n = null } = values[metric.name] ?? {};
        const test = versus.find((one) => one.metric === metric.name && one.name === name);
        return [
          ...[name, model, JSON.stringify(config), seed, seconds.fit, seconds.answer],
          ...[metric.name, mean, se, low, high, n],
          ...[standings.get(name) ?? null, test?.difference ?? null, test?.p ?? null, test?.adjusted ?? null],
          missing[metric.name] ?? null,
        ];
      });
    }),
  });
}

/** The evaluation itself, to be read by programs and by people. */
export function jsonOf(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}
