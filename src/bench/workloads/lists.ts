/** The workload of lists for all users. */
import type { Engine } from "../../compute/engine.ts";
import { panelsOf, type TopLists, topKOfAll } from "../../compute/topk.ts";
import type { Dataset } from "../../data/dataset.ts";
import { random } from "../../random.ts";
import { timeRepeatedly, type Workload } from "../workload.ts";

const factors = 64;
const listLength = 10;

/** Makes factors at random, and hands over a function that lists the top items of all users. */
async function withFactors<T>(
  { byUser, users, items }: Dataset,
  engine: Engine,
  work: (pass: () => Promise<TopLists>) => Promise<T>,
): Promise<T> {
  using arena = engine.arena();
  const { normal } = random(2);
  const fill = (array: Float32Array) => array.map(() => normal());
  const panels = await panelsOf(engine, arena, fill(new Float32Array(items.size * factors)), factors);
  const queries = {
    rows: users.size,
    vectors: arena.place(fill(new Float32Array(users.size * factors))),
    offsets: arena.place(byUser.offsets),
    indices: arena.place(byUser.indices),
  };
  const best = {
    k: listLength,
    items: arena.int32(users.size * listLength),
    scores: arena.float32(users.size * listLength),
  };
  return await work(async () => {
    await topKOfAll(engine, queries, panels, best);
    return best;
  });
}

export const topTenWorkload: Workload = {
  name: "topk-ml32m-top1000",
  shape: "ml32m-top1000",
  unit: "top 10 unseen of 1,000 films for 200,758 people, 64 factors",
  time: async (data, engine) => ({ seconds: await withFactors(data, engine, (pass) => timeRepeatedly(3, pass)) }),
  result: (data, engine) =>
    withFactors(data, engine, async (pass) => {
      const { items, scores } = await pass();
      return [items.slice(), scores.slice()];
    }),
};
