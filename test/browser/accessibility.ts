import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong with the page once nothing fades or moves: each rule with the elements that break it. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(atRest);
  await page.evaluate(axe);
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: { type: "tag", values: ${JSON.stringify(rules)} } })`,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Runs in the page. An animation that is taken back rejects. */
async function atRest(): Promise<void> {
  const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
  await Promise.allSettled(ending.map(({ finished }) => finished));
}
