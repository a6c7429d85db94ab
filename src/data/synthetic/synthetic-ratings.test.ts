import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { labelsOf } from "../catalog.ts";
import { type Dataset, datasetFrom, fingerprint } from "../dataset.ts";
import { idsFrom } from "../ids.ts";
import { readRatings } from "../read.ts";
import { writeRatingsCsv } from "../write.ts";
import { syntheticRatings } from "./synthetic-ratings.ts";

test("a named set has the size of its MovieLens model, at least 20 ratings a user and no repeats", async () => {
  const { users, items, byUser, scale } = await syntheticRatings("synthetic-100k");
  assert.deepEqual([users.size, items.size, byUser.indices.length], [943, 1682, 100_000]);
  assert.deepEqual(scale, { min: 1, max: 5, step: 1 });
  for (let user = 0; user < users.size; user++) {
    assert.ok(byUser.offsets[user + 1] - byUser.offsets[user] >= 20);
    for (let entry = byUser.offsets[user] + 1; entry < byUser.offsets[user + 1]; entry++) {
      assert.ok(byUser.indices[entry - 1] < byUser.indices[entry]);
    }
  }
  for (const value of byUser.values) assert.ok(value >= 1 && value <= 5 && Number.isInteger(value));
});

test("any possible shape is met exactly", async () => {
  const shapes = fc
    .record({
      users: fc.integer({ min: 1, max: 30 }),
      items: fc.integer({ min: 40, max: 200 }),
      fill: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ users, items, fill }) => {
      const most = users * Math.floor(items / 2);
      return { users, items, ratings: Math.round(users * 20 + fill * (most - users * 20)), seed: 3 };
    });
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const { byUser } = await syntheticRatings(shape);
      assert.equal(byUser.offsets[shape.users], shape.ratings);
      assert.equal(new Set(pairsOf(byUser)).size, shape.ratings);
    }),
    { numRuns: 40 },
  );
});

function pairsOf({ rows, offsets, indices }: Dataset["byUser"]): string[] {
  const pairs: string[] = [];
  for (let user = 0; user < rows; user++) {
    for (let entry = offsets[user]; entry < offsets[user + 1]; entry++) pairs.push(`${user} ${indices[entry]}`);
  }
  return pairs;
}

test("the same seed gives the same data and another seed other data", async () => {
  const shape = { users: 30, items: 100, ratings: 900 };
  const prints = await Promise.all(
    [4, 4, 5].map(async (seed) => fingerprint(await syntheticRatings({ ...shape, seed }))),
  );
  assert.equal(prints[0], prints[1]);
  assert.notEqual(prints[0], prints[2]);
});

test("a shape that cannot be is refused with what can", async () => {
  await assert.rejects(syntheticRatings({ users: 10, items: 100, ratings: 199 }), {
    code: "USAGE",
    fix: "ask for 200 to 500 ratings",
  });
});

test("users watch more of the genres that they rate highest, and few films get most of the ratings", async () => {
  const { byUser, counts, catalog, users } = await syntheticRatings("synthetic-1m");
  const sorted = counts.toSorted().reverse();
  const top = sorted.slice(0, sorted.length / 10).reduce((sum, n) => sum + n, 0);
  assert.ok(top / byUser.indices.length > 0.35, `the top tenth has ${top}`);
  const everybody = new Map<string, number>();
  for (const item of byUser.indices) {
    for (const genre of labelsOf(catalog.genres, item)) everybody.set(genre, (everybody.get(genre) ?? 0) + 1);
  }
  let agreeing = 0;
  for (let user = 0; user < users.size; user++) {
    const sums = new Map<string, { watched: number; total: number }>();
    const start = byUser.offsets[user];
    const end = byUser.offsets[user + 1];
    for (let entry = start; entry < end; entry++) {
      for (const genre of labelsOf(catalog.genres, byUser.indices[entry])) {
        const { watched, total } = sums.get(genre) ?? { watched: 0, total: 0 };
        sums.set(genre, { watched: watched + 1, total: total + byUser.values[entry] });
      }
    }
    const often = [...sums].filter(([, { watched }]) => watched > 5);
    const lift = ([genre, { watched }]: (typeof often)[number]) => watched / everybody.get(genre)!;
    const [, favourite] = often.sort((a, b) => lift(b) - lift(a))[0];
    const mean = byUser.values.subarray(start, end).reduce((sum, value) => sum + value, 0) / (end - start);
    if (favourite.total / favourite.watched > mean) agreeing++;
  }
  assert.ok(agreeing / users.size > 0.8, `${agreeing} of ${users.size}`);
});

test("titles do not repeat and carry the year of the catalog; nothing is rated before its year", async () => {
  const { catalog, byUser } = await syntheticRatings("synthetic-latest-small");
  assert.equal(new Set(catalog.titles).size, catalog.titles.length);
  catalog.titles.forEach((title, item) => {
    assert.match(title, new RegExp(`^[A-Z].* \\(${catalog.years[item]}\\)$`));
  });
  byUser.indices.forEach((item, entry) => {
    assert.ok(new Date(byUser.times![entry] * 1000).getUTCFullYear() >= catalog.years[item] - 1);
  });
});

test("an aborted signal stops making ratings up", async () => {
  await assert.rejects(syntheticRatings("synthetic-100k", { signal: AbortSignal.abort() }), { code: "CANCELLED" });
});

async function temporary(t: { after: (work: () => Promise<void>) => void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "matinee-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("what is written reads back the same, catalog and all", async (t) => {
  const folder = join(await temporary(t), "copy");
  const dataset = await syntheticRatings("synthetic-latest-small");
  await writeRatingsCsv(dataset, folder);
  const copy = await readRatings(folder);
  assert.equal(await fingerprint(copy), await fingerprint(dataset));
  assert.deepEqual(copy.catalog.titles, dataset.catalog.titles);
  assert.deepEqual(copy.scale, dataset.scale);
  for (let item = 0; item < copy.items.size; item++) {
    assert.deepEqual(labelsOf(copy.catalog.genres, item), labelsOf(dataset.catalog.genres, item));
    assert.deepEqual(labelsOf(copy.catalog.tags, item), labelsOf(dataset.catalog.tags, item));
  }
  assert.deepEqual((await readdir(folder)).sort(), ["movies.csv", "ratings.csv", "tags.csv"]);
});

test("ids, titles and ratings with anything in them read back the same", async (t) => {
  const folder = await temporary(t);
  // Letters keep every id from being a number; the file is text, so NUL and lone surrogates cannot be in it.
  const text = fc.string({ unit: fc.constantFrom("a", "é", "𝄞", '"', ",", "\n", " ", "'", "|", "1"), maxLength: 6 });
  const ids = fc
    .uniqueArray(
      text.map((id) => `x${id}x`),
      { minLength: 1, maxLength: 5 },
    )
    .map((list) => list.sort());
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      ids,
      ids,
      text,
      fc.float({ min: -10, max: 10, noNaN: true }),
      async (users, items, title, value) => {
        const none = { names: [], offsets: new Int32Array(items.length + 1), indices: new Int32Array(0) };
        const dataset = datasetFrom({
          name: "odd",
          users: idsFrom(users),
          items: idsFrom(items),
          catalog: {
            titles: items.map(() => title),
            years: new Int16Array(items.length),
            genres: none,
            tags: none,
            imdb: new Int32Array(items.length),
            tmdb: new Int32Array(items.length).fill(7),
          },
          scale: { min: -10, max: 10, step: 0 },
          ratings: {
            userOf: Int32Array.from(users, (_, user) => user),
            itemOf: new Int32Array(users.length),
            values: new Float32Array(users.length).fill(value + 0),
          },
        });
        const target = join(folder, String(run++));
        await writeRatingsCsv(dataset, target);
        const copy = await readRatings(target);
        assert.equal(await fingerprint(copy), await fingerprint(dataset));
        assert.deepEqual(copy.catalog.titles, dataset.catalog.titles);
        assert.deepEqual(copy.catalog.tmdb, dataset.catalog.tmdb);
      },
    ),
    { numRuns: 12 },
  );
});

test("a folder that holds something is left alone", async (t) => {
  const folder = join(await temporary(t), "taken");
  const dataset = await syntheticRatings({ users: 1, items: 40, ratings: 20 });
  await writeRatingsCsv(dataset, folder);
  await assert.rejects(writeRatingsCsv(dataset, folder), { code: "WRITE_FAILED", message: /taken already exists$/ });
  assert.deepEqual((await readdir(join(folder, ".."))).length, 1);
});

test("cancelled writing leaves nothing behind", async (t) => {
  const folder = await temporary(t);
  const dataset = await syntheticRatings({ users: 1, items: 40, ratings: 20 });
  const cancelled = writeRatingsCsv(dataset, join(folder, "never"), { signal: AbortSignal.abort() });
  await assert.rejects(cancelled, { code: "CANCELLED" });
  assert.deepEqual(await readdir(folder), []);
});
