import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { biasAlgorithm } from "./bias.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";

describe("bias", () => {
  it("is the damped means of a case worked by hand", async () => {
    const data = toyDataset(2, 3, [
      [0, 0, 5],
      [0, 1, 3],
      [1, 0, 4],
    ]);
    // μ = 4; b_0 = (1 + 0) / (1 + 2) = 1/3; b_1 = −1 / (1 + 1) = −1/2; b_2 = 0
    // b_u of somebody who gave film 0 five stars: (5 − 4 − 1/3) / (2 + 1) = 2/9
    const { state } = await fit(data, configure("bias", { itemDamping: 1, userDamping: 2 }));
    const answer = biasAlgorithm
      .open(state, localEngine())
      .ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(5) } });
    const scores = new Float32Array(3);
    answer.score(scores);
    const expected = [4 + 2 / 9 + 1 / 3, 4 + 2 / 9 - 1 / 2, 4 + 2 / 9];
    for (const [item, value] of expected.entries()) assert.ok(Math.abs(scores[item] - value) < 1e-6);
  });

  it("keeps predictions on the scale where scores leave it", async () => {
    const data = toyDataset(3, 1, [
      [0, 0, 5],
      [1, 0, 5],
      [2, 0, 0.5],
    ]);
    const { state } = await fit(data, configure("bias", { itemDamping: 0, userDamping: 0 }));
    const answer = biasAlgorithm
      .open(state, localEngine())
      .ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(0.5) } });
    const [scores, predicted] = [new Float32Array(1), new Float32Array(1)];
    answer.score(scores);
    answer.predict!(Int32Array.of(0), predicted);
    assert.equal(scores[0], 0.5);
    const high = biasAlgorithm
      .open(state, localEngine())
      .ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(9) } });
    high.score(scores);
    high.predict!(Int32Array.of(0), predicted);
    assert.equal(scores[0], 9);
    assert.equal(predicted[0], 5);
    const low = biasAlgorithm
      .open(state, localEngine())
      .ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(-1) } });
    low.predict!(Int32Array.of(0), predicted);
    assert.equal(predicted[0], 0.5);
  });
});
