/**
 * How fast the page is in a browser: `node scripts/page-speed.ts FOLDER [--write]`, where FOLDER has ml-latest-small. Serves it, and a model of a
 * million made-up ratings, and prints what was measured; with --write it becomes docs/results/page-speed.md.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../src/data/write.ts";
import { median } from "../src/numbers.ts";
import { launch } from "../test/browser/browser.ts";
import { serve, serveWith } from "../test/browser/server.ts";
import { loadPage, type PageLoad, phone } from "./page-speed/page-load.ts";
import { listsChanged, rateFirst, tapsAnswered } from "./page-speed/reactions.ts";

const loads = 5;
const taps = 8;
const ratings = 30;
const million = { users: 6000, items: 10_000, ratings: 1_000_000 };

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
const shown = (milliseconds: number) => Math.round(milliseconds).toLocaleString("en");
const scriptOf = ({ files }: PageLoad) =>
  files.filter(({ type }) => type === "Script").reduce((sum, { bytes }) => sum + bytes, 0);

/** A row of the table: an address on a phone, opened again and again. */
async function rowOf(browser: Browser, name: string, url: string, storage?: Parameters<typeof loadPage>[3]) {
  const [slow, line]: [PageLoad[], PageLoad[]] = [[], []];
  for (let n = 0; n < loads; n++) {
    slow.push(await loadPage(browser, url, phone, storage));
    line.push(await loadPage(browser, url, { ...phone, slowdown: 1 }, storage));
  }
  const processor = median(sorted(line.map((each) => each.processor)));
  const least = Math.min(...line.map(({ firstFilm }) => firstFilm));
  const cells = [
    name,
    shown(Math.min(...slow.map(({ firstFilm }) => firstFilm))),
    shown(median(sorted(slow.map(({ firstFilm }) => firstFilm)))),
    shown(processor),
    shown(least + (phone.slowdown - 1) * processor),
    slow.every(({ largest }) => largest.isFilm)
      ? "a film"
      : slow.find(({ largest }) => !largest.isFilm)?.largest.element,
    Math.max(...slow.map(({ shift }) => shift)).toFixed(3),
    `${(Math.max(...slow.map(scriptOf)) / 1000).toFixed(1)} kB`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
  return `| ${cells.join(" | ")} |`;
}

/** The given artifact of such a model, or one trained now. */
async function serveMillion(scratch: string) {
  const given = process.env.MATINEE_MILLION;
  if (given) return serveWith("--artifact", given);
  await writeRatingsCsv(await syntheticRatings({ ...million, seed: 1 }), join(scratch, "million"));
  return serve(join(scratch, "million"));
}

const [folder, flag] = process.argv.slice(2);
const [load] = loadavg();
const scratch = mkdtempSync(join(tmpdir(), "matinee-page-"));
const browser = await launch();
const server = await serve(folder);
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  await rateFirst(page, server.url, 12, ["5 stars", "4 stars", "2 stars"]);
  const storage = await context.storageState();
  await context.close();
  const rows = [
    await rowOf(browser, "For you, first visit", server.url),
    await rowOf(browser, "For you, with 12 ratings", server.url, storage),
    await rowOf(browser, "Rate, first visit", `${server.url}/rate`),
  ];
  const tapped = sorted(await tapsAnswered(browser, server.url, taps));
  console.log(`taps ${tapped.map(shown).join(" ")}`);
  const large = await serveMillion(scratch);
  const changed = sorted(await listsChanged(browser, large.url, { rated: 10, ratings }).finally(large.stop));
  console.log(`lists ${changed.map(shown).join(" ")}`);
  const text = pageOf(rows, tapped, changed);
  if (flag === "--write") writeFileSync(join(import.meta.dirname, "../docs/results/page-speed.md"), text);
  else process.stdout.write(text);
} finally {
  await server.stop();
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}

function pageOf(rows: readonly string[], tapped: readonly number[], changed: readonly number[]): string {
  const share = (times: readonly number[], of: number) => shown(times[Math.max(0, Math.ceil(of * times.length) - 1)]);
  return `# How fast the page is

Written by \`node scripts/page-speed.ts FOLDER --write\`, where FOLDER has ml-latest-small, in Chromium on a machine of ${availableParallelism()} processors (${cpus()[0].model}),
which also runs the server. Before the run, ${load.toFixed(1)} tasks of others wanted a processor (the load average of a minute), so that what is measured is
longer than it would be on a machine of one's own.

## Films on the screen

A phone of 390 × 844 points, ${phone.slowdown} times slower than this machine, on a line of ${phone.megabits} Mbit/s and ${phone.latency} ms, opens an address with nothing kept. The largest thing
in the window is to be a film; browsers count no drawings as a largest contentful paint, so the time is until the first posters have been painted, in
milliseconds: the shortest and the median of ${loads} loads. *Reckoned* depends less on what else the machine does: the shortest time over the same
line with a processor that is not slowed down, and three times more the processor time of the page's thread until then. *Moves* is the cumulative
layout shift. *Script* is what the first view loads, as it comes over the line.

| Place | Shortest | Median | Processor time | Reckoned | Largest | Moves | Script |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}

The budgets: films within 1,500 ms, a film as the largest thing, no moves, and 60 kB of script.

## Taps

On the same phone, a finger opens a poster's stars and sets them, for ${taps} films of the wall. From when it is lifted to the next paint, which shows the stars, it
takes ${share(tapped, 0.5)} ms (median of ${tapped.length} taps; shortest ${share(tapped, 0)}, longest ${share(tapped, 1)}), by the browser's Event Timing. The budget is 100 ms.

## A rating and the list that follows from it

On a desktop, of a model of the usual settings for ${million.ratings.toLocaleString("en")} made-up ratings of ${million.items.toLocaleString("en")} films by ${million.users.toLocaleString("en")} users: from a click on a star in *For you*
to the paint of the changed list, with first pick and shelves, it takes ${share(changed, 0.5)} ms (median of ${changed.length} ratings; shortest ${share(changed, 0)}, 95 % within ${share(changed, 0.95)}). The
page waits 80 ms of them for further changes. The budget is 300 ms for 95 %.
`;
}
