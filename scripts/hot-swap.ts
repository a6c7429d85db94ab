/**
 * Exchanges the active model under load: `node scripts/hot-swap.ts [ROUNDS]`, 200 unless given. Four clients ask for lists by fetch all the
 * while. It fails where a request is not answered, or a list is not wholly of one of the two models.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeArtifact } from "../src/artifact/file.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import { createApp } from "../src/server/app.ts";
import { openModels } from "../src/server/models/open-models.ts";
import { readRecommendationId } from "../src/server/recommendation-id.ts";
import { openStore } from "../src/store/open-store.ts";

/** What was seen while models were exchanged. */
export interface HotSwapReport {
  readonly swaps: number;
  readonly requests: number;
  /** How many were answered by each of the two models. */
  readonly byModel: readonly number[];
  /** Milliseconds that the slowest answer took, and half of them at most. */
  readonly slowest: number;
  readonly median: number;
  /** Requests that were not answered, or by no model alone. */
  readonly wrong: readonly string[];
}

/** Exchanges two models so many times while clients ask. */
export async function hotSwap(rounds: number, data: Dataset, clients = 4): Promise<HotSwapReport> {
  const folder = await mkdtemp(join(tmpdir(), "matinee-swap-"));
  try {
    const names = ["one", "two"];
    for (const [n, algorithm] of ["item-knn", "als"].entries()) {
      await writeArtifact(join(folder, `${names[n]}.matinee`), await fit(data, configure(algorithm)));
    }
    await using store = await openStore(join(folder, "store.sqlite"));
    await using models = await openModels({ folder, store });
    await models.folder.activate("one");
    const app = await createApp(models, { store });
    const url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/api/v1/recommendations`;
    const ratings = Array.from({ length: 5 }, (_, n) => ({ id: data.items.id(3 * n), rating: data.scale.max }));
    const body = JSON.stringify({ ratings, k: 10 });
    const list = async () => {
      const from = performance.now();
      const headers = { "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body });
      const text = await response.text();
      const [, id = ""] = /"recommendationId":"([^"]+)",/.exec(text) ?? [];
      // Each list has an id of its own, which names its model.
      const films = text.replace(id, "");
      return { status: response.status, text: films, id, took: performance.now() - from };
    };
    // What each of the two answers when nothing else happens: any other answer would be of no model, or of both.
    const expected: string[] = [];
    for (const name of names) {
      await models.folder.activate(name);
      expected.push((await list()).text);
    }
    if (expected[0] === expected[1]) throw new Error("the two models answer alike");
    let swapping = true;
    const byModel = [0, 0];
    const [took, wrong]: [number[], string[]] = [[], []];
    const client = async () => {
      while (swapping) {
        const answer = await list().catch((error: unknown) => ({ status: 0, text: String(error), id: "", took: 0 }));
        const model = expected.indexOf(answer.text);
        const named = model >= 0 && readRecommendationId(answer.id).model === names[model];
        if (answer.status !== 200 || !named) wrong.push(`${answer.status} ${answer.text.slice(0, 200)}`);
        else byModel[model]++;
        took.push(answer.took);
      }
    };
    const asking = Array.from({ length: clients }, client);
    let swaps = 0;
    while (swaps < rounds) {
      await models.folder.activate(names[swaps % 2]);
      swaps++;
    }
    swapping = false;
    await Promise.all(asking);
    await app.close();
    took.sort((a, b) => a - b);
    const [median, slowest] = [took[took.length >> 1], took.at(-1)!];
    return { swaps, requests: took.length, byModel, slowest, median, wrong };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 200);
  const data = await syntheticRatings({ users: 300, items: 1000, ratings: 20_000, seed: 1 });
  const { wrong, ...seen } = await hotSwap(rounds, data);
  const rss = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.log(JSON.stringify({ ...seen, wrong: wrong.length, megabytes: rss }));
  for (const one of wrong.slice(0, 5)) console.error(one);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
