/** The trials of tuning: how good they were, in their order and by each numeric setting. */
import type { Trial, TuningResult } from "../../evaluate/tuning/result.ts";
import { decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Cell, type Panel, type Picture, panelWidth } from "../picture.ts";

/** A trial's last run. */
interface TrialPoint {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
}

export function tuningPicture(document: Document, result: TuningResult): Picture {
  const { metric, better, trials, usual, space, budgets, leastCoverage } = result;
  const numeric = Object.keys(space).filter((name) => {
    const tried = trials.flatMap(({ values }) => (Object.hasOwn(values, name) ? [values[name]] : []));
    return tried.length > 0 && tried.every((value) => typeof value === "number");
  });
  const shown = numeric.slice(0, 5);
  const ordered = trialPoints(trials, (_trial, n) => n + 1);
  const panels = [
    { title: "In the order of trials", label: "trial", points: ordered, logarithmic: false },
    ...shown.map((name) => ({
      title: name,
      label: name,
      points: trialPoints(trials, ({ values }) => values[name] as number | undefined),
      logarithmic: space[name].includes("~"),
    })),
  ];
  const covered = leastCoverage !== undefined;
  const stopped = budgets.length > 1 ? " Hollow: stopped early, on a part of the people." : "";
  return {
    name: "tuning",
    title: "What was tried",
    caption: `${metric} on the validation part, ± one standard error; ${better} is better. The line: the settings as they were.${stopped}`,
    panels: panels.map((panel) =>
      trialsPanel(document, { ...panel, metric, usual: usual.value, width: panelWidth(panels.length) }),
    ),
    table: {
      columns: [
        "trial",
        ...Object.keys(space),
        metric,
        "±",
        ...(covered ? ["coverage"] : []),
        "share of the people",
        "seconds",
      ],
      rows: trials.map((trial, n) => [
        n + 1,
        ...Object.keys(space).map((name) => settingCell(trial, name)),
        ...lastRunCells(trial, covered),
      ]),
    },
  };
}

function settingCell({ values }: Trial, name: string): Cell {
  const value = values[name];
  return typeof value === "number" ? value : `${value ?? ""}`;
}

function lastRunCells({ runs }: Trial, covered: boolean): Cell[] {
  const run = runs.at(-1);
  const coverage = covered ? [run?.coverage ?? null] : [];
  return [run?.value ?? null, run?.se ?? null, ...coverage, run?.budget ?? null, run?.seconds ?? null];
}

function trialPoints(trials: readonly Trial[], place: (trial: Trial, n: number) => number | undefined): TrialPoint[] {
  return trials.flatMap((trial, n) => {
    const run = trial.runs.at(-1);
    const x = place(trial, n);
    if (!run || x === undefined) return [];
    const { value, se = 0, budget } = run;
    return [{ x, value, low: value - se, high: value + se, whole: budget === 1 }];
  });
}

function trialsPanel(
  document: Document,
  {
    title,
    label,
    points,
    logarithmic,
    metric,
    usual,
    width,
  }: {
    readonly title: string;
    readonly label: string;
    readonly points: readonly TrialPoint[];
    readonly logarithmic: boolean;
    readonly metric: string;
    readonly usual: number;
    readonly width: number;
  },
): Panel {
  const values = points.map(({ x, value }) => `${decimal(value)} at ${decimal(x)}`).join(", ");
  const alt = `${metric} by ${label}: ${values}; ${decimal(usual)} with the settings as they were.`;
  const at = { x: "x", stroke: "var(--series-0)" };
  const svg = draw(document, alt, {
    width,
    height: 250,
    marginLeft: 56,
    marginBottom: 44,
    marginTop: 22,
    x: { type: logarithmic ? "log" : "linear", label, nice: true },
    y: { label: metric, nice: true },
    marks: [
      plot().gridY({ ticks: 5 }),
      plot().axisX({ ticks: 5, tickSize: 0, ...(logarithmic ? { tickFormat: "~g" } : {}) }),
      plot().axisY({ ticks: 5, tickSize: 0 }),
      plot().ruleY([usual], { stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "4 3" }),
      plot().ruleX(points, { ...at, y1: "low", y2: "high", strokeWidth: 1 }),
      plot().dot(points, {
        ...at,
        y: "value",
        r: 3.5,
        fill: (point: TrialPoint) => (point.whole ? "var(--series-0)" : "var(--surface)"),
      }),
    ],
  });
  return { title, alt, svg };
}
