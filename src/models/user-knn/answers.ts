/** Answers of `user-knn` to many queries: the neighbours of some profiles at a time, and then a kernel that combines their ratings. */
import { type Arena, type Engine, placeCsr, type Step } from "../../compute/engine.ts";
import { userKnnScores } from "../../compute/kernels/user-knn.ts";
import type { PreparedNeighbours } from "../../compute/neighbours.ts";
import { type Csr, meansOfRows, rowsBetween } from "../../matrix/csr.ts";
import type { Answers, Queries } from "../model.ts";
import { predictionsOf } from "../shared/answers.ts";
import { profileOf } from "../shared/profiles.ts";
import { completePredictions, type Population } from "./answer.ts";

/** Profiles whose neighbours are found at a time. */
const slabRows = 1024;

const weightings = {
  mean: "nothing",
  weighted: "similarity",
  overlap: "similarity and overlap",
  deviation: "similarity",
} as const;

/** @param k neighbours of each profile */
export function userKnnAnswers(
  population: Population,
  prepared: PreparedNeighbours,
  k: number,
  engine: Engine,
  arena: Arena,
): Answers {
  const { means, minOverlap, minNeighbours, prediction } = population;
  const ratings = placeCsr(arena, population.ratings);
  const centred = prediction === "deviation";
  const centres = centred ? arena.place(means) : arena.float64(ratings.rows);
  const rule = { ratings, centres, weighting: weightings[prediction], minOverlap, minNeighbours };

  /** @param wanted the items that are scored, unless all are; in the engine's memory, as `out` is */
  async function scoreInto(
    out: Float32Array,
    { profiles, users }: Queries,
    wanted?: Pick<Csr, "offsets" | "indices">,
  ): Promise<void> {
    using own = engine.arena();
    const { offsets, indices, similarities } = await prepared.neighboursOf(profiles, k, users);
    const nearest = {
      offsets: own.place(offsets),
      indices: own.place(indices),
      similarities: own.place(similarities),
    };
    const bases = centred ? own.place(meansOfRows(profiles, 0)) : own.float64(profiles.rows);
    await userKnnScores(engine, { ...rule, profiles: placeCsr(own, profiles), nearest, bases, out, wanted });
  }

  return {
    async score(queries, out, step) {
      await forSlabs(queries, (slab, from) => scoreInto(out.subarray(from * ratings.columns), slab), step);
    },
    async predict(queries, wanted, out, step) {
      async function predictSlab(slab: Queries, from: number): Promise<void> {
        using own = engine.arena();
        const offsets = wanted.offsets.slice(from, from + slab.users.length + 1);
        const [first, last] = [offsets[0], offsets[slab.users.length]];
        const indices = own.place(wanted.indices.subarray(first, last));
        const scores = own.float32(last - first);
        await scoreInto(scores, slab, { offsets: own.place(offsets.map((offset) => offset - first)), indices });
        out.ratings.set(scores, first);
        for (let row = 0; row < slab.users.length; row++) {
          const { items, ratings: predicted, rules } = predictionsOf(wanted, out, from + row);
          completePredictions(population, profileOf(slab.profiles, row), items, predicted, rules);
        }
      }
      await forSlabs(queries, predictSlab, step);
    },
  };
}

async function forSlabs(
  { profiles, users }: Queries,
  each: (slab: Queries, from: number) => Promise<void>,
  step?: Step,
): Promise<void> {
  for (let from = 0; from < profiles.rows; from += slabRows) {
    const to = Math.min(profiles.rows, from + slabRows);
    await each({ profiles: rowsBetween(profiles, from, to), users: users.slice(from, to) }, from);
    await step?.(to, profiles.rows);
  }
}
