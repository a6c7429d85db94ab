import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { complaintsOf, launch, skipReason } from "./browser.ts";
import {
  film,
  focusedText,
  heading,
  isFocused,
  overflow,
  radio,
  rate,
  recommendedTitles,
  settled,
  tabInto,
} from "./parts.ts";
import { type RunningServer, startServer } from "./server.ts";

/** Without a browser every test is reported as skipped, by its name. */
function browserTest(name: string, fn: (t: TestContext) => Promise<void>) {
  test(name, { skip: skipReason }, fn);
}

describe("the page in a browser", () => {
  let server: RunningServer;
  let browser: Browser;

  before(async () => {
    if (skipReason) return;
    browser = await launch();
    server = await startServer();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    await page.goto(server.url);
    await film(page, "Rate").first().waitFor();
    return page;
  }

  browserTest("from search to a recommendation with the keyboard alone", async () => {
    const page = await open();

    await page.keyboard.press("Tab");
    assert.equal(await focusedText(page), "Skip to the films");
    await page.keyboard.press("Tab");
    assert.equal(await page.getByLabel("Find a film you have seen").evaluate(isFocused), true);

    await page.keyboard.type("godfahter");
    const found = film(page, "Rate").filter({ has: heading(page, "The Godfather") });
    await found.waitFor();

    const stars = found.getByRole("group", { name: "Rate The Godfather (1972)" });
    await tabInto(page, stars.getByRole("radio").first());
    await page.keyboard.press("ArrowLeft"); // round from the lowest to the highest
    await page.keyboard.press("ArrowLeft");
    assert.equal(await stars.getByRole("radio", { name: "4.5 stars" }).isChecked(), true);
    assert.equal(await found.locator(":focus").count(), 1);

    const recommended = film(page, "For you");
    await recommended.filter({ hasText: "Because you rated The Godfather 4.5" }).first().waitFor();
    assert.equal(await recommended.count(), 10);
    assert.equal(await recommended.filter({ has: heading(page, "The Godfather") }).count(), 0);
    await page.close();
  });

  browserTest("ratings survive a reload, and can be taken back", async () => {
    const page = await open();
    await rate(page, 0, "4 stars");
    await rate(page, 1, "2.5 stars");
    await settled(page);

    await page.reload();
    await film(page, "Your ratings").nth(1).waitFor();
    assert.equal(await radio(page, 0, "4 stars").isChecked(), true);
    assert.equal(await radio(page, 1, "2.5 stars").isChecked(), true);
    await film(page, "For you").first().waitFor();

    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
    await page.getByText("Your films appear here after your first rating").waitFor();
    assert.equal(await radio(page, 0, "4 stars").isChecked(), false);
    await page.close();
  });

  browserTest("recommendations change with a second rating", async () => {
    const page = await open();
    await rate(page, 0, "5 stars");
    await settled(page);
    const first = await recommendedTitles(page);

    await rate(page, 3, "5 stars");
    await page.waitForFunction((before) => {
      const titles = Array.from(document.querySelectorAll("#for-you h3"), (title) => title.textContent);
      return titles.length > 0 && titles.join("\n") !== before;
    }, first.join("\n"));
    await page.close();
  });

  browserTest("what is not interesting goes, can be undone, and stays away", async () => {
    const page = await open();
    await rate(page, 0, "5 stars");
    await settled(page);
    const [unwanted] = await recommendedTitles(page);

    const card = film(page, "For you").filter({ has: heading(page, unwanted) });
    await card.getByRole("button", { name: "Not interested" }).click();
    await page.getByText("1 film set aside.").waitFor();
    await card.getByRole("button", { name: "Undo" }).click();
    await page.getByText("1 film set aside.").waitFor({ state: "detached" });
    await card.getByRole("button", { name: "Not interested" }).click();
    await settled(page);

    await page.reload();
    await settled(page);
    assert.equal((await recommendedTitles(page)).includes(unwanted), false);
    await page.close();
  });

  browserTest("a search that finds nothing says so, and Escape brings the well-known films back", async () => {
    const page = await open();
    const known = await film(page, "Rate").getByRole("heading").allInnerTexts();
    const field = page.getByLabel("Find a film you have seen");
    await field.fill("qqxxzzjj");
    await page.getByRole("heading", { name: "No film found for “qqxxzzjj”" }).waitFor();
    await field.press("Escape");
    await page.getByRole("heading", { name: "Films many people know" }).waitFor();
    assert.deepEqual(await film(page, "Rate").getByRole("heading").allInnerTexts(), known);
    await page.close();
  });

  browserTest("an error names its cause and the way out, and a retry goes on", async () => {
    const page = await open();
    const problem = { title: "Too busy", status: 503, detail: "12 questions wait", fix: "try again in 2 s" };
    await page.route("**/api/v1/recommendations", (route) => route.fulfill({ status: 503, json: problem }));
    await rate(page, 0, "5 stars");
    const alert = page.getByRole("alert");
    await alert.getByText("12 questions wait").waitFor();
    await alert.getByText("try again in 2 s").waitFor();

    await page.unroute("**/api/v1/recommendations");
    await alert.getByRole("button", { name: "Retry" }).click();
    await film(page, "For you").first().waitFor();
    assert.equal(await alert.count(), 0);
    await page.close();
  });

  browserTest("nothing fails or overflows, on a phone and a desktop, light and dark", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "matinee-page-"));
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [width, height] of [
        [320, 640],
        [1280, 800],
      ]) {
        const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
        const complaints = complaintsOf(page);
        await page.goto(server.url);
        await film(page, "Rate").first().waitFor();
        await rate(page, 0, "4.5 stars");
        await settled(page);
        assert.equal(await page.evaluate(overflow), 0, `${width} px, ${colorScheme}: wider than the window`);
        await page.screenshot({ path: join(folder, `${width}-${colorScheme}.png`), fullPage: true });
        assert.deepEqual(complaints, [], `${width} px, ${colorScheme}`);
        await page.close();
      }
    }
    t.diagnostic(`screenshots are in ${folder}`);
  });
});
