/** How fast works are: against their peers, and against what the machine can do. */
import type { Markish, PlotOptions } from "@observablehq/plot";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, seriesStyle, shortened } from "../picture.ts";
import { swatch } from "./key.ts";

/** A work, with a number of threads and one of its peers. */
export interface MeasuredSpeed {
  readonly work: string;
  readonly threads: number;
  readonly peer?: string;
  /** The peer's seconds over ours. */
  readonly ratio?: number;
  /** Share of the machine's ceiling that is reached, where the work is known in operations or bytes. */
  readonly fraction?: number;
}

/** A row of the picture: a work, and one of its peers if it has any. */
interface SpeedRow {
  readonly work: string;
  readonly peer: string | undefined;
  readonly label: string;
}

/** One mark: where it stands, and what it says. */
interface SpeedMark {
  readonly row: number;
  readonly series: number;
  readonly value: number;
  readonly text: string;
}

/**
 * Draws a row for each work and peer, with a mark for each number of threads: in the left panel the ratio to the peer, in the right one
 * the share of the ceiling.
 */
export function speedPicture(document: Document, speeds: readonly MeasuredSpeed[]): Picture {
  const shown = speeds.filter(({ ratio, fraction }) => ratio !== undefined || fraction !== undefined);
  const threads = [...new Set(shown.map((speed) => speed.threads))].sort((a, b) => a - b);
  const rows = rowsOfSpeeds(shown);
  const marksBy = (value: "ratio" | "fraction", text: (value: number) => string): SpeedMark[] =>
    rows.flatMap(({ work, peer, label }, row) =>
      threads.flatMap((count, series) => {
        const own = shown.find((speed) => {
          const here = speed.work === work && speed.threads === count && speed[value] !== undefined;
          return here && (value === "fraction" || speed.peer === peer);
        });
        return own
          ? [{ row, series, value: own[value]!, text: `${label}, ${threadsOf(count)}: ${text(own[value]!)}` }]
          : [];
      }),
    );
  const ratios = marksBy("ratio", (value) => `${Number(value.toPrecision(3))} ×`);
  const fractions = marksBy("fraction", (value) => `${Math.round(100 * value)} %`);
  const values = ratios.map(({ value }) => value);
  const domain = [Math.min(0.9, ...values.map((value) => 0.9 * value)), 1.15 * Math.max(10, ...values)];
  const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  const size = { height: 44 + 20 * rows.length, marginTop: 8, marginBottom: 28 };
  const y = { domain: Array.from(rows.keys()), type: "point" as const, axis: null, padding: 0.7 };
  const marginLeft = 20 + 6.4 * Math.max(0, ...rows.map(({ label }) => label.length));
  return {
    name: "speed",
    title: "Speed against peers and against the machine",
    caption:
      "Left, the best time of a peer over that of Matinee, on a logarithmic axis: right of the line at 1, Matinee is faster. Right, the share that a work " +
      "reaches of what plain loops reach with as many threads, in registers or over memory; a work that is neither arithmetic nor reading memory has no mark.",
    key: threads.map((count, n) => ({ svg: swatch(document, seriesStyle(n)), label: threadsOf(count) })),
    panels: [
      speedPanel(document, "Times as fast as the peer", ratios, {
        ...size,
        width: Math.round(marginLeft) + 330,
        marginLeft,
        marginRight: 20,
        x: { type: "log", domain, label: null },
        y,
        marks: [
          plot().axisY({ tickFormat: (row: number) => rows[row].label, tickSize: 0, label: null }),
          ...axisMarks(
            ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]),
            (tick) => `${tick} ×`,
          ),
        ],
      }),
      speedPanel(document, "Share of the machine’s ceiling", fractions, {
        ...size,
        width: 300,
        marginLeft: 16,
        marginRight: 24,
        x: { domain: [0, Math.max(1, ...fractions.map(({ value }) => value))], label: null },
        y,
        marks: axisMarks([0, 0.25, 0.5, 0.75, 1], (tick) => `${100 * tick} %`),
      }),
    ],
    table: {
      columns: ["work", "threads", "peer", "ratio", "share of the ceiling"],
      rows: shown.map(({ work, threads, peer = null, ratio = null, fraction = null }) => [
        work,
        threads,
        peer,
        ratio,
        fraction,
      ]),
    },
  };
}

/** A row for each work and peer; works without a peer have one too. */
function rowsOfSpeeds(speeds: readonly MeasuredSpeed[]): SpeedRow[] {
  const compared = new Set(speeds.flatMap(({ work, peer }) => (peer === undefined ? [] : [work])));
  const rows = new Map<string, SpeedRow>();
  for (const { work, peer } of speeds) {
    if (peer === undefined && compared.has(work)) continue;
    const label = peer === undefined ? work : `${work} · ${shortened(peer, 24)}`;
    rows.set(`${work} ${peer}`, { work, peer, label });
  }
  return [...rows.values()];
}

function threadsOf(count: number): string {
  return count === 1 ? "1 thread" : `${count} threads`;
}

/** Lines for the eye, and the numbers below them; the line at 1 stands out. */
function axisMarks(ticks: readonly number[], label: (tick: number) => string): Markish[] {
  return [
    plot().gridX({ ticks: [...ticks] }),
    plot().gridY({ strokeOpacity: 0.06 }),
    plot().ruleX([1], { stroke: "currentColor", strokeOpacity: 0.6 }),
    plot().axisX({ ticks: [...ticks], tickSize: 0, text: label, label: null }),
  ];
}

function speedPanel(
  document: Document,
  title: string,
  speeds: readonly SpeedMark[],
  { marks = [], ...options }: PlotOptions,
): Panel {
  const alt = `${title}. ${speeds.map(({ text }) => text).join("; ")}.`;
  const series = [...new Set(speeds.map((mark) => mark.series))];
  const dots = series.map((n) => {
    const { color, symbol } = seriesStyle(n);
    const own = speeds.filter((mark) => mark.series === n);
    return plot().dot(own, { x: "value", y: "row", symbol, r: 4, fill: color, title: "text" });
  });
  return { title, alt, svg: draw(document, alt, { ...options, marks: [...marks, ...dots] }) };
}
