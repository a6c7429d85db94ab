import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { near } from "../../test/helpers/numbers.ts";
import { random } from "../random.ts";
import { holmAdjusted, permutationTest } from "./permutation-test.ts";

describe("permutationTest", () => {
  for (const [differences, p] of [
    // ±1 ±2 ±3 reaches 6 by two of eight
    [[1, 2, 3], 2 / 8],
    // 6, 4, 2 and 0 either way: 4 is reached by four of eight
    [[3, 0, -1, 2], 4 / 8],
    [[0, 0, 0], 1],
    [[], 1],
    [[-5], 1],
    // a sum of 0 but for rounding
    [[0.1, 0.2, -0.3], 1],
    // 4, 2 and 0 tenths: 2 is reached by ten of sixteen, by some only but for rounding
    [[0.1, 0.1, 0.1, -0.1], 10 / 16],
    [Array(13).fill(1), 2 / 2 ** 13],
    [[1, 1, 1, 1, 1, 1, 1, 1, 1, -1], (2 * (1 + 10)) / 1024],
  ] as const) {
    it(`of ${differences.join(" ")} tries all signs`, () => {
      assert.equal(permutationTest(Float64Array.from(differences), 1), p);
    });
  }

  it("of more users takes each bit of each number drawn as the sign of one user", () => {
    const { normal } = random(6);
    for (const users of [14, 32, 45, 71]) {
      const differences = Float64Array.from({ length: users }, () => normal() + 0.2);
      const sum = differences.reduce((all, value) => all + value);
      const { uint32 } = random(3);
      let large = 0;
      for (let permutation = 0; permutation < 9999; permutation++) {
        let [other, signs] = [0, 0];
        for (const [n, difference] of differences.entries()) {
          signs = n % 32 === 0 ? uint32() : signs >>> 1;
          other += signs & 1 ? -difference : difference;
        }
        if (Math.abs(other) >= Math.abs(sum) - 1e-9) large++;
      }
      assert.equal(permutationTest(differences, 3), (1 + large) / 10_000, `${users} users`);
    }
  });

  it("of more users draws signs at random, and agrees with trying all", () => {
    const { normal } = random(5);
    const differences = Float64Array.from({ length: 18 }, () => normal() + 0.4);
    const sum = differences.reduce((all, value) => all + value);
    let large = 0;
    for (let signs = 0; signs < 2 ** 18; signs++) {
      let flipped = 0;
      for (let n = 0; n < 18; n++) if ((signs >>> n) & 1) flipped += differences[n];
      if (Math.abs(sum - 2 * flipped) >= Math.abs(sum) - 1e-12) large++;
    }
    const exact = large / 2 ** 18;
    assert.ok(exact > 0.01 && exact < 0.5, `${exact}`);
    near(permutationTest(differences, 1), exact, 4 * Math.sqrt((exact * (1 - exact)) / 9999));
    assert.equal(permutationTest(differences, 1), permutationTest(differences, 1));
    assert.notEqual(permutationTest(differences, 1), permutationTest(differences, 2));
  });

  it("is never less than one in 10,000", () => {
    assert.equal(permutationTest(new Float64Array(100).fill(1), 1), 1 / 10_000);
  });

  it("of very many users flips groups, and agrees with the normal distribution", () => {
    const { normal } = random(6);
    // differences sorted by size, a shift of about one and a half standard errors
    const differences = Float64Array.from({ length: 12_000 }, () => normal() + 0.014).sort();
    const sum = differences.reduce((all, value) => all + value);
    const z = Math.abs(sum) / Math.sqrt(differences.reduce((all, value) => all + value * value));
    near(permutationTest(differences, 1), upperTail(z), 0.02);
  });
});

/** P(|Z| ≥ z) of a standard normal Z, by the trapezium rule. */
function upperTail(z: number): number {
  let inside = 0;
  for (let n = 0; n < 1000; n++) {
    const density = (at: number) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
    inside += ((density((n * z) / 1000) + density(((n + 1) * z) / 1000)) * z) / 1000;
  }
  return 1 - inside;
}

describe("holmAdjusted", () => {
  it("multiplies by the number of tests left, and never falls below a smaller p", () => {
    holmAdjusted([0.01, 0.04, 0.03, 0.005]).forEach((p, n) => {
      near(p, [0.03, 0.06, 0.06, 0.02][n], 1e-15);
    });
    assert.deepEqual(holmAdjusted([0.5, 0.6]), [1, 1]);
    assert.deepEqual(holmAdjusted([]), []);
  });
});
