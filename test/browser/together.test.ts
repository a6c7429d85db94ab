/** Films for several people, in a browser. */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { createClient, type GroupRecommendations } from "../../src/client.ts";
import { codeOf } from "../../web/import/profile-file.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { complaintsOf, skipReason } from "./browser.ts";
import { coveredControls, halfStars, keptProfile, notice, openTile, overflow, rate, tabInto, tiles } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

function browserTest(name: string, fn: (t: TestContext) => Promise<void>) {
  test(name, { skip: skipReason }, fn);
}

/** Two who like different films: their ratings by id. */
const mine = [
  [260, 5],
  [2571, 5],
  [1196, 4.5],
  [480, 4],
] as const;
const theirs = [
  [356, 5],
  [2858, 4.5],
  [318, 5],
  [1721, 4],
  [260, 1],
] as const;

describe("films for several people", () => {
  const started = startBrowserAndServer();

  /** A page whose user has rated. */
  async function open(address: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await started.browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    const films = await Promise.all(mine.map(([id]) => createClient(started.url).item(id)));
    const ratings = films.map((film, n) => ({ film, rating: mine[n][1] }));
    await page.addInitScript(
      (stored) => {
        const key = "matinee.profile.2 ml-latest-small";
        if (localStorage.getItem(key) === null) localStorage.setItem(key, stored);
      },
      JSON.stringify({ profile: { ratings } }),
    );
    await page.goto(`${started.url}/${address}`);
    // The page has read what is kept, and kept it in full.
    await page.locator("main :is(h2, h3)").first().waitFor();
    return page;
  }

  /** A code of somebody's ratings, as another device shows it. */
  function theirCode(): Promise<string> {
    return codeOf(JSON.stringify({ ratings: theirs.map(([id, rating]) => ({ id, rating })) }));
  }

  /** What the server lists for the two. */
  function expected(rule: GroupRecommendations["rule"]): Promise<GroupRecommendations> {
    const profiles = [mine, theirs].map((rated) => ({ ratings: rated.map(([id, rating]) => ({ id, rating })) }));
    return createClient(started.url).recommendTogether({ profiles, rule, k: 12 });
  }

  async function bringByCode(page: Page) {
    await page.getByRole("button", { name: "Open their file or code" }).click();
    await page.getByText("Do you have a code?").click();
    await page.getByLabel("Code from another device").fill(await theirCode());
    await page.getByRole("button", { name: "Open it" }).click();
    await page
      .getByRole("button", { name: `Add ${theirs.length} films` })
      .first()
      .click();
    await list(page).locator(".shares").first().waitFor();
  }

  browserTest(
    "another profile is opened by a code, and the films for both are the server's, with each one's share",
    async () => {
      const page = await open("");
      const complaints = complaintsOf(page);
      await page.getByRole("link", { name: "Films for both of you" }).click();
      const own = await keptProfile(page);
      await bringByCode(page);
      await nameField(page).fill("Anna");
      for (const [rule, label] of [
        ["least-misery", "Nobody sits through a film they like little"],
        ["average", "The most fun in sum"],
      ] as const) {
        const { items } = await expected(rule);
        await page.getByRole("radio", { name: label }).check();
        await filmsAre(page, items);
        const [film] = items;
        const shares = await list(page).locator(".card").first().locator(".share").allInnerTexts();
        assert.equal(shares.length, 2);
        for (const [n, text] of shares.entries()) {
          const { share, predicted = 0 } = film.people[n];
          const stars = Math.round(predicted * 10) / 10;
          assert.match(text, n === 0 ? /^You/ : /^Anna/);
          assert.ok(text.includes(`${Math.round(100 * share)} of 100, ${stars} stars expected`), text);
          const bar = list(page).locator(".card").first().locator(".share-bar").nth(n);
          const width = await bar.evaluate(
            (element) => element.clientWidth / (element.parentElement?.clientWidth ?? 1),
          );
          assert.ok(Math.abs(width - share) < 0.02, `a bar ${width} long for ${share}`);
        }
        for (const [n, { limitedBy }] of items.entries()) {
          const words = await list(page).locator(".card").nth(n).locator(".share-least").allInnerTexts();
          assert.deepEqual(
            words,
            limitedBy === undefined ? [] : [limitedBy === 0 ? "Suits you less." : "Suits Anna less."],
          );
        }
      }
      // The way to choose is in the address, and all of it is there after a reload.
      assert.match(page.url(), /\/together\?rule=average$/);
      await page.reload();
      await filmsAre(page, (await expected("average")).items);
      assert.equal(await nameField(page).inputValue(), "Anna");
      assert.deepEqual(await keptProfile(page), own);
      assert.deepEqual(complaints, []);
      await page.close();
    },
  );

  browserTest(
    "a few films are rated for the other person, apart from the user's own ratings, and undone there",
    async () => {
      const page = await open("together");
      const complaints = complaintsOf(page);
      const own = await keptProfile(page);
      await page.getByRole("button", { name: "Rate a few films for them" }).click();
      await tiles(page).first().waitFor();
      await rate(page, 3, "5 stars");
      await list(page).locator(".shares").first().waitFor();
      const panel = await openTile(page, 4);
      assert.equal(await panel.getByRole("link").count(), 0); // a film's place is the user's own
      await page.keyboard.press("Escape");
      await rate(page, 4, "2 stars");
      await page.getByText("2 ratings", { exact: true }).waitFor();
      await notice(page).getByRole("button", { name: "Undo" }).click();
      await page.getByText("1 rating", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Done" }).click();
      assert.deepEqual(await keptProfile(page), own);

      // A second person: films for three.
      await bringByCode(page);
      await page.getByRole("heading", { name: "For the 3 of you" }).waitFor();
      await list(page).locator(".card").first().locator(".share").nth(2).waitFor();

      // Who is removed leaves nothing behind, and comes back.
      const stored = () =>
        page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("matinee.person.")));
      assert.equal((await stored()).length, 2);
      await page.getByRole("button", { name: "Remove Friend 2" }).click();
      await page.getByRole("heading", { name: "For both of you" }).waitFor();
      assert.equal((await stored()).length, 1);
      await page.getByRole("button", { name: "Bring back" }).click();
      await page.getByRole("heading", { name: "For the 3 of you" }).waitFor();
      assert.equal((await stored()).length, 2);
      assert.deepEqual(await keptProfile(page), own);
      assert.deepEqual(complaints, []);
      await page.close();
    },
  );

  browserTest("by keyboard alone, at 320 px: a person is added, rated for, renamed and removed", async () => {
    const page = await open("together", { viewport: { width: 320, height: 700 } });
    const add = page.getByRole("button", { name: "Rate a few films for them" });
    await add.waitFor();
    await tabInto(page, add);
    await page.keyboard.press("Enter");
    const tile = tiles(page).first().locator(".tile-poster");
    await tile.waitFor();
    await page.waitForTimeout(400); // a film that has just come takes no answer
    await tabInto(page, tile);
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.getByText("1 rating", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Done" }).focus();
    await page.keyboard.press("Enter");
    await list(page).locator(".shares").first().waitFor();
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? "", /^Rate films/);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("Bo");
    await list(page).locator(".share-name", { hasText: "Bo" }).first().waitFor();
    const average = page.getByRole("radio", { name: "Nobody sits" });
    await tabInto(page, average);
    await page.keyboard.press("ArrowDown");
    await page.waitForURL(/rule=average/);
    const remove = page.getByRole("button", { name: "Remove Bo" });
    await remove.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "Bo is removed." }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "people-heading");
    await page.close();
  });

  browserTest("the list is within the window at every width, and goes on where it ends", async () => {
    const page = await open("together");
    await bringByCode(page);
    const { items } = await expected("least-misery");
    await filmsAre(page, items);
    for (const width of [390, 480, 768, 820, 1024, 1100, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      assert.equal(await page.evaluate(overflow), 0, `${width} px`);
      assert.deepEqual(await page.evaluate(coveredControls), [], `${width} px`);
    }
    await page.getByRole("button", { name: "Show more films" }).click();
    await list(page).locator(".card").nth(23).waitFor();
    const titles = await list(page).locator(".film-title").allInnerTexts();
    assert.equal(new Set(titles).size, 24);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), titles[12]);
    await page.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [320, 1280]) {
      browserTest(`accessible, within the window and hit where it is drawn: ${colorScheme}, ${width} px`, async () => {
        const page = await open("together", { viewport: { width, height: 800 }, colorScheme });
        await page.getByRole("heading", { name: "Who is watching" }).waitFor();
        const check = async (state: string) => {
          assert.deepEqual(await accessibilityFaults(page), [], state);
          assert.equal(await page.evaluate(overflow), 0, state);
          assert.deepEqual(await page.evaluate(coveredControls), [], state);
        };
        await check("alone");
        await page.getByRole("button", { name: "Rate a few films for them" }).click();
        await tiles(page).first().waitFor();
        await check("rating");
        const panel = await openTile(page, 1);
        const halves = await panel.locator(".rating-stars").evaluate(halfStars);
        assert.deepEqual(
          halves.map(({ hit }) => Number(hit)),
          [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5],
        );
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Done" }).click();
        await bringByCode(page);
        await check("together");
        await page.close();
      });
    }
  }
});

function list(page: Page) {
  return page.locator(".together .film-list");
}

function nameField(page: Page) {
  return page.getByRole("textbox", { name: "Name" });
}

/** Waits until the list has these films, in this order. */
async function filmsAre(page: Page, films: GroupRecommendations["items"]) {
  const ids = films.map(({ id }) => String(id));
  await page.waitForFunction((wanted) => {
    const cards = [...document.querySelectorAll<HTMLElement>(".together .film-list > .card")];
    return JSON.stringify(cards.map(({ dataset }) => dataset.film)) === wanted;
  }, JSON.stringify(ids));
}
