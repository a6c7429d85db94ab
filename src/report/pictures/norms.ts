/** Histograms of the lengths of the vectors of films and users: how much a model has learnt about each. */
import { count, decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { countTick, type Panel, type Picture, panelWidth } from "../picture.ts";
import type { HistogramBin } from "../rating-histograms.ts";
import type { Norms, VectorNorms } from "../vector-norms.ts";

/**
 * Draws histograms of the norms of vectors.
 *
 * @param models the models whose vectors they are: one, or the parts of a blend
 */
export function normsPicture(document: Document, models: readonly VectorNorms[]): Picture {
  const parts = models.flatMap(({ model, films, users }) => {
    const of = models.length > 1 ? ` of ${model}` : "";
    return [
      { who: "films" as const, of, norms: films },
      ...(users ? [{ who: "people" as const, of, norms: users }] : []),
    ];
  });
  const noted = models.flatMap(({ model, films: { zeros } }) =>
    zeros > 0 ? ` ${count(zeros)} films have a vector of zeros${models.length > 1 ? ` in ${model}` : ""}.` : [],
  );
  return {
    name: "norms",
    title: "Lengths of the vectors",
    caption: `Euclidean norms. Where scores are products of vectors, a film with a short one is much the same to everybody.${noted.join("")}`,
    panels: parts.map((part) => normsPanel(document, part)),
    table: {
      columns: ["vectors of", "from", "below", "number"],
      rows: parts.flatMap(({ who, of, norms }) => norms.bins.map(({ from, to, n }) => [who + of, from, to, n])),
    },
  };
}

function normsPanel(
  document: Document,
  { who, of, norms: { n, least, median, most, bins } }: { who: "films" | "people"; of: string; norms: Norms },
): Panel {
  const title = who === "films" ? "Films" : "People";
  const alt =
    `Histogram of the norms of ${count(n)} vectors of ${who}${of}: from ${decimal(least)} to ` +
    `${decimal(most)}, median ${decimal(median)}.`;
  const options = {
    width: panelWidth(2),
    height: 230,
    marginLeft: 48,
    marginBottom: 40,
    marginTop: 24,
    x: { label: "Norm" },
    y: { label: title },
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
      plot().axisY({ ticks: 5, tickSize: 0, tickFormat: countTick }),
    ],
  };
  return { title: title + of, alt, svg: draw(document, alt, options) };
}
