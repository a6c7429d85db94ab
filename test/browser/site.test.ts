/** A site without a server: exported, served by a plain file server below a folder, and opened until the network is gone. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { createClient, type RecommendationRequest } from "../../src/client.ts";
import { matinee } from "../helpers/command.ts";
import { complaintsOf, launch, skipReason } from "./browser.ts";
import { rate, tiles, topTitles } from "./parts.ts";
import { serveWith } from "./server.ts";

const data = join(
  process.env.MATINEE_TEST_DATA ?? resolve(import.meta.dirname, "../../../shared/data"),
  "ml-latest-small",
);
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

interface FileServer {
  readonly url: string;
  readonly asked: string[];
  stop(): Promise<void>;
}

/** Serves a folder below /films/, as plain file servers do: a folder by its index.html, and 404.html for what is not there. */
async function serveFolder(folder: string): Promise<FileServer> {
  const asked: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    asked.push(pathname);
    const path = join(folder, decodeURIComponent(pathname.replace(/^\/films/, "")));
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() && !pathname.endsWith("/")) {
      return void response.writeHead(301, { location: `${pathname}/` }).end();
    }
    const file = found?.isDirectory() ? join(path, "index.html") : path;
    const content = await readFile(file).catch(() => undefined);
    if (content) response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    else response.writeHead(404, { "content-type": "text/html" });
    response.end(content ?? (await readFile(join(folder, "404.html"))));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/films/`,
    asked,
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}

const profiles: readonly RecommendationRequest[] = [
  { ratings: [{ id: 260, rating: 5 }], k: 20, explain: true },
  {
    ratings: [
      { id: 1, rating: 4 },
      { id: 364, rating: 5 },
      { id: 2571, rating: 1 },
      { id: 588, rating: 4.5 },
    ],
    k: 20,
    exclude: [595],
    genres: ["Animation"],
  },
  {
    ratings: [
      { id: 1252, rating: 5 },
      { id: 930, rating: 4.5 },
      { id: 296, rating: 0.5 },
      { id: 999_999, rating: 3 },
    ],
    k: 10,
    diversity: 0.5,
    popularity: -0.5,
    session: [913],
  },
];

/** What a request asks, without what is new with each list. */
interface Lists {
  readonly items: readonly object[];
  readonly unknown: readonly unknown[];
}

/** The lists that the page's own worker makes. */
async function listsIn(page: Page, folder: string): Promise<Lists[]> {
  const script = (await readdir(join(folder, "assets"))).find((name) => name.startsWith("local-fetch-"));
  return page.evaluate(
    async ({ script, profiles }) => {
      const { localFetch } = await import(new URL(`assets/${script}`, document.baseURI).href);
      const { content } = document.querySelector<HTMLMetaElement>("meta[name=matinee-model]")!;
      const send = localFetch({ url: new URL(content, document.baseURI).href, bytes: 1, told() {} });
      const address = new URL("api/v1/recommendations", document.baseURI).href;
      const lists = [];
      for (const profile of profiles) {
        const response = await send(address, { method: "POST", body: JSON.stringify(profile) });
        const { items, unknown } = await response.json();
        lists.push({ items, unknown });
      }
      return lists;
    },
    { script, profiles },
  );
}

/** The name of the model that the page has, by what its file says. */
async function modelOf(page: Page): Promise<string> {
  await page.getByRole("contentinfo").getByText("films").waitFor();
  return page.evaluate(async () => {
    const { content } = document.querySelector<HTMLMetaElement>("meta[name=matinee-model]")!;
    const unpacked = (await fetch(content)).body!.pipeThrough(new DecompressionStream("gzip"));
    const text = await new Response(unpacked).text();
    return /\\"algorithm\\":\\"([\w-]+)/.exec(text)?.[1] ?? "none";
  });
}

const kept = (page: Page) => page.evaluate(async () => void (await navigator.serviceWorker.ready));

describe("a site without a server", () => {
  let folder: string;
  let files: FileServer;
  let browser: Browser;

  before(async () => {
    if (skipReason) return;
    folder = await mkdtemp(join(tmpdir(), "matinee-site-"));
    const model = join(folder, "films.matinee");
    await run("train", "--data", data, "--out", model);
    await run("export", "site", join(folder, "site"), "--artifact", model);
    browser = await launch();
  });
  beforeEach(async () => {
    files = await serveFolder(join(folder, "site"));
  });
  afterEach(async () => {
    await files.stop();
  });
  after(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  test("goes on when the network and its host are gone: rating, lists, films, reloads", {
    skip: skipReason,
  }, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${files.url}rate`);
    await rate(page, 0, "5 stars");
    await kept(page);
    assert.deepEqual(complaints, []);
    assert.equal(files.asked.filter((path) => path.endsWith(".packed")).length, 1, "the model comes once");

    await files.stop();
    await context.setOffline(true);
    await page.goto(`${files.url}rate`);
    const before = await topTitles(page);
    await rate(page, 3, "5 stars");
    await page.goto(files.url);
    await page.getByText("Your first pick").waitFor();
    await page.goto(`${files.url}rate`);
    await page.reload();
    assert.notDeepEqual(await topTitles(page), before);
    await page.goto(`${files.url}film/260-star-wars`);
    await page
      .getByRole("heading", { name: /Star Wars/ })
      .first()
      .waitFor();
    await page.reload();
    await page
      .getByRole("heading", { name: /Star Wars/ })
      .first()
      .waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test("makes the lists of a server, to the last bit", { skip: skipReason }, async () => {
    const server = await serveWith("--artifact", join(folder, "films.matinee"));
    const client = createClient(server.url);
    const page = await browser.newPage();
    await page.goto(files.url);
    const made = await listsIn(page, join(folder, "site"));
    for (const [n, profile] of profiles.entries()) {
      const { items, unknown } = await client.recommend(profile);
      assert.ok(items.length >= 5);
      assert.deepEqual(made[n], { items, unknown });
    }
    await page.close();
    await server.stop();
  });

  test("takes another export as a whole, once the page of the old one is closed", { skip: skipReason }, async () => {
    const other = join(folder, "other");
    await run("export", "site", other, "--artifact", join(folder, "films.matinee"));
    await files.stop();
    files = await serveFolder(other);
    const context = await browser.newContext();
    const old = await context.newPage();
    await old.goto(`${files.url}rate`);
    await kept(old);
    await run("export", "site", other, "--data", data, "--model", "pagerank");
    await old.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const coming = registration.installing ?? registration.waiting;
      while (coming && coming.state !== "installed") await new Promise((wait) => setTimeout(wait, 50));
    });
    await old.reload();
    assert.equal(await modelOf(old), "ease", "the old one goes on while it is open");
    await old.close();
    await files.stop();
    await context.setOffline(true);
    const page = await context.newPage();
    await page.goto(files.url);
    assert.equal(await modelOf(page), "pagerank");
    const models = await page.evaluate(async () => (await (await caches.open("matinee /films/ model")).keys()).length);
    assert.equal(models, 1, "the old model is no longer kept");
    await context.close();
  });

  test("says that the films did not arrive, and tries again", { skip: skipReason }, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await context.route("**/*.packed", (route) => route.abort());
    await page.goto(`${files.url}rate`);
    const alert = page.getByRole("alert");
    await alert.getByText("the films did not arrive").waitFor();
    await context.unroute("**/*.packed");
    await alert.getByRole("button", { name: "Retry" }).click();
    await tiles(page).first().waitFor();
    await context.close();
  });

  test("opens at a film's address where the host shows 404.html, and asks its own folder alone", {
    skip: skipReason,
  }, async () => {
    const page = await browser.newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(files.url)) foreign.push(request.url());
    });
    await page.goto(`${files.url}film/260-star-wars`);
    await page
      .getByRole("heading", { name: /Star Wars/ })
      .first()
      .waitFor();
    assert.deepEqual(foreign, []);
    await page.close();
  });
});

async function run(...args: string[]) {
  const { code, stderr } = await matinee(...args);
  assert.equal(code, 0, stderr);
}
