/** The report of tuning: the trials, and how the best settings do on the test part. */
import type { Dataset } from "../data/dataset.ts";
import type { TuningResult } from "../evaluate/tuning/result.ts";
import { count, decimal } from "../numbers.ts";
import { present } from "../present.ts";
import { blankDocument } from "./document.ts";
import { evaluationReport } from "./evaluation-report.ts";
import { tuningPicture } from "./pictures/tuning.ts";
import { type Report, settingText } from "./report.ts";

export async function tuningReport(result: TuningResult, dataset?: Dataset): Promise<Report> {
  const { model, method, trials, validation, best, advised, final, leastCoverage } = result;
  const evaluation = await evaluationReport({ evaluation: final, ...present({ dataset }) });
  return {
    ...evaluation,
    title: `${model}, tuned on ${final.data.name}`,
    sections: [
      {
        name: "search",
        title: "The search",
        facts: [
          { name: "Trials", value: count(trials.length) },
          { name: "Chosen by", value: method },
          { name: "Validation", value: `${validation.name} of the training part` },
          ...(leastCoverage === undefined
            ? []
            : [{ name: "Least coverage", value: `${decimal(leastCoverage)} of the ratings predicted without a mean` }]),
          { name: "Best", value: valuesText(best.values) },
          { name: "Advised", value: valuesText(advised.values) },
        ],
        blocks: [{ kind: "picture", ...tuningPicture(await blankDocument(), result) }],
      },
      ...evaluation.sections,
    ],
  };
}

function valuesText(values: TuningResult["best"]["values"]): string {
  const changed = Object.entries(values).map(([name, value]) => `${name} = ${settingText(value)}`);
  return changed.join(", ") || "the settings as they were";
}
