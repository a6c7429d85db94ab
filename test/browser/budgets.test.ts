import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { BrowserContext } from "playwright-core";
import { loadPage, type PageLoad } from "../../scripts/page-speed/page-load.ts";
import { rateFirst } from "../../scripts/page-speed/reactions.ts";
import { skipReason } from "./browser.ts";
import { startBrowserAndServer } from "./started.ts";

/** On any machine the same, however busy it is: times are in docs/results/page-speed.md. */
describe("what a browser loads before it shows films", { skip: skipReason }, () => {
  const started = startBrowserAndServer();
  let storage: Awaited<ReturnType<BrowserContext["storageState"]>>;

  before(async () => {
    const context = await started.browser.newContext();
    await rateFirst(await context.newPage(), started.url, 3);
    storage = await context.storageState();
    await context.close();
  });

  /** What the page's script asks the server for until the first films are there. */
  const asked = ({ files, firstFilm }: PageLoad) =>
    files.filter(({ type, from }) => type === "Fetch" && from < firstFilm).map(({ path }) => path);

  const bytes = ({ files }: PageLoad, ...types: string[]) =>
    files.filter(({ type }) => types.includes(type)).reduce((sum, file) => sum + file.bytes, 0);

  for (const [name, address, questions, returns] of [
    ["For you on the first visit", "", ["/api/v1/recommendations/batch"], false],
    ["Rate on the first visit", "rate", ["/api/v1/questions"], false],
    [
      "For you with ratings",
      "",
      ["/api/v1/neighbourhood", "/api/v1/questions", "/api/v1/recommendations", "/api/v1/recommendations/batch"],
      true,
    ],
  ] as const) {
    it(`${name}: little script, one round of questions, films as the largest thing, and nothing moves`, async () => {
      const load = await loadPage(
        started.browser,
        `${started.url}/${address}`,
        undefined,
        returns ? storage : undefined,
      );
      assert.ok(bytes(load, "Script") > 10_000 && bytes(load, "Script") <= 60_000, `${bytes(load, "Script")} bytes`);
      assert.ok(bytes(load, "Stylesheet") <= 15_000, `${bytes(load, "Stylesheet")} bytes`);
      // What model answers is asked along with the script, once.
      assert.equal(load.files.filter(({ path }) => path === "/api/v1/models").length, 1);
      assert.deepEqual(asked(load).sort(), questions);
      assert.deepEqual([load.largest.isFilm, load.shift], [true, 0], load.largest.element);
    });
  }
});
