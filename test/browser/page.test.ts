import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { complaintsOf, skipReason } from "./browser.ts";
import {
  focusedText,
  heading,
  isFocused,
  keptProfile,
  notice,
  openTile,
  rate,
  tabInto,
  tiles,
  tileTitles,
  topThree,
  topTitles,
} from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

const search = "Find a film you have seen";

describe("the page in a browser", { skip: skipReason }, () => {
  const started = startBrowserAndServer();

  async function open(address = "rate", options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await started.browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    await page.goto(`${started.url}/${address}`);
    await page.locator("main :is(h1, h2, h3)").first().waitFor();
    if (address.startsWith("rate")) await tiles(page).first().waitFor();
    return page;
  }

  const goTo = (page: Page, place: string) =>
    page.getByRole("navigation").getByRole("link", { name: place, exact: true }).click();

  const titleOf = async (page: Page, nth: number) => (await tileTitles(page))[nth];

  it("leads from a search to a list with the keyboard alone", async () => {
    const page = await open();
    await page.keyboard.press("Tab");
    assert.equal(await focusedText(page), "Skip to the films");
    await tabInto(page, page.getByLabel(search));
    await page.keyboard.type("godfahter");
    const found = tiles(page).filter({ hasText: "The Godfather (1972)" }).first();
    await found.waitFor();
    await heading(page, "Films found for “godfahter”").waitFor();

    const opener = found.getByRole("button", { name: "Rate The Godfather (1972)" });
    await tabInto(page, opener);
    await page.keyboard.press("Enter");
    const stars = found.getByRole("group", { name: "Rate The Godfather (1972)" });
    assert.equal(await stars.getByRole("radio").first().evaluate(isFocused), true);
    await page.keyboard.press("ArrowLeft"); // round from the lowest to the highest
    await page.keyboard.press("ArrowLeft");
    assert.equal(await stars.getByRole("radio", { name: "4.5 stars" }).isChecked(), true);
    await page.keyboard.press("Enter");
    await stars.waitFor({ state: "detached" });
    const rated = found.getByRole("button", { name: "The Godfather (1972) 4.5 stars" });
    assert.equal(await rated.evaluate(isFocused), true);

    assert.equal((await topTitles(page)).length, 3);
    await tabInto(page, topThree(page).getByRole("link"));
    await page.keyboard.press("Enter");
    await page.getByText("Because you rated The Godfather").first().waitFor();
    assert.equal(new URL(page.url()).pathname, "/");
    await page.close();
  });

  it("lets a film that is rated or not seen give way to the next, and nothing else moves", async () => {
    const page = await open();
    const before = await tileTitles(page);
    await rate(page, 0, "4 stars");
    await notice(page).getByText(`${before[0]}: 4 stars.`).waitFor();
    await page.getByText("1 of 10").waitFor();
    await tiles(page)
      .nth(5)
      .getByRole("button", { name: /^Haven’t seen/ })
      .click();
    await notice(page).getByText(`You have not seen ${before[5]}.`).waitFor();
    const panel = await openTile(page, 7);
    await panel.getByRole("button", { name: "Seen it" }).click();
    await notice(page).getByText(`You have seen ${before[7]}.`).waitFor();

    const after = await tileTitles(page);
    assert.equal(after.length, before.length);
    const changed = before.flatMap((title, nth) => (title === after[nth] ? [] : [nth]));
    assert.deepEqual(changed, [0, 5, 7]);
    const kept = await keptProfile(page);
    assert.deepEqual([kept.ratings.length, kept.marks.unseen.length, kept.marks.seen.length], [1, 1, 1]);

    // A finger that taps twice means the film that was there.
    const unseen = tiles(page).nth(5).locator(".tile-unseen");
    await unseen.dblclick();
    assert.equal((await keptProfile(page)).marks.unseen.length, 2);
    await page.close();
  });

  it("takes back one change after another, by its button and by keyboard", async () => {
    const page = await open();
    const [first, second] = [await titleOf(page, 0), await titleOf(page, 1)];
    await rate(page, 0, "5 stars");
    await tiles(page).nth(1).locator(".tile-unseen").click();
    await notice(page).getByText(`You have not seen ${second}.`).waitFor();
    await notice(page).getByRole("button", { name: "Undo" }).click();
    await notice(page).getByText("Undone.").waitFor();
    assert.equal(await focusedText(page), "Undone.");
    assert.equal(await titleOf(page, 1), second);
    await page.keyboard.press("Control+z");
    await page.getByText("0 of 10").waitFor();
    assert.equal(await titleOf(page, 0), first);
    assert.deepEqual((await keptProfile(page)).ratings, []);
    await page.close();
  });

  it("changes the first three films with each rating, in sight of a phone", async () => {
    const page = await open("rate", { viewport: { width: 390, height: 800 }, hasTouch: true });
    await topThree(page).getByText("Rate a film, and your first three appear here").waitFor();
    await tiles(page).nth(0).locator(".tile-poster").tap();
    await tiles(page).nth(0).getByRole("radio", { name: "5 stars", exact: true }).tap();
    const first = await topTitles(page);
    const box = await topThree(page).boundingBox();
    assert.ok(box && box.y + box.height <= 800, "the strip is in the window");
    await tiles(page).nth(0).locator(".tile-panel").waitFor({ state: "detached" });
    for (const nth of [3, 4, 5]) await rate(page, nth, "5 stars");
    await page.waitForFunction((before) => {
      const titles = Array.from(document.querySelectorAll(".top-three-title"), (title) => title.textContent);
      return titles.length === 3 && titles.join() !== before;
    }, first.join());
    await topThree(page).getByRole("link").tap();
    await page.waitForURL(`${started.url}/`);
    // For you is the list itself.
    await topThree(page).waitFor({ state: "detached" });
    await page.close();
  });

  it("keeps ratings over a reload, and lets them be changed, removed and found in You", async () => {
    const page = await open();
    const rated: string[] = [];
    for (let nth = 0; nth < 10; nth++) {
      rated.push(await titleOf(page, nth));
      await rate(page, nth, nth % 2 === 0 ? "4 stars" : "2.5 stars");
    }
    await page.getByText("10 rated.").waitFor();
    await page.reload();
    await page.getByText("10 rated.").waitFor();
    await goTo(page, "You");
    await heading(page, "Your ratings 10").waitFor();
    const cards = page.getByRole("region", { name: /^Your ratings/ }).getByRole("listitem");
    const titles = cards.locator(".film-title");
    assert.deepEqual(await titles.allInnerTexts(), rated.toReversed());
    await page.getByLabel("Order of your ratings").selectOption("highest");
    assert.equal(await cards.nth(0).getByRole("radio", { name: "4 stars", exact: true }).isChecked(), true);
    assert.equal(await cards.nth(9).getByRole("radio", { name: "2.5 stars" }).isChecked(), true);
    await page.getByLabel("Find among your ratings").fill(rated[3].slice(0, 12));
    assert.ok((await titles.allInnerTexts()).includes(rated[3]) && (await cards.count()) < 10);

    const card = cards.filter({ has: page.getByRole("heading", { name: rated[3], exact: true }) });
    await card.getByRole("radio", { name: "5 stars", exact: true }).check();
    assert.equal((await keptProfile(page)).ratings[3][1], 5);
    await card.getByRole("button", { name: /^Clear the rating/ }).click();
    await heading(page, "Your ratings 9").waitFor();
    assert.equal(await focusedText(page), "Your ratings 9");
    await notice(page).getByRole("button", { name: "Undo" }).click();
    await heading(page, "Your ratings 10").waitFor();
    assert.equal((await keptProfile(page)).ratings[3][1], 5);
    await page.close();
  });

  it("forgets everything, and takes that back", async () => {
    const page = await open();
    await rate(page, 0, "4 stars");
    await tiles(page).nth(2).locator(".tile-unseen").click();
    const before = await keptProfile(page);
    await goTo(page, "You");
    await page.getByRole("button", { name: "Forget everything" }).click();
    await notice(page).getByText("Forgotten.").waitFor();
    await page.getByText("Nothing rated yet.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Forget everything" }).count(), 0);
    assert.deepEqual((await keptProfile(page)).ratings, []);
    await notice(page).getByRole("button", { name: "Undo" }).click();
    await heading(page, "Your ratings 1").waitFor();
    assert.deepEqual(await keptProfile(page), before);
    await page.close();
  });

  it("never lists a genre that the user never wants", async () => {
    const page = await open();
    for (const nth of [0, 1, 2]) await rate(page, nth, "5 stars");
    await topTitles(page);
    await goTo(page, "You");
    await page.getByRole("button", { name: "Drama", exact: true }).click();
    await page.getByRole("button", { name: "Drama", pressed: true }).waitFor();
    const wished = page.waitForRequest(
      (request) => /recommendations$/.test(request.url()) && /Drama/.test(request.postData() ?? ""),
    );
    await goTo(page, "For you");
    const answer = await (await wished).response();
    assert.ok(answer);
    const { items } = await answer.json();
    assert.ok(items.length > 0 && items.every(({ genres }: { genres: string[] }) => !genres.includes("Drama")));
    await page.goto(`${started.url}/you`);
    await page.getByRole("button", { name: "Drama", pressed: true }).waitFor();
    await page.close();
  });

  it("names films of the profile that the collection does not have, and lists all the same", async () => {
    const page = await open();
    const profile = (id: number, title: string) => ({
      film: { id, title, year: 2030, genres: [], ratings: 1 },
      rating: 5,
    });
    const ratings = [profile(99_999_999, "Tomorrow (2030)"), profile(260, "Star Wars: Episode IV - A New Hope (1977)")];
    await page.evaluate(
      (given) => localStorage.setItem("matinee.profiles.1", JSON.stringify([["ml-latest-small", given]])),
      { ratings, excluded: [] },
    );
    await page.evaluate(() => localStorage.removeItem("matinee.profile.2 ml-latest-small"));
    await page.goto(`${started.url}/you`);
    await page
      .getByText("One of your films is not in this collection, and has no say in your lists: Tomorrow (2030).")
      .waitFor();
    await heading(page, "Your ratings 2").waitFor();
    await goTo(page, "Rate");
    assert.equal((await topTitles(page)).length, 3);
    await page.close();
  });

  it("keeps a search in the address: over a reload, a film's page, and back and forward", async () => {
    const page = await open();
    const wall = await tileTitles(page);
    const field = page.getByLabel(search);
    await field.pressSequentially("alien");
    await heading(page, "Films found for “alien”").waitFor();
    assert.equal(new URL(page.url()).search, "?find=alien");
    await page.reload();
    await heading(page, "Films found for “alien”").waitFor();
    assert.equal(await field.inputValue(), "alien");
    const panel = await openTile(page, 0);
    await panel.getByRole("link", { name: "About it" }).click();
    await page.waitForURL(/\/film\//);
    await page.goBack();
    await heading(page, "Films found for “alien”").waitFor();
    await page.goBack();
    await field.waitFor();
    assert.deepEqual([await field.inputValue(), new URL(page.url()).search], ["", ""]);
    assert.deepEqual(await tileTitles(page), wall);
    await page.goForward();
    await heading(page, "Films found for “alien”").waitFor();
    assert.equal(await field.inputValue(), "alien");

    await field.fill("qqxxzzjj");
    await heading(page, "No film found for “qqxxzzjj”").waitFor();
    await field.press("Escape");
    await page.waitForFunction(() => !location.search);
    assert.deepEqual(await tileTitles(page), wall);
    await page.close();
  });

  it("shows the place of the address to who goes back before a transition has begun", async () => {
    const page = await open();
    await page.evaluate(() => {
      const begin = document.startViewTransition.bind(document);
      document.startViewTransition = (arrive) => {
        addEventListener(
          "begin",
          () => void begin(arrive).finished.then(() => document.body.setAttribute("data-arrived", "")),
        );
        return undefined as never;
      };
    });
    await page.getByRole("link", { name: "You", exact: true }).click();
    await page.waitForURL(`${started.url}/you`);
    await page.goBack();
    await page.evaluate(() => dispatchEvent(new Event("begin")));
    await page.locator("[data-arrived]").waitFor();
    assert.equal(page.url(), `${started.url}/rate`);
    await tiles(page).first().waitFor();
    await page.close();
  });

  it("goes on with the focus on the first of more films", async () => {
    const page = await open();
    const count = await tiles(page).count();
    await page.getByRole("button", { name: "More films" }).click();
    await tiles(page).nth(count).waitFor();
    assert.equal(await tiles(page).nth(count).locator(".tile-poster").evaluate(isFocused), true);
    await page.close();
  });

  it("asks once for a row of arrow presses, and keeps the rating that they end at", async () => {
    const page = await started.browser.newPage();
    await page.clock.install();
    await page.goto(`${started.url}/rate`);
    await tiles(page).first().waitFor();
    const asked: string[] = [];
    page.on("request", (request) => request.url().endsWith("/recommendations") && asked.push(request.postData() ?? ""));
    const panel = await openTile(page, 0);
    await page.clock.pauseAt(Date.now() + 60_000);
    for (let press = 0; press < 6; press++) await page.keyboard.press("ArrowRight");
    const rating = Number(await panel.getByRole("radio", { checked: true }).getAttribute("value"));
    await page.clock.runFor(250);
    assert.deepEqual((await keptProfile(page)).ratings, [], "nothing is kept on the way");
    await page.clock.runFor(100);
    assert.equal((await keptProfile(page)).ratings[0][1], rating);
    await page.clock.runFor(1000);
    await topTitles(page);
    assert.equal(asked.length, 1);

    // Whoever goes on at once loses nothing.
    await page.keyboard.press("ArrowRight");
    await page.goto(`${started.url}/you`);
    assert.equal((await keptProfile(page)).ratings[0][1], rating + 0.5);
    await page.close();
  });

  it("has a name for each place, and a page for an address that there is not", async () => {
    const page = await open("you");
    assert.equal(await page.title(), "You · Matinee");
    await goTo(page, "Rate");
    await tiles(page).first().waitFor();
    assert.equal(await page.title(), "Rate films · Matinee");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
    await page.close();
  });

  it("loads without a complaint and without moving what it has shown", async () => {
    for (const width of [390, 1280]) {
      const page = await started.browser.newPage({ viewport: { width, height: 800 } });
      const complaints = complaintsOf(page);
      await page.addInitScript(() => {
        const shifts = { sum: 0 };
        Object.assign(window, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
            if (!hadRecentInput) shifts.sum += value;
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      await page.goto(`${started.url}/rate`);
      await tiles(page).first().waitFor();
      for (const nth of [0, 1, 2]) await rate(page, nth, "4.5 stars");
      await topTitles(page);
      const shifted = () => page.evaluate(() => (window as unknown as { shifts: { sum: number } }).shifts.sum);
      const first = await shifted();
      assert.ok(first < 0.005, `rate, ${width} px: moved by ${first}`);
      for (const address of ["you", "rate?find=heat", "rate"]) {
        await page.goto(`${started.url}/${address}`);
        if (address === "you") await heading(page, "Your ratings 3").waitFor();
        else await topTitles(page);
        await page.waitForTimeout(300);
        const moved = await shifted();
        assert.ok(moved < 0.005, `${address}, ${width} px: moved by ${moved}`);
      }
      assert.deepEqual(complaints, []);
      await page.close();
    }
  });
});
