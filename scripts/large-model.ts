/**
 * What a model takes whose vectors do not fit in memory: node scripts/large-model.ts FILE [items] [users] [--mf] [--whole | --served]
 *
 * Where there is no FILE yet, it is written, and nothing else done: an `als` of 64 made-up factors, 20 million items and a million users unless given (5.9 GB, for which
 * writing takes as much memory), or an `mf` that keeps vectors of its users. A FILE that is there is opened with its vectors on disk, as a whole, or as a server with
 * memory enough opens it, and asked for lists of a user with 30 ratings.
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

const [file, items = "20000000", users = "1000000"] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const [mf, whole, served] = ["--mf", "--whole", "--served"].map((flag) => process.argv.includes(flag));
const factors = 64;

function idsTo<I extends number>(count: number) {
  return idsFrom<I>(Float64Array.from({ length: count }, (_, n) => n + 1));
}

/** A model of a few made-up ratings, with other vectors for many more items. */
async function madeUp(count: number, users: number): Promise<Trained> {
  const small = await syntheticRatings({ users: 100, items: 100, ratings: 2000, seed: 1 });
  const spec = mf ? configure("mf", { factors, keepUsers: true, caution: 0 }) : configure("als", { factors });
  const { info, state, record } = await fit(small, spec);
  const { name, scale, feedback } = info;
  const { float } = random(1);
  const vectors = (rows: number, width = factors) => {
    const data = new Float32Array(rows * width);
    for (let n = 0; n < data.length; n++) data[n] = (float() - 0.5) / 4;
    return { shape: width === 1 ? [rows] : [rows, width], data };
  };
  const ofMf = () => ({ itemBias: vectors(count, 1), users: vectors(users), userBias: vectors(users, 1) });
  return {
    info: {
      ...{ name, scale, feedback },
      users: idsTo<UserIndex>(users),
      items: idsTo<ItemIndex>(count),
      catalog: emptyCatalog(count),
      counts: new Int32Array(count).fill(20),
    },
    state: {
      ...state,
      facts: { ...state.facts, ...(mf && { users }) },
      tensors: { items: vectors(count), ...(mf && ofMf()) },
    },
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
  await timed("written", async () => writeArtifact(file, await madeUp(Number(items), Number(users))));
} else {
  const within = { whole: whole || served ? Number.POSITIVE_INFINITY : 0, toAnswer: served };
  const trained = await timed("read", () => readArtifactWithin(file, within));
  using opened = await timed("opened", async () => openModel(trained));
  const { items } = opened.info;
  const ratings = Array.from({ length: 30 }, (_, n) => [asItemIndex((n * 7919) % items.size), 1 + (n % 5)] as const);
  const query = queryFromRatings(opened.info, ratings);
  for (let n = 0; n < 5; n++) {
    const list = await timed("a list", () => recommend(opened, query, { k: 10 }));
    if (n === 0) console.log(list.map(({ id, score }) => `${id} ${score}`).join(", "));
  }
}
