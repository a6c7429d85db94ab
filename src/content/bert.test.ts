import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { truncateLongestFirst } from "./bert.ts";

describe("cutting two texts", () => {
  it("takes from the longer one, as if token by token", () => {
    for (let n = 0; n < 9; n++) {
      for (let m = 0; m < 9; m++) {
        for (let room = 0; room < n + m; room++) {
          const [a, b] = truncateLongestFirst(n, m, room);
          const name = `${n} and ${m} to ${room}: ${a}, ${b}`;
          assert.equal(a + b, room, name);
          assert.ok(a >= 0 && a <= n && b >= 0 && b <= m, name);
          // the one that is kept whole, if any, is no longer than what is left of the other
          if (a < n && b < m) assert.ok(Math.abs(a - b) <= 1, name);
          else assert.ok(a < n ? b <= a + 1 : a <= b + 1, name);
        }
      }
    }
  });

  it("gives the token more of an odd room to the longer one, or else the second", () => {
    assert.deepEqual(truncateLongestFirst(9, 7, 5), [3, 2]);
    assert.deepEqual(truncateLongestFirst(7, 9, 5), [2, 3]);
    assert.deepEqual(truncateLongestFirst(8, 8, 5), [2, 3]);
    assert.deepEqual(truncateLongestFirst(2, 9, 8), [2, 6]);
  });
});
