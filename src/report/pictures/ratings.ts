/** Histograms of ratings: how often each was given, and how many each user gave and each film got. */
import { capital, count, percent } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { countTick, type Panel, type Picture, panelWidth } from "../picture.ts";
import {
  emptyShare,
  type HistogramBin,
  mostBins,
  type RatingHistograms,
  type RatingsEach,
} from "../rating-histograms.ts";

/** Draws histograms of ratings, and of those of which it is known how many each user gave and each film got. */
export function ratingsPicture(document: Document, histograms: RatingHistograms): Picture {
  const { given, perUser, perItem, unrated, step } = histograms;
  const none = unrated > 0 ? ` ${count(unrated)} films have none and are not drawn.` : "";
  const shown = [
    ...(given ? ["how often each rating was given"] : []),
    ...(perUser ? ["how many people gave so many of them"] : []),
    ...(perItem ? ["how many films got so many of them"] : []),
  ];
  return {
    name: "ratings",
    title: "Ratings, and who gave and got them",
    caption:
      `${capital(shown.join("; "))}. Numbers of ratings are on a logarithmic scale, in ${mostBins} bars at most.${none} ` +
      `Of all cells, people × films, ${percent(emptyShare(histograms))} are empty.`,
    panels: [
      ...(given ? [ratingsPanel(document, given, step)] : []),
      ...(perUser ? [eachPanel(document, perUser, { who: "People", unit: "person", color: "var(--series-0)" })] : []),
      ...(perItem ? [eachPanel(document, perItem, { who: "Films", unit: "film", color: "var(--series-1)" })] : []),
    ],
    table: {
      columns: ["histogram", "from", "below", "number"],
      rows: [
        ...(given ?? []).map(({ from, to, n }) => ["ratings", from, step > 0 ? null : to, n]),
        ...(perUser?.bins ?? []).map(({ from, to, n }) => ["people by ratings given", from, to, n]),
        ...(unrated > 0 ? [["films by ratings got", 0, 1, unrated]] : []),
        ...(perItem?.bins ?? []).map(({ from, to, n }) => ["films by ratings got", from, to, n]),
      ],
    },
  };
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
    y: { label: "Ratings" },
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
      plot().axisY({ ticks: 5, tickSize: 0, tickFormat: countTick }),
    ],
  };
  return { title: "Ratings", alt, svg: draw(document, alt, options) };
}

function eachPanel(
  document: Document,
  { least, median, most, bins }: RatingsEach,
  { who, unit, color }: { who: string; unit: string; color: string },
): Panel {
  const alt =
    `Histogram of ratings per ${unit}, on a logarithmic scale: from ${count(least)} to ${count(most)}, ` +
    `median ${count(median)}. ${bins.map((bin) => `${rangeText(bin)}: ${count(bin.n)}`).join(", ")}.`;
  const ticks = roundNumbers.filter((n) => n >= least && n <= most);
  const options = {
    ...frame,
    x: { type: "log" as const, label: `Ratings per ${unit}` },
    y: { label: who },
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
      plot().axisY({ ticks: 5, tickSize: 0, tickFormat: countTick }),
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
