/**
 * Pictures of every place of the page: `node scripts/screenshots.ts FOLDER`, where FOLDER has ml-latest-small, writes docs/screenshots/: as a phone and
 * a desktop show them, in light and dark.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launch } from "../test/browser/browser.ts";
import { serve } from "../test/browser/server.ts";
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

/** What is shown: an address, with ratings or without, and what to do there first. */
const scenes: Readonly<Record<string, { address: string; knows: boolean; first?: (page: Page) => Promise<void> }>> = {
  "for-you-first-visit": { address: "", knows: false },
  "for-you": { address: "", knows: true },
  rate: { address: "rate", knows: false },
  "rate-stars": {
    address: "rate",
    knows: true,
    async first(page) {
      await page.locator(".wall .tile-poster").nth(1).click();
      await page.locator(".tile-panel").waitFor();
    },
  },
  film: { address: "film/1213", knows: true },
  you: { address: "you", knows: true },
  import: {
    address: "you",
    knows: true,
    async first(page) {
      const file = { name: "ratings.csv", mimeType: "text/csv", buffer: Buffer.from(diary) };
      await page.locator("input[type=file]").first().setInputFiles(file);
      await page.getByText("A Film of My Cousin").first().waitFor({ state: "attached" });
      await page.locator("#bring-heading").evaluate((heading) => heading.scrollIntoView());
    },
  },
  lab: { address: "lab", knows: true },
};

/** What the browser keeps of earlier visits: the ratings. */
type Storage = Awaited<ReturnType<BrowserContext["storageState"]>>;

async function shoot(browser: Browser, url: string, folder: string, storage: Storage): Promise<void> {
  for (const [device, viewport] of Object.entries(windows)) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [name, { address, knows, first }] of Object.entries(scenes)) {
        const context = await browser.newContext({
          viewport,
          colorScheme,
          reducedMotion: "reduce",
          ...(knows && { storageState: storage }),
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

const folder = join(import.meta.dirname, "../docs/screenshots");
mkdirSync(folder, { recursive: true });
const browser = await launch();
const server = await serve(process.argv[2]);
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const [film, stars] of rated) {
    await page.goto(`${server.url}/film/${film}`);
    await page.locator(".film-yours").getByRole("radio", { name: stars, exact: true }).check({ force: true });
  }
  await shoot(browser, server.url, folder, await context.storageState());
} finally {
  await server.stop();
  await browser.close();
}
