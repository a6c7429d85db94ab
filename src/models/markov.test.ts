import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { type Dataset, datasetFromCsr } from "../data/dataset.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import { markovAlgorithm } from "./markov.ts";
import type { Profile } from "./model.ts";

function timed({ byUser, report, ...space }: Dataset, times: readonly number[]): Dataset {
  return datasetFromCsr(space, { ...byUser, times: Float64Array.from(times) }, report);
}

async function scores(data: Dataset, profile: Profile, smoothing = 1): Promise<number[]> {
  const model = markovAlgorithm.open((await fit(data, configure("markov", { smoothing }))).state, localEngine());
  const out = new Float32Array(data.items.size);
  model.ask({ profile }).score(out);
  return [...out];
}

const near = (found: readonly number[], expected: readonly number[]) => {
  for (const [n, value] of found.entries()) {
    assert.ok(value === expected[n] || Math.abs(value - expected[n]) < 1e-6, `${found}, expected ${expected}`);
  }
};

describe("markov", () => {
  // Users 0 and 1: 0, 1, 2. User 2: 0, 2. Item 3 is unrated.
  const triples = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
    [2, 0],
    [2, 2],
  ] as const;
  const data = toyDataset(
    3,
    4,
    triples.map(([user, item]) => [user, item, 5] as const),
  );
  const ordered = timed(data, [1, 2, 3, 1, 2, 3, 1, 2]);

  it("counts what came right after the film rated last, smoothed by the shares of all", async () => {
    const profile = { items: Int32Array.of(0, 2), values: Float32Array.of(5, 5), times: Float64Array.of(8, 4) };
    // After 0 came 1 twice and 2 once; shares are 3/8, 2/8 and 3/8.
    near(await scores(ordered, profile), [3 / 8 / 4, (2 + 2 / 8) / 4, (1 + 3 / 8) / 4, -Infinity]);
    near(await scores(ordered, profile, 4), [(4 * 3) / 8 / 7, (2 + 1) / 7, (1 + 12 / 8) / 7, -Infinity]);
  });

  it("takes the mean over all orders of films of one moment", async () => {
    // User 0: 0 and 1 in one moment, then 2. Orders 0 1 2 and 1 0 2: half a transition each of 0 → 1, 1 → 0, 0 → 2 and 1 → 2.
    const tied = timed(
      toyDataset(1, 3, [
        [0, 0, 5],
        [0, 1, 5],
        [0, 2, 5],
      ]),
      [1, 1, 2],
    );
    const values = Float32Array.of(5);
    near(await scores(tied, { items: Int32Array.of(0), values }), [1 / 3 / 2, (0.5 + 1 / 3) / 2, (0.5 + 1 / 3) / 2]);
    const both = { items: Int32Array.of(0, 1), values: Float32Array.of(5, 5) };
    near(await scores(tied, both), [0, 1].map(() => (0.25 + 1 / 3) / 2).concat((0.5 + 1 / 3) / 2));
  });

  it("keeps its counts where more films are of one moment than are paired, and knows nothing of who rated nothing", async () => {
    const many = toyDataset(
      1,
      100,
      Array.from({ length: 100 }, (_, item) => [0, item, 5] as const),
    );
    const { state } = await fit(many, configure("markov"));
    const total = (state.tensors.counts.data as Float64Array).reduce((sum, count) => sum + count, 0);
    assert.ok(Math.abs(total - 99) < 1e-9);
    const none = await scores(ordered, { items: Int32Array.of(), values: Float32Array.of() });
    assert.ok(none.every((score) => score === -Infinity));
  });
});
