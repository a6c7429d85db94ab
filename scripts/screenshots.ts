/**
 * Pictures of every place of the page: `node scripts/screenshots.ts FOLDER`, where FOLDER has ml-latest-small, writes docs/screenshots/: as a phone and
 * a desktop show them, in light and dark. Names of pictures after the folder (`film together`) choose some of them.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launch } from "../test/browser/browser.ts";
import { serve } from "../test/browser/server.ts";
import { codeOf } from "../web/import/profile-file.ts";
import { smallPng } from "./screenshots/small-png.ts";

const windows = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;

/** Somebody who loves crime films and science fiction, and no family films. */
const rated: readonly (readonly [film: number, stars: string])[] = [
  [260, "5 stars"],
  [858, "5 stars"],
  [6, "4.5 stars"],
  [1214, "4.5 stars"],
  [593, "4 stars"],
  [541, "5 stars"],
  [2571, "4 stars"],
  [608, "4.5 stars"],
  [1, "2.5 stars"],
  [586, "1.5 stars"],
  [364, "2 stars"],
  [527, "4.5 stars"],
];
const diary = `Date,Name,Year,Letterboxd URI,Rating
2024-01-02,Heat,1995,https://boxd.it/1,4.5
2024-01-09,The Godfather,1972,https://boxd.it/2,5
2024-02-11,Amelie,2001,https://boxd.it/3,4
2024-03-01,Seven Samurai,1954,https://boxd.it/4,5
2024-03-02,Alien,1979,https://boxd.it/5,4.5
2024-03-05,A Film of My Cousin,2019,https://boxd.it/6,5
`;

/** Anna loves love stories, musicals and family films. */
const herRatings = [
  [356, 5],
  [597, 4.5],
  [1721, 4.5],
  [588, 4],
  [1, 5],
  [260, 2.5],
].map(([id, rating]) => ({ id, rating }));

/** The report of a study, as a file. */
const study = join(mkdtempSync(join(tmpdir(), "matinee-screenshots-")), "study-001.json");

/** What the browser keeps of earlier visits. */
type Storage = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Who visits: somebody new, somebody who has rated films, and they with Anna. */
type Visitor = "new" | "rater" | "couple";

/** What is shown: an address, who visits it, and what to do there first. */
const scenes: Readonly<Record<string, { address: string; visitor: Visitor; first?: (page: Page) => Promise<void> }>> = {
  "for-you-first-visit": { address: "", visitor: "new" },
  "for-you": { address: "", visitor: "rater" },
  rate: { address: "rate", visitor: "new" },
  "rate-stars": {
    address: "rate",
    visitor: "rater",
    async first(page) {
      await page.locator(".wall .tile-poster").nth(1).click();
      await page.locator(".tile-panel").waitFor();
      // What the pointer is on would look rated.
      await page.mouse.move(0, 0);
    },
  },
  film: { address: "film/1213", visitor: "rater" },
  you: { address: "you", visitor: "rater" },
  import: {
    address: "you",
    visitor: "rater",
    async first(page) {
      const file = { name: "ratings.csv", mimeType: "text/csv", buffer: Buffer.from(diary) };
      await page.locator("input[type=file]").first().setInputFiles(file);
      await page.getByText("A Film of My Cousin").first().waitFor({ state: "attached" });
      await page.locator("#bring-heading").evaluate((heading) => heading.scrollIntoView());
    },
  },
  together: { address: "together", visitor: "couple" },
  "together-films": {
    address: "together",
    visitor: "couple",
    async first(page) {
      await page.locator(".film-list .shares").first().waitFor();
      await page.locator(".rules").evaluate((rules) => rules.scrollIntoView());
    },
  },
  lab: { address: "lab", visitor: "rater", first: (page) => page.locator("figure").first().waitFor() },
  "lab-films": {
    address: "lab/films",
    visitor: "rater",
    async first(page) {
      const similar = page.getByRole("figure", { name: "The same films, clustered" });
      await similar.waitFor();
      await similar.evaluate((figure) => figure.scrollIntoView());
    },
  },
  "lab-study": {
    address: "lab/studies",
    visitor: "rater",
    async first(page) {
      await page.getByLabel("Read a study here").setInputFiles(study);
      const losses = page.getByRole("figure", { name: "Loss in each epoch" });
      await losses.waitFor();
      await losses.evaluate((figure) => figure.scrollIntoView());
    },
  },
};

async function shoot(
  browser: Browser,
  url: string,
  folder: string,
  kept: Readonly<Record<Visitor, Storage | undefined>>,
): Promise<void> {
  for (const [device, viewport] of Object.entries(windows)) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [name, { address, visitor, first }] of Object.entries(scenes)) {
        if (chosen.length > 0 && !chosen.includes(name)) continue;
        const storageState = kept[visitor];
        const context = await browser.newContext({
          viewport,
          colorScheme,
          reducedMotion: "reduce",
          ...(storageState && { storageState }),
        });
        const page = await context.newPage();
        await page.goto(`${url}/${address}`);
        await page.locator("main h2, main h3").first().waitFor();
        await page.waitForLoadState("networkidle");
        await first?.(page);
        await page.evaluate(() => document.fonts.ready);
        await page.waitForTimeout(600);
        const file = `${name}-${device}-${colorScheme}.png`;
        const bytes = smallPng(await page.screenshot());
        writeFileSync(join(folder, file), bytes);
        console.log(file, Math.round(bytes.length / 1000), "kB");
        await context.close();
      }
    }
  }
}

async function bringAnna(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/together`);
  await page.getByRole("button", { name: "Open their file or code" }).click();
  await page.getByText("Do you have a code?").click();
  await page.getByLabel("Code from another device").fill(await codeOf(JSON.stringify({ ratings: herRatings })));
  await page.getByRole("button", { name: "Open it" }).click();
  await page
    .getByRole("button", { name: `Add ${herRatings.length} films` })
    .first()
    .click();
  await page.getByLabel("Name", { exact: true }).fill("Anna");
  await page.locator(".film-list .shares").first().waitFor();
}

const [data, ...chosen] = process.argv.slice(2);
const folder = join(import.meta.dirname, "../docs/screenshots");
mkdirSync(folder, { recursive: true });
const command = [join(import.meta.dirname, "../src/cli/main.ts"), "experiment", "001", "--data", data];
execFileSync(process.execPath, [...command, "--report", study], { stdio: "ignore" });
const browser = await launch();
const server = await serve(data);
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const [film, stars] of rated) {
    await page.goto(`${server.url}/film/${film}`);
    await page.locator(".film-yours").getByRole("radio", { name: stars, exact: true }).check({ force: true });
  }
  const rater = await context.storageState();
  await bringAnna(page, server.url);
  await shoot(browser, server.url, folder, { new: undefined, rater, couple: await context.storageState() });
} finally {
  await server.stop();
  await browser.close();
  rmSync(dirname(study), { recursive: true });
}
