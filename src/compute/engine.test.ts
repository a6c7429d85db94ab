import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MatineeError } from "../errors.ts";
import { gramOf } from "../matrix/dense.ts";
import { random } from "../random.ts";
import { type Engine, localEngine } from "./engine.ts";
import { createHeap } from "./memory.ts";
import { createEngine } from "./pool.ts";

const f = 16;
const blockRows = 8;

/** YᵀY by blocks of rows, as one array of partial sums. */
async function partialsOf(engine: Engine, rows: number, step?: (done: number, total: number) => Promise<void>) {
  using arena = engine.arena();
  const { float } = random(1);
  const y = arena.place(Float32Array.from({ length: rows * f }, float));
  const partials = arena.float32(Math.ceil(rows / blockRows) * f * f);
  await engine.run("gram", { rows, blockRows, scratch: 0, args: [y, partials, f, blockRows] }, step);
  return new Float32Array(partials);
}

describe("an engine", () => {
  for (const arithmetic of ["strict", "relaxed"] as const) {
    it(`leaves the same bytes for any number of threads (${arithmetic})`, async () => {
      const results: Float32Array[] = [];
      for (const threads of [1, 2, 3, 8]) {
        using engine = await createEngine({ threads, arithmetic });
        assert.deepEqual([engine.threads, engine.arithmetic], [threads, arithmetic]);
        results.push(await partialsOf(engine, 203));
      }
      for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
    });
  }

  it("computes in a page what strict arithmetic computes in Node", async () => {
    using strict = await createEngine({ arithmetic: "strict" });
    using page = localEngine(2 ** 20);
    assert.deepEqual(await partialsOf(page, 100), await partialsOf(strict, 100));
  });

  for (const threads of [1, 3]) {
    it(`reports progress that ends at the whole, and works again after a step has thrown (${threads} threads)`, async () => {
      using engine = await createEngine({ threads });
      const seen: number[] = [];
      await partialsOf(engine, 1000, async (done, total) => {
        assert.equal(total, 1000);
        seen.push(done);
      });
      assert.equal(seen.at(-1), 1000);
      assert.ok(seen.every((done, n) => n === 0 || done >= seen[n - 1]));
      const before = engine.used;
      const cancelled = new MatineeError("CANCELLED", "enough");
      await assert.rejects(
        partialsOf(engine, 1000, async () => {
          throw cancelled;
        }),
        cancelled,
      );
      assert.equal(engine.used, before);
      assert.equal((await partialsOf(engine, 100)).length, 13 * f * f);
    });
  }

  it("carries out what is asked of it at the same time, one after the other", async () => {
    using engine = await createEngine({ threads: 3 });
    const alone = await partialsOf(engine, 20_000);
    const [, together] = await Promise.all([partialsOf(engine, 100), partialsOf(engine, 20_000)]);
    assert.deepEqual(together, alone);
  });

  it("says that a kernel has failed, also when asked again", async () => {
    using engine = await createEngine({ threads: 2 });
    const outside = { rows: 8, blockRows, scratch: 0, args: [2 ** 31, 2 ** 31, f, blockRows] };
    await assert.rejects(engine.run("gram", outside), /out of bounds/);
    await assert.rejects(partialsOf(engine, 100), /out of bounds/);
  });

  it("refuses arrays of another memory", async () => {
    using engine = await createEngine();
    const work = { rows: 1, blockRows, scratch: 0, args: [new Float32Array(f), new Float32Array(f * f), f, blockRows] };
    await assert.rejects(engine.run("gram", work), { code: "INTERNAL" });
  });

  it("keeps arrays good while its memory grows, gives zeros, and counts", async () => {
    using engine = await createEngine();
    using arena = engine.arena();
    const first = arena.int32(1000).fill(7);
    {
      using more = engine.arena();
      more.float64(20_000_000).fill(1);
      assert.ok(engine.used > 160_000_000);
    }
    assert.ok(first.every((value) => value === 7));
    assert.ok(arena.float32(50_000_000).every((value) => value === 0));
    assert.ok(engine.used >= 200_004_000 && engine.used < 200_005_000);
    assert.ok(engine.peak >= engine.used);
    assert.equal(arena.place(first), first);
  });

  it("says when its memory is full, and goes on with what fits", () => {
    using engine = localEngine(2 ** 20);
    using arena = engine.arena();
    assert.throws(() => arena.float32(2 ** 19), {
      code: "MEMORY",
      message: /2\.0 MiB more do not fit beside the 0\.0 MiB/,
    });
    assert.equal(arena.float32(1000).length, 1000);
  });
});

describe("the kernel gram", () => {
  for (const [rows, factors] of [
    [1, 8],
    [7, 16],
    [8, 24],
    [9, 8],
    [203, 64],
  ]) {
    it(`leaves partial sums that add up to YᵀY (${rows} rows, ${factors} factors)`, async () => {
      using engine = localEngine(2 ** 22);
      using arena = engine.arena();
      const { float } = random(rows);
      const y = Float32Array.from({ length: rows * factors }, () => Math.fround(float() - 0.5));
      const blocks = Math.ceil(rows / blockRows);
      const partials = arena.float32(blocks * factors * factors);
      const args = [arena.place(y), partials, factors, blockRows];
      await engine.run("gram", { rows, blockRows, scratch: 0, args });
      const expected = gramOf(y, factors);
      for (let i = 0; i < factors; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let block = 0; block < blocks; block++) sum += partials[(block * factors + i) * factors + j];
          assert.ok(Math.abs(sum - expected[i * factors + j]) < 1e-4, `entry ${i}, ${j}`);
        }
      }
    });
  }
});

describe("a heap", () => {
  it("never gives out a byte twice, and takes all of it back", () => {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
    const heap = createHeap(memory, 4);
    const { int } = random(5);
    const held = new Map<number, number>();
    for (let round = 0; round < 3000; round++) {
      const release = held.size > 0 && int(2) === 0;
      if (release) {
        const address = [...held.keys()][int(held.size)];
        held.delete(address);
        heap.release(address);
        continue;
      }
      const bytes = int(6000);
      let address: number;
      try {
        [, address] = heap.range(bytes);
      } catch (error) {
        assert.ok(error instanceof MatineeError && error.code === "MEMORY");
        continue;
      }
      assert.equal(address % 64, 0);
      const bytesThere = new Uint8Array(memory.buffer, address, bytes);
      assert.ok(bytesThere.every((value) => value === 0));
      bytesThere.fill(255);
      for (const [other, size] of held)
        assert.ok(address + bytes <= other || other + size <= address, "ranges overlap");
      held.set(address, bytes);
    }
    for (const address of held.keys()) heap.release(address);
    assert.equal(heap.used, 0);
    assert.equal(heap.range(4 * 65536 - 1024)[1], 1024);
    assert.throws(() => heap.release(4), { code: "INTERNAL" });
  });
});
