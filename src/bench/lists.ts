/** The workload of lists for everybody. */
import type { Engine } from "../compute/engine.ts";
import { panelsOf, type TopLists, topKOfAll } from "../compute/topk.ts";
import type { Dataset } from "../data/dataset.ts";
import { random } from "../random.ts";
import { repeated, type Workload } from "./workload.ts";

const factors = 64;
const k = 10;

async function listing<T>(
  { byUser, users, items }: Dataset,
  engine: Engine,
  ask: (pass: () => Promise<TopLists>) => Promise<T>,
): Promise<T> {
  using arena = engine.arena();
  const { normal } = random(2);
  const fill = (array: Float32Array) => array.map(() => normal());
  const panels = await panelsOf(engine, arena, fill(new Float32Array(items.size * factors)), factors);
  const people = {
    rows: users.size,
    vectors: arena.place(fill(new Float32Array(users.size * factors))),
    offsets: arena.place(byUser.offsets),
    indices: arena.place(byUser.indices),
  };
  const best = { k, items: arena.int32(users.size * k), scores: arena.float32(users.size * k) };
  return await ask(async () => {
    await topKOfAll(engine, people, panels, best);
    return best;
  });
}

export const topTen: Workload = {
  name: "topk-ml32m-top1000",
  shape: "ml32m-top1000",
  unit: "top 10 unseen of 1,000 films for 200,758 people, 64 factors",
  time: async (data, engine) => ({ seconds: await listing(data, engine, (pass) => repeated(3, pass)) }),
  result: (data, engine) =>
    listing(data, engine, async (pass) => {
      const { items, scores } = await pass();
      return [items.slice(), scores.slice()];
    }),
};
