/** Which films the page asks its user to rate, in a browser. */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { createClient, type QuestionsRequest } from "../../src/client.ts";
import { spokenTitle } from "../../src/data/film-title.ts";
import { skipReason } from "./browser.ts";
import { rate, tiles, tileTitles } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

function browserTest(name: string, fn: (t: TestContext) => Promise<void>) {
  test(name, { skip: skipReason }, fn);
}

describe("films to rate", () => {
  const started = startBrowserAndServer();

  async function open(address: string): Promise<Page> {
    const page = await started.browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${started.url}/${address}`);
    return page;
  }

  async function questions(answers: QuestionsRequest) {
    const { items } = await createClient(started.url).questions({ ...answers, k: 100 });
    return items.map(({ id, title, genres }) => ({ id, name: spokenTitle(title).name, genres }));
  }

  browserTest(
    "are varied at first, then chosen by the answers, and nothing else moves; they stay until they are answered",
    async () => {
      const page = await open("rate");
      await tiles(page).first().waitFor();
      const first = await questions({});
      const wall = await tileTitles(page);
      assert.deepEqual(
        wall,
        first.slice(0, 24).map(({ name }) => name),
      );

      // An answer is heard: the next film to come is the one that the server would ask about then.
      const heard = page.waitForResponse((response) => response.url().endsWith("/questions"));
      await rate(page, 4, "5 stars");
      await heard;
      const after = await tileTitles(page);
      assert.deepEqual(
        after.filter((title, n) => title !== wall[n]),
        [after[4]],
      );
      const answers = { ratings: [{ id: first[4].id, rating: 5 }] };
      const next = (await questions(answers)).find(({ name }) => !after.includes(name));
      await tiles(page).nth(9).getByRole("button", { name: "Haven’t seen" }).click();
      await page.waitForFunction(
        (name) => document.querySelectorAll(".wall > .tile")[9]?.textContent?.includes(name),
        next?.name ?? "",
      );
      const last = await tileTitles(page);
      assert.deepEqual(
        last.filter((title, n) => title !== after[n]),
        [last[9]],
      );

      // Whoever looks elsewhere finds the same films again.
      await page.getByRole("link", { name: "You", exact: true }).click();
      await page.getByRole("heading", { name: "Never show me" }).waitFor();
      await page.getByRole("link", { name: "Rate", exact: true }).click();
      await tiles(page).first().waitFor();
      assert.deepEqual(await tileTitles(page), last);
      await page.close();
    },
  );

  browserTest("are of every genre that can be ruled out, and of none that is", async () => {
    const page = await open("you");
    const documentary = page.getByRole("button", { name: "Documentary", exact: true });
    await documentary.click();
    assert.equal(await page.locator(".wish").count(), 19);
    const drama = page.getByRole("button", { name: "Drama", exact: true });
    await drama.click();
    await page.getByRole("link", { name: "Rate", exact: true }).click();
    await tiles(page).first().waitFor();
    const names = await tileTitles(page);
    const unwanted = ["Documentary", "Drama"];
    const films = (await questions({})).filter(({ genres }) => !genres.some((genre) => unwanted.includes(genre)));
    assert.deepEqual(
      names,
      films.slice(0, 24).map(({ name }) => name),
    );
    await page.close();
  });
});
