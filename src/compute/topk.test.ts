/** The kernel against plain TypeScript: at odd sizes, with tails, zeros and ties. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { topK } from "../matrix/topk.ts";
import { random } from "../random.ts";
import { localEngine } from "./engine.ts";
import { createEngine } from "./pool.ts";
import { panelsOf, topKOfAll } from "./topk.ts";

interface Case {
  readonly rows: number;
  readonly items: number;
  readonly length: number;
  readonly k: number;
  /** Small whole numbers, so that every sum is exact and equal scores abound; otherwise normal ones. */
  readonly whole: boolean;
  readonly users: Float32Array;
  readonly vectors: Float32Array;
  /** Ascending items of each row. */
  readonly seen: readonly (readonly number[])[];
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    rows: fc.integer({ min: 0, max: 140 }),
    items: fc.integer({ min: 1, max: 300 }),
    length: fc.constantFrom(4, 8, 12, 24),
    k: fc.integer({ min: 1, max: 30 }),
    whole: fc.boolean(),
    /** The lengths of vectors fall by powers of two, so that most users are done early. */
    falling: fc.boolean(),
    /** What users' and items' vectors are multiplied by: beyond 2^±99 coarse vectors are 0. */
    magnitudes: fc.constantFrom([1, 1], [2 ** -110, 1], [1, 2 ** -110], [2 ** 101, 1], [2 ** -110, 2 ** 101]),
    seed: fc.nat(),
  })
  .map(({ seed, falling, magnitudes, ...sizes }) => {
    const { rows, items, length, whole } = sizes;
    const { int, normal } = random(seed);
    const numbers = (count: number) => Float32Array.from({ length: count }, () => (whole ? int(5) - 2 : normal()));
    const vectors = numbers(items * length);
    for (let item = 0; item < items; item += 7) vectors.fill(0, item * length, (item + 1) * length);
    if (falling) for (let n = 0; n < vectors.length; n++) vectors[n] *= 2 ** -(Math.floor(n / length) % 40);
    for (let n = 0; n < vectors.length; n++) vectors[n] *= magnitudes[1];
    const users = numbers(rows * length).map((value) => magnitudes[0] * value);
    for (let row = 0; row < rows; row += 11) users.fill(0, row * length, (row + 1) * length);
    const seen = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: items }, (_, item) => item).filter(
        (item) => row % 13 === 5 || Math.imul(row + 3, item + seed) % (2 + (row % 9)) === 0,
      ),
    );
    return { ...sizes, users, vectors, seen };
  });

/** Items and scores of all rows, as the kernel is to leave them: sums in single precision, in the order of the numbers. */
function plainly({ rows, items, length, k, users, vectors, seen }: Case): [number[], number[]] {
  const lists = Array.from({ length: rows }, (_, row) => {
    const scores = Float64Array.from({ length: items }, (_, item) => {
      const y = vectors.subarray(item * length, (item + 1) * length);
      const x = users.subarray(row * length, (row + 1) * length);
      if (seen[row].includes(item) || !y.some(Boolean) || !x.some(Boolean)) return -Infinity;
      return y.reduce((sum, value, n) => Math.fround(sum + Math.fround(value * x[n])), 0);
    });
    const best = [...topK(scores, k)];
    const none = Array.from({ length: k - best.length }, () => -1);
    return { items: [...best, ...none], scores: [...best.map((item) => scores[item]), ...none.map(() => -Infinity)] };
  });
  return [lists.flatMap((list) => list.items), lists.flatMap((list) => list.scores)];
}

async function byKernel({ rows, length, k, users, vectors, seen }: Case, engine = localEngine(2 ** 22)) {
  using arena = engine.arena();
  const offsets = arena.int32(rows + 1);
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + seen[row].length;
  const given = { rows, vectors: arena.place(users), offsets, indices: arena.place(Int32Array.from(seen.flat())) };
  const best = { k, items: arena.int32(rows * k).fill(7), scores: arena.float32(rows * k).fill(7) };
  await topKOfAll(engine, given, await panelsOf(engine, arena, vectors, length), best);
  return [[...best.items], [...best.scores]];
}

describe("topKOfAll", () => {
  it("gives what a plain loop gives, ties and tails included", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (sample) => assert.deepEqual(await byKernel(sample), plainly(sample))),
      { numRuns: 200 },
    );
  });

  it("misses nothing that coarse vectors would leave out", async () => {
    const { normal } = random(8);
    const numbers = (count: number) => Float32Array.from({ length: count }, () => normal() ** 3);
    const sizes = { rows: 64, items: 3000, length: 64, k: 10, whole: false };
    const seen = Array.from({ length: 64 }, () => []);
    const sample = { ...sizes, users: numbers(64 * 64), vectors: numbers(3000 * 64), seen };
    assert.deepEqual(await byKernel(sample), plainly(sample));
  });

  it("looks on while a vector of the length to come could tie with the k-th best at a lower index", async () => {
    const vectors = new Float32Array(65 * 4).map((_, n) => [1, n < 4 ? 0 : 0.5, 0, 0][n % 4]);
    const sample = { rows: 1, items: 65, length: 4, k: 1, whole: true, users: Float32Array.of(1, 0, 0, 0), vectors };
    assert.deepEqual(await byKernel({ ...sample, seen: [[]] }), [[0], [1]]);
  });

  it("gives the same for the relaxed build and any number of threads", async () => {
    const [sample] = fc.sample(
      cases.filter(({ rows, whole }) => rows > 100 && whole),
      { numRuns: 1, seed: 5 },
    );
    for (const threads of [1, 2, 3]) {
      using engine = await createEngine({ threads });
      assert.deepEqual(await byKernel(sample, engine), plainly(sample));
    }
  });
});
