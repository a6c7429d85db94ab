/** Histograms of the lengths of the vectors of films and users: how much a model has learnt about each. */
import { dot } from "../../matrix/dense.ts";
import { count, decimal, median } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth } from "../picture.ts";
import type { HistogramBin } from "./ratings.ts";

/** Euclidean norms of rows × length. */
export function normsOf(vectors: Float32Array, length: number): Float64Array {
  const rows = vectors.length / length;
  return Float64Array.from({ length: rows }, (_, row) =>
    Math.sqrt(dot(vectors, row * length, vectors, row * length, length)),
  );
}

const binCount = 30;

/**
 * Draws histograms of the norms of vectors.
 *
 * @param norms `users` where there are vectors of users
 */
export function normsPicture(document: Document, norms: { films: Float64Array; users?: Float64Array }): Picture {
  const parts = [
    { who: "films", norms: norms.films, color: "var(--series-1)" },
    ...(norms.users ? [{ who: "people", norms: norms.users, color: "var(--series-0)" }] : []),
  ].map((part) => ({ ...part, bins: equalBins(part.norms) }));
  const zeros = norms.films.reduce((sum, norm) => sum + (norm === 0 ? 1 : 0), 0);
  return {
    name: "norms",
    title: "Lengths of the vectors",
    caption:
      "Euclidean norms. Where scores are products of vectors, a film with a short one is much the same to everybody." +
      (zeros > 0 ? ` ${count(zeros)} films have a vector of zeros.` : ""),
    panels: parts.map((part) => normsPanel(document, part)),
    table: {
      columns: ["vectors of", "from", "below", "number"],
      rows: parts.flatMap(({ who, bins }) => bins.map(({ from, to, n }) => [who, from, to, n])),
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
  { who, norms, color, bins }: { who: string; norms: Float64Array; color: string; bins: readonly HistogramBin[] },
): Panel {
  const ascending = norms.slice().sort();
  const alt =
    `Histogram of the norms of ${count(norms.length)} vectors of ${who}: from ${decimal(ascending[0])} to ` +
    `${decimal(ascending[norms.length - 1])}, median ${decimal(median(ascending))}.`;
  const options = {
    width: panelWidth(2),
    height: 230,
    marginLeft: 48,
    marginBottom: 40,
    marginTop: 24,
    x: { label: "Norm" },
    y: { label: who === "films" ? "Films" : "People", tickFormat: "~s" },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().rectY(bins, {
        x1: "from",
        x2: "to",
        y: "n",
        fill: color,
        insetLeft: 0.5,
        insetRight: 0.5,
        title: ({ from, to, n }: HistogramBin) => `${decimal(from)}–${decimal(to)}: ${count(n)}`,
      }),
      plot().ruleY([0]),
      plot().axisX({ ticks: 6 }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
    ],
  };
  return { title: who === "films" ? "Films" : "People", alt, svg: draw(document, alt, options) };
}
