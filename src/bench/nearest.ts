/** Workloads of exact nearest neighbours. */
import type { Engine } from "../compute/engine.ts";
import {
  allNeighbours,
  type Likeness,
  type Neighbours,
  type Prepared,
  prepareNeighbours,
  sparse,
} from "../compute/neighbours.ts";
import type { Dataset } from "../data/dataset.ts";
import { rowsAt } from "../matrix/csr.ts";
import { random } from "../random.ts";
import type { ShapeName } from "./shapes.ts";
import { repeated, type Workload } from "./workload.ts";

const queries = 200;

interface Question {
  readonly name: string;
  readonly shape: ShapeName;
  readonly unit: string;
  readonly similarity: Likeness["similarity"];
  readonly k: number;
  /** All queries in one call. */
  readonly together?: true;
}

/** Seconds of one query for a person's nearest others, over a pass of 200. */
export function userQuery({ name, shape, unit, similarity, k, together }: Question): Workload {
  /** Asks for the neighbours of 200 people, the same ones always. */
  async function asking<T>(
    data: Dataset,
    engine: Engine,
    ask: (pass: () => Promise<Neighbours[]>) => Promise<T>,
  ): Promise<T> {
    const { byUser } = data;
    using prepared: Prepared = prepareNeighbours(engine, byUser, { similarity, shrinkage: 0 });
    const askers = askersOf(data);
    const questions = together ? [askers] : Array.from(askers, (asker) => Int32Array.of(asker));
    const profiles = questions.map((selves) => rowsAt(byUser, selves));
    return await ask(async () => {
      const found: Neighbours[] = [];
      for (const [n, selves] of questions.entries()) found.push(await prepared.neighboursOf(profiles[n], k, selves));
      return found;
    });
  }
  return {
    name,
    shape,
    unit,
    // Together, askers share what one of them has brought into the caches.
    ...(together ? {} : { bytes: (data: Dataset) => touchedBytes(data) / queries }),
    async time(data, engine) {
      const passes = await asking(data, engine, (pass) => repeated(4, pass));
      return { seconds: passes.map((pass) => pass / queries), memory: { bytes: engine.peak, of: "arrays" } };
    },
    async result(data, engine) {
      const found = await asking(data, engine, (pass) => pass());
      return found.flatMap(({ offsets, indices, similarities }) => [offsets, indices, similarities]);
    },
  };
}

function askersOf({ byUser }: Dataset): Int32Array {
  const { int } = random(0);
  return Int32Array.from({ length: queries }, () => int(byUser.rows));
}

/** Bytes of the lists of all films that the askers rated: a byte a person where kept dense, two an entry where not. */
function touchedBytes(data: Dataset): number {
  const { byUser, counts } = data;
  const { indices } = rowsAt(byUser, askersOf(data));
  return indices.reduce((sum, film) => sum + (counts[film] * sparse < byUser.rows ? 2 * counts[film] : byUser.rows), 0);
}

export function allItems(shape: ShapeName, runs: number): Workload {
  const likeness = { similarity: "cosine", shrinkage: 0, k: 20 } as const;
  return {
    name: `itemknn-${shape}`,
    shape,
    unit: "the 20 nearest films of every film, by cosine",
    async time({ byItem }, engine) {
      return { seconds: await repeated(runs, () => allNeighbours(engine, byItem, likeness)) };
    },
    async result({ byItem }, engine) {
      const { offsets, indices, similarities } = await allNeighbours(engine, byItem, likeness);
      return [offsets, indices, similarities];
    },
  };
}
