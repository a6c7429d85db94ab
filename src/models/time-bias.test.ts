import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { datasetFromCsr } from "../data/dataset.ts";
import type { Profile, State } from "./model.ts";
import { answersOf, predictAll } from "./shared/answers.ts";
import { timeBiasAlgorithm } from "./time-bias.ts";

const engine = localEngine(2 ** 27);
/** Half of the drift is there yet after this many seconds, ℓ being a minute. */
const half = 60 * Math.LN2;
const near = (found: ArrayLike<number>, wanted: readonly number[]) => {
  assert.equal(found.length, wanted.length);
  for (const [n, value] of wanted.entries()) assert.ok(Math.abs(found[n] - value) < 1e-6, `${found[n]}, not ${value}`);
};

describe("time-bias, a case by hand", () => {
  const state: State = {
    algorithm: "time-bias",
    facts: { mean: 3, userDamping: 1, drift: 1, minutes: 1, min: 1, max: 5 },
    tensors: { itemBias: { shape: [2], data: Float64Array.of(0.5, -0.5) } },
  };
  const model = timeBiasAlgorithm.open(state, engine);
  // e = (1, ½), C = (2, ½; ½, 2), 1ᵀC⁻¹e = 0.6, 1ᵀC⁻¹1 = 0.8: b = ⅓, C⁻¹(e − b) = (⅓, 0), and so g = ⅓ and 1/6
  const profile: Profile = {
    items: Int32Array.of(0, 1),
    values: Float32Array.of(4.5, 3),
    times: Float64Array.of(1000, 1000 + half),
  };
  const wanted = Int32Array.of(1, 0);

  it("predicts for the times of ratings, for one long after them, and for none in particular", () => {
    for (const [time, g] of [
      [1000, 1 / 3],
      [1000 + half, 1 / 6],
      [1e9, 0],
      [undefined, 1 / 4],
    ] as const) {
      const out = new Float32Array(2);
      const answer = model.ask({ profile, ...(time === undefined ? {} : { time }) });
      answer.predict!(wanted, out);
      near(out, [2.5 + 1 / 3 + g, 3.5 + 1 / 3 + g]);
      assert.deepEqual(
        answer.explain!(1).parts.map(({ kind }) => kind),
        ["global mean", "user bias", "item bias"],
      );
      near([answer.explain!(1).parts.reduce((sum, { value }) => sum + value, 0)], [out[0]]);
    }
  });

  it("answers many queries alike", async () => {
    const { items: indices, values, times } = profile;
    const profiles = { rows: 1, columns: 2, offsets: Int32Array.of(0, 2), indices, values, times: times! };
    const users = Int32Array.of(-1);
    const asked = { offsets: Int32Array.of(0, 2), indices: wanted, times: Float64Array.of(1000, 1000 + half) };
    const found = await predictAll(model, profiles, asked, users, { engine });
    near(found!.ratings, [2.5 + 2 / 3, 3.5 + 1 / 2]);
    using arena = engine.arena();
    const scores = arena.float32(2);
    await answersOf(model, engine, arena).score({ profiles, users }, scores);
    near(scores, [3.5 + 7 / 12, 2.5 + 7 / 12]);
  });

  it("knows nothing of nobody but the films' means", () => {
    const out = new Float32Array(2);
    model.ask({ profile: { items: new Int32Array(0), values: new Float32Array(0) }, time: 5 }).predict!(wanted, out);
    near(out, [2.5, 3.5]);
  });

  it("learns films' means from what is neither the user's nor of a time", async () => {
    const ratings = toyDataset(1, 3, [
      [0, 0, 4],
      [0, 1, 3],
    ]);
    const timed = { ...ratings.byUser, times: Float64Array.of(0, half) };
    const data = datasetFromCsr(ratings, timed, ratings.report);
    const settings = { itemDamping: 1, userDamping: 1, drift: 1, minutes: 1, rounds: 1, caution: 0 };
    const fitted = await timeBiasAlgorithm.fit(data, settings, { engine, seed: 0, step: async () => {} });
    // μ = 3½, e = (½, −½), b = 0, C⁻¹e = (⅓, −⅓), halved by the damping; nobody rated the third
    near(fitted.tensors.itemBias.data, [1 / 6, -1 / 6, 0]);
  });

  it("refuses facts that make no drift", () => {
    for (const facts of [{ drift: 0 }, { minutes: -1 }, { userDamping: 0 }]) {
      assert.throws(() => timeBiasAlgorithm.open({ ...state, facts: { ...state.facts, ...facts } }, engine), {
        code: "ARTIFACT_CONTENT",
      });
    }
  });
});
