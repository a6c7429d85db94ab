/** The index with the package usearch as it is. */
import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { describe, it } from "node:test";
import { random } from "../random.ts";
import { hnsw } from "./hnsw.ts";

const length = 8;
const step = async () => {};

function vectorsOf(items: number, seed: number): Float32Array {
  const { normal } = random(seed);
  const vectors = new Float32Array(items * length);
  for (let item = 0; item < items; item++) {
    const scale = 1 / (1 + item); // lengths as factor models have them: few long ones, many short ones
    for (let n = item * length; n < (item + 1) * length; n++) vectors[n] = scale * normal();
  }
  return vectors;
}

describe("hnsw", () => {
  it("says how to get the package where it is not there", () => {
    // before any other test: what has been resolved once is not looked for again
    const hooks = registerHooks({
      resolve(name, context, next) {
        return next(name === "usearch" ? "usearch-that-is-not-there" : name, context);
      },
    });
    try {
      assert.throws(() => hnsw(), { code: "PACKAGE_MISSING", fix: "npm install usearch" });
    } finally {
      hooks.deregister();
    }
  });

  it("finds the highest inner products, not the smallest angles", async () => {
    const vectors = vectorsOf(5000, 1);
    const queries = vectorsOf(200, 2);
    const found = (await hnsw()(vectors, length, step)).candidates(queries, 64);
    let hits = 0;
    for (let row = 0; row < 200; row++) {
      const scores = Array.from({ length: 5000 }, (_, item) =>
        queries
          .subarray(row * length, (row + 1) * length)
          .reduce((sum, x, n) => sum + x * vectors[item * length + n], 0),
      );
      const best = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, 10);
      const own = found.subarray(row * 64, (row + 1) * 64);
      hits += best.filter((item) => own.includes(item)).length;
    }
    assert.ok(hits / 2000 > 0.99, `recall ${hits / 2000}`);
  });

  it("finds the same every time it is made", async () => {
    const [vectors, queries] = [vectorsOf(3000, 3), vectorsOf(50, 4)];
    const [one, two] = [await hnsw()(vectors, length, step), await hnsw()(vectors, length, step)];
    assert.deepEqual(two.candidates(queries, 32), one.candidates(queries, 32));
  });

  it("leaves vectors of zeros out, and says where it found fewer than wanted", async () => {
    const vectors = new Float32Array(4 * length);
    vectors[length] = 1;
    vectors[3 * length] = 2;
    const index = await hnsw()(vectors, length, step);
    for (const rows of [1, 2]) {
      const found = index.candidates(new Float32Array(rows * length).fill(1), 4);
      for (let row = 0; row < rows; row++) {
        assert.deepEqual([...found.subarray(4 * row, 4 * row + 4)].sort(), [-1, -1, 1, 3]);
      }
    }
    const none = await hnsw()(new Float32Array(4 * length), length, step);
    assert.deepEqual([...none.candidates(new Float32Array(length).fill(1), 2)], [-1, -1]);
  });

  it("tells of its progress, and stops when told to", async () => {
    const told: number[] = [];
    await hnsw()(vectorsOf(5000, 5), length, async (done, total) => {
      told.push(done / total);
    });
    assert.deepEqual([told.length > 1, told.at(-1)], [true, 1]);
    const stop = async () => {
      throw new Error("enough");
    };
    await assert.rejects(hnsw()(vectorsOf(5000, 5), length, stop), /enough/);
  });
});
