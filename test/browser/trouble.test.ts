import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { skipReason } from "./browser.ts";
import { keptProfile, rate, tiles, topThree, topTitles } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

const lists = "**/api/v1/recommendations";

describe("the page in trouble", { skip: skipReason }, () => {
  const started = startBrowserAndServer();

  async function open(): Promise<Page> {
    const page = await started.browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.goto(`${started.url}/rate`);
    await tiles(page).first().waitFor();
    return page;
  }

  it("names the cause and the way out where the user looks, and a retry goes on", async () => {
    const page = await open();
    const problem = { title: "No memory", status: 500, detail: "the disk is full", fix: "make room", code: "INTERNAL" };
    await page.route(lists, (route) => route.fulfill({ status: 500, json: problem }));
    await rate(page, 0, "5 stars");
    const alert = topThree(page).getByRole("alert");
    await alert.getByText("the disk is full").waitFor();
    await alert.getByText("make room").waitFor();
    const box = await alert.boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= 800, "the alert is in the window");

    await page.unroute(lists);
    await alert.getByRole("button", { name: "Retry" }).click();
    await topTitles(page);
    assert.equal(await alert.count(), 0);
    await page.close();
  });

  it("tries again by itself with growing pauses, and at once when it is back online or shown again", async () => {
    for (const event of ["nothing", "online", "visibilitychange"] as const) {
      const page = await started.browser.newPage({ viewport: { width: 390, height: 800 } });
      await page.clock.install();
      await page.addInitScript(countRequests);
      await page.goto(`${started.url}/rate`);
      await tiles(page).first().waitFor();
      await page.route(lists, (route) => route.abort());
      await rate(page, 0, "5 stars");
      await topThree(page).getByText("The page tries again by itself.").waitFor();
      // From here on the page's time goes by as the test has it.
      await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 10_000);
      let asked = (await requestsOf(page)).asked;
      /** Seconds of the page until it asks once more. */
      const secondsUntilAsked = async () => {
        let tenths = 0;
        for (; (await requestsOf(page)).asked === asked; tenths++) {
          assert.ok(tenths < 400, `${event}: it does not ask again within forty seconds`);
          await page.clock.runFor(100);
        }
        asked++;
        return tenths / 10;
      };
      const failed = () =>
        page.waitForFunction((count) => (window as unknown as Counted).lists.failed === count, asked);
      await failed();
      while (asked < 3) {
        await secondsUntilAsked();
        await failed();
      }
      await page.clock.runFor(100); // the page takes note
      assert.equal(await topThree(page).getByRole("alert").count(), 1, "the note stays while it tries");
      await page.unroute(lists);
      if (event === "online") await page.evaluate(() => dispatchEvent(new Event("online")));
      if (event === "visibilitychange") {
        await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      }
      const waited = await secondsUntilAsked();
      // The third pause is four seconds, each later one twice as long, and by chance a quarter less or more.
      const pause = 2 ** (asked - 2);
      if (event === "nothing") assert.ok(waited > 0.65 * pause && waited < 1.4 * pause, `${asked}: after ${waited} s`);
      else assert.ok(waited < 1, `${event}: after ${waited} s`);
      await page.clock.resume();
      await topTitles(page);
      await page.close();
    }
  });

  it("begins by itself when the server comes, and goes on when it is gone and back", async () => {
    const page = await started.browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.route("**/api/v1/**", (route) => route.abort());
    await page.goto(`${started.url}/rate`);
    await page.getByRole("alert").getByText("Matinee cannot be reached").waitFor();
    await page.unroute("**/api/v1/**");
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await tiles(page).first().waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);

    await page.context().setOffline(true);
    await rate(page, 0, "5 stars");
    await topThree(page).getByRole("alert").waitFor();
    assert.equal((await keptProfile(page)).ratings.length, 1, "the rating is kept all the same");
    await page.context().setOffline(false);
    await topTitles(page);
    await page.close();
  });

  it("loses nothing when two tabs write at the same time, and each shows what the other did", async () => {
    const context = await started.browser.newContext();
    const pages = await Promise.all([0, 1].map(() => context.newPage()));
    for (const page of pages) {
      await page.goto(`${started.url}/rate`);
      await tiles(page).nth(23).waitFor();
    }
    const rounds = 10;
    const marked = await Promise.all(
      pages.map((page, half) =>
        page.evaluate(
          async ({ half, rounds }) => {
            const titles: string[] = [];
            // Both begin with the same tick of the clock, and write as often as they can.
            await new Promise((go) => setTimeout(go, 500 - (Date.now() % 500)));
            for (let n = 0; n < rounds; n++) {
              const tile = document.querySelectorAll(".wall > .tile")[half * rounds + n];
              titles.push(tile.querySelector(".tile-face > span")?.textContent ?? "");
              tile.querySelector<HTMLButtonElement>(".tile-unseen")?.click();
              await new Promise((next) => setTimeout(next, n % 3));
            }
            return titles;
          },
          { half, rounds },
        ),
      ),
    );
    assert.equal(new Set(marked.flat()).size, 2 * rounds);
    for (const page of pages) {
      await page.waitForFunction((count) => {
        const { profile } = JSON.parse(localStorage.getItem("matinee.profile.2 ml-latest-small") ?? "{}");
        return profile.marks.unseen.length === count;
      }, 2 * rounds);
      await page.evaluate(() => document.querySelector<HTMLAnchorElement>('nav a[href="you"]')?.click());
      await page.getByRole("heading", { name: `Not seen yet ${2 * rounds}` }).waitFor();
    }

    // What one takes back is taken back in the other.
    const [one, other] = pages;
    await one.getByText("Not seen yet").click();
    await one
      .getByRole("button", { name: /^Ask me again/ })
      .first()
      .click();
    await other.getByRole("heading", { name: `Not seen yet ${2 * rounds - 1}` }).waitFor();
    await context.close();
  });
});

interface Counted {
  readonly lists: { asked: number; failed: number };
}

function requestsOf(page: Page): Promise<Counted["lists"]> {
  return page.evaluate(() => (window as unknown as Counted).lists);
}

/** Runs in the page: how often it asks for lists, and how often that fails. */
function countRequests() {
  const counts = { asked: 0, failed: 0 };
  Object.assign(window, { lists: counts });
  const { fetch } = window;
  window.fetch = async (request, options) => {
    const isList = String(request instanceof Request ? request.url : request).endsWith("/recommendations");
    if (isList) counts.asked++;
    try {
      return await fetch(request, options);
    } catch (error) {
      if (isList) counts.failed++;
      throw error;
    }
  };
}
