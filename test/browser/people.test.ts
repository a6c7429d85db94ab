/** What the page tells of people who rate films as the user does. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { accessibilityFaults } from "./accessibility.ts";
import { complaintsOf, skipReason } from "./browser.ts";
import { heading, overflow } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

/** Star Wars, Heat, The Godfather, Alien and The Matrix are loved; Toy Story and Forrest Gump are not. */
const ratings = [
  [260, "5 stars"],
  [6, "4.5 stars"],
  [858, "5 stars"],
  [1214, "4.5 stars"],
  [2571, "4 stars"],
  [1, "2 stars"],
  [356, "2 stars"],
] as const;

describe("people like the user in a browser", { skip: skipReason }, () => {
  const started = startBrowserAndServer();
  const places = (page: Page) => page.getByRole("navigation");

  it("are told of once there are enough ratings, in You and on a shelf", async () => {
    const page = await started.browser.newPage({ viewport: { width: 390, height: 800 }, reducedMotion: "reduce" });
    const complaints = complaintsOf(page);
    await page.goto(`${started.url}/you`);
    await page.getByText("Rate 5 more films, and here is who rates as you do.").waitFor();

    for (const [n, [id, stars]] of ratings.entries()) {
      await page.goto(`${started.url}/film/${id}`);
      await page.locator(".film-yours").getByRole("radio", { name: stars, exact: true }).check({ force: true });
      await page.waitForFunction((count) => {
        const key = Object.keys(localStorage).find((name) => name.startsWith("matinee.profile.2 "));
        return key !== undefined && JSON.parse(localStorage.getItem(key)!).profile.ratings.length === count;
      }, n + 1);
    }
    await places(page).getByRole("link", { name: "You", exact: true }).click();
    const panel = page.getByRole("region", { name: "People like you" });
    await panel.getByText(/^\d\d people rate films as you do\. Of the \d films or so/).waitFor();
    const part = (name: string) => panel.locator(".alike > div").filter({ has: heading(page, name) });
    for (const [name, facts] of [
      ["You agree on", /^You \S+, they \S+ \(\d+ of them\)$/],
      ["You see differently", /^You \S+, they \S+ \(\d+ of them\)$/],
      ["They love, and you have not rated", /^\S+ by \d+ of them$/],
    ] as const) {
      for (const fact of await part(name).locator(".alike-facts").allInnerTexts()) assert.match(fact, facts);
      assert.ok((await part(name).locator(".alike-facts").count()) >= 1, name);
    }
    for (const [scheme, width] of [
      ["light", 1280],
      ["dark", 390],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      assert.equal(await page.evaluate(overflow), 0);
      assert.deepEqual(await accessibilityFaults(page), [], `${scheme}, ${width} px`);
    }

    await places(page).getByRole("link", { name: "For you", exact: true }).click();
    const shelf = page.getByRole("region", { name: "With people like you" });
    await shelf.getByText(/^Loved by the \d\d who rate most as you do$/).waitFor();
    await shelf
      .getByRole("button", { name: /^Rate or mark/ })
      .first()
      .click();
    await page
      .getByRole("dialog")
      .getByText(/^\d+ people with your taste gave it\s\d(\.\d)? on average$/)
      .waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
