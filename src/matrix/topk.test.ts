import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { topK } from "./topk.ts";

const score = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(-Infinity), fc.constant(0.5));

describe("topK", () => {
  it("is a stable descending sort cut at k, without −Infinity and what is not allowed", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(score, fc.boolean()), { maxLength: 40 }), fc.nat(45), (list, k) => {
        const scores = Float64Array.from(list, ([value]) => value);
        const allowed = Uint8Array.from(list, ([, may]) => (may ? 1 : 0));
        const expected = [...scores.keys()]
          .filter((n) => scores[n] !== -Infinity && allowed[n] === 1)
          .sort((a, b) => scores[b] - scores[a] || a - b)
          .slice(0, k);
        assert.deepEqual([...topK(scores, k, { allowed })], expected);
      }),
    );
  });

  it("chooses among some indices as among all, whatever their order", () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 40 }), fc.nat(10), fc.integer(), (list, k, seed) => {
        const scores = Float64Array.from(list);
        const among = Int32Array.from(scores.keys()).sort((a, b) => Math.sin(seed + a) - Math.sin(seed + b));
        assert.deepEqual(topK(scores, k, { among }), topK(scores, k));
        const even = among.filter((index) => index % 2 === 0);
        const allowed = Uint8Array.from(scores, (_, index) => (index % 2 === 0 ? 1 : 0));
        assert.deepEqual(topK(scores, k, { among: even }), topK(scores, k, { allowed }));
      }),
    );
  });

  it("breaks ties by the lower index", () => {
    assert.deepEqual([...topK(Float32Array.of(1, 2, 2, 2, 1), 2)], [1, 2]);
  });
});
