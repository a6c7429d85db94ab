/** Errors of neighbours over their number: how far they are off, and how much they predict. */
import { decimal, percent } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth } from "../picture.ts";

/** What k neighbours predict. */
export interface NeighbourError {
  readonly k: number;
  /** Of the ratings that they predict, and of all, with a mean for the rest. */
  readonly own: number;
  readonly all: number;
  /** Share of the ratings that they predict. */
  readonly share: number;
}

/** Draws errors and coverage over the number of neighbours, in two panels. @param errors ascending by k */
export function overNeighboursPicture(document: Document, errors: readonly NeighbourError[]): Picture {
  const ks = errors.map(({ k }) => k);
  return {
    name: "over-neighbours",
    title: "Errors and coverage by the number of neighbours",
    caption:
      "Left: filled marks are the root mean squared error of the ratings that neighbours predict, hollow ones that of all ratings, where a mean " +
      "answers for the rest. Right: the share of the ratings that neighbours predict. More neighbours find more raters.",
    panels: [
      panelOver(document, {
        title: "RMSE",
        ks,
        lines: [errors.map(({ own }) => own), errors.map(({ all }) => all)],
        text: decimal,
        alt: errors.map(({ k, own, all }) => `${decimal(own)} at ${k}, of all ratings ${decimal(all)}`).join("; "),
      }),
      panelOver(document, {
        title: "Share predicted",
        ks,
        lines: [errors.map(({ share }) => share)],
        text: percent,
        alt: errors.map(({ k, share }) => `${percent(share)} at ${k}`).join("; "),
        domain: [0, 1],
      }),
    ],
    table: {
      columns: ["k", "RMSE of what neighbours predict", "RMSE of all ratings", "share predicted"],
      rows: errors.map(({ k, own, all, share }) => [k, own, all, share]),
    },
  };
}

function panelOver(
  document: Document,
  {
    title,
    ks,
    lines,
    text,
    alt,
    domain,
  }: {
    readonly title: string;
    readonly ks: readonly number[];
    /** The first is drawn filled, the second hollow. */
    readonly lines: readonly (readonly number[])[];
    text(value: number): string;
    readonly alt: string;
    readonly domain?: [number, number];
  },
): Panel {
  const described = `${title} by the number of neighbours: ${alt}.`;
  const marks = lines.flatMap((values, line) => {
    const points = values.map((value, n) => ({ k: ks[n], value }));
    const color = `var(--series-${line})`;
    return [
      plot().line(points, { x: "k", y: "value", stroke: color, strokeWidth: 1.5 }),
      plot().dot(points, {
        x: "k",
        y: "value",
        r: 4,
        stroke: color,
        fill: line === 0 ? color : "var(--surface)",
        title: ({ k, value }: { k: number; value: number }) => `k = ${k}: ${text(value)}`,
      }),
    ];
  });
  const svg = draw(document, described, {
    width: panelWidth(2),
    height: 240,
    marginLeft: 52,
    marginBottom: 40,
    marginTop: 20,
    marginRight: 18,
    x: { label: "k", inset: 14 },
    y: { label: null, nice: true, ...(domain && { domain }) },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().axisX({ ticks: [...ks], tickFormat: (k: number) => String(k) }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
      ...marks,
    ],
  });
  return { title, alt: described, svg };
}
