/** Workloads of lists for all users. */
import type { Engine } from "../../compute/engine.ts";
import { panelsOf, type TopLists, topKOfAll } from "../../compute/topk.ts";
import type { Dataset } from "../../data/dataset.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import type { ModelSpec } from "../../models/model.ts";
import { random } from "../../random.ts";
import { openModel } from "../../recommend/open-model.ts";
import { recommendAll } from "../../recommend/recommend-all.ts";
import type { ShapeName } from "../data-shapes.ts";
import { timeRepeatedly, type Workload } from "../workload.ts";

const factors = 64;
const listLength = 10;

/** Fits a model, which is not timed, and times the lists of all users. */
function listsWorkload(
  { model, ...described }: Pick<Workload, "name" | "shape" | "unit" | "flops"> & { readonly model: ModelSpec },
  runs: number,
): Workload {
  async function withLists<T>(data: Dataset, engine: Engine, work: (pass: () => ReturnType<typeof recommendAll>) => T) {
    using opened = openModel(await fit(data, model, { engine }), engine);
    return await work(() => recommendAll(opened, data, { k: listLength, engine }));
  }
  return {
    ...described,
    time: async (data, engine) => ({ seconds: await withLists(data, engine, (pass) => timeRepeatedly(runs, pass)) }),
    async result(data, engine) {
      const { items, scores, chosen } = await withLists(data, engine, (pass) => pass());
      return [items, scores, chosen];
    },
  };
}

/** A profile counts whole, as in the peers: dislikes too. */
const whole = { dislike: 0 };

export function easeListsWorkload(shape: ShapeName): Workload {
  return listsWorkload(
    {
      name: `lists-ease-${shape}`,
      shape,
      unit: "top 10 unseen for everybody by a fitted ease on 0/1",
      flops: ({ users: { size: users }, items: { size: items }, byUser }) =>
        users < items ? 2 * users * users * items : 2 * byUser.values.length * items,
      model: configure("ease", { lambda: 500, values: "binary", ...whole }),
    },
    7,
  );
}

const neighbours = 50;

export function itemListsWorkload(shape: ShapeName): Workload {
  return listsWorkload(
    {
      name: `lists-itemknn-${shape}`,
      shape,
      unit: `top 10 unseen for everybody by a fitted item-knn, ${neighbours} neighbours a film`,
      model: configure("item-knn", { k: neighbours, ...whole }),
      flops: ({ byUser }) => 2 * byUser.values.length * neighbours,
    },
    5,
  );
}

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
