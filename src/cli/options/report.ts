/** --report: a report as a file, in the form that the ending of the name says. */
import { tableEndings, writeTable } from "../../data/write-table.ts";
import { MatineeError } from "../../errors.ts";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { ensureWritable, replaceText } from "../../replace-file.ts";
import type { Report } from "../../report/report.ts";

const drawn = [".html", ".md"];
const endings = { report: drawn, study: [...drawn, ".json"], evaluation: [...drawn, ...tableEndings, ".json"] };

/**
 * Checks the file, and that there is what draws it, before long work is begun.
 *
 * @param of a study can be written for the page's Lab too, an evaluation as its plain numbers
 * @throws USAGE where the ending names no form, WRITE_FAILED, PACKAGE_MISSING
 */
export async function checkReportFile(file: string, of: keyof typeof endings): Promise<void> {
  const ending = endingOf(file);
  if (!endings[of].includes(ending)) {
    throw new MatineeError("USAGE", `--report ${file}: the ending of the name does not say what to write`, {
      fix: `let it end in ${endings[of].slice(0, -1).join(", ")} or ${endings[of].at(-1)}`,
    });
  }
  await ensureWritable(file);
  if (drawn.includes(ending)) await (await import("../../report/document.ts")).blankDocument();
}

/** Replaces the file in one step. The code that draws reports is loaded here, because loading it is slow. */
export async function writeReport(file: string, report: Report): Promise<void> {
  const ending = endingOf(file);
  if (ending === ".json") return replaceText(file, `${JSON.stringify(report)}\n`);
  if (ending === ".md") return replaceText(file, (await import("../../report/markdown.ts")).markdownOf(report));
  await replaceText(file, (await import("../../report/html.ts")).htmlOf(report));
}

/** The same of an evaluation, whose report is made only where it is asked for; else its numbers are written. */
export async function writeEvaluationReport(
  file: string,
  evaluation: Evaluation,
  makeReport: () => Promise<Report>,
): Promise<void> {
  const ending = endingOf(file);
  if (drawn.includes(ending)) return writeReport(file, await makeReport());
  if (ending === ".json") {
    return replaceText(file, (await import("../../report/tables.ts")).evaluationJson(evaluation));
  }
  const { columns, batches } = (await import("../../report/evaluation-tables.ts")).evaluationTable(evaluation);
  await writeTable(file, columns, batches);
}

function endingOf(file: string): string {
  return /\.[^.]*$/.exec(file)?.[0].toLowerCase() ?? "";
}
