/** The report of an evaluation: which model is best, by how much, and how certain that is. */
import type { Dataset } from "../data/dataset.ts";
import type { Evaluation, ModelResult } from "../evaluate/evaluation.ts";
import { describeTest, type Standing, standingsOf } from "../evaluate/standings.ts";
import { doViewsAgree, otherViewOf, viewNames, viewSummaries } from "../evaluate/views.ts";
import { count, decimal, several } from "../numbers.ts";
import { present } from "../present.ts";
import { dataSection } from "./data-section.ts";
import { blankDocument } from "./document.ts";
import { comparisonPicture } from "./pictures/comparison.ts";
import { overKPicture } from "./pictures/over-k.ts";
import { slicesPicture } from "./pictures/slices.ts";
import { type Block, type Grid, type GridCell, type Report, type Section, settingText } from "./report.ts";

/**
 * Makes the report of a comparison: the metrics of each model, with the best marked, and pictures.
 *
 * @param dataset the data evaluated on, for a section about them
 */
export async function evaluationReport({
  evaluation,
  dataset,
}: {
  readonly evaluation: Evaluation;
  readonly dataset?: Dataset;
}): Promise<Report> {
  const document = await blankDocument();
  const { data, split, models, version } = evaluation;
  const pictures = [overKPicture(document, evaluation), slicesPicture(document, evaluation)];
  const sections: Section[] = [
    {
      name: "results",
      title: "Results",
      facts: [
        { name: "Split", value: split.name },
        { name: "Training ratings", value: count(split.train) },
        { name: "Held-out ratings", value: count(split.test) },
        ...(split.tied === undefined ? [] : [{ name: "Chosen by ties in time", value: count(split.tied) }]),
        { name: "People judged", value: count(split.people) },
        { name: "Without history", value: count(evaluation.withoutHistory) },
        { name: "Relevant", value: evaluation.relevance },
        ...(evaluation.listLength === undefined ? [] : [{ name: "Lists judged", value: viewNames[evaluation.view] }]),
        ...models.flatMap(({ name, failed }) => {
          return failed ? [{ name: "Failed", value: `${name}: ${failed.message} (${failed.code})` }] : [];
        }),
      ],
      blocks: [
        { kind: "picture", ...comparisonPicture(document, evaluation) },
        { kind: "grid", ...comparisonGrid(evaluation) },
        ...(evaluation.listLength === undefined ? [] : [{ kind: "grid", ...otherViewGrid(evaluation) } as const]),
        ...pictures
          .filter((picture) => picture !== undefined)
          .map((picture): Block => ({ kind: "picture", ...picture })),
      ],
    },
    { name: "method", title: "How it was measured", blocks: methodBlocks(evaluation) },
    ...(dataset ? [dataSection(document, dataset)] : []),
  ];
  return {
    title: `${several(models.length, "model")} on ${data.name}`,
    about: `${count(data.ratings)} ratings of ${count(data.items)} films by ${count(data.users)} people. Matinee ${version}.`,
    sections,
  };
}

/** Metrics × models, with intervals, marks for the best, and how many lists each model could not fill. */
export function comparisonGrid(evaluation: Evaluation): Grid {
  const { view, listLength, versus } = evaluation;
  const tested = versus !== undefined;
  const listed = listLength !== undefined;
  const { rows, ...grid } = metricGrid(
    evaluation,
    ({ metrics }) => metrics,
    (metric) => standingsOf(evaluation, metric),
  );
  return narrowed({
    name: "metrics",
    title: listed ? `All metrics, ${viewNames[view]}` : "All metrics",
    caption:
      (listed ? `${viewSummaries[view]}. ` : "") +
      "★ best. " +
      (tested
        ? "≈ not distinguishable from the best: a paired test over people, corrected by Holm, gives p ≥ .05, or the difference rounds to 0. "
        : "No tests were made between models. ") +
      "Ranges are bootstrap intervals of 95 %.",
    ...grid,
    rows: listed ? [...rows, unfilledRow(evaluation)] : rows,
  });
}

/** Models as rows, where more models than metrics would make the table wider than a page. */
function narrowed(grid: Grid): Grid {
  const { columns, rows } = grid;
  if (columns.length <= rows.length) return grid;
  return {
    ...grid,
    corner: "model",
    columns: rows.map(({ head, note }) => (note === "" || note === "higher is better" ? head : `${head} (${note})`)),
    rows: columns.map((head, model) => ({ head, note: "", cells: rows.map(({ cells }) => cells[model]) })),
  };
}

/** The same in the other view, without marks: tests are of the first one. */
function otherViewGrid(evaluation: Evaluation): Grid {
  const view = otherViewOf(evaluation.view);
  const same = doViewsAgree(evaluation) ? " The values are the same." : "";
  return narrowed({
    name: "metrics-beside",
    title: `All metrics, ${viewNames[view]}`,
    caption: `${viewSummaries[view]}.${same}`,
    ...metricGrid(
      evaluation,
      ({ otherView }) => otherView,
      () => new Map(),
    ),
  });
}

function unfilledRow({ models, listLength = 0, split }: Evaluation): Grid["rows"][number] {
  return {
    head: "lists not filled",
    note: `of ${count(split.people)}, each of ${count(listLength)} films`,
    cells: models.map(({ unfilled }) => ({ value: unfilled === undefined ? "–" : count(unfilled) })),
  };
}

function metricGrid(
  { models, metrics }: Evaluation,
  valuesOf: (model: ModelResult) => ModelResult["metrics"],
  standingsIn: (metric: Evaluation["metrics"][number]) => ReadonlyMap<string, Standing>,
): Pick<Grid, "corner" | "columns" | "rows" | "reasons"> {
  const reasons: string[] = [];
  const rows = metrics.map((metric) => {
    const standings = standingsIn(metric);
    const cells = models.map((model): GridCell => {
      const values = valuesOf(model);
      if (!(metric.name in values)) {
        const reason = model.missing[metric.name] ?? "nobody to average";
        if (!reasons.includes(reason)) reasons.push(reason);
        return { reason: reasons.indexOf(reason) };
      }
      const { mean, low, high } = values[metric.name];
      const interval = low === undefined || high === undefined ? undefined : `${decimal(low)}–${decimal(high)}`;
      return {
        value: decimal(mean),
        ...present({ interval, standing: standings.get(model.name) }),
      };
    });
    const note = metric.better ? `${metric.better} is better` : "";
    return { head: metric.name, note, cells };
  });
  return { corner: "metric", columns: models.map(({ name }) => name), rows, reasons };
}

function methodBlocks({ data, split, models, metrics, versus = [] }: Evaluation): Block[] {
  return [
    {
      kind: "table",
      name: "models",
      title: "Models and their settings",
      table: {
        columns: ["name", "model", "settings", "seed", "seconds to fit", "seconds to answer", "measured before"],
        rows: models.map(({ name, model, config, seed, seconds, failed, kept = null }) => {
          const times = failed ? [null, null] : [seconds.fit, seconds.answer];
          return [name, model, settingsText(config), seed, ...times, kept];
        }),
      },
    },
    {
      kind: "table",
      name: "definitions",
      title: "What the metrics say",
      table: {
        columns: ["metric", "what it says", "better"],
        rows: metrics.map(({ name, summary, better = null }) => [name, summary, better]),
      },
    },
    ...(versus.length > 0 ? [testsBlock(versus)] : []),
    {
      kind: "table",
      name: "origin",
      title: "Data and split",
      table: {
        columns: ["what", "value"],
        rows: [
          ["data", data.name],
          ["fingerprint of the data", data.fingerprint],
          ["split", split.name],
          ["seed of the split", split.seed],
          ...split.fingerprints.map((fingerprint, n) => [
            split.fingerprints.length > 1 ? `fingerprint of part ${n + 1}` : "fingerprint of the split",
            fingerprint,
          ]),
        ],
      },
    },
  ];
}

function testsBlock(versus: NonNullable<Evaluation["versus"]>): Block {
  return {
    kind: "table",
    name: "tests",
    title: "Tests against the best",
    folded: true,
    table: {
      columns: ["metric", "best", "against", "difference", "p", "p, corrected by Holm", "in words"],
      rows: versus.map((test) => {
        const { metric, best, name, difference, p, adjusted } = test;
        return [metric, best, name, difference, p, adjusted, describeTest(test)];
      }),
    },
  };
}

function settingsText(config: ModelResult["config"]): string {
  return Object.entries(config)
    .map(([key, value]) => `${key} = ${settingText(value)}`)
    .join(", ");
}
