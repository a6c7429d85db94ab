/** Tables as text and as CSV, and an evaluation as CSV and JSON. */
import { csvField } from "../data/csv.ts";
import type { Ids } from "../data/ids.ts";
import type { EvaluationResult } from "../evaluate/evaluate.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { standingsOf } from "../evaluate/standings.ts";
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

/** Every number of an evaluation as CSV: a line for each model and metric. */
export function evaluationCsv(evaluation: Evaluation): string {
  const { models, metrics, versus = [] } = evaluation;
  return tableCsv({
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
      return models.map(({ name, model, config, seed, seconds, metrics: values, missing, failed }) => {
        const { mean = null, se = null, low = null, high = null, n = null } = values[metric.name] ?? {};
        const test = versus.find((one) => one.metric === metric.name && one.name === name);
        return [
          ...[name, model, JSON.stringify(config), seed, ...(failed ? [null, null] : [seconds.fit, seconds.answer])],
          ...[metric.name, mean, se, low, high, n],
          ...[standings.get(name) ?? null, test?.difference ?? null, test?.p ?? null, test?.adjusted ?? null],
          missing[metric.name] ?? null,
        ];
      });
    }),
  });
}

/** Every user's part in every metric: a line for each user, model and metric in which the user counts. */
export function csvByUser({ people }: EvaluationResult, users: Ids): string {
  const lines = ["user,model,metric,sum,weight"];
  for (const [model, metrics] of people) {
    for (const [metric, { sums, weights }] of Object.entries(metrics)) {
      weights.forEach((weight, user) => {
        if (weight > 0) lines.push(`${csvField(users.id(user))},${csvField(model)},${metric},${sums[user]},${weight}`);
      });
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The evaluation as an indented JSON document. */
export function evaluationJson(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}
