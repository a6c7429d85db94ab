/** --cold-start of evaluate and compare: what models make of the first answers of somebody new. */
import { createEngine } from "../../compute/pool.ts";
import { onnxEmbedder } from "../../content/sentences.ts";
import type { Dataset } from "../../data/dataset.ts";
import { coldStart } from "../../evaluate/cold-start/cold-start.ts";
import type { ColdStartResult } from "../../evaluate/cold-start/result.ts";
import type { Contender } from "../../evaluate/contender.ts";
import { defaultMetrics } from "../../evaluate/evaluate.ts";
import { type JudgingFlags, splitsFrom, watched, withError } from "../options/evaluation.ts";
import { aligned, count, printJson, printLines } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";

/** Whatever is held out must be people. */
const usualSplit = "strong:0.8";

/** Measures and prints. @param chosen whether the flags name the split themselves */
export async function showColdStart(
  dataset: Dataset,
  contenders: readonly Contender[],
  flags: JudgingFlags,
  chosen: boolean,
): Promise<void> {
  const { seed, relevant, memory, metrics, threads, arithmetic, json } = flags;
  const splits = await splitsFrom(dataset, chosen ? flags : { ...flags, split: usualSplit });
  using engine = await createEngine({ threads, arithmetic });
  const result = await watched(
    (contender) => contender,
    (onProgress) =>
      coldStart(dataset, contenders, splits, {
        seed,
        engine,
        memory: memory ?? process.availableMemory(),
        embedder: onnxEmbedder({ signal: cancellation }),
        signal: cancellation,
        onProgress,
        ...(metrics === defaultMetrics ? {} : { metrics }),
        ...(relevant === undefined ? {} : { relevant }),
      }),
  );
  if (json) printJson(result);
  else printLines(lines(result));
}

function lines({ data, split, relevant, metrics, answers, ways, models }: ColdStartResult): string[] {
  const left = split.left > 0 ? `, ${split.left} more have too few ratings` : "";
  const held = `${count(split.people)} people who are not among them${left}; relevant from ${relevant}`;
  const missing = new Set(models.flatMap((model) => Object.values(model.missing)));
  return [
    `${data.name}, ${split.name}: ${count(split.train)} ratings to train on, judged by ${count(split.test)} ratings of ${held}`,
    ...metrics.flatMap(({ name }) =>
      ways.flatMap((way) => {
        const rows = models
          .filter((model) => !(name in model.missing))
          .map((model) => {
            const { points } = model.curves.find((curve) => curve.way === way.name)!;
            return [model.name, ...points.map((point) => withError(point.metrics[name].mean, point.metrics[name].se))];
          });
        const head = ["answers", ...answers.map(String)];
        return ["", `${name}, asked about ${way.summary}:`, ...aligned([head, ...rows])];
      }),
    ),
    "",
    "Lists are the models' own: an empty one counts 0, where recommend shows the most rated films.",
    ...missing,
  ];
}
