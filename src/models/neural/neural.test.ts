import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dropTwin, propagateTwin, type TwinNetwork, type TwinRating } from "../../../test/helpers/neural-twin.ts";
import { differences, near } from "../../../test/helpers/numbers.ts";
import { randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { random } from "../../random.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { dealBatches } from "../shared/batches.ts";
import { paddedLength } from "../shared/padding.ts";
import { completeSettings } from "../shared/settings.ts";
import { neuralAlgorithm } from "./neural.ts";
import { neuralSettings } from "./settings.ts";
import { createNetwork, createPropagation } from "./train.ts";

const seeds = [123456789, 4000000000] as const;

describe("neural", () => {
  it("scores by hand: two hidden numbers", () => {
    using model = neuralAlgorithm.open(
      {
        algorithm: "neural",
        facts: { constant: 3, decay: 0, min: 0.5, max: 5, losses: [] },
        tensors: {
          items: { shape: [3, 2], data: Float32Array.of(0.5, 1, -2, 4, 8, 0) },
          weights: { shape: [1, 2], data: Float32Array.of(1, 0) },
          newcomer: { shape: [1], data: Float32Array.of(1) },
          output: { shape: [2], data: Float32Array.of(1, 0.25) },
        },
      },
      localEngine(2 ** 20),
    );
    const [scores, predicted] = [new Float32Array(3), new Float32Array(3)];
    // without ratings: the newcomer's half (1, 0)
    const answer = model.ask({ profile: { items: new Int32Array(), values: new Float32Array() } });
    answer.score(scores);
    answer.predict!(Int32Array.of(0, 1, 2), predicted);
    assert.deepEqual([...scores], [4.75, 4, 12]);
    assert.deepEqual([...predicted], [4.75, 4, 5]);
    // with a rating of 4 the half moves to (x, 0) where 3 + 0.5 + x + 0.25 = 4
    model.ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(4) } }).score(scores);
    near(scores[0], 4, 0.02);
  });

  it("knows the gradients of the error", () => {
    const data = randomDataset(4, 5, 0.4, 1);
    const network = twinNetwork(data, 3, 2, 5);
    const ratings = twinRatings(data, 3, 0.3);
    const { gradients } = propagateTwin(ratings, network);
    for (const part of ["users", "items", "W1", "c1", "w2", "c2"] as const) {
      const slopes = differences(network[part], () => propagateTwin(ratings, network).loss);
      for (const [n, slope] of slopes.entries()) near(gradients[part][n], slope, 1e-6, `${part} ${n}`);
    }
  });

  for (const [users, items, e, hidden, dropout] of [
    [1, 1, 1, 1, 0],
    [9, 5, 3, 2, 0.5],
    [70, 33, 8, 4, 0],
    [70, 33, 13, 10, 0.1],
    [40, 90, 100, 10, 0.1],
  ]) {
    it(`finds gradients as its twin does (${users} × ${items}, ${e} units, ${hidden} hidden, dropout ${dropout})`, async () => {
      for (const arithmetic of ["strict", "relaxed"] as const) {
        using engine = await createEngine({ arithmetic });
        using arena = engine.arena();
        const data = withUnrated(randomDataset(users, items, 0.3, 2));
        const twin = twinNetwork(data, e, hidden, 3);
        const start = (part: keyof TwinNetwork, row: number, k: number) => {
          return twin[part][row * { users: e, items: e, W1: 2 * e, c1: 1, w2: 0, c2: 0 }[part] + k];
        };
        const settings = { embedding: e, hidden, dropout, batch: 0, epochs: 1, rate: 1, decay: 0 };
        const [network, found] = [createNetwork(arena, data, settings, start), createNetwork(arena, data, settings)];
        const dealt = dealBatches(arena, data, 0, random(1));
        found.numbers.fill(9);
        const squares = await createPropagation(engine, arena, dealt, data, settings, network, found)(0, seeds);
        const ratings = twinRatings(data, e, dropout);
        const { loss, gradients } = propagateTwin(ratings, twin);
        near(squares / ratings.length / loss, 1, 1e-5, "loss");
        const h = paddedLength(hidden);
        for (const part of ["users", "items"] as const) {
          for (const [n, value] of found[part].entries()) near(value, gradients[part][n], 1e-5, `${part} ${n}`);
        }
        for (let k = 0; k < e; k++) {
          for (let row = 0; row < h; row++) {
            const [ofUser, ofItem] = row < hidden ? [0, e].map((at) => gradients.W1[row * 2 * e + at + k]) : [0, 0];
            near(found.userWeights[k * h + row], ofUser, 1e-5, `W1 ${row}, ${k}`);
            near(found.itemWeights[k * h + row], ofItem, 1e-5, `W1 ${row}, ${e + k}`);
          }
        }
        for (let row = 0; row < hidden; row++) near(found.output[row], gradients.c1[row], 1e-5, `c1 ${row}`);
        for (let row = 0; row < hidden; row++) near(found.output[h + row], gradients.w2[row], 1e-5, `w2 ${row}`);
        near(found.output[2 * h], gradients.c2[0], 1e-5, "c2");
      }
    });
  }

  it("drops as many units as it is told, others for each rating and seed", () => {
    let count = 0;
    for (let place = 0; place < 2000; place++) count += dropTwin(place, 100, 0.1, seeds[0]).filter(Boolean).length;
    near(count / 200_000, 0.1, 0.003);
    assert.notDeepEqual(dropTwin(1, 100, 0.1, seeds[0]), dropTwin(2, 100, 0.1, seeds[0]));
    assert.notDeepEqual(dropTwin(1, 100, 0.1, seeds[0]), dropTwin(1, 100, 0.1, seeds[1]));
  });

  it("learns what no sum can say: who likes what with whom", async () => {
    // people and films of two kinds, 4.5 where they agree and 1.5 where they don't
    const { float } = random(4);
    const triples: [number, number, number][] = [];
    for (let user = 0; user < 60; user++) {
      for (let item = 0; item < 40; item++)
        if (float() < 0.4) triples.push([user, item, (user + item) % 2 ? 1.5 : 4.5]);
    }
    const data = toyDataset(60, 41, triples);
    const { state } = await fit(data, configure("neural", { embedding: 8, epochs: 60, batch: 64, rate: 0.01 }));
    const losses = state.facts.losses as number[];
    assert.equal(losses.length, 60);
    using model = neuralAlgorithm.open(state, localEngine(2 ** 20));
    const rated = { items: Int32Array.of(0, 1, 2, 3, 4, 5), values: Float32Array.of(4.5, 1.5, 4.5, 1.5, 4.5, 1.5) };
    const predicted = new Float32Array(3);
    model.ask({ profile: rated }).predict!(Int32Array.of(20, 21, 40), predicted);
    assert.ok(predicted[0] > 4 && predicted[1] < 2, `${predicted}`);
    assert.ok(predicted[2] > 1 && predicted[2] < 5, `${predicted[2]} for a film that nobody rated`);
  });

  for (const batch of [0, 500]) {
    it(`estimates the arrays within 15 % (batches of ${batch})`, async () => {
      for (const [embedding, hidden, density] of [
        [33, 10, 0.3],
        [100, 20, 0.05],
      ]) {
        const data = randomDataset(400, 600, density, 3);
        using engine = await createEngine();
        const set = { embedding, hidden, batch, epochs: 1 };
        const { state } = await fit(data, configure("neural", set), { engine });
        const tensors = Object.values(state.tensors).reduce((total, { data: { byteLength } }) => total + byteLength, 0);
        const config = completeSettings("neural", neuralSettings, set);
        near(neuralAlgorithm.estimate(shapeOf(data), config).bytes / (engine.peak + tensors), 1, 0.15);
      }
    });
  }
});

/** The same ratings, and one more user and item without any. */
function withUnrated({ users, items, byUser }: Dataset): Dataset {
  const triples: [number, number, number][] = [];
  for (let user = 0; user < users.size; user++) {
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) {
      triples.push([user, byUser.indices[n], byUser.values[n]]);
    }
  }
  return toyDataset(users.size + 1, items.size + 1, triples);
}

function twinNetwork(data: Dataset, e: number, hidden: number, seed: number): TwinNetwork {
  const { normal } = random(seed);
  // as they lie in single precision, so that the kernels start where the twin does
  const numbers = (length: number) => Float64Array.from({ length }, () => Math.fround(0.5 * normal()));
  return {
    users: numbers(data.users.size * e),
    items: numbers(data.items.size * e),
    W1: numbers(hidden * 2 * e),
    c1: numbers(hidden),
    w2: numbers(hidden),
    c2: numbers(1),
  };
}

/** Ratings with the units that they drop: by their place by user for one half, by item for the other. */
function twinRatings({ byUser, byItem }: Dataset, e: number, dropout: number): TwinRating[] {
  const keep = 1 / (1 - Math.round(dropout * 65536) / 65536);
  const factors = (place: number, seed: number) => dropTwin(place, e, dropout, seed).map((gone) => (gone ? 0 : keep));
  const ofItems = new Map<string, number[]>();
  for (let item = 0; item < byItem.rows; item++) {
    for (let n = byItem.offsets[item]; n < byItem.offsets[item + 1]; n++) {
      ofItems.set(`${byItem.indices[n]} ${item}`, factors(n, seeds[1]));
    }
  }
  const ratings: TwinRating[] = [];
  for (let user = 0; user < byUser.rows; user++) {
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) {
      const item = byUser.indices[n];
      const both = [...factors(n, seeds[0]), ...ofItems.get(`${user} ${item}`)!];
      ratings.push({ user, item, value: byUser.values[n], factors: Float64Array.from(both) });
    }
  }
  return ratings;
}
