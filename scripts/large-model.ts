/**
 * What a model takes whose vectors do not fit in memory: node scripts/large-model.ts FILE [items] [--whole]
 *
 * Where there is no FILE yet, it is written, and nothing else done: an `als` of 64 made-up factors, 20 million items unless given (5.9 GB, for which writing takes as much
 * memory). A FILE that is there is opened with its vectors on disk, or as a whole, and asked for lists of a user with 30 ratings.
 */
import { existsSync } from "node:fs";
import { readArtifactWithin, writeArtifact } from "../src/artifact/file.ts";
import { emptyCatalog } from "../src/data/catalog.ts";
import { asItemIndex, type ItemIndex, type UserIndex } from "../src/data/dataset.ts";
import { idsFrom } from "../src/data/ids.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import type { Trained } from "../src/models/trained.ts";
import { random } from "../src/random.ts";
import { openModel } from "../src/recommend/open-model.ts";
import { queryFromRatings } from "../src/recommend/query.ts";
import { recommend } from "../src/recommend/recommend.ts";

const [file, items = "20000000"] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const whole = process.argv.includes("--whole");
const factors = 64;

function idsTo<I extends number>(count: number) {
  return idsFrom<I>(Float64Array.from({ length: count }, (_, n) => n + 1));
}

/** A model of a few made-up ratings, with other vectors for many more items. */
async function madeUp(count: number): Promise<Trained> {
  const small = await syntheticRatings({ users: 100, items: 100, ratings: 2000, seed: 1 });
  const { info, state, record } = await fit(small, configure("als", { factors }));
  const { name, scale, feedback } = info;
  const { float } = random(1);
  const data = new Float32Array(count * factors);
  for (let n = 0; n < data.length; n++) data[n] = (float() - 0.5) / 4;
  return {
    info: {
      ...{ name, scale, feedback },
      users: idsTo<UserIndex>(1_000_000),
      items: idsTo<ItemIndex>(count),
      catalog: emptyCatalog(count),
      counts: new Int32Array(count).fill(20),
    },
    state: { ...state, tensors: { items: { shape: [count, factors], data } } },
    record,
  };
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const done = await work();
  const [seconds, rss] = [(performance.now() - begin) / 1000, process.memoryUsage.rss() / 1e6];
  const most = process.resourceUsage().maxRSS / 1e3;
  console.log(`${what}: ${seconds.toFixed(2)} s, ${rss.toFixed(0)} MB now, ${most.toFixed(0)} MB at most`);
  return done;
}

if (!existsSync(file)) {
  await timed("written", async () => writeArtifact(file, await madeUp(Number(items))));
} else {
  const trained = await timed("read", () => readArtifactWithin(file, { whole: whole ? Number.POSITIVE_INFINITY : 0 }));
  using opened = await timed("opened", async () => openModel(trained));
  const { items } = opened.info;
  const ratings = Array.from({ length: 30 }, (_, n) => [asItemIndex((n * 7919) % items.size), 1 + (n % 5)] as const);
  const query = queryFromRatings(opened.info, ratings);
  for (let n = 0; n < 5; n++) {
    const list = await timed("a list", () => recommend(opened, query, { k: 10 }));
    if (n === 0) console.log(list.map(({ id, score }) => `${id} ${score}`).join(", "));
  }
}
