/** Histograms of the lengths of the vectors of films and users: how much a model has learnt about each. */
import { dot } from "../../matrix/dense.ts";
import { count, decimal, median } from "../../numbers.ts";
import { present } from "../../present.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth } from "../picture.ts";
import type { HistogramBin } from "./ratings.ts";

/** Vectors of films and, where they are known, of users; of `length` numbers each. */
export interface ModelVectors {
  /** The name of the model. */
  readonly model: string;
  readonly length: number;
  readonly films: Float32Array;
  readonly users?: Float32Array;
}

/** The Euclidean norms of a model's vectors. */
export function normsOf({ model, length, films, users }: ModelVectors): VectorNorms {
  const norms = (vectors: Float32Array) =>
    Float64Array.from({ length: vectors.length / length }, (_, row) =>
      Math.sqrt(dot(vectors, row * length, vectors, row * length, length)),
    );
  return { model, films: norms(films), ...present({ users: users && norms(users) }) };
}

const binCount = 30;

/** The norms of a model's vectors; of users, where there are such. */
export interface VectorNorms {
  /** The name of the model. */
  readonly model: string;
  readonly films: Float64Array;
  readonly users?: Float64Array;
}

/**
 * Draws histograms of the norms of vectors.
 *
 * @param models the models whose vectors they are: one, or the parts of a blend
 */
export function normsPicture(document: Document, models: readonly VectorNorms[]): Picture {
  const parts = models.flatMap(({ model, films, users }) => {
    const of = models.length > 1 ? ` of ${model}` : "";
    return [
      { who: "films" as const, of, norms: films, bins: equalBins(films) },
      ...(users ? [{ who: "people" as const, of, norms: users, bins: equalBins(users) }] : []),
    ];
  });
  const zeros = models.map(({ films }) => films.reduce((sum, norm) => sum + (norm === 0 ? 1 : 0), 0));
  const noted = models.flatMap(({ model }, n) =>
    zeros[n] > 0 ? ` ${count(zeros[n])} films have a vector of zeros${models.length > 1 ? ` in ${model}` : ""}.` : [],
  );
  return {
    name: "norms",
    title: "Lengths of the vectors",
    caption: `Euclidean norms. Where scores are products of vectors, a film with a short one is much the same to everybody.${noted.join("")}`,
    panels: parts.map((part) => normsPanel(document, part)),
    table: {
      columns: ["vectors of", "from", "below", "number"],
      rows: parts.flatMap(({ who, of, bins }) => bins.map(({ from, to, n }) => [who + of, from, to, n])),
    },
  };
}

/** Bins of equal width, from 0 to the largest norm. */
function equalBins(norms: Float64Array): HistogramBin[] {
  const highest = norms.reduce((a, b) => Math.max(a, b), 0) || 1;
  const numbers = new Int32Array(binCount);
  for (const norm of norms) numbers[Math.min(binCount - 1, Math.floor((norm / highest) * binCount))]++;
  const edge = (bin: number) => (bin * highest) / binCount;
  return Array.from(numbers, (n, bin) => ({ from: edge(bin), to: edge(bin + 1), n }));
}

function normsPanel(
  document: Document,
  { who, of, norms, bins }: { who: "films" | "people"; of: string; norms: Float64Array; bins: readonly HistogramBin[] },
): Panel {
  const ascending = norms.slice().sort();
  const title = who === "films" ? "Films" : "People";
  const alt =
    `Histogram of the norms of ${count(norms.length)} vectors of ${who}${of}: from ${decimal(ascending[0])} to ` +
    `${decimal(ascending[norms.length - 1])}, median ${decimal(median(ascending))}.`;
  const options = {
    width: panelWidth(2),
    height: 230,
    marginLeft: 48,
    marginBottom: 40,
    marginTop: 24,
    x: { label: "Norm" },
    y: { label: title, tickFormat: "~s" },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().rectY(bins, {
        x1: "from",
        x2: "to",
        y: "n",
        fill: who === "films" ? "var(--series-1)" : "var(--series-0)",
        insetLeft: 0.5,
        insetRight: 0.5,
        title: ({ from, to, n }: HistogramBin) => `${decimal(from)}–${decimal(to)}: ${count(n)}`,
      }),
      plot().ruleY([0]),
      plot().axisX({ ticks: 6 }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
    ],
  };
  return { title: title + of, alt, svg: draw(document, alt, options) };
}
