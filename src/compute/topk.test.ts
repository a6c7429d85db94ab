/** The kernel against plain TypeScript: at odd sizes, with tails, zeros and ties. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { topK } from "../matrix/topk.ts";
import { localEngine } from "./engine.ts";
import { createEngine } from "./pool.ts";
import { panelsOf, topKOfAll } from "./topk.ts";

interface Case {
  readonly rows: number;
  readonly items: number;
  readonly length: number;
  readonly k: number;
  /** Small whole numbers, so that every sum is exact and equal scores abound. */
  readonly people: Float32Array;
  readonly vectors: Float32Array;
  /** Ascending items of each row. */
  readonly seen: readonly (readonly number[])[];
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    rows: fc.integer({ min: 0, max: 140 }),
    items: fc.integer({ min: 1, max: 150 }),
    length: fc.constantFrom(4, 8, 12, 24),
    k: fc.integer({ min: 1, max: 30 }),
    seed: fc.nat(),
  })
  .map(({ seed, ...sizes }) => {
    const numbers = (count: number, salt: number) =>
      Float32Array.from({ length: count }, (_, n) => (Math.imul(n + salt, seed | 1) >>> 7) % 5).map(
        (value) => value - 2,
      );
    const { rows, items, length } = sizes;
    const vectors = numbers(items * length, 1);
    for (let item = 0; item < items; item += 7) vectors.fill(0, item * length, (item + 1) * length);
    const seen = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: items }, (_, item) => item).filter(
        (item) => Math.imul(row + 3, item + seed) % (2 + (row % 9)) === 0,
      ),
    );
    return { ...sizes, people: numbers(rows * length, 2), vectors, seen };
  });

/** Items and scores of all rows, as the kernel is to leave them. */
function plainly({ rows, items, length, k, people, vectors, seen }: Case): [number[], number[]] {
  const lists = Array.from({ length: rows }, (_, row) => {
    const scores = Float64Array.from({ length: items }, (_, item) => {
      const y = vectors.subarray(item * length, (item + 1) * length);
      if (seen[row].includes(item) || !y.some(Boolean)) return -Infinity;
      return y.reduce((sum, value, n) => sum + value * people[row * length + n], 0);
    });
    const best = [...topK(scores, k)];
    const none = Array.from({ length: k - best.length }, () => -1);
    return { items: [...best, ...none], scores: [...best.map((item) => scores[item]), ...none.map(() => -Infinity)] };
  });
  return [lists.flatMap((list) => list.items), lists.flatMap((list) => list.scores)];
}

async function byKernel({ rows, length, k, people, vectors, seen }: Case, engine = localEngine(2 ** 22)) {
  using arena = engine.arena();
  const offsets = arena.int32(rows + 1);
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + seen[row].length;
  const asking = { rows, vectors: arena.place(people), offsets, indices: arena.place(Int32Array.from(seen.flat())) };
  const best = { k, items: arena.int32(rows * k).fill(7), scores: arena.float32(rows * k).fill(7) };
  await topKOfAll(engine, asking, panelsOf(arena, vectors, length), best);
  return [[...best.items], [...best.scores]];
}

describe("topKOfAll", () => {
  it("gives what a plain loop gives, ties and tails included", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (sample) => assert.deepEqual(await byKernel(sample), plainly(sample))),
      { numRuns: 60 },
    );
  });

  it("gives the same for the relaxed build and any number of threads", async () => {
    const [sample] = fc.sample(
      cases.filter(({ rows }) => rows > 100),
      { numRuns: 1, seed: 5 },
    );
    for (const threads of [1, 2, 3]) {
      using engine = await createEngine({ threads });
      assert.deepEqual(await byKernel(sample, engine), plainly(sample));
    }
  });
});
