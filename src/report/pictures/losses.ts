/** Losses over the epochs of training: a panel for each model, a line for each curve, and where one training ended and the next began. */
import type { Markish } from "@observablehq/plot";
import { decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth, seriesStyle } from "../picture.ts";
import { swatch } from "./key.ts";

/** Curves of one model. */
export interface LossPanel {
  readonly title: string;
  /** What a loss is. */
  readonly loss: string;
  /** How many epochs each training had, the first one first. */
  readonly stages: readonly number[];
  readonly curves: readonly { readonly name: string; readonly losses: readonly number[] }[];
}

interface LossPoint {
  readonly epoch: number;
  readonly loss: number;
}

/** From this ratio of the highest loss to the lowest on, the axis is logarithmic. */
const wide = 8;

/** Draws losses over epochs. @param panels one or more, with curves of the same names each, of at least one loss */
export function lossPicture(document: Document, panels: readonly LossPanel[]): Picture {
  const names = [...new Set(panels.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  const several = panels.some(({ stages }) => stages.length > 1);
  const [first] = panels;
  const alike = panels.every(({ loss }) => loss === first.loss);
  const meanings = alike ? [`The loss is the ${first.loss}`] : panels.map(({ title, loss }) => `${title}: ${loss}`);
  const boundaries = several ? " Broken lines: training went on with other settings or ratings." : "";
  return {
    name: "losses",
    title: "Loss in each epoch",
    caption: `${meanings.join("; ")}. It is of ratings that were learnt from, and does not tell how good a model is.${boundaries}`,
    ...(names.length > 1 && {
      key: names.map((label, n) => ({ svg: swatch(document, seriesStyle(n)), label })),
    }),
    panels: panels.map((panel) => lossPanel(document, panel, names, panelWidth(panels.length))),
    table: {
      columns: ["model", "training", "epoch", ...names],
      rows: panels.flatMap(({ title, stages, curves }) =>
        stages.flatMap((epochs, stage) => {
          const before = stages.slice(0, stage).reduce((sum, own) => sum + own, 0);
          return Array.from({ length: epochs }, (_, n) => [
            title,
            stage + 1,
            n + 1,
            ...names.map((name) => curves.find((curve) => curve.name === name)?.losses[before + n] ?? null),
          ]);
        }),
      ),
    },
  };
}

function lossPanel(
  document: Document,
  { title, stages, curves }: LossPanel,
  names: readonly string[],
  width: number,
): Panel {
  const all = curves.flatMap(({ losses }) => losses);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const logarithmic = least > 0 && most / least > wide;
  const ends = stages.map((_, stage) => stages.slice(0, stage + 1).reduce((sum, own) => sum + own, 0));
  const lines = curves.map(({ name, losses }) => {
    const own = curves.length > 1 ? `${name} ` : "";
    return `${own}${decimal(losses[0])} in the first of ${losses.length} epochs, ${decimal(losses.at(-1)!)} in the last`;
  });
  const later = ends.slice(0, -1).map((end) => `after ${end}`);
  const alt = `${title}: ${lines.join("; ")}${later.length > 0 ? `; training went on ${later.join(" and ")}` : ""}.`;
  const marks = curves.map(({ name, losses }): Markish => {
    const { color, symbol } = seriesStyle(names.indexOf(name));
    const points = losses.map((loss, n): LossPoint => ({ epoch: n + 1, loss }));
    const at = { x: "epoch", y: "loss" };
    return [
      plot().line(points, { ...at, stroke: color, strokeWidth: 1.5 }),
      plot().dot(points, {
        ...at,
        fill: color,
        symbol,
        r: losses.length > 60 ? 1.5 : 2.5,
        title: ({ epoch, loss }: LossPoint) => `${name}, epoch ${epoch}: ${decimal(loss)}`,
      }),
    ];
  });
  const svg = draw(document, alt, {
    width,
    height: 240,
    marginLeft: 52,
    marginBottom: 40,
    marginTop: 20,
    marginRight: 18,
    x: { label: "epoch", inset: 8 },
    y: { type: logarithmic ? "log" : "linear", label: "loss", nice: !logarithmic, inset: logarithmic ? 8 : 0 },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().axisX({
        ticks: 6,
        tickSize: 0,
        tickFormat: (epoch: number) => (Number.isInteger(epoch) ? String(epoch) : ""),
      }),
      plot().axisY({ ticks: 5, tickSize: 0, ...(logarithmic ? { tickFormat: "~g" } : {}) }),
      plot().ruleX(
        ends.slice(0, -1).map((end) => end + 0.5),
        {
          stroke: "currentColor",
          strokeOpacity: 0.6,
          strokeDasharray: "4 3",
        },
      ),
      ...marks,
    ],
  });
  return { title, alt, svg };
}
