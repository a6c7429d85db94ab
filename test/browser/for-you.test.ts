import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { accessibilityFaults } from "./accessibility.ts";
import { complaintsOf, launch, skipReason, takePicture } from "./browser.ts";
import { coveredControls, halfStars, isFocused, keptProfile, notice, overflow } from "./parts.ts";
import { serve } from "./server.ts";
import { startBrowserAndServer } from "./started.ts";

const widths = [320, 390, 480, 768, 820, 1024, 1100, 1280, 1600];

/** Star Wars, Heat, The Godfather and Alien are loved; Toy Story is not. */
const rated = [
  [260, "5 stars"],
  [6, "4.5 stars"],
  [858, "5 stars"],
  [1214, "4.5 stars"],
  [1, "2 stars"],
] as const;

describe("For you and films in a browser", { skip: skipReason }, () => {
  const started = startBrowserAndServer();
  let storage: Awaited<ReturnType<BrowserContext["storageState"]>>;

  before(async () => {
    const context = await started.browser.newContext();
    const page = await context.newPage();
    for (const [id, stars] of rated) {
      await page.goto(`${started.url}/film/${id}`);
      await star(page.locator(".film-yours"), stars).check({ force: true });
    }
    storage = await context.storageState();
    await context.close();
  });

  function newPage(options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    return started.browser.newPage({
      storageState: storage,
      reducedMotion: "reduce",
      viewport: { width: 1280, height: 800 },
      ...options,
    });
  }

  async function open(address = ""): Promise<Page> {
    const page = await newPage();
    await page.goto(`${started.url}/${address}`);
    return page;
  }

  it("has a first pick, a list and shelves, and no film twice, whatever is done", async () => {
    const page = await open();
    await settled(page);
    await page.getByText("Your first pick").waitFor();
    assert.equal(await cards(page).count(), 9);
    assert.deepEqual(await shelfHeadings(page), [
      "Because you loved The Godfather",
      "Because you loved Star Wars: Episode IV - A New Hope",
      "With people like you",
      "Less known",
      "Before 1970",
      "Something different",
    ]);
    await noFilmTwice(page);
    const old = await shelf(page, "Before 1970").locator(".shelf-film-facts > :first-child").allInnerTexts();
    assert.ok(old.length >= 10 && old.every((year) => Number(year) < 1970), old.join(" "));

    await page.getByRole("button", { name: "Show more films" }).click();
    await cards(page).nth(15).waitFor();
    assert.equal(await cards(page).nth(9).locator(".film-title a").evaluate(isFocused), true);
    await noFilmTwice(page);
    // A rating far down the list keeps the list as long as it is.
    await star(cards(page).nth(14), "4 stars").check({ force: true });
    await page.getByText(/^Since you rated/).waitFor();
    await settled(page);
    assert.ok((await cards(page).count()) >= 15);
    await noFilmTwice(page);
    await page.close();
  });

  it("follows a rating: what is like a film that is disliked goes down, and an undo brings it back", async () => {
    const page = await open();
    await settled(page);
    const before = await titles(page);
    const place = before.indexOf("Star Wars: Episode VI - Return of the Jedi");
    assert.ok(place >= 0);
    // The first pick or the list has the film before it.
    const card = page.locator("[data-film='1196']");
    await star(card, "0.5 stars").check({ force: true });
    await page.getByText(/^Since you rated Star Wars: Episode V - The Empire Strikes Back 0.5:/).waitFor();
    await card.getByText("it now has a say").waitFor();
    const predicted = await expectedOf(page, "Star Wars: Episode VI - Return of the Jedi");
    await card.getByRole("button", { name: "Undo" }).click();
    await settled(page);
    await page.waitForFunction(() => !document.querySelector(".said"));
    assert.deepEqual(await titles(page), before);
    assert.ok(predicted < (await expectedOf(page, "Star Wars: Episode VI - Return of the Jedi")));
    await page.close();
  });

  it("sets films aside, takes note of seen ones, keeps a watchlist, and takes each of them back", async () => {
    const page = await open();
    await settled(page);
    for (const [label, kind] of [
      ["Not for me", "not-interested"],
      ["Seen it", "seen"],
    ] as const) {
      const id = await cards(page).first().getAttribute("data-film");
      const card = page.locator(`[data-film='${id}']`);
      await card.getByRole("button", { name: label }).click();
      await card.getByText("it will not come up again").waitFor();
      await settled(page);
      assert.deepEqual((await keptProfile(page)).marks[kind], [Number(id)]);
      await card.getByRole("button", { name: "Undo" }).click();
      assert.deepEqual((await keptProfile(page)).marks[kind], []);
      await card.getByRole("button", { name: label }).click();
      await settled(page);
      await page.reload();
      await settled(page);
      assert.equal(await card.count(), 0);
    }
    const wanted = cards(page).first().getByRole("button", { name: "Watchlist" });
    await wanted.click();
    assert.equal(await wanted.getAttribute("aria-pressed"), "true");
    await notice(page).getByRole("button", { name: "Undo" }).click();
    assert.equal(await wanted.getAttribute("aria-pressed"), "false");
    await page.close();
  });

  it("keeps its controls in the address, for a reload and for the way back", async () => {
    const page = await open();
    await settled(page);
    await page.getByLabel("Genre").selectOption("Horror");
    await page.getByLabel("To", { exact: true }).selectOption("1979");
    await page.getByLabel("How well known").press("ArrowLeft");
    await page.getByLabel("Choose by").press("ArrowRight");
    await settled(page);
    assert.equal(new URL(page.url()).search, "?popularity=-0.1&content=0.1&genre=Horror&to=1979");
    const found = await titles(page);
    const years = await cards(page).locator(".film-year").allInnerTexts();
    assert.ok(years.length > 5 && years.every((year) => Number(year) < 1980), years.join(" "));
    await noFilmTwice(page);

    await page.reload();
    await settled(page);
    assert.deepEqual(await titles(page), found);
    await cards(page).first().locator(".film-title a").click();
    await page.locator(".film-place").waitFor();
    await page.goBack();
    await settled(page);
    assert.deepEqual(await titles(page), found);
    assert.equal(await page.getByLabel("Genre").inputValue(), "Horror");
    await page.getByRole("button", { name: "Back to my own list" }).click();
    assert.equal(new URL(page.url()).search, "");
    await page.close();
  });

  it("shows more like a film, as an address, and closes that shelf", async () => {
    const page = await open();
    await settled(page);
    const card = cards(page).nth(2);
    const title = await card.locator(".film-title").innerText();
    await card.getByRole("button", { name: "More like it" }).click();
    const more = shelf(page, `More like ${title}`);
    await more.waitFor();
    assert.equal(await more.getByRole("heading").evaluate(isFocused), true);
    await noFilmTwice(page);
    await page.reload();
    await more.waitFor();
    await more.getByRole("button", { name: "Close" }).click();
    await more.waitFor({ state: "detached" });
    await page.close();
  });

  it("can be used with the keyboard alone: along a shelf, into a film's sheet, to its place and back", async () => {
    const page = await open();
    await settled(page);
    const row = shelf(page, "Less known").getByRole("list");
    await row.getByRole("link").first().focus();
    const focusedFilm = () =>
      page.evaluate(() => document.activeElement?.closest("[data-film]")?.getAttribute("data-film"));
    const ids = await row
      .locator("[data-film]")
      .evaluateAll((all) => all.map((tile) => tile.getAttribute("data-film")));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focusedFilm(), ids[2]);
    await page.keyboard.press("End");
    assert.equal(await focusedFilm(), ids[ids.length - 1]);
    await page.keyboard.press("Home");
    assert.equal(await focusedFilm(), ids[0]);

    // One more stop in the row, and the sheet opens from it.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("dialog");
    await sheet.waitFor();
    await star(sheet, "4 stars").focus();
    await page.keyboard.press("Space");
    await sheet.getByText("Rated 4").waitFor();
    await settled(page);
    await page.keyboard.press("Escape");
    assert.equal(await sheet.count(), 0);
    assert.equal(await focusedFilm(), ids[0]);
    await shelf(page, "Less known").getByText("Rated 4").waitFor();
    // The row is one stop: the next is beyond it.
    await page.keyboard.press("Tab");
    assert.notEqual(await focusedFilm(), ids[0]);

    await row.getByRole("link").nth(1).focus();
    const next = await focusedFilm();
    await page.keyboard.press("Enter");
    await page.locator(".film-place").waitFor();
    assert.match(page.url(), new RegExp(`/film/${next}-`));
    await page.close();
  });

  it("can be used by touch: a shelf is drawn aside, a film is rated in its sheet and taken back there", async () => {
    const context = await started.browser.newContext({
      storageState: storage,
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 800 },
    });
    const page = await context.newPage();
    await page.goto(started.url);
    await settled(page);
    const row = shelf(page, "Before 1970").getByRole("list");
    await row.evaluate((list) => list.scrollIntoView({ block: "center", behavior: "instant" }));
    const { x, y } = (await row.boundingBox()) ?? { x: 0, y: 0 };
    const devtools = await context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: number) => {
      const touchPoints = at === undefined ? [] : [{ x: x + at, y: y + 60 }];
      return devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
    };
    await touch("touchStart", 300);
    for (let at = 290; at > 40; at -= 25) await touch("touchMove", at);
    await touch("touchEnd");
    await page.waitForFunction((list) => (list?.scrollLeft ?? 0) > 100, await row.elementHandle());
    assert.equal(await page.evaluate(() => document.scrollingElement?.scrollLeft), 0);

    await row.locator(".shelf-film-more").nth(3).tap();
    const sheet = page.getByRole("dialog");
    await sheet.waitFor();
    const [drawn] = [await sheet.locator(".rating-stars").evaluate(halfStars)];
    await page.touchscreen.tap(drawn[6].x, drawn[6].y);
    await sheet.getByText("Rated 3.5").waitFor();
    await sheet.getByRole("button", { name: "Undo" }).tap();
    await sheet.getByText("Rated 3.5").waitFor({ state: "detached" });
    // Beside the sheet.
    await page.touchscreen.tap(195, 40);
    await sheet.waitFor({ state: "detached" });
    await context.close();
  });

  it("has a place for each film: what to expect and why, films like it, what people say", async () => {
    const page = await open("film/1221");
    await page.getByRole("heading", { name: "The Godfather: Part II", level: 2 }).waitFor();
    assert.equal(await page.title(), "The Godfather: Part II (1974) · Matinee");
    const why = page.getByRole("region", { name: "For you", exact: true });
    await why.getByText("Likely for you").waitFor();
    await why.getByText("part by part").click();
    const shares = await why.locator(".score-share").allInnerTexts();
    assert.ok(shares.length >= 3, shares.join(" "));
    assert.equal(shares[shares.length - 1], "100 %");
    await page
      .getByRole("figure")
      .getByText(/^129 people rated it, 4\.\d stars on average\.$/)
      .waitFor();
    const imdb = page.getByRole("link", { name: /^IMDb/ });
    assert.equal(await imdb.getAttribute("href"), "https://www.imdb.com/title/tt0071562/");

    const similar = shelf(page, "Similar films").getByRole("list");
    await similar.getByRole("link").first().waitFor();
    const alike = await similar.locator(".shelf-film-title").allInnerTexts();
    assert.equal(alike[0], "The Godfather");
    await page.getByLabel("Choose by").press("End");
    await shelf(page, "Similar films").getByText("Alike in what they are about").waitFor();
    await page.waitForFunction(
      (before) =>
        Array.from(document.querySelectorAll(".shelf .shelf-film-title"), (each) => each.textContent).join() !== before,
      alike.join(),
    );
    await noFilmTwice(page);

    // A chip leads on, and the page says what was said of that film.
    await why.getByRole("link", { name: "The Godfather 5" }).click();
    await page.getByRole("heading", { name: "The Godfather", level: 2, exact: true }).waitFor();
    assert.equal(await page.title(), "The Godfather (1972) · Matinee");
    assert.equal(await star(page.locator(".film-yours"), "5 stars").isChecked(), true);
    await page.getByRole("heading", { name: "What your other ratings said" }).waitFor();

    await page.goto(`${started.url}/film/999999999`);
    await page.getByRole("heading", { name: "There is no such film here" }).waitFor();
    await page.getByRole("link", { name: "Find a film" }).click();
    assert.match(page.url(), /\/rate$/);
    await page.close();
  });

  it("is no wider than the window at any width, each half star is hit where it is drawn, and nothing covers a control", async () => {
    for (const address of ["", "film/1221"]) {
      const page = await open(address);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        await page.locator(".shelf-film").first().waitFor();
        if (address === "") await settled(page);
        assert.equal(await page.evaluate(overflow), 0, `/${address}, ${width} px: wider than the window`);
        const groups = page.locator(".rating-stars");
        for (let nth = 0; nth < Math.min(4, await groups.count()); nth++) {
          const group = groups.nth(nth);
          await group.evaluate((element) => element.scrollIntoView({ block: "center" }));
          const drawn = await group.evaluate(halfStars);
          assert.deepEqual(
            drawn.map(({ hit }) => hit),
            ["0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5"],
            `/${address}, ${width} px, stars ${nth}`,
          );
        }
        assert.deepEqual(await page.evaluate(coveredControls), [], `/${address}, ${width} px`);
      }
      await page.close();
    }
  });

  it("is accessible in every state, light and dark, and complains of nothing", async () => {
    const states: readonly [name: string, address: string, lead: (page: Page) => Promise<unknown>][] = [
      ["for you", "", settled],
      ["set aside", "", (page) => settled(page).then(() => mark(cards(page).first(), "Not for me"))],
      ["more like it", "?like=260&genre=Drama", (page) => shelf(page, /^More like/).waitFor()],
      ["sheet", "", (page) => page.locator(".shelf-film-more").first().click()],
      ["film", "film/1221", (page) => page.locator(".film-why > summary").click()],
      ["film rated", "film/260", (page) => page.locator(".shelf-film").first().waitFor()],
    ];
    const looks = [
      { colorScheme: "light", width: 1280 },
      { colorScheme: "dark", width: 390 },
    ] as const;
    for (const { colorScheme, width } of looks) {
      for (const [name, address, lead] of states) {
        const page = await newPage({ viewport: { width, height: 800 }, colorScheme });
        const complaints = complaintsOf(page);
        await page.goto(`${started.url}/${address}`);
        await lead(page);
        assert.deepEqual(await accessibilityFaults(page), [], `${name}, ${width} px, ${colorScheme}`);
        assert.deepEqual(complaints, [], `${name}, ${width} px, ${colorScheme}`);
        await takePicture(page, `${name.replaceAll(" ", "-")}-${width}-${colorScheme}`);
        await page.close();
      }
    }
  });

  it("invites to rate before the first rating, and shows films all the same", async () => {
    const page = await started.browser.newPage({ viewport: { width: 390, height: 800 } });
    const complaints = complaintsOf(page);
    await page.goto(started.url);
    await page.getByText("Which films do you love?").waitFor();
    await shelf(page, "Films many people know").waitFor();
    assert.equal(await page.getByText("Your first pick").count(), 0);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("link", { name: "Rate films" }).click();
    assert.match(page.url(), /\/rate$/);
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe("For you with a model that has neither reasons nor predictions", { skip: skipReason }, () => {
  it("lists what there is, says that it is the same for everybody, and leaves out what the model cannot do", async (t) => {
    const browser = await launch();
    t.after(() => browser.close());
    const server = await serve("synthetic-100k", "--model", "popular");
    t.after(server.stop);
    const page = await browser.newPage({ reducedMotion: "reduce", viewport: { width: 1280, height: 800 } });
    await page.goto(server.url);
    const first = page.locator(".shelf-film-link").first();
    await first.click();
    await star(page.locator(".film-yours"), "5 stars").check({ force: true });
    await page.locator(".film-place .shelf-film").first().waitFor();
    await page.getByRole("link", { name: "For you", exact: true }).click();
    await settled(page);
    await page.getByText("the same for everybody").waitFor();
    assert.equal(await shelf(page, /^Because/).count(), 0);
    assert.equal(await cards(page).count(), 9);
    await noFilmTwice(page);
    assert.equal(await page.evaluate(overflow), 0);
  });
});

function star(within: Locator, stars: string) {
  return within.getByRole("radio", { name: stars, exact: true });
}

function mark(card: Locator, label: string) {
  return card.getByRole("button", { name: label }).click();
}

/** The films of the list. */
function cards(page: Page) {
  return page.locator(".film-list > li");
}

function shelf(page: Page, heading: string | RegExp) {
  return page.getByRole("region", { name: heading });
}

function shelfHeadings(page: Page): Promise<string[]> {
  return page.locator(".shelf h3").allInnerTexts();
}

function titles(page: Page): Promise<string[]> {
  return cards(page).locator(".film-title").allInnerTexts();
}

/** The stars that are expected of a film of the list. */
async function expectedOf(page: Page, title: string): Promise<number> {
  const card = page.locator("[data-film]").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
  return Number(await card.locator(".predicted-number").innerText());
}

/** Until the lists are there and no newer ones are on their way. */
async function settled(page: Page) {
  await page.locator(".film-list[aria-busy=false] > li").first().waitFor();
  await page.waitForTimeout(150);
  await page.locator(".film-list[aria-busy=false] > li").first().waitFor();
}

async function noFilmTwice(page: Page) {
  const ids = await page.locator("[data-film]").evaluateAll((all) => all.map((film) => film.getAttribute("data-film")));
  assert.ok(ids.length > 12);
  assert.deepEqual(
    ids.filter((id, n) => ids.indexOf(id) !== n),
    [],
  );
}
