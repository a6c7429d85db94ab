import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { evaluationReport } from "../../src/report/evaluation-report.ts";
import { htmlOf } from "../../src/report/html.ts";
import { madeUpEvaluation } from "../helpers/evaluation.ts";
import { filmDataset } from "../helpers/films.ts";
import { complaintsOf, launch, skipReason } from "./browser.ts";

describe("a report in a browser", () => {
  it("keeps to its policy, fits a phone, and changes its colours in the dark", { skip: skipReason }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "matinee-report-"));
    const browser = await launch();
    try {
      const file = join(folder, "report.html");
      const evaluation = madeUpEvaluation("ease", "als", "item-knn", "mf", "user-knn", "neural", "popular");
      await writeFile(file, htmlOf(await evaluationReport({ evaluation, dataset: filmDataset() })));
      const strokes: string[] = [];
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width: 375, height: 800 } });
        const complaints = complaintsOf(page);
        await page.goto(pathToFileURL(file).href);
        assert.deepEqual(complaints, []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 375);
        const curve = page.locator("figure[aria-labelledby=results-over-k] [data-mark=line]").first();
        strokes.push(await curve.evaluate((element) => getComputedStyle(element).stroke));
        const download = page.waitForEvent("download");
        await page.getByText("The numbers").first().click();
        await page.getByRole("link", { name: "Download as CSV" }).first().click();
        assert.equal((await download).suggestedFilename(), "comparison.csv");
        await page.close();
      }
      assert.deepEqual(strokes, ["rgb(0, 101, 168)", "rgb(111, 188, 255)"]);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  });
});
