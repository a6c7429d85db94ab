/** Similarities of films as a heat map: in the order given, or clustered, with the dendrogram on two sides. */
import type { Markish, ScaleOptions } from "@observablehq/plot";
import { capital, decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { brackets, cosineDistances, leafOrder, type Merge, weightedLinkage } from "../linkage.ts";
import { type Picture, shortened } from "../picture.ts";
import type { Similarities } from "../similarity.ts";

export interface SimilarFilms {
  /** Of two or more different films. */
  readonly titles: readonly string[];
  readonly similarities: Similarities;
  /** Which films these are, in their order: "the most rated films, the most rated first". */
  readonly which: string;
  /** What the numbers are: "cosine of the vectors of als". */
  readonly measure: string;
}

/** Draws the similarities of films as a heat map, in the order given. */
export function similarityPicture(document: Document, films: SimilarFilms): Picture {
  const { titles, similarities, which, measure } = films;
  const n = titles.length;
  const best = nearestPair(films);
  const alt =
    `Heat map of ${n} films by ${n}: ${measure}.` +
    (best ? ` The most similar are ${titles[best.row]} and ${titles[best.column]}, ${decimal(best.value)}.` : "");
  return {
    name: "similarity",
    title: `Similarity of ${n} films`,
    caption: `${capital(measure)}: ${which}. No film is compared with itself.${blanksNote(films)}`,
    key: [{ svg: drawRamp(document, films), label: measure }],
    panels: [{ alt, svg: drawMap(document, alt, films, Array.from(titles.keys())) }],
    table: {
      columns: ["film", ...titles],
      rows: titles.map((title, row) => [
        title,
        ...Array.from(similarities.subarray(row * n, (row + 1) * n), (value) => (Number.isNaN(value) ? null : value)),
      ]),
    },
  };
}

/** Clusters films by the cosine distances of their rows of similarities, with weighted linkage. */
export function clusterPicture(document: Document, films: SimilarFilms): Picture {
  const { titles, similarities, measure } = films;
  const n = titles.length;
  const known = similarities.map((value) => (Number.isNaN(value) ? 0 : value));
  const merges = weightedLinkage(cosineDistances(known, n, n), n);
  const order = leafOrder(merges);
  const first = titles[merges[0].left];
  const second = titles[merges[0].right];
  const alt =
    `Clustered heat map with dendrograms: ${measure}. First joined are ${first} and ${second}. ` +
    `In order: ${order.map((film) => titles[film]).join("; ")}.`;
  const name = (cluster: number) => (cluster < n ? titles[cluster] : `cluster ${cluster - n + 1}`);
  return {
    name: "clusters",
    title: "The same films, clustered",
    caption:
      "Films whose similarities to all the others point the same way stand together: hierarchical clustering by weighted " +
      `linkage (WPGMA) of the cosine distances of rows. The sooner two branches join, the more alike they are.${blanksNote(films)}`,
    key: [{ svg: drawRamp(document, films), label: measure }],
    panels: [{ alt, svg: drawMap(document, alt, films, order, merges) }],
    table: {
      columns: ["cluster", "joins", "and", "distance", "films"],
      rows: merges.map(({ left, right, height, size }, m) => [m + 1, name(left), name(right), height, size]),
    },
  };
}

interface SimilarityCell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** All pairs of different films that have a similarity, with films in this order. */
function similarityCells(
  { similarities, titles: { length: n } }: SimilarFilms,
  order: readonly number[],
): SimilarityCell[] {
  return order.flatMap((film, row) =>
    order
      .map((other, column) => ({ row, column, value: similarities[film * n + other] }))
      .filter((cell) => cell.row !== cell.column && !Number.isNaN(cell.value)),
  );
}

function nearestPair(films: SimilarFilms): SimilarityCell | undefined {
  let best: SimilarityCell | undefined;
  for (const cell of similarityCells(films, Array.from(films.titles.keys())))
    if (!best || cell.value > best.value) best = cell;
  return best;
}

function blanksNote(films: SimilarFilms): string {
  const n = films.titles.length;
  const blanks = n * (n - 1) - similarityCells(films, Array.from(films.titles.keys())).length;
  return blanks > 0 ? " Blank: the model finds no similarity." : "";
}

/** A scale that goes evenly from dark to bright, also for colour-blind readers. */
function colourScale(films: SimilarFilms) {
  const values = similarityCells(films, Array.from(films.titles.keys())).map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const color: ScaleOptions = { type: "linear", scheme: "viridis", domain: [low, high] };
  return { low, high, color };
}

const cellSize = 18;
/** Depth of the dendrograms, in cells. */
const dendrogramDepth = 5;
const labelWidth = 240;

function drawMap(
  document: Document,
  alt: string,
  films: SimilarFilms,
  order: readonly number[],
  merges?: readonly Merge[],
): string {
  const n = order.length;
  const before = merges ? dendrogramDepth + 0.5 : 0;
  const labels = order.map((film, place) => ({ place, title: shortened(films.titles[film], 36) }));
  const side = { from: (place: number) => place - 0.5, to: (place: number) => place + 0.5 };
  const square = {
    x1: ({ column }: SimilarityCell) => side.from(column),
    x2: ({ column }: SimilarityCell) => side.to(column),
    y1: ({ row }: SimilarityCell) => side.from(row),
    y2: ({ row }: SimilarityCell) => side.to(row),
    inset: 0.5,
  };
  const far = n - 0.5;
  const marks: Markish[] = [
    plot().rect(similarityCells(films, order), {
      ...square,
      fill: "value",
      title: ({ row, column, value }: SimilarityCell) =>
        `${films.titles[order[row]]} and ${films.titles[order[column]]}: ${decimal(value)}`,
    }),
    plot().rect(
      labels.map(({ place }) => ({ row: place, column: place, value: 1 })),
      { ...square, fill: "var(--faint)" },
    ),
    plot().text(labels, { x: far, y: "place", text: "title", textAnchor: "start", dx: 6 }),
    plot().text(labels, { x: "place", y: far, text: "title", textAnchor: "end", rotate: -90, dy: 6 }),
    ...(merges ? dendrograms(merges) : []),
  ];
  const span = (before + n) * cellSize;
  return draw(document, alt, {
    width: span + labelWidth,
    height: span + labelWidth,
    margin: 0,
    marginRight: labelWidth,
    marginBottom: labelWidth,
    x: { domain: [-0.5 - before, far], axis: null },
    y: { domain: [far, -0.5 - before], axis: null },
    color: colourScale(films).color,
    marks,
  });
}

/** The dendrogram, drawn to the left of the cells and above them. */
function dendrograms(merges: readonly Merge[]): Markish[] {
  const highest = Math.max(...merges.map(({ height }) => height)) || 1;
  const away = (height: number) => -0.7 - (dendrogramDepth * 0.95 * height) / highest;
  const corners = brackets(merges).flatMap(({ height, parts: [a, b] }, merge) => [
    { merge, at: a.at, away: away(a.height) },
    { merge, at: a.at, away: away(height) },
    { merge, at: b.at, away: away(height) },
    { merge, at: b.at, away: away(b.height) },
  ]);
  const look = { z: "merge", stroke: "currentColor", strokeWidth: 1 };
  return [plot().line(corners, { x: "away", y: "at", ...look }), plot().line(corners, { x: "at", y: "away", ...look })];
}

/** Draws the key: which colour is which number. */
function drawRamp(document: Document, films: SimilarFilms): string {
  const { low, high, color } = colourScale(films);
  const steps = 58;
  const at = (step: number) => low + ((high - low) * step) / steps;
  const alt = `Colours from ${decimal(low)}, dark, to ${decimal(high)}, bright`;
  return draw(document, alt, {
    width: 260,
    height: 36,
    marginTop: 2,
    marginBottom: 22,
    marginLeft: 14,
    marginRight: 14,
    color,
    marks: [
      plot().rect(
        Array.from({ length: steps }, (_, step) => step),
        {
          x1: at,
          x2: (step: number) => at(step + 1),
          y1: 0,
          y2: 1,
          fill: (step: number) => at(step + 0.5),
          shapeRendering: "crispEdges",
        },
      ),
      plot().axisX({ ticks: 5, label: null }),
    ],
    y: { axis: null },
  });
}
