/** --report: a report as a file, in the form that the ending of the name says. */
import { MatineeError } from "../../errors.ts";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { ensureWritable, replaceText } from "../../replace-file.ts";
import type { Report } from "../../report/report.ts";

const endings = { report: [".html", ".md"], evaluation: [".html", ".md", ".csv", ".json"] };

/**
 * Checks the file before long work is begun.
 * @param of an evaluation can be written as its plain numbers too
 * @throws USAGE where the ending names no form, WRITE_FAILED
 */
export async function checkReportFile(file: string, of: keyof typeof endings): Promise<void> {
  if (!endings[of].includes(endingOf(file))) {
    throw new MatineeError("USAGE", `--report ${file}: the ending of the name does not say what to write`, {
      fix: `let it end in ${endings[of].slice(0, -1).join(", ")} or ${endings[of].at(-1)}`,
    });
  }
  await ensureWritable(file);
}

/** Replaces the file in one step. The code that writes reports is loaded here, because loading it is slow. */
export async function writeReport(file: string, report: Report, evaluation?: Evaluation): Promise<void> {
  await replaceText(file, await textOf(endingOf(file), report, evaluation));
}

async function textOf(ending: string, report: Report, evaluation: Evaluation | undefined): Promise<string> {
  if (ending === ".md") return (await import("../../report/markdown.ts")).markdownOf(report);
  const { evaluationCsv, evaluationJson } = await import("../../report/tables.ts");
  if (evaluation && ending === ".csv") return evaluationCsv(evaluation);
  if (evaluation && ending === ".json") return evaluationJson(evaluation);
  return (await import("../../report/html.ts")).htmlOf(report);
}

function endingOf(file: string): string {
  return /\.[^.]*$/.exec(file)?.[0].toLowerCase() ?? "";
}
