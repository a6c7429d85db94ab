import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { rateFirst } from "../../scripts/page-speed/reactions.ts";
import { skipReason } from "./browser.ts";
import { heading, notice, openTile, overflow, rate, topThree, topTitles } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

const phone = { width: 390, height: 800 };
const desktop = { width: 1280, height: 800 };

describe("what is in sight", { skip: skipReason }, () => {
  const started = startBrowserAndServer();
  let storage: Awaited<ReturnType<BrowserContext["storageState"]>>;

  before(async () => {
    const context = await started.browser.newContext();
    await rateFirst(await context.newPage(), started.url, 6, ["4.5 stars", "4.5 stars", "2 stars"]);
    storage = await context.storageState();
    await context.close();
  });

  async function open(address: string, options: Parameters<Browser["newPage"]>[0]): Promise<Page> {
    const page = await started.browser.newPage({ storageState: storage, reducedMotion: "reduce", ...options });
    await page.goto(`${started.url}/${address}`);
    return page;
  }

  it("is what to expect of a film and the first reason, on a phone without scrolling", async () => {
    // The longest of titles is among them.
    for (const film of [2571, 4993, 750]) {
      const page = await open(`film/${film}`, { viewport: phone });
      const reason = page.locator(".film-for-you .reason");
      await reason.waitFor();
      await page.evaluate(() => document.fonts.ready);
      const places = (await page.getByRole("navigation", { name: "Places" }).boundingBox())!;
      for (const part of [page.locator(".film-for-you .predicted"), reason]) {
        const box = (await part.boundingBox())!;
        assert.ok(box.y >= 0 && box.y + box.height <= places.y, `film ${film}: ${JSON.stringify(box)}`);
      }
      assert.equal(await page.evaluate(() => scrollY), 0);
      await page.close();
    }
  });

  it("is whose stars are whose: on cards, in sheets and at a film", async () => {
    for (const [address, stars] of [
      ["", ".film-list .card"],
      ["", "dialog"],
      ["film/2571", ".film-head"],
    ]) {
      const page = await open(address, { viewport: phone });
      if (stars === "dialog") await page.locator(".shelf-film-more").first().click();
      const film = page.locator(stars).first();
      const [expected, own] = [film.locator(".predicted"), film.locator(".rating")];
      await expected.waitFor();
      assert.match(await expected.innerText(), /^We expect/, stars);
      assert.match(await own.innerText(), /^Your rating/, stars);
      await page.close();
    }
  });

  it("is the strip of the first three films while the user rates, and nowhere else", async () => {
    for (const viewport of [phone, desktop]) {
      const page = await open("rate", { viewport });
      await topTitles(page);
      // It is the foot of the window: no film shows beside it.
      const { width } = (await topThree(page).boundingBox())!;
      assert.equal(width, viewport.width);
      for (const [address, name] of [
        ["film/2571", "The Matrix"],
        ["you", "You"],
        ["", "And these are for you"],
      ]) {
        await page.goto(`${started.url}/${address}`);
        await heading(page, name).waitFor();
        await page.waitForLoadState("networkidle");
        assert.equal(await topThree(page).count(), 0, address);
      }
      await page.close();
    }
  });

  it("is all of the stars and buttons of a film to rate, with nothing over them", async () => {
    const page = await open("rate", { viewport: phone });
    await topTitles(page);
    await rate(page, 0, "4 stars");
    await notice(page).getByRole("button", { name: "Undo" }).waitFor();
    // The second row begins in sight and ends below it.
    const panel = await openTile(page, 3);
    const controls = await panel.locator("input, button:visible, a").evaluateAll((all) =>
      all.map((control) => {
        const { left, top, width, height } = control.getBoundingClientRect();
        return control.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      }),
    );
    assert.ok(controls.length > 10);
    assert.ok(controls.every(Boolean), String(controls));
    await page.keyboard.press("Escape");
    await notice(page).getByRole("button", { name: "Undo" }).waitFor();
    await page.close();
  });

  it("is no scrollbar that comes and goes while films glide to their places", async () => {
    for (const width of [390, 820, 1280]) {
      const page = await open("", { viewport: { width, height: 800 }, reducedMotion: "no-preference" });
      await page.locator(".film-list .card").first().waitFor();
      await page.waitForLoadState("networkidle");
      assert.equal(await page.evaluate(overflow), 0);
      // How much more than the window, or than its row, there is at the beginning of each move.
      await page.evaluate(() => {
        const moves: number[] = [];
        Object.assign(window, { moves });
        const { animate } = Element.prototype;
        Element.prototype.animate = function (...given) {
          const animation = animate.apply(this, given);
          const { scrollWidth, clientWidth } = document.documentElement;
          const row = this.closest(".shelf-row");
          const scrolls = row !== null && getComputedStyle(row).overflowY !== "hidden";
          moves.push(scrollWidth - clientWidth, scrolls ? row.scrollHeight - row.clientHeight : 0);
          return animation;
        };
      });
      for (const genre of ["Crime", "Comedy", ""]) {
        await page.locator(".list-controls").evaluate((controls) => controls.scrollIntoView());
        const before = (await movesOf(page)).length;
        await page.getByLabel("Genre").selectOption(genre);
        for (let asked = 0; asked < 600 && (await movesOf(page)).length === before; asked++)
          await page.waitForTimeout(50);
      }
      const moves = await movesOf(page);
      assert.ok(moves.length > 0, `${width} px: nothing moved`);
      assert.equal(Math.max(...moves), 0, `${width} px`);
      await page.close();
    }
  });
});

function movesOf(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { moves: number[] }).moves);
}
