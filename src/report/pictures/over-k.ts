/** Metrics over the length of the lists, with error bars: one panel for each metric that was measured at several lengths. */
import type { Markish } from "@observablehq/plot";
import type { Estimate, Evaluation } from "../../evaluate/evaluation.ts";
import { decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth, seriesStyle, shortened } from "../picture.ts";
import { modelKey } from "./key.ts";

/** Takes "ndcg@10" apart: the kind of metric, and the length of lists. */
export function parseMetricName(metric: string): { readonly kind: string; readonly k?: number } {
  const [kind, k] = metric.split("@");
  return k === undefined ? { kind } : { kind, k: Number(k) };
}

interface LengthPoint {
  readonly model: number;
  readonly name: string;
  readonly k: number;
  readonly estimate: Estimate;
}

/** Draws metrics over the length of lists; undefined where no metric was measured at two or more lengths. */
export function overKPicture(document: Document, { metrics, models }: Evaluation): Picture | undefined {
  const lengths = new Map<string, number[]>();
  for (const { name } of metrics) {
    const { kind, k } = parseMetricName(name);
    if (k !== undefined) lengths.set(kind, [...(lengths.get(kind) ?? []), k]);
  }
  const curves = [...lengths]
    .filter(([, ks]) => ks.length > 1)
    .map(([kind, ks]) => {
      const ascending = ks.toSorted((a, b) => a - b);
      const points = models.flatMap(({ name, metrics }, model) =>
        ascending.flatMap((k): LengthPoint[] => {
          const estimate = metrics[`${kind}@${k}`];
          return estimate ? [{ model, name, k, estimate }] : [];
        }),
      );
      return { kind, ks: ascending, points };
    })
    .filter(({ points }) => points.length > 0);
  if (curves.length === 0) return undefined;
  const shown = models.filter((_, n) => curves.some(({ points }) => points.some(({ model }) => model === n)));
  return {
    name: "over-k",
    title: "Metrics over the length of the lists",
    caption:
      "K is the number of films listed, on a logarithmic scale. Bars are intervals of 95 %, where there are any. Points are moved " +
      "apart a little, so that bars do not hide one another.",
    key: modelKey(document, models, shown),
    panels: curves.map((curve) => curvePanel(document, curve, models.length, panelWidth(curves.length))),
    table: {
      columns: ["metric", "K", "model", "mean", "low", "high", "standard error", "people"],
      rows: curves.flatMap(({ kind, points }) =>
        points.map(({ name, k, estimate: { mean, low = null, high = null, se = null, n } }) => {
          return [kind, k, name, mean, low, high, se, n];
        }),
      ),
    },
  };
}

function curvePanel(
  document: Document,
  { kind, ks, points }: { kind: string; ks: readonly number[]; points: readonly LengthPoint[] },
  models: number,
  width: number,
): Panel {
  const last = ks[ks.length - 1];
  const ends = points.filter(({ k }) => k === last).toSorted((a, b) => b.estimate.mean - a.estimate.mean);
  const alt =
    `${kind} at lengths ${ks.join(", ")}. At ${last}: ` +
    `${ends.map(({ name, estimate }) => `${name} ${decimal(estimate.mean)}${intervalSuffix(estimate)}`).join("; ")}.`;
  const marks = Array.from({ length: models }, (_, model): Markish => {
    const own = points.filter((point) => point.model === model);
    const { color, symbol } = seriesStyle(model);
    const dx = (model - (models - 1) / 2) * Math.min(3, 24 / models);
    const barred = own.filter(({ estimate: { low, high } }) => low !== undefined && high !== undefined);
    const mean = ({ estimate }: LengthPoint) => estimate.mean;
    return [
      plot().line(own, { x: "k", y: mean, stroke: color, strokeWidth: 1.5, dx }),
      plot().ruleX(barred, {
        x: "k",
        y1: ({ estimate }: LengthPoint) => estimate.low,
        y2: ({ estimate }: LengthPoint) => estimate.high,
        stroke: color,
        strokeWidth: 1.5,
        dx,
      }),
      plot().dot(own, { x: "k", y: mean, fill: color, symbol, r: 3.5, dx, title: pointTitle }),
    ];
  });
  const options = {
    width,
    height: 260,
    marginLeft: 52,
    marginBottom: 40,
    marginTop: 20,
    marginRight: 18,
    x: { type: "log" as const, label: "K", inset: 14 },
    y: { label: null, nice: true },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().axisX({ ticks: [...ks], tickFormat: (k: number) => String(k) }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
      ...marks,
    ],
  };
  return { title: kind, alt, svg: draw(document, alt, options) };
}

function pointTitle({ name, k, estimate }: LengthPoint): string {
  return `${shortened(name, 80)}, K = ${k}: ${decimal(estimate.mean)}${intervalSuffix(estimate)}`;
}

/** " (.4700 to .4930)", or nothing. */
export function intervalSuffix({ low, high }: Estimate): string {
  return low === undefined || high === undefined ? "" : ` (${decimal(low)} to ${decimal(high)})`;
}
