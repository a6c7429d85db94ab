/** Error of predicted ratings, by how active users are and how popular films are. */
import type { Markish } from "@observablehq/plot";
import type { Evaluation, ModelResult, Slice } from "../../evaluate/evaluation.ts";
import { count, decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth, seriesStyle, shortened } from "../picture.ts";
import { modelKey } from "./key.ts";

const kinds = [
  { kind: "activity", title: "By the person's number of ratings", label: "Training ratings of the person" },
  { kind: "popularity", title: "By the film's number of ratings", label: "Training ratings of the film" },
] as const;

interface SlicePoint extends Slice {
  readonly model: number;
  readonly name: string;
  readonly range: string;
}

/** Undefined where no model predicts ratings. */
export function slicesPicture(document: Document, { models }: Evaluation): Picture | undefined {
  const shown = models.filter(({ slices }) => slices !== undefined);
  if (shown.length === 0) return undefined;
  const parts = kinds.map((kind) => ({ ...kind, points: slicePoints(models, kind.kind) }));
  return {
    name: "slices",
    title: "Error of predicted ratings",
    caption:
      "Root mean squared error of held-out ratings; lower is better. A mean over all ratings hides those who have few: newcomers " +
      "and films that hardly anybody knows stand at the left.",
    key: modelKey(document, models, shown),
    panels: parts.map((part) => slicePanel(document, part)),
    table: {
      columns: ["by", "training ratings", "model", "RMSE", "held-out ratings"],
      rows: parts.flatMap(({ kind, points }) => points.map(({ range, name, rmse, n }) => [kind, range, name, rmse, n])),
    },
  };
}

function slicePoints(models: readonly ModelResult[], kind: "activity" | "popularity"): SlicePoint[] {
  return models.flatMap(({ name, slices }, model) =>
    (slices?.[kind] ?? []).map((slice) => ({ ...slice, model, name, range: rangeOf(slice) })),
  );
}

function rangeOf({ from, to }: Slice): string {
  if (from === to) return count(from);
  return to === undefined ? `${count(from)} or more` : `${count(from)}–${count(to)}`;
}

function slicePanel(
  document: Document,
  { title, label, points }: { title: string; label: string; points: readonly SlicePoint[] },
): Panel {
  const ranges = [...new Set(points.toSorted((a, b) => a.from - b.from).map(({ range }) => range))];
  const models = [...new Set(points.map(({ model }) => model))];
  const descriptions = models.map((model) => {
    const own = points.filter((point) => point.model === model);
    return `${own[0].name} ${own.map(({ range, rmse }) => `${decimal(rmse)} at ${range}`).join(", ")}`;
  });
  const alt = `RMSE by ${label.toLowerCase()}. ${descriptions.join("; ")}.`;
  const marks = models.map((model, n): Markish => {
    const own = points.filter((point) => point.model === model);
    const { color, symbol } = seriesStyle(model);
    const at = { x: "range", y: "rmse", dx: (n - (models.length - 1) / 2) * Math.min(3, 24 / models.length) };
    const title = ({ name, range, rmse, n }: SlicePoint) =>
      `${shortened(name, 80)}, ${range}: ${decimal(rmse)} of ${count(n)} ratings`;
    return [
      plot().line(own, { ...at, stroke: color, strokeWidth: 1.5 }),
      plot().dot(own, { ...at, fill: color, symbol, r: 3.5, title }),
    ];
  });
  const options = {
    width: panelWidth(2),
    height: 290,
    marginLeft: 52,
    marginBottom: 64,
    marginTop: 22,
    x: { domain: ranges, type: "point" as const, label, padding: 0.4 },
    y: { label: "RMSE", nice: true },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().axisX({ tickSize: 0, tickRotate: -35 }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
      ...marks,
    ],
  };
  return { title, alt, svg: draw(document, alt, options) };
}
