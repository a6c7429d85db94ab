/** Workloads of exact neighbours. */
import type { Engine } from "../../compute/engine.ts";
import {
  allNeighbours,
  type Neighbours,
  type PreparedNeighbours,
  prepareNeighbours,
  type SimilarityOptions,
  tailRatio,
} from "../../compute/neighbours.ts";
import type { Dataset } from "../../data/dataset.ts";
import { rowsAt } from "../../matrix/csr.ts";
import { random } from "../../random.ts";
import type { ShapeName } from "../data-shapes.ts";
import { timeRepeatedly, type Workload } from "../workload.ts";

const queries = 200;

interface UserQuery {
  readonly name: string;
  readonly shape: ShapeName;
  readonly unit: string;
  readonly similarity: SimilarityOptions["similarity"];
  readonly k: number;
  /** Ask all queries in one call. */
  readonly together?: true;
}

/** The time of one query for the neighbours of a user, as the mean of 200 queries. */
export function userQueryWorkload({ name, shape, unit, similarity, k, together }: UserQuery): Workload {
  /** Prepares the users, and hands over a function that asks for the neighbours of 200 of them, always the same. */
  async function withQueries<T>(
    data: Dataset,
    engine: Engine,
    work: (pass: () => Promise<Neighbours[]>) => Promise<T>,
  ): Promise<T> {
    const { byUser } = data;
    using prepared: PreparedNeighbours = prepareNeighbours(engine, byUser, { similarity, shrinkage: 0 });
    const users = queryUsers(data);
    const calls = together ? [users] : Array.from(users, (user) => Int32Array.of(user));
    const profiles = calls.map((selves) => rowsAt(byUser, selves));
    return await work(async () => {
      const found: Neighbours[] = [];
      for (const [n, selves] of calls.entries()) found.push(await prepared.neighboursOf(profiles[n], k, selves));
      return found;
    });
  }
  return {
    name,
    shape,
    unit,
    // queries in one call share what is in the caches
    ...(together ? {} : { bytes: (data: Dataset) => touchedBytes(data) / queries }),
    async time(data, engine) {
      const passes = await withQueries(data, engine, (pass) => timeRepeatedly(4, pass));
      return { seconds: passes.map((pass) => pass / queries), memory: { bytes: engine.peak, of: "arrays" } };
    },
    async result(data, engine) {
      const found = await withQueries(data, engine, (pass) => pass());
      return found.flatMap(({ offsets, indices, similarities }) => [offsets, indices, similarities]);
    },
  };
}

function queryUsers({ byUser }: Dataset): Int32Array {
  const { int } = random(0);
  return Int32Array.from({ length: queries }, () => int(byUser.rows));
}

/** Bytes of the rows of all films that the users rated: one for each user in a dense row, two for each entry in a sparse one. */
function touchedBytes(data: Dataset): number {
  const { byUser, counts } = data;
  const { indices } = rowsAt(byUser, queryUsers(data));
  return indices.reduce(
    (sum, film) => sum + (counts[film] * tailRatio < byUser.rows ? 2 * counts[film] : byUser.rows),
    0,
  );
}

/** The time of finding the neighbours of every film. */
export function itemNeighboursWorkload(shape: ShapeName, runs: number): Workload {
  const options = { similarity: "cosine", shrinkage: 0, k: 20 } as const;
  return {
    name: `itemknn-${shape}`,
    shape,
    unit: "the 20 nearest films of every film, by cosine",
    async time({ byItem }, engine) {
      return { seconds: await timeRepeatedly(runs, () => allNeighbours(engine, byItem, options)) };
    },
    async result({ byItem }, engine) {
      const { offsets, indices, similarities } = await allNeighbours(engine, byItem, options);
      return [offsets, indices, similarities];
    },
  };
}
