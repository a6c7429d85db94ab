/**
 * Measures acknowledged writes a second, with 1 writer and with 100, in SQLite and PostgreSQL, and how often this disk can sync a file.
 *
 *   node scripts/store-speed.ts [FOLDER]      the folder of the SQLite file; PostgreSQL runs on a cluster in the folder of temporary files
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import { startPostgres } from "../test/helpers/postgres.ts";

/** Milliseconds of each measurement. */
const duration = 3000;

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), "matinee-store-"));
try {
  console.log(`syncs of a file a second: ${syncsPerSecond(join(folder, "file"))}`);
  await measure(join(folder, "store.sqlite"));
  await using server = await startPostgres();
  await measure(await server.createDatabase());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function syncsPerSecond(file: string): number {
  const page = Buffer.alloc(4096, 1);
  const handle = openSync(file, "w");
  const begin = performance.now();
  let count = 0;
  for (; performance.now() - begin < duration; count++) {
    writeSync(handle, page);
    fdatasyncSync(handle);
  }
  closeSync(handle);
  return perSecond(count, begin);
}

async function measure(place: string): Promise<void> {
  await using store = await openStore(place);
  for (const writers of [1, 100]) {
    const { rate, p50, p99 } = await writesPerSecond(store, writers);
    console.log(`${store.kind}, writers: ${writers}, writes a second: ${rate}, p50 ${p50} ms, p99 ${p99} ms`);
  }
}

/** Each writer sets one rating, waits until it is acknowledged, and goes on. */
async function writesPerSecond(store: Store, writers: number) {
  const times: number[] = [];
  const begin = performance.now();
  const write = async (writer: number) => {
    for (let n = 0; performance.now() - begin < duration; n++) {
      const start = performance.now();
      await store.write((changes) => changes.setRatings(`${writer}-${n}`, [{ item: "1", rating: 4, time: start }]));
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, n) => write(n)));
  const rate = perSecond(times.length, begin);
  times.sort((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((share) => times[Math.floor(share * times.length)].toFixed(1));
  return { rate, p50, p99 };
}

function perSecond(count: number, begin: number): number {
  return Math.round((1000 * count) / (performance.now() - begin));
}
