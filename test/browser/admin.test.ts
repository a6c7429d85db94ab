import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { writeRatingsCsv } from "../../src/index.ts";
import { openStore } from "../../src/store/open-store.ts";
import { matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { complaintsOf, launch, skipReason } from "./browser.ts";
import { focusedText, overflow } from "./parts.ts";
import { serve, serveWith } from "./server.ts";

const folder = temporaryFolder();
const data = join(folder, "data");
/** Where pictures are kept to look at, if anywhere. */
const pictures = process.env.MATINEE_PICTURES;

describe("the page of those who run the server", { skip: skipReason }, () => {
  let browser: Browser;
  before(async () => {
    await writeRatingsCsv(filmDataset(), data);
    browser = await launch();
    if (pictures && !existsSync(pictures)) mkdirSync(pictures);
  });
  after(() => browser?.close());

  const fact = (page: Page, board: string, name: string) =>
    page.getByRole("region", { name: board }).locator("dl > div", { hasText: name }).locator("dd");

  it("shows requests, latency, the model and the store, in the light and the dark, on a phone", async () => {
    const server = await serve(data, "--model", "item-knn", "--store", join(folder, "store.sqlite"));
    const api = `${server.url}/api/v1`;
    const json = { "content-type": "application/json" };
    const body = JSON.stringify({ ratings: [{ id: 10, rating: 5 }] });
    for (let n = 0; n < 5; n++) await fetch(`${api}/recommendations`, { method: "POST", headers: json, body });
    await fetch(`${api}/items/999`);
    await fetch(`${api}/users/ann/ratings/10`, { method: "PUT", headers: json, body: '{"rating":4}' });
    try {
      const backgrounds: string[] = [];
      for (const [colorScheme, width] of [
        ["light", 1200],
        ["dark", 1200],
        ["light", 360],
      ] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        const complaints = complaintsOf(page);
        await page.goto(`${server.url}/admin`);
        await page.getByRole("heading", { name: "Requests" }).waitFor();
        assert.match((await fact(page, "Lists", "p99").textContent()) ?? "", /^[\d.]+ ms$/);
        assert.equal(await page.getByText(/^5 lists in the last 5 min$/).count(), 1);
        assert.equal(await fact(page, "Requests", "Refused (4xx)").textContent(), "1");
        assert.equal(await fact(page, "Store", "Ratings").textContent(), "1");
        assert.equal(await page.getByRole("region", { name: "Model" }).getByText("item-knn").count(), 1);
        assert.equal(await page.getByText("No problems").count(), 1);
        assert.equal(await page.evaluate(overflow), 0);
        backgrounds.push(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
        if (pictures) await page.screenshot({ path: join(pictures, `${colorScheme}-${width}.png`), fullPage: true });
        assert.deepEqual(complaints, []);
        await page.close();
      }
      assert.notEqual(backgrounds[0], backgrounds[1]);
    } finally {
      await server.stop();
    }
  });

  it("looks again every five seconds, and keeps what it knows while nothing answers", async () => {
    const server = await serve(data, "--model", "popular");
    const page = await browser.newPage();
    await page.clock.install();
    await page.goto(`${server.url}/admin`);
    const answered = fact(page, "Requests", "Answered (2xx)");
    const first = Number(await answered.textContent());
    await page.clock.runFor(5100);
    await page.waitForFunction(
      (count) => [...document.querySelectorAll("dd")].some((fact) => Number(fact.textContent) > count),
      first,
    );
    await server.stop();
    await page.clock.runFor(5100);
    await page.getByText("Matinee cannot be reached").waitFor();
    assert.ok(Number(await answered.textContent()) > first);
    await page.close();
  });

  it("shows what an A/B test has found", async () => {
    const [place, models] = [join(folder, "trial.sqlite"), join(folder, "models")];
    mkdirSync(models);
    for (const name of ["one", "two"]) {
      await matinee("train", "--data", data, "--model", "popular", "--out", join(models, `${name}.matinee`));
    }
    const now = Date.now() / 1000;
    {
      await using store = await openStore(place);
      await store.write(async (writer) => {
        await writer.setSetting("models", { active: "one", trial: { model: "two", share: 0.5, since: now - 60 } });
        const event = { item: "10", value: 1, time: now, recommendation: "r", model: "m", position: 1 };
        const users = Array.from({ length: 80 }, (_, n) => ({ user: `user-${n}`, group: n % 2 === 0 ? "a" : "b" }));
        await writer.addEvents(users.map((user) => ({ ...event, ...user, type: "impression" })));
        const clicked = users.filter(({ group }, n) => group === "b" || n % 4 === 0);
        await writer.addEvents(clicked.map((user) => ({ ...event, ...user, type: "click" })));
      });
    }
    const server = await serveWith("--models", models, "--store", place);
    try {
      const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
      const complaints = complaintsOf(page);
      await page.goto(`${server.url}/admin`);
      const board = page.getByRole("region", { name: "A/B test" });
      await board.waitFor();
      const rows = await board.getByRole("row").allInnerTexts();
      assert.deepEqual(
        rows.map((row) => row.split(/\s+/).join(" ")),
        ["Model Users Shown Clicked", "one 40 40 50 %", "two 40 40 100 %"],
      );
      assert.equal(await board.getByText("The model on trial is clicked more often").count(), 1);
      assert.equal(await page.evaluate(overflow), 0);
      if (pictures) await page.screenshot({ path: join(pictures, "trial.png"), fullPage: true });
      assert.deepEqual(complaints, []);
      await page.close();
    } finally {
      await server.stop();
    }
  });

  it("asks for a key where the server wants one, by keyboard, and forgets it", async () => {
    const keys = join(folder, "keys.json");
    const secret = (await matinee("key", "--keys", keys, "--name", "us", "--scope", "admin")).stdout.trim();
    const reader = (await matinee("key", "--keys", keys, "--name", "shop", "--scope", "read")).stdout.trim();
    const server = await serve(data, "--model", "popular", "--keys", keys);
    try {
      assert.equal((await fetch(`${server.url}/`)).status, 401, "the page of the films is not served");
      const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
      await page.goto(`${server.url}/admin`);
      const field = page.getByLabel("Key of the scope admin");
      await field.waitFor();
      assert.equal(await page.getByRole("alert").count(), 0);
      assert.equal(await page.evaluate(overflow), 0);
      if (pictures) await page.screenshot({ path: join(pictures, "key.png") });
      await page.keyboard.press("Tab");
      await page.keyboard.type(reader);
      await page.keyboard.press("Tab");
      assert.equal(await focusedText(page), "Show the server");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
      await field.fill(secret);
      await field.press("Enter");
      await page.getByRole("heading", { name: "Requests" }).waitFor();
      assert.equal(await field.count(), 0);
      const kept = await page.evaluate(() => [
        localStorage.length,
        sessionStorage.length,
        document.cookie,
        location.href,
      ]);
      assert.deepEqual(kept, [0, 0, "", `${server.url}/admin`]);
      await page.reload();
      await field.waitFor();
      await page.close();
    } finally {
      await server.stop();
    }
  });
});
