import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type TestContext, test } from "node:test";
import { zip } from "../../../test/helpers/zip.ts";
import { defaultCacheFolder } from "./cache-folder.ts";
import { fetchMovieLens } from "./movielens.ts";

const ratings = `userId,movieId,rating\n${"1,1,3\n".repeat(20_000)}`;
const archive = zip({ "ml-latest/ratings.csv": ratings });
const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");

interface Site {
  zip: Buffer;
  etag: string;
  /** Cut the connection after so many bytes of the body. */
  cutAfter?: number;
  /** Only wait there, until the other side goes. */
  waits?: boolean;
  /** Send without a length, and without an end. */
  endless?: boolean;
  md5?: string;
  status?: number;
  /** What was sent, from which byte on. */
  readonly asked: string[];
}

/** A server that publishes ml-latest.zip, with ranges, and its .md5. */
async function site(t: TestContext, changes: Partial<Site> = {}) {
  const state: Site = { zip: archive, etag: '"1"', asked: [], ...changes };
  const server = createServer((request, response) => answer(state, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cacheFolder = await mkdtemp(join(tmpdir(), "matinee-"));
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(cacheFolder, { recursive: true, force: true });
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { state, options: { cacheFolder, baseUrl }, server };
}

function* blanks() {
  for (let n = 0; n < 1000; n++) yield " ".repeat(2 ** 16);
}

function answer(state: Site, request: IncomingMessage, response: ServerResponse): void {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const start = range && request.headers["if-range"] === state.etag ? Number(range[1]) : 0;
  state.asked.push(`${request.url} from ${start}`);
  if (state.status) response.writeHead(state.status).end();
  else if (state.endless) {
    response.writeHead(200, { etag: state.etag });
    pipeline(blanks, response).catch(() => {});
  } else if (request.url === "/ml-latest.zip.md5")
    response.end(`MD5 (ml-latest.zip) = ${state.md5 ?? md5(state.zip)}\n`);
  else {
    const body = state.zip.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { etag: state.etag, "content-length": body.length });
    if (state.cutAfter === undefined) response.end(body);
    else {
      response.write(body.subarray(0, state.cutAfter), () => {
        // What has not been taken by the time of a cut is lost.
        if (!state.waits) setTimeout(() => response.destroy(), 200);
      });
    }
  }
}

test("a set is downloaded, checked and unpacked; the second time nothing is asked", async (t) => {
  const { state, options } = await site(t);
  const shares: number[] = [];
  const folder = await fetchMovieLens("ml-latest", { ...options, onProgress: (share) => shares.push(share) });
  assert.equal(folder, join(options.cacheFolder, "ml-latest"));
  assert.equal(await readFile(join(folder, "ratings.csv"), "utf8"), ratings);
  assert.deepEqual(await readdir(options.cacheFolder), ["ml-latest"]);
  assert.equal(shares.at(-1), 1);
  const asked = state.asked.length;
  assert.equal(await fetchMovieLens("ml-latest", options), folder);
  assert.equal(state.asked.length, asked);
});

test("a download that was cut goes on where it stopped", async (t) => {
  const { state, options } = await site(t, { cutAfter: 50_000 });
  await assert.rejects(fetchMovieLens("ml-latest", options), (error: Error & { code?: string; fix?: string }) => {
    assert.equal(error.code, "DOWNLOAD_FAILED");
    assert.match(error.message, /ml-latest\.zip cannot be downloaded/);
    assert.match(error.fix!, /try again.*or give a folder/);
    return true;
  });
  assert.ok(!existsSync(join(options.cacheFolder, "ml-latest")));
  delete state.cutAfter;
  const folder = await fetchMovieLens("ml-latest", options);
  assert.equal(await readFile(join(folder, "ratings.csv"), "utf8"), ratings);
  assert.deepEqual(state.asked.slice(0, 2), ["/ml-latest.zip from 0", "/ml-latest.zip from 50000"]);
});

test("a file that changed in between is downloaded from its beginning", async (t) => {
  const { state, options } = await site(t, { cutAfter: 50_000 });
  await assert.rejects(fetchMovieLens("ml-latest", options), { code: "DOWNLOAD_FAILED" });
  delete state.cutAfter;
  state.etag = '"2"';
  state.zip = zip({ "ml-latest/ratings.csv": `${ratings}2,2,2\n` });
  const folder = await fetchMovieLens("ml-latest", options);
  assert.equal(await readFile(join(folder, "ratings.csv"), "utf8"), `${ratings}2,2,2\n`);
});

test("a wrong checksum is an error, and the file is removed", async (t) => {
  const { state, options } = await site(t, { md5: "0".repeat(32) });
  await assert.rejects(fetchMovieLens("ml-latest", options), {
    code: "DOWNLOAD_CHECKSUM",
    message: /0{32} is published/,
  });
  assert.deepEqual(await readdir(options.cacheFolder), []);
  delete state.md5;
  await fetchMovieLens("ml-latest", options);
});

test("a file that is longer than any set, or has no end, is not downloaded to its end, and not kept", async (t) => {
  const { state, options } = await site(t);
  const cap = { ...options, maxBytes: archive.length - 1 };
  const refused = {
    code: "DOWNLOAD_FAILED",
    message: /: it is longer than \d+ bytes$/,
    fix: "give a folder with --data",
  };
  await assert.rejects(fetchMovieLens("ml-latest", cap), refused);
  await fetchMovieLens("ml-latest", { ...options, maxBytes: archive.length });
  await rm(join(options.cacheFolder, "ml-latest"), { recursive: true });
  state.endless = true;
  await assert.rejects(fetchMovieLens("ml-latest", { ...options, maxBytes: 1e6 }), refused);
  assert.deepEqual(await readdir(options.cacheFolder), []);
});

test("a checksum without an end is not read to it", async (t) => {
  const { state, options } = await site(t);
  const onProgress = (share: number) => {
    if (share === 1) state.endless = true;
  };
  await assert.rejects(fetchMovieLens("ml-latest", { ...options, onProgress }), {
    code: "DOWNLOAD_FAILED",
    message: /\.md5 cannot be downloaded: it is longer than 2000000 bytes$/,
  });
});

test("a set with a known SHA-256 is held to it, whatever is published beside the file", async (t) => {
  const { options } = await site(t);
  await assert.rejects(fetchMovieLens("ml-latest-small", options), {
    code: "DOWNLOAD_CHECKSUM",
    message: /696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436 is published/,
  });
});

test("a file that is not there, and a server that is not there, are failed downloads", async (t) => {
  const { options, server } = await site(t, { status: 404 });
  await assert.rejects(fetchMovieLens("ml-latest", options), { code: "DOWNLOAD_FAILED", message: /answers 404$/ });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(fetchMovieLens("ml-latest", options), { code: "DOWNLOAD_FAILED" });
});

test("an aborted download is cancelled, and goes on next time", async (t) => {
  const { state, options } = await site(t, { cutAfter: 50_000, waits: true });
  const controller = new AbortController();
  const cancelled = fetchMovieLens("ml-latest", {
    ...options,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(cancelled, { code: "CANCELLED" });
  assert.deepEqual(
    (await readdir(options.cacheFolder)).filter((name) => name.includes(".lock")),
    [],
  );
  delete state.cutAfter;
  await fetchMovieLens("ml-latest", options);
});

test("several at once download once and all get the folder", async (t) => {
  const { state, options } = await site(t);
  const folders = await Promise.all([1, 2, 3].map(() => fetchMovieLens("ml-latest", options)));
  assert.equal(new Set(folders).size, 1);
  assert.equal(state.asked.filter((what) => what === "/ml-latest.zip from 0").length, 1);
});

test("a lock left by a process that died is taken over", async (t) => {
  const { options } = await site(t);
  const lock = join(options.cacheFolder, "ml-latest.lock");
  await writeFile(lock, "");
  await utimes(lock, new Date(0), new Date(0));
  await fetchMovieLens("ml-latest", options);
  assert.deepEqual(await readdir(options.cacheFolder), ["ml-latest"]);
});

const hostile: [string, Buffer, RegExp][] = [
  ["points outside its folder", zip({ "ml-latest/a": "a", "../../evil.txt": "x" }), /evil\.txt/],
  ["claims more than 8 GB", zip({ a: "a", b: "b", c: "c" }, 0xf0000000), /more than 8 GB/],
  ["is no archive", Buffer.from("<html>"), /cannot be unpacked/],
  ["holds another folder", zip({ "else/ratings.csv": "x" }), /holds no folder ml-latest/],
];
for (const [what, bytes, message] of hostile) {
  test(`an archive that ${what} leaves nothing behind`, async (t) => {
    const { options } = await site(t, { zip: bytes });
    const inner = join(options.cacheFolder, "a", "b");
    await mkdir(inner, { recursive: true });
    await assert.rejects(fetchMovieLens("ml-latest", { ...options, cacheFolder: inner }), {
      code: "DATA_LAYOUT",
      message,
    });
    assert.deepEqual(await readdir(inner), []);
    assert.deepEqual(await readdir(options.cacheFolder), ["a"]);
  });
}

test("the cache folder follows MATINEE_CACHE, then the system's habit", () => {
  assert.equal(defaultCacheFolder({ MATINEE_CACHE: "/m", XDG_CACHE_HOME: "/x" }, "linux"), "/m");
  assert.equal(defaultCacheFolder({ XDG_CACHE_HOME: "/x" }, "linux"), join("/x", "matinee"));
  assert.match(defaultCacheFolder({}, "linux"), /\.cache.matinee$/);
  assert.match(defaultCacheFolder({}, "darwin"), /Library.Caches.matinee$/);
  assert.equal(defaultCacheFolder({ LOCALAPPDATA: "/l" }, "win32"), join("/l", "matinee"));
});

test("the cache folder is never below the working folder by mistake", (t) => {
  const { HOME } = process.env;
  t.after(() => {
    if (HOME === undefined) delete process.env.HOME;
    else process.env.HOME = HOME;
  });
  for (const home of ["", "here"]) {
    process.env.HOME = home;
    for (const system of ["linux", "darwin", "win32"]) {
      for (const env of [{}, { XDG_CACHE_HOME: "x", LOCALAPPDATA: "" }]) {
        assert.ok(isAbsolute(defaultCacheFolder(env, system)), `${system}, HOME="${home}"`);
      }
    }
  }
});
