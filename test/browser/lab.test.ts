import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { evaluationReport } from "../../src/report/evaluation-report.ts";
import { labParts } from "../../web/places/lab/parts.ts";
import { madeUpEvaluation } from "../helpers/evaluation.ts";
import { filmDataset } from "../helpers/films.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { complaintsOf, skipReason } from "./browser.ts";
import { isFocused, overflow, tabInto } from "./parts.ts";
import { startBrowserAndServer } from "./started.ts";

/** Without a browser every test is reported as skipped, by its name. */
function browserTest(name: string, fn: (t: TestContext) => Promise<void>) {
  test(name, { skip: skipReason }, fn);
}

const figure = (page: Page, name: string | RegExp) => page.getByRole("figure", { name });

async function chosenFilms(page: Page): Promise<string[]> {
  const names = await page.locator(".lab-chip").allInnerTexts();
  return names.map((name) => name.replaceAll(/^Take off\s+|\s*×$/g, ""));
}

describe("the Lab in a browser", () => {
  const started = startBrowserAndServer();
  let folder: string;
  /** A comparison as a file. */
  let compared: string;
  /** A report with pictures, as a file. */
  let study: string;

  before(async () => {
    if (skipReason) return;
    folder = await mkdtemp(join(tmpdir(), "matinee-lab-"));
    compared = join(folder, "compared.json");
    const evaluation = madeUpEvaluation("ease", "als", "item-knn", "popular");
    await writeFile(compared, JSON.stringify(evaluation));
    study = join(folder, "study.json");
    const report = await evaluationReport({ evaluation, dataset: filmDataset() });
    await writeFile(study, JSON.stringify({ ...report, title: "Study 002: hybrid" }));
  });

  after(async () => {
    if (folder) await rm(folder, { recursive: true });
  });

  async function open(part: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await started.browser.newPage({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
      ...options,
    });
    await page.goto(`${started.url}/lab/${part}`);
    await page.locator(".lab-part").waitFor();
    return page;
  }

  /** What each part shows when all of it is there. */
  const arrivals: Readonly<Record<(typeof labParts)[number]["name"], (page: Page) => Promise<void>>> = {
    data: (page) => figure(page, "Ratings, and who gave and got them").waitFor(),
    films: async (page) => {
      await figure(page, "Terms that mark each film").waitFor();
      await figure(page, "The same films, clustered").waitFor();
    },
    model: (page) => figure(page, "Lengths of the vectors").waitFor(),
    models: async (page) => {
      await page.getByLabel("Bring a comparison").setInputFiles(compared);
      await figure(page, "Error of predicted ratings").waitFor();
    },
    studies: async (page) => {
      await page.getByRole("heading", { name: "Ratings and words together" }).waitFor();
      await page.getByLabel("Read a study here").setInputFiles(study);
      await figure(page, "Metrics over the length of the lists").waitFor();
    },
  };

  /** Saves a figure, and gives back what the file holds. */
  async function saved(page: Page, picture: Locator, format: string): Promise<{ name: string; bytes: Buffer }> {
    const download = page.waitForEvent("download");
    await picture.getByRole("button", { name: `Save as ${format}` }).click();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  }

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [390, 1280]) {
      browserTest(`every part is drawn, fits and can be used by all: ${width} px, ${colorScheme}`, async () => {
        const page = await open("data", { colorScheme, viewport: { width, height: 800 } });
        const complaints = complaintsOf(page);
        for (const { name, title } of labParts) {
          await page.getByRole("navigation", { name: "Parts of the Lab" }).getByRole("link", { name: title }).click();
          await arrivals[name](page);
          assert.equal(new URL(page.url()).pathname, `/lab/${name}`);
          assert.equal(await page.evaluate(overflow), 0, `${name} is wider than the window`);
          assert.deepEqual(await accessibilityFaults(page), [], name);
          assert.equal(await page.locator(".lab-drawing [style]").count(), 0, "the policy takes styles away");
          const shots = process.env.MATINEE_SHOTS;
          if (shots)
            await page.screenshot({ path: `${shots}/lab-${name}-${width}-${colorScheme}.png`, fullPage: true });
        }
        assert.deepEqual(complaints, []);
        await page.close();
      });
    }
  }

  browserTest("a picture is saved as SVG, PNG and CSV", async () => {
    const page = await open("data");
    const complaints = complaintsOf(page);
    const picture = figure(page, "Ratings, and who gave and got them");
    await picture.waitFor();

    const svg = await saved(page, picture, "SVG");
    assert.equal(svg.name, "matinee-ratings.svg");
    const text = svg.bytes.toString();
    assert.match(text, /^<svg xmlns[\s\S]*Ratings per person[\s\S]*fill="#0065a8"/);
    assert.doesNotMatch(text, /var\(/);

    const png = await saved(page, picture, "PNG");
    assert.equal(png.name, "matinee-ratings.png");
    assert.deepEqual(
      [...png.bytes.subarray(1, 4)],
      [..."PNG"].map((letter) => letter.charCodeAt(0)),
    );
    const width = Number(/viewBox="0 0 (\d+)/.exec(text)?.[1]);
    assert.equal(png.bytes.readUInt32BE(16), 2 * width);
    // An empty canvas of this size packs to a few kilobytes.
    assert.ok(png.bytes.length > 20_000, `${png.bytes.length} bytes`);

    const csv = await saved(page, picture, "CSV");
    assert.equal(csv.name, "matinee-ratings.csv");
    assert.match(csv.bytes.toString(), /^histogram,from,below,number\nratings,0\.5,,1370\n/);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  browserTest(
    "a study's report is read with its pictures, whose colours follow the page's and which are saved",
    async () => {
      const strokes: string[] = [];
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await open("studies", { colorScheme });
        const complaints = complaintsOf(page);
        await arrivals.studies(page);
        await page.getByRole("heading", { name: "Study 002: hybrid" }).waitFor();
        const picture = figure(page, "Metrics over the length of the lists");
        const curve = picture.locator("[data-mark=line]").first();
        strokes.push(await curve.evaluate((element) => getComputedStyle(element).stroke));
        const { bytes } = await saved(page, picture, "SVG");
        assert.match(bytes.toString(), /^<svg xmlns[\s\S]*#0065a8/);
        assert.ok((await saved(page, picture, "PNG")).bytes.length > 10_000);
        assert.match((await saved(page, picture, "CSV")).bytes.toString(), /^metric,/);
        assert.deepEqual(complaints, []);
        await page.close();
      }
      assert.deepEqual(strokes, ["rgb(0, 101, 168)", "rgb(111, 188, 255)"]);
    },
  );

  browserTest("films are chosen by title with the keyboard, and compared in three ways", async () => {
    const page = await open("films");
    await arrivals.films(page);
    await page.getByRole("button", { name: "None" }).click();
    await page.getByText("Choose two films or more").waitFor();

    const field = page.getByLabel("Add a film");
    await field.focus();
    for (const [words, title] of [
      ["toy story 2", "Toy Story 2 (1999)"],
      ["godfahter", "The Godfather (1972)"],
      ["toy story", "Toy Story (1995)"],
    ]) {
      await page.keyboard.type(words);
      await page.getByRole("button", { name: `Add ${title}` }).waitFor();
      await page.keyboard.press("Enter");
      assert.equal(await field.evaluate(isFocused), true);
    }
    assert.deepEqual(await chosenFilms(page), ["Toy Story 2 (1999)", "The Godfather (1972)", "Toy Story (1995)"]);

    const similar = figure(page, "Similarity of 3 films");
    await similar.waitFor();
    await tabInto(page, page.getByRole("radio", { name: "How people rated them" }));
    const before = await saved(page, similar, "CSV");
    await page.getByRole("radio", { name: "How people rated them" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await similar.getByText("similarity by the words of titles, genres and tags").first().waitFor();
    const after = await saved(page, similar, "CSV");
    assert.notEqual(before.bytes.toString(), after.bytes.toString());
    const [, toyStory2, godfather] = after.bytes.toString().split("\n");
    const likeToyStory = (row: string) => Number(row.split(",").at(-1));
    assert.ok(likeToyStory(toyStory2) > likeToyStory(godfather));

    await page.getByRole("button", { name: "Take off The Godfather (1972)" }).click();
    await figure(page, "Similarity of 2 films").waitFor();
    await page.close();
  });

  browserTest("a file that is no comparison says so, and another one is drawn", async () => {
    const page = await open("models");
    const field = page.getByLabel("Bring a comparison");
    const wrong = join(folder, "wrong.json");
    await writeFile(wrong, '{"hello": 1}');
    await field.setInputFiles(wrong);
    await page.getByRole("alert").getByText("wrong.json: This is no comparison of models.").waitFor();
    await field.setInputFiles(compared);
    await figure(page, "Metrics over the length of the lists").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    await page.close();
  });

  browserTest("what draws comes with the Lab alone", async () => {
    const page = await started.browser.newPage();
    const scripts: string[] = [];
    page.on("response", (response) => {
      if (response.url().endsWith(".js")) scripts.push(response.url());
    });
    await page.goto(`${started.url}/you`);
    await page.getByRole("heading", { name: "You", exact: true }).waitFor();
    const first = scripts.length;
    assert.ok(!scripts.some((url) => /\/lab-/.test(url)));
    await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Lab" }).click();
    await arrivals.data(page);
    assert.ok(scripts.slice(first).some((url) => /\/lab-/.test(url)));
    await page.close();
  });
});
