/** What confidences said against what was found: a panel for each data set, a curve for each model. */
import type { Markish } from "@observablehq/plot";
import type { Reliability } from "../../evaluate/calibration.ts";
import { count } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth, seriesStyle } from "../picture.ts";
import { swatch } from "./key.ts";

/** The curves of one panel. */
export interface CalibrationPanel {
  readonly title: string;
  /** One for each model, in the same order in every panel. */
  readonly models: readonly { readonly name: string; readonly bins: readonly Reliability[] }[];
}

/** Draws how often films were liked over how often confidences said so. */
export function calibrationPicture(document: Document, panels: readonly CalibrationPanel[]): Picture {
  const models = panels[0].models.map(({ name }) => name);
  return {
    name: "calibration",
    title: "What confidences say, and what is found",
    caption:
      "On the diagonal, films are liked as often as their confidence says; above it, more often. Upright lines are where the levels " +
      "“possible” (0.5) and “likely” (0.7) begin. The larger a mark, the more films; bars are intervals of 95 %, of films taken one by one.",
    key: models.map((label, n) => ({ svg: swatch(document, seriesStyle(n)), label })),
    panels: panels.map((panel) => calibrationPanel(document, panel, panelWidth(panels.length))),
    table: {
      columns: ["data", "model", "films", "said", "found"],
      rows: panels.flatMap(({ title, models }) =>
        models.flatMap(({ name, bins }) => bins.map(({ n, said, found }) => [title, name, n, said, found])),
      ),
    },
  };
}

function calibrationPanel(document: Document, { title, models }: CalibrationPanel, width: number): Panel {
  const most = Math.max(...models.flatMap(({ bins }) => bins.map(({ n }) => n)));
  const alt = `${title}: ${models
    .map(({ name, bins }) => {
      const spoken = bins.map(({ said, found }) => `said ${said.toFixed(2)}, found ${found.toFixed(2)}`);
      return `${name}: ${spoken.join("; ")}`;
    })
    .join(". ")}.`;
  const marks = models.map(({ name, bins }, n): Markish => {
    const { color, symbol } = seriesStyle(n);
    const bar = ({ n: films, found }: Reliability) => 1.96 * Math.sqrt((found * (1 - found)) / films);
    return [
      plot().line(bins, { x: "said", y: "found", stroke: color, strokeWidth: 1.25 }),
      plot().ruleX(bins, {
        x: "said",
        y1: (bin: Reliability) => Math.max(0, bin.found - bar(bin)),
        y2: (bin: Reliability) => Math.min(1, bin.found + bar(bin)),
        stroke: color,
      }),
      plot().dot(bins, {
        x: "said",
        y: "found",
        fill: color,
        symbol,
        r: (bin: Reliability) => 2.5 + 4 * Math.sqrt(bin.n / most),
        title: ({ n: films, said, found }: Reliability) =>
          `${name}: ${count(films)} films, said ${said.toFixed(2)}, found ${found.toFixed(2)}`,
      }),
    ];
  });
  const options = {
    width,
    height: width - 20,
    marginLeft: 44,
    marginBottom: 40,
    x: { label: "Said", domain: [0, 1] },
    y: { label: "Found", domain: [0, 1] },
    r: { type: "identity" as const },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: "currentColor", strokeDasharray: "4 3" },
      ),
      plot().ruleX([0.5, 0.7], { stroke: "currentColor", strokeOpacity: 0.35 }),
      ...marks,
      plot().axisX({ ticks: 5 }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
    ],
  };
  return { title, alt, svg: draw(document, alt, options) };
}
