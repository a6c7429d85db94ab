/** Models side by side, by kind of metric: values, intervals, and which models are as good as the best. */
import type { Markish } from "@observablehq/plot";
import type { Estimate, Evaluation } from "../../evaluate/evaluation.ts";
import { standingsOf } from "../../evaluate/standings.ts";
import { viewSummaries } from "../../evaluate/views.ts";
import { decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth, shortened } from "../picture.ts";
import { swatch } from "./key.ts";
import { intervalSuffix, parseMetricName } from "./over-k.ts";

const looks = {
  best: { color: "var(--best)", symbol: "diamond", label: "best" },
  level: { color: "var(--level)", symbol: "circle", label: "not distinguishable from the best" },
  behind: { color: "var(--behind)", symbol: "circle", hollow: true, label: "behind the best" },
  untested: { color: "var(--behind)", symbol: "square", label: "not tested" },
} as const;

const directions = { higher: "higher is better →", lower: "← lower is better", neither: null };

interface ComparedModel {
  readonly name: string;
  readonly estimate: Estimate;
  readonly look: keyof typeof looks;
}

/** Shows the first metric asked for of each kind; `overKPicture` shows the others. */
export function comparisonPicture(document: Document, evaluation: Evaluation): Picture {
  const { models, metrics } = evaluation;
  const kinds = new Set<string>();
  const shown = metrics.filter(({ name }) => {
    const { kind } = parseMetricName(name);
    const first = !kinds.has(kind) && models.some((model) => name in model.metrics);
    if (first) kinds.add(kind);
    return first;
  });
  const panels = shown.map((metric) => {
    const standings = standingsOf(evaluation, metric);
    const up = metric.better === "lower" ? 1 : -1;
    const rows = models
      .filter((model) => metric.name in model.metrics)
      .map(({ name, metrics }): ComparedModel => {
        return { name, estimate: metrics[metric.name], look: standings.get(name) ?? "untested" };
      })
      .sort((a, b) => up * (a.estimate.mean - b.estimate.mean));
    return { metric, rows };
  });
  const met = new Set<string>(panels.flatMap(({ rows }) => rows.map(({ look }) => look)));
  return {
    name: "comparison",
    title: "Models compared",
    caption:
      (evaluation.listLength === undefined ? "" : `${viewSummaries[evaluation.view]}. `) +
      "Means over people, with bootstrap intervals of 95 % where there are any. Whether two models differ is for the paired test to say and not for the " +
      "intervals, since the same people are behind both.",
    key: Object.entries(looks)
      .filter(([look]) => met.has(look))
      .map(([, look]) => ({ svg: swatch(document, look), label: look.label })),
    panels: panels.map(({ metric, rows }) => comparisonPanel(document, metric, rows, panelWidth(panels.length))),
    table: {
      columns: ["metric", "model", "mean", "low", "high", "standard error", "people", "standing"],
      rows: panels.flatMap(({ metric, rows }) =>
        rows.map(({ name, look, estimate: { mean, low = null, high = null, se = null, n } }) => {
          return [metric.name, name, mean, low, high, se, n, looks[look].label];
        }),
      ),
    },
  };
}

function comparisonPanel(
  document: Document,
  { name, better }: Evaluation["metrics"][number],
  rows: readonly ComparedModel[],
  width: number,
): Panel {
  const values = rows.map(
    ({ name, estimate, look }) => `${name} ${decimal(estimate.mean)}${intervalSuffix(estimate)}, ${looks[look].label}`,
  );
  const alt = `${name}, ${better ? `${better} is better` : "neither way is better"}. ${values.join("; ")}.`;
  const labels = rows.map((row) => shortened(row.name, 20));
  const marks = rows.map((row, y): Markish => {
    const { color, symbol, ...look } = looks[row.look];
    const { low, high, mean } = row.estimate;
    const paint = "hollow" in look ? { fill: "var(--surface)", stroke: color, strokeWidth: 1.5 } : { fill: color };
    const title = `${row.name}: ${decimal(mean)}${intervalSuffix(row.estimate)}`;
    const interval = low === undefined || high === undefined ? [] : [{ low, high }];
    return [
      plot().ruleY(interval, { y: () => y, x1: "low", x2: "high", stroke: color, strokeWidth: 2 }),
      plot().dot([mean], { y: () => y, x: mean, symbol, r: 4.5, title: () => title, ...paint }),
    ];
  });
  const options = {
    width,
    height: 58 + 24 * rows.length,
    marginLeft: 20 + 6.6 * Math.max(...labels.map((label) => label.length)),
    marginTop: 8,
    marginBottom: 40,
    marginRight: 18,
    x: { label: null, nice: true, inset: 8 },
    y: { domain: Array.from(rows.keys()), type: "point" as const, label: null, padding: 0.7 },
    marks: [
      plot().gridX({ ticks: 4 }),
      plot().axisX({ ticks: 4, tickSize: 0, label: directions[better ?? "neither"], labelArrow: "none" }),
      plot().axisY({ tickFormat: (row: number) => labels[row], tickSize: 0 }),
      ...marks,
    ],
  };
  return { title: name, alt, svg: draw(document, alt, options) };
}
