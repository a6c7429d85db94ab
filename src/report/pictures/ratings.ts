/** Histograms of ratings: how often each was given, and how many each user gave and each film got. */
import { count, median, percent } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth } from "../picture.ts";

/** The numbers behind the histograms. */
export interface RatingNumbers {
  readonly users: number;
  readonly items: number;
  readonly scale: { readonly min: number; readonly max: number; readonly step: number };
  /** Every rating. */
  readonly values: Float32Array;
  /** Number of ratings of each user, and of each film. */
  readonly perUser: Int32Array;
  readonly perItem: Int32Array;
}

/** n values with from ≤ value < to; the last bin may include `to`. */
export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
}

/** Share of the cells of users × films that hold no rating. */
export function emptyShare({ users, items, values }: Pick<RatingNumbers, "users" | "items" | "values">): number {
  return 1 - values.length / (users * items);
}

export function ratingsPicture(document: Document, numbers: RatingNumbers): Picture {
  const { scale, values, perUser, perItem } = numbers;
  const [ratings, users, films] = [ratingBins(values, scale), logBins(perUser), logBins(perItem)];
  const unrated = perItem.reduce((sum, n) => sum + (n === 0 ? 1 : 0), 0);
  const none = unrated > 0 ? ` ${count(unrated)} films have none and are not drawn.` : "";
  return {
    name: "ratings",
    title: "Ratings, and who gave and got them",
    caption:
      "How often each rating was given; how many people gave, and how many films got, so many of them. The latter two are on a " +
      `logarithmic scale, in ${mostBins} bars at most.${none} Of all cells, people × films, ${percent(emptyShare(numbers))} are empty.`,
    panels: [
      ratingsPanel(document, ratings, scale.step),
      countsPanel(document, users, perUser, { who: "People", unit: "person", color: "var(--series-0)" }),
      countsPanel(document, films, perItem, { who: "Films", unit: "film", color: "var(--series-1)" }),
    ],
    table: {
      columns: ["histogram", "from", "below", "number"],
      rows: [
        ...ratings.map(({ from, to, n }) => ["ratings", from, scale.step > 0 ? null : to, n]),
        ...users.map(({ from, to, n }) => ["people by ratings given", from, to, n]),
        ...(unrated > 0 ? [["films by ratings got", 0, 1, unrated]] : []),
        ...films.map(({ from, to, n }) => ["films by ratings got", from, to, n]),
      ],
    },
  };
}

/** One bin for each step of the scale; twenty where there are no steps, or too many; one where all values are the same. */
function ratingBins(values: Float32Array, { min, max, step }: RatingNumbers["scale"]): HistogramBin[] {
  if (max <= min) return [{ from: tidy(min), to: tidy(min + 1), n: values.length }];
  const steps = step > 0 ? Math.round((max - min) / step) + 1 : Number.POSITIVE_INFINITY;
  const bins = steps <= 40 ? steps : 20;
  const width = steps <= 40 ? step : (max - min) / bins;
  const numbers = new Int32Array(bins);
  for (const value of values) {
    const at = steps <= 40 ? Math.round((value - min) / width) : Math.floor((value - min) / width);
    numbers[Math.min(bins - 1, Math.max(0, at))]++;
  }
  return Array.from(numbers, (n, bin) => ({ from: tidy(min + bin * width), to: tidy(min + (bin + 1) * width), n }));
}

/** 0.1 + 0.2 → 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(10));
}

/** The most bars of a histogram on a logarithmic scale. */
const mostBins = 30;

/** Bins of whole numbers, from the lowest above 0 to the highest, as equally wide on a logarithmic scale as whole numbers can be. */
function logBins(counts: Int32Array): HistogramBin[] {
  const rated = counts.filter((n) => n > 0).sort();
  if (rated.length === 0) return [];
  const [low, end] = [rated[0], rated[rated.length - 1] + 1];
  const ends = Array.from({ length: mostBins + 1 }, (_, n) => Math.round(low * (end / low) ** (n / mostBins)));
  const edges = [...new Set(ends)];
  const numbers = new Int32Array(edges.length - 1);
  let bin = 0;
  for (const n of rated) {
    while (n >= edges[bin + 1]) bin++;
    numbers[bin]++;
  }
  return Array.from(numbers, (n, at) => ({ from: edges[at], to: edges[at + 1], n }));
}

const frame = { width: panelWidth(3), height: 230, marginLeft: 48, marginBottom: 40, marginTop: 24, marginRight: 12 };

function ratingsPanel(document: Document, bins: readonly HistogramBin[], step: number): Panel {
  const most = bins.reduce((a, b) => (b.n > a.n ? b : a));
  const total = bins.reduce((sum, { n }) => sum + n, 0);
  const alt =
    `Histogram of ${count(total)} ratings. The most frequent is ${most.from}, given ${count(most.n)} times. ` +
    `${bins.map(({ from, n }) => `${from}: ${count(n)}`).join(", ")}.`;
  // where ratings have steps, each bar is centred on its rating
  const shift = step > 0 ? (bins[0].to - bins[0].from) / 2 : 0;
  const options = {
    ...frame,
    x: { label: "Rating" },
    y: { label: "Ratings", tickFormat: "~s" },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().rectY(bins, {
        x1: ({ from }: HistogramBin) => from - shift,
        x2: ({ to }: HistogramBin) => to - shift,
        y: "n",
        fill: "var(--series-0)",
        insetLeft: 1,
        insetRight: 1,
        title: ({ from, n }: HistogramBin) => `${from}: ${count(n)}`,
      }),
      plot().ruleY([0]),
      plot().axisX({ ticks: bins.length <= 12 ? bins.map(({ from }) => from) : 6, tickSize: 0 }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
    ],
  };
  return { title: "Ratings", alt, svg: draw(document, alt, options) };
}

function countsPanel(
  document: Document,
  bins: readonly HistogramBin[],
  counts: Int32Array,
  { who, unit, color }: { who: string; unit: string; color: string },
): Panel {
  const rated = counts.filter((n) => n > 0).sort();
  const alt =
    `Histogram of ratings per ${unit}, on a logarithmic scale: from ${count(rated[0])} to ${count(rated[rated.length - 1])}, ` +
    `median ${count(median(rated))}. ${bins.map((bin) => `${rangeText(bin)}: ${count(bin.n)}`).join(", ")}.`;
  const [low, high] = [rated[0], rated[rated.length - 1]];
  const ticks = roundNumbers.filter((n) => n >= low && n <= high);
  const options = {
    ...frame,
    x: { type: "log" as const, label: `Ratings per ${unit}` },
    y: { label: who, tickFormat: "~s" },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().rectY(bins, {
        x1: "from",
        x2: "to",
        y: "n",
        fill: color,
        insetLeft: 0.5,
        insetRight: 0.5,
        title: (bin: HistogramBin) => `${rangeText(bin)}: ${count(bin.n)}`,
      }),
      plot().ruleY([0]),
      plot().axisX({ ticks, tickFormat: "~s", tickSize: 4 }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
    ],
  };
  return { title: `Ratings per ${unit}`, alt, svg: draw(document, alt, options) };
}

/** Marks on logarithmic axes, up to more ratings than any data have. */
const roundNumbers = Array.from({ length: 10 }, (_, power) => [1, 3].map((n) => n * 10 ** power)).flat();

/** The whole numbers of a bin: "7", or "8–11". */
function rangeText({ from, to }: HistogramBin): string {
  return to - from === 1 ? count(from) : `${count(from)}–${count(to - 1)}`;
}
