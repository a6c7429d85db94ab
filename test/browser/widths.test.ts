import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { filmLabel } from "../../src/data/film-title.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { complaintsOf, skipReason, takePicture } from "./browser.ts";
import { coveredControls, halfStars, keptProfile, openTile, overflow, rate, tiles, topTitles } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

const widths = [320, 390, 480, 768, 820, 1024, 1100, 1280, 1600];

/** A place, and what leads to a state of it that is worth a look. */
const states: readonly {
  readonly name: string;
  readonly address: string;
  readonly lead?: (page: Page) => Promise<unknown>;
}[] = [
  { name: "rate", address: "rate" },
  { name: "rate, stars open", address: "rate", lead: (page) => openTile(page, 2) },
  { name: "rate, found", address: "rate?find=star wars" },
  {
    name: "rate, nothing found",
    address: "rate?find=qqxxzzjj",
    lead: (page) => page.getByText("Try another").waitFor(),
  },
  { name: "you", address: "you", lead: (page) => page.locator("summary").first().click() },
  { name: "film", address: "film/2571-the-matrix" },
  { name: "for you", address: "", lead: (page) => page.locator(".rating").first().waitFor() },
];

describe("the page at every width", { skip: skipReason }, () => {
  const started = startBrowserAndServer();
  /** What the browser keeps of a user who has rated and marked a few films. */
  let storage: Awaited<ReturnType<BrowserContext["storageState"]>>;

  before(async () => {
    const context = await started.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${started.url}/rate`);
    await tiles(page).first().waitFor();
    for (let nth = 0; nth < 10; nth++) await rate(page, nth, nth % 3 === 0 ? "2.5 stars" : "4.5 stars");
    await tiles(page).nth(12).locator(".tile-unseen").click();
    storage = await context.storageState();
    await context.close();
  });

  async function open(address: string, options: Parameters<Browser["newPage"]>[0]): Promise<Page> {
    const page = await started.browser.newPage({ storageState: storage, reducedMotion: "reduce", ...options });
    await page.goto(`${started.url}/${address}`);
    await page.locator("main :is(h1, h2, h3), [role=alert]").first().waitFor();
    if (address.startsWith("rate")) await topTitles(page);
    if (address.startsWith("film")) await page.locator(".film-for-you .reason").waitFor();
    if (address.startsWith("rate") && !address.includes("qq")) await tiles(page).first().waitFor();
    return page;
  }

  it("records the half star that is clicked where it is drawn, and nothing else lies over it", async () => {
    const places = [
      { address: "rate", lead: (page: Page) => openTile(page, 4), group: ".tile-panel .rating-stars" },
      { address: "rate?find=alien", lead: (page: Page) => openTile(page, 2), group: ".tile-panel .rating-stars" },
      { address: "you", lead: () => {}, group: ".you .rating-stars" },
      { address: "", lead: () => {}, group: "main .rating-stars" },
      { address: "film/2571-the-matrix", lead: () => {}, group: "main .rating-stars" },
    ];
    for (const { address, lead, group } of places) {
      const page = await started.browser.newPage({ storageState: storage, reducedMotion: "reduce" });
      await page.clock.install();
      await page.goto(`${started.url}/${address}`);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        await lead(page);
        const stars = page.locator(group).first();
        const film = await stars.locator("legend").textContent();
        // The stars of a tile close a while after a rating, and this test is not done with them then.
        await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 10_000);
        await stars.evaluate((element) => element.scrollIntoView({ block: "center" }));
        let drawn = await stars.evaluate(halfStars);
        for (let half = 0; half < 10; half++) {
          const wanted = (half + 1) / 2;
          assert.equal(drawn.length, 10);
          const place = `${width} px, /${address}, ${wanted} stars of “${film}”`;
          assert.equal(drawn[half].hit, String(wanted), place);
          await page.mouse.click(drawn[half].x, drawn[half].y);
          drawn = await stars.evaluate(halfStars);
          const { ratings } = await keptProfile(page);
          assert.equal(await stars.locator("input:checked").getAttribute("value"), String(wanted), place);
          const kept = ratings.find(([, , title]) => film === `Rate ${filmLabel({ title })}`);
          assert.equal(kept?.[1], wanted, `${place}: kept`);
        }
        await page.clock.resume();
      }
      await page.close();
    }
  });

  it("is no wider than the window, and no control lies under another", async () => {
    for (const { name, address, lead } of states) {
      const page = await open(address, { viewport: { width: 1000, height: 800 } });
      await lead?.(page);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        if (name.includes("open")) {
          await page.locator(".tile-panel").waitFor({ state: "detached" });
          await lead?.(page);
        }
        assert.equal(await page.evaluate(overflow), 0, `${name}, ${width} px: wider than the window`);
        // What lies under open stars is meant to.
        if (!name.includes("open")) assert.deepEqual(await page.evaluate(coveredControls), [], `${name}, ${width} px`);
      }
      await page.close();
    }
  });

  it("can be read and used at twice the size, on a laptop and on a phone", async () => {
    for (const { name, address, lead } of states) {
      const page = await open(address, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
      await lead?.(page);
      assert.equal(await page.evaluate(overflow), 0, name);
      if (!name.includes("open")) {
        assert.deepEqual(await page.evaluate(coveredControls), [], name);
        await page.setViewportSize({ width: 195, height: 400 });
        assert.deepEqual(await page.evaluate(coveredControls), [], `${name}, 195 px`);
      }
      await page.close();
    }
  });

  it("is accessible in every state, light and dark, and complains of nothing", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [320, 1280]) {
        for (const { name, address, lead } of states) {
          const page = await open(address, { viewport: { width, height: 800 }, colorScheme });
          const complaints = complaintsOf(page);
          await lead?.(page);
          assert.deepEqual(await accessibilityFaults(page), [], `${name}, ${width} px, ${colorScheme}`);
          assert.deepEqual(complaints, [], `${name}, ${width} px, ${colorScheme}`);
          await takePicture(page, `${name.replaceAll(/\W+/g, "-")}-${width}-${colorScheme}`);
          await page.close();
        }
      }
    }
  });

  it("is accessible before the first rating, with a notice, and with a problem", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await started.browser.newPage({
        viewport: { width: 390, height: 800 },
        colorScheme,
        reducedMotion: "reduce",
      });
      for (const address of ["", "you", "rate"]) {
        await page.goto(`${started.url}/${address}`);
        await page.locator("main :is(h1, h2, h3)").first().waitFor();
        assert.deepEqual(await accessibilityFaults(page), [], `/${address}, ${colorScheme}`);
      }
      await tiles(page).first().waitFor();
      await page.route("**/api/v1/recommendations", (route) => route.abort());
      await rate(page, 0, "4 stars");
      await page.getByRole("alert").waitFor();
      assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 1);
      assert.deepEqual(await accessibilityFaults(page), [], `a problem, ${colorScheme}`);
      await page.close();
    }
  });
});
