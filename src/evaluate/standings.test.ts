import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeTest, isDifferent } from "./standings.ts";

const test = (difference: number, p: number) => ({ metric: "rmse", best: "a", name: "b", difference, p, adjusted: p });

describe("a test in words", () => {
  it("is no difference where the decimals shown are all 0, whatever p is", () => {
    for (const [difference, p] of [
      [0.00004, 0.99],
      [-0.00001, 0.0001],
      [0, 1],
    ]) {
      assert.equal(describeTest(test(difference, p)), `No difference between a and b, p = ${p.toFixed(4)}`);
      assert.equal(isDifferent(test(difference, p)), false);
    }
  });

  it("is a better model only where p is below .05", () => {
    assert.equal(describeTest(test(-0.0123, 0.0004)), "a is better than b by 0.0123, p = 0.0004");
    assert.equal(
      describeTest(test(0.0123, 0.05)),
      "a and b are not distinguishable: a difference of 0.0123, p = 0.0500",
    );
  });
});
