/** The best items of many users among the candidates that an index finds. */
import type { Step } from "../compute/engine.ts";
import type { MakeIndex } from "../compute/hnsw.ts";
import type { TopLists, UserVectors } from "../compute/topk.ts";
import { dot } from "../matrix/dense.ts";
import { topK } from "../matrix/topk.ts";
import type { Vectors } from "../models/model.ts";

/** Candidates for a user without ratings. The more are looked at, the fewer of the best are missed. */
const fewest = 128;
/** Users who are looked up between two steps. */
const portion = 256;

/** Makes the index, and returns a function that fills `best` as the kernel does, but for items that the index does not find. */
export async function findByIndex({ items: y, length }: Vectors, makeIndex: MakeIndex, step: Step) {
  const index = await makeIndex(y, length, async () => step(0, 1));
  const items = y.length / length;

  return async ({ rows, vectors: x, offsets, indices }: UserVectors, best: TopLists, step: Step): Promise<void> => {
    const { k } = best;
    best.items.fill(-1);
    best.scores.fill(-Infinity);
    /** A power of two: room for all that a user has rated, k more, and as many again that may be missed. */
    const wantedBy = (row: number) => {
      const wanted = Math.max(fewest, offsets[row + 1] - offsets[row] + 2 * k);
      return Math.min(items, 2 ** Math.ceil(Math.log2(wanted)));
    };
    const remaining = Array.from({ length: rows }, (_, row) => row)
      .filter((row) => x.subarray(row * length, (row + 1) * length).some(Boolean))
      .sort((a, b) => wantedBy(a) - wantedBy(b));
    for (let from = 0; from < remaining.length; ) {
      const wanted = wantedBy(remaining[from]);
      const together = remaining.slice(from, from + portion).filter((row) => wantedBy(row) === wanted);
      const queries = new Float32Array(together.length * length);
      for (const [n, row] of together.entries()) {
        queries.set(x.subarray(row * length, (row + 1) * length), n * length);
      }
      const found = index.candidates(queries, wanted);
      for (const [n, row] of together.entries()) {
        const rated = new Set(indices.subarray(offsets[row], offsets[row + 1]));
        const own = found.subarray(n * wanted, (n + 1) * wanted).filter((item) => item >= 0 && !rated.has(item));
        own.sort(); // so that equal scores come by ascending index
        const scores = Float32Array.from(own, (item) => dot(x, row * length, y, item * length, length));
        topK(scores, k).forEach((place, m) => {
          best.items[row * k + m] = own[place];
          best.scores[row * k + m] = scores[place];
        });
      }
      from += together.length;
      await step(from, remaining.length);
    }
  };
}
