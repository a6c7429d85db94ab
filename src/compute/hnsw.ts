/**
 * Finds items that probably have the highest inner products with a vector, by a graph: Y. Malkov, D. Yashunin, "Efficient and robust
 * approximate nearest neighbor search using hierarchical navigable small world graphs", TPAMI 2020, as the optional package
 * usearch has it. Not part of the core: usearch is compiled for Node.
 */
import { loadOptionalPackage } from "../optional-package.ts";
import type { Step } from "./engine.ts";
import { byFallingNorm } from "./topk.ts";

/** An index over items' vectors: finds `wanted` items for each query (float32 [rows × length]), −1 where it found fewer. */
export interface Index {
  /** int32 [rows × wanted], in no order that is promised. */
  candidates(queries: Float32Array, wanted: number): Int32Array;
}

/** Makes an index over vectors, float32 [items × length]; those of zeros are left out. */
export type MakeIndex = (vectors: Float32Array, length: number, step: Step) => Promise<Index>;

/** Vectors that enter between two steps. */
const portion = 2048;

/**
 * Loads usearch. One thread makes the graph, since it depends on the order in which vectors enter, and searches it: usearch 2.26
 * has room for as many searching threads as have added vectors, and with more of them finds other neighbours now and then, or
 * fails. The shortest vectors enter first: entering as they come, long ones draw all edges to themselves and the way to others
 * is lost.
 *
 * @throws PACKAGE_MISSING where usearch cannot be loaded
 * @example
 * import { als, hnsw, train } from "matinee";
 * const large = await train(data, als());
 * const lists = large.recommendAll({ k: 10, approximate: hnsw() });
 */
export function hnsw(): MakeIndex {
  const { Index, MetricKind, ScalarKind } = loadOptionalPackage<typeof import("usearch")>("usearch");
  return async (vectors, length, step) => {
    const order = byFallingNorm(vectors, length).order.reverse();
    const index = new Index({
      dimensions: length,
      metric: MetricKind.IP,
      quantization: ScalarKind.F32,
      connectivity: 16,
      expansion_add: 128,
      expansion_search: 64,
      multi: false,
    });
    for (let from = 0; from < order.length; from += portion) {
      const items = order.subarray(from, from + portion);
      const part = new Float32Array(items.length * length);
      items.forEach((item, n) => {
        part.set(vectors.subarray(item * length, (item + 1) * length), n * length);
      });
      index.add(BigUint64Array.from(items, BigInt), part, 1);
      await step(from + items.length, order.length);
    }
    return {
      candidates(queries, wanted) {
        const found = new Int32Array((queries.length / length) * wanted).fill(-1);
        if (order.length === 0) return found;
        // rows of a matrix: for a single vector, search would return another type
        const rows = Array.from({ length: queries.length / length }, (_, row) =>
          queries.subarray(row * length, (row + 1) * length),
        );
        const matches = index.search(rows, wanted, 1);
        const { keys } = matches;
        const counts = "counts" in matches ? Array.from(matches.counts, Number) : [keys.length];
        for (const [row, count] of counts.entries()) {
          for (let n = row * wanted; n < row * wanted + count; n++) found[n] = Number(keys[n]);
        }
        return found;
      },
    };
  };
}
