/** Ratings that are brought along and taken along, in a browser. */
import assert from "node:assert/strict";
import { before, describe, type TestContext, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/index.ts";
import { dataFolder } from "../helpers/data.ts";
import { exportsOf, type MadeExport, madeUpFilmsOf } from "../helpers/personal-exports.ts";
import { zip } from "../helpers/zip.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { complaintsOf, skipReason } from "./browser.ts";
import { overflow } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

function browserTest(name: string, fn: (t: TestContext) => Promise<void>) {
  test(name, { skip: skipReason }, fn);
}

describe("ratings that are brought along", () => {
  const started = startBrowserAndServer();
  let data: Dataset;

  before(async () => {
    if (skipReason) return;
    data = await readRatings(dataFolder("ml-latest-small"));
  });

  async function open(options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await started.browser.newPage({
      viewport: { width: 1280, height: 800 },
      acceptDownloads: true,
      ...options,
    });
    await page.goto(`${started.url}/you`);
    await page.getByRole("button", { name: "Choose a file" }).waitFor();
    return page;
  }

  for (const [form, write] of Object.entries(exportsOf)) {
    browserTest(`${form}: found by the button and by dropping, and nothing of it is sent`, async () => {
      const made = write(madeUpFilmsOf(data, 1));
      const page = await open();
      const complaints = complaintsOf(page);
      const sent = requestsOf(page);
      await choose(page, made);
      const byButton = await counts(page);
      assert.ok(byButton.found >= 262 && byButton.found + byButton.doubtful + byButton.missing >= 300, form);
      await page.getByRole("button", { name: "Cancel" }).first().click();
      await review(page).waitFor({ state: "detached" });
      await drop(page, made);
      assert.deepEqual(await counts(page), byButton);
      assert.deepEqual(sent(), [`${started.url}/api/v1/titles`]);
      await add(page);
      assert.equal(await storedRatings(page), byButton.found);
      // Lists are asked for by the ratings, as by those that are given here: ids of the data, and no titles.
      const lists = /^\S+\/titles$|^\S+\/(recommendations|neighbourhood)\{/;
      const others = sent().filter((request) => !lists.test(request));
      assert.deepEqual(others, []);
      assert.doesNotMatch(sent().slice(1).join(" "), /Unheard|Watched|title/);
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }

  browserTest("500 films are found soon, from the choice of the file", async (t) => {
    const films = [1, 2].flatMap((seed) => madeUpFilmsOf(data, seed)).slice(0, 500);
    const made = exportsOf["Letterboxd archive"](films);
    const page = await open();
    const start = performance.now();
    await choose(page, made);
    const milliseconds = performance.now() - start;
    t.diagnostic(`${Math.round(milliseconds)} ms`);
    assert.ok(milliseconds < 15_000, `${milliseconds} ms`);
    await page.close();
  });

  browserTest("what is doubtful or missing is put right by keyboard, and all of it can be taken back", async () => {
    const page = await open();
    const rows = ["Heat,1995,u1,4.5", "Star Wars,1977,u2,5", "The Godfather 1,1971,u3,5", "Jumanji,1999,u4,1"];
    const text = `Date,Name,Year,Letterboxd URI,Rating\n${rows.map((row) => `x,${row}`).join("\n")}\n`;
    const archive = zip({ "ratings.csv": text, "watchlist.csv": "Date,Name,Year,Letterboxd URI\nx,Fargo,1996,u\n" });
    await choose(page, { name: "letterboxd-me.zip", bytes: archive });
    assert.deepEqual(await counts(page), { found: 2, doubtful: 2, missing: 1 });
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Your Letterboxd export");

    const starWars = page.getByRole("group", { name: "Which film is Star Wars (1977)?" });
    const candidate = starWars.getByRole("button", { name: /A New Hope \(1977\)/ });
    await candidate.press("Enter");
    assert.equal(await candidate.getAttribute("aria-pressed"), "true");
    const jumanji = page.getByRole("group", { name: "Which film is Jumanji (1999)?" });
    await jumanji.getByRole("button", { name: "Not this one" }).press("Enter");

    await page.locator("summary", { hasText: "Not among these films" }).press("Enter");
    const godfather = page.getByRole("group", { name: "Which film is The Godfather 1 (1971)?" });
    const sent = requestsOf(page);
    await godfather.getByRole("button", { name: /Look for it/ }).press("Enter");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("godfather");
    await page.getByRole("button", { name: "The Godfather (1972)" }).press("Enter");
    assert.deepEqual(sent(), [], "what one looks for stays in the browser");

    await page.getByRole("button", { name: "Add 4 films" }).first().press("Enter");
    await page.getByText("Your films are with your ratings now.").waitFor();
    assert.deepEqual(await storedFilms(page), { rated: [6, 260, 858], watchlist: [608] });
    await page.getByRole("button", { name: "Take it back" }).press("Enter");
    await page.waitForFunction(() => !document.querySelector(".added"));
    assert.deepEqual(await storedFilms(page), { rated: [], watchlist: [] });
    await page.close();
  });

  browserTest("other files are refused with what helps, and add nothing", async () => {
    const page = await open();
    const text = (content: string) => new TextEncoder().encode(content);
    const wrong: [what: RegExp, MadeExport][] = [
      [/no personal export that is known/, { name: "photo.jpg", bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16) }],
      [/no personal export that is known/, { name: "shopping.csv", bytes: text("what,price\nmilk,1\n") }],
      [/no personal export that is known/, { name: "empty.zip", bytes: zip({}) }],
      [/is empty/, { name: "nothing.csv", bytes: new Uint8Array(0) }],
      [/cannot be unpacked/, { name: "half.zip", bytes: zip({ "ratings.csv": "x" }).subarray(0, 50) }],
      [/workbook of a spreadsheet/, { name: "films.xlsx", bytes: zip({ "[Content_Types].xml": "" }) }],
      [/more than 50 MB/, { name: "holiday.mov", bytes: new Uint8Array(50e6 + 1) }],
      [/line 2/, { name: "ratings.csv", bytes: text("Date,Name,Year,Letterboxd URI,Rating\nx,Heat,1995,u,77\n") }],
    ];
    const alert = page.getByRole("alert");
    for (const [what, file] of wrong) {
      await drop(page, file, false);
      await alert.filter({ hasText: what }).waitFor();
      assert.match(await alert.innerText(), /What helps: .+\.\s+Nothing has been added\./, file.name);
      assert.equal(await review(page).count(), 0);
    }
    assert.equal(await storedRatings(page), 0);
    await page.close();
  });

  browserTest("a profile comes to another device by its file and by its code, and goes to Letterboxd", async () => {
    const page = await open();
    await choose(page, exportsOf["Letterboxd archive"](madeUpFilmsOf(data, 3).slice(0, 40)));
    await add(page);
    const own = await storedFilms(page);
    assert.ok(own.rated.length >= 35);

    const file = await downloaded(page, "Save a file");
    assert.equal(file.name, "matinee-profile.json");
    await page.getByRole("button", { name: "Show a code" }).click();
    const code = await page.getByLabel(/^Your code/).inputValue();
    const table = await downloaded(page, "Save for Letterboxd");
    assert.equal(table.bytes.toString().split("\r\n")[0], "tmdbID,imdbID,Title,Year,Rating");
    await page.close();

    for (const bring of ["file", "code", "table"] as const) {
      const other = await (await started.browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
      await other.goto(`${started.url}/you`);
      await other.getByRole("button", { name: "Choose a file" }).waitFor();
      if (bring === "code") {
        await other.getByText("Do you have a code?").click();
        await other.getByLabel("Code from another device").fill(code.slice(0, -9));
        await other.getByRole("button", { name: "Open it" }).click();
        await other.getByText("This is no code of Matinee").waitFor();
        await other.getByLabel("Code from another device").fill(code);
        await other.getByRole("button", { name: "Open it" }).click();
        await review(other).waitFor();
      } else await choose(other, bring === "file" ? file : table);
      await add(other);
      assert.deepEqual((await storedFilms(other)).rated, own.rated, bring);
      assert.equal(await other.evaluate(overflow), 0);
      await other.context().close();
    }
  });

  for (const [width, colorScheme] of [
    [320, "light"],
    [390, "dark"],
    [820, "light"],
    [1280, "dark"],
  ] as const) {
    browserTest(`axe finds nothing, and nothing sticks out, at ${width} px, ${colorScheme}`, async () => {
      const page = await open({ viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" });
      const check = async (state: string) => {
        assert.deepEqual(await accessibilityFaults(page), [], state);
        assert.equal(await page.evaluate(overflow), 0, state);
      };
      await page.getByText("Where do I get such a file?").click();
      await page.getByText("Do you have a code?").click();
      await check("waiting");
      await drop(page, { name: "a photo with a rather long name.jpg", bytes: Uint8Array.of(0xff) }, false);
      await page.getByRole("alert").waitFor();
      await check("refused");
      await choose(page, exportsOf["Letterboxd archive"](madeUpFilmsOf(data, 2).slice(200)));
      await page.locator("summary", { hasText: "Not among these films" }).click();
      await page
        .getByRole("button", { name: /^Look for it/ })
        .first()
        .click();
      await page.locator(".film-finder .choice").first().waitFor();
      await page.locator(".choices .choice").first().click();
      await check("review");
      await add(page);
      await page.getByRole("button", { name: "Show a code" }).click();
      await page.getByLabel(/^Your code/).waitFor();
      await check("added");
      await page.close();
    });
  }

  browserTest("a link from Rate leads to it", async () => {
    const page = await started.browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${started.url}/rate`);
    await page.getByRole("link", { name: "Bring them along" }).click();
    await page.waitForFunction(() => document.activeElement?.id === "bring-heading");
    // What stands above it has come.
    await page.locator(".wish").first().waitFor();
    await page.getByText(/^Rate 5 more films/).waitFor();
    await page.waitForFunction(() => document.activeElement!.getBoundingClientRect().top < innerHeight / 2);
    await page.close();
  });
});

function review(page: Page) {
  return page.locator(".review");
}

async function choose(page: Page, { name, bytes }: MadeExport) {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file" }).press("Enter");
  await (await chooser).setFiles({ name, mimeType: "", buffer: Buffer.from(bytes) });
  await review(page).waitFor();
}

/** Drops a file in the middle of the page. */
async function drop(page: Page, { name, bytes }: MadeExport, read = true) {
  const large = bytes.length > 1e6; // its content says nothing
  const content = large ? "" : Buffer.from(bytes).toString("base64");
  await page.evaluate(
    ({ name, content, length }) => {
      const bytes = content === "" ? new Uint8Array(length) : Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      for (const type of ["dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      }
    },
    { name, content, length: bytes.length },
  );
  if (read) await review(page).waitFor();
}

async function add(page: Page) {
  await page
    .getByRole("button", { name: /^Add \d+ films/ })
    .first()
    .click();
  await page.getByText("Your films are with your ratings now.").waitFor();
}

async function counts(page: Page) {
  const [found, doubtful, missing] = (await page.locator(".review-counts strong").allInnerTexts()).map(Number);
  return { found, doubtful, missing };
}

/** The requests from now on that are no files of the page; each must bring nothing of the user along. */
function requestsOf(page: Page): () => readonly string[] {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (!/\/assets\/|\/you$/.test(request.url())) sent.push(request.url() + (request.postData() ?? ""));
  });
  return () => [...sent];
}

async function storedRatings(page: Page) {
  return (await storedFilms(page)).rated.length;
}

/** The ids of rated films and of the watchlist, ascending, as the browser keeps them. */
async function storedFilms(page: Page): Promise<{ rated: number[]; watchlist: number[] }> {
  const none = page.getByText("Once you have rated some films");
  await none.or(page.getByRole("button", { name: "Save a file" })).waitFor();
  if (await none.isVisible()) return { rated: [], watchlist: [] };
  const { ratings, marks } = JSON.parse((await downloaded(page, "Save a file")).bytes.toString());
  const ids = (films: readonly { readonly id: number }[]) => films.map(({ id }) => id).sort((a, b) => a - b);
  return { rated: ids(ratings), watchlist: ids(marks.watchlist) };
}

async function downloaded(page: Page, button: string) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
