/** What lists and predictions for new users are worth, over the questions they were asked: a panel for each metric and model, a line for each way to ask. */
import type { Markish } from "@observablehq/plot";
import type { ColdStartResult } from "../../evaluate/cold-start/result.ts";
import { decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth, seriesStyle } from "../picture.ts";
import { swatch } from "./key.ts";

/** The curves of one metric of one model. */
export interface LearningPanel {
  readonly title: string;
  /** One for each way to ask, in the same order in every panel. */
  readonly curves: readonly { readonly way: string; readonly points: readonly LearningPoint[] }[];
}

/** A metric after a number of questions. */
export interface LearningPoint {
  readonly questions: number;
  readonly mean: number;
  /** Interval of 95 %, where there is one. */
  readonly low?: number;
  readonly high?: number;
}

/** For each metric and model, its curves. */
export function learningPanels({ metrics, models }: Pick<ColdStartResult, "metrics" | "models">): LearningPanel[] {
  return metrics.flatMap(({ name }) =>
    models
      .filter((model) => !(name in model.missing))
      .map((model) => ({
        title: `${name}, ${model.name}`,
        curves: model.curves.map(({ way, points }) => ({
          way,
          points: points.map(({ questions, metrics: values }) => ({ questions, ...values[name] })),
        })),
      })),
  );
}

/** Draws metrics over numbers of questions. @param panels one or more */
export function learningPicture(document: Document, panels: readonly LearningPanel[]): Picture {
  const [{ curves }] = panels;
  return {
    name: "learning",
    title: "What is learnt from each question",
    caption:
      "Higher is better, but for errors such as RMSE. Users are new to the model, and the same after any number of questions. Bars are bootstrap intervals of 95 %, where there are any; they overlap even where the same users tell two ways apart.",
    key: curves.map(({ way }, n) => ({ svg: swatch(document, seriesStyle(n)), label: way })),
    panels: panels.map((panel) => learningPanel(document, panel, panelWidth(panels.length))),
    table: {
      columns: ["panel", "way to ask", "questions", "mean", "low", "high"],
      rows: panels.flatMap(({ title, curves }) =>
        curves.flatMap(({ way, points }) =>
          points.map(({ questions, mean, low = null, high = null }) => [title, way, questions, mean, low, high]),
        ),
      ),
    },
  };
}

function learningPanel(document: Document, { title, curves }: LearningPanel, width: number): Panel {
  const alt = `${title}: ${curves
    .map(({ way, points }) => {
      const [first, last] = [points[0], points.at(-1)!];
      return `${way}: ${decimal(first.mean)} after ${first.questions} questions, ${decimal(last.mean)} after ${last.questions}`;
    })
    .join("; ")}.`;
  const marks = curves.map(({ way, points }, n): Markish => {
    const { color, symbol } = seriesStyle(n);
    const at = { x: "questions", y: "mean" };
    const known = points.filter(({ low, high }) => low !== undefined && high !== undefined);
    return [
      plot().ruleX(known, { x: "questions", y1: "low", y2: "high", stroke: color, strokeOpacity: 0.35 }),
      plot().line(points, { ...at, stroke: color, strokeWidth: 1.5 }),
      plot().dot(points, {
        ...at,
        fill: color,
        symbol,
        r: 3,
        title: ({ questions, mean }: LearningPoint) => `${way}, ${questions} questions: ${decimal(mean)}`,
      }),
    ];
  });
  const svg = draw(document, alt, {
    width,
    height: 260,
    marginLeft: 52,
    marginBottom: 40,
    marginTop: 20,
    marginRight: 18,
    x: { label: "questions", inset: 8 },
    y: { label: null, nice: true },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().axisX({ ticks: 5, tickSize: 0 }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
      ...marks,
    ],
  });
  return { title, alt, svg };
}
