/** `als` and `mf` with what content says of films. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { alsHalfStep } from "../../../test/helpers/als-twin.ts";
import { letterEmbedder as embedder } from "../../../test/helpers/embedder.ts";
import { allNear } from "../../../test/helpers/numbers.ts";
import { projectionTwin } from "../../../test/helpers/projection-twin.ts";
import { checkerboardWithUnratedItem, randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { type Engine, localEngine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { emptyCatalog } from "../../data/catalog.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { selectCatalog } from "../../data/filter.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { transpose } from "../../matrix/csr.ts";
import { sum } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import { alsAlgorithm } from "../als/als.ts";
import { alsSettings } from "../als/settings.ts";
import { factorise } from "../als/train.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { State } from "../model.ts";
import { algorithmNamed } from "../registry.ts";
import { completeSettings } from "./settings.ts";

const step = async () => {};
const ways = [
  ["als", { factors: 8, regularisation: 1 }],
  ["als", { factors: 8, regularisation: 1, solver: "cholesky" }],
  ["mf", { factors: 6 }],
  ["mf", { factors: 6, optimiser: "als", epochs: 10 }],
] as const;

describe("als with priors", () => {
  for (const solver of ["conjugate-gradient", "cholesky"] as const) {
    for (const page of [true, false]) {
      it(`does what its twins do (${solver}, ${page ? "page" : "relaxed"})`, async () => {
        using engine = page ? localEngine(2 ** 26) : await createEngine({ threads: 2 });
        await assertLikeTwin(engine, solver);
      });
    }
  }

  async function assertLikeTwin(engine: Engine, solver: "conjugate-gradient" | "cholesky"): Promise<void> {
    const [f, users, items, mu] = [16, 70, 36, 2];
    const byUser = { ...randomDataset(users, 33, 0.12, f).byUser, columns: items }; // three have no ratings
    const byItem = transpose(byUser);
    const features = { ...randomDataset(items - 1, 9, 0.2, 5).byUser, rows: items };
    const offsets = Int32Array.of(...features.offsets, features.indices.length); // and the last one no content
    const { float } = random(3);
    const [p, q] = [users, items].map((rows) =>
      Float64Array.from({ length: rows * f }, () => Math.fround(float() - 0.5)),
    );
    const start = (side: "users" | "items", row: number, k: number) => (side === "users" ? p : q)[row * f + k];
    const set = { factors: f, solver, iterations: 2, alpha: 3, regularisation: 0.5, scaling: 0.5 };
    const settings = completeSettings("als", alsSettings, { ...set, features: "genres", contentRegularisation: mu });
    const found = await factorise(byUser, settings, start, { engine, step }, { ...features, offsets });

    const lambda = ({ rows, offsets: at }: typeof byUser) =>
      Float64Array.from({ length: rows }, (_, row) => 0.5 * Math.sqrt(at[row + 1] - at[row]));
    const weights = { users: lambda(byUser), items: lambda(byItem) };
    const twin = projectionTwin({ ...features, offsets }, { weights: weights.items, width: f, mu });
    const half = { f, base: 1, alpha: 3, ...(solver === "cholesky" ? {} : { steps: 3 }) };
    const all = users * items + 3 * sum(byUser.values);
    for (const loss of found.losses) {
      alsHalfStep(byUser, q, p, { ...half, weights: weights.users });
      twin.follow(q);
      const losses = alsHalfStep(byItem, p, q, { ...half, weights: weights.items, priors: twin.image() });
      const penalty = sum(p.map((value, n) => weights.users[Math.floor(n / f)] * value * value));
      const expected = (sum(losses) + penalty + mu * sum(twin.w.map((value) => value * value))) / all;
      assert.ok(Math.abs(loss / expected - 1) < 1e-4, `loss ${loss}, expected ${expected}`);
    }
    twin.follow(q);
    const image = twin.image();
    const unrated = [33, 34, 35];
    for (const item of unrated) q.set(image.subarray(item * f, (item + 1) * f), item * f);
    const largest = q.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    found.items.forEach((value, n) => {
      assert.ok(Math.abs(value - q[n]) < 1e-3 * largest, `factor ${n}: ${value}, expected ${q[n]}`);
    });
    assert.ok(found.items.subarray(33 * f, 35 * f).some(Boolean));
    assert.ok(!found.items.subarray(35 * f).some(Boolean), "without content and ratings there is nothing to go by");
  }

  it("takes films that nobody could see for no evidence about anybody", async () => {
    const { byUser } = randomDataset(20, 12, 0.3, 4);
    const triples = Array.from(byUser.indices, (item, n): [number, number, number] => {
      return [byUser.offsets.findLastIndex((offset) => offset <= n), item, byUser.values[n]];
    });
    const set = { factors: 8, features: "genres" };
    const scores = async (data: Dataset) => {
      const out = new Float32Array(data.items.size);
      alsAlgorithm
        .open((await fit(data, configure("als", set))).state, localEngine(2 ** 22))
        .ask({ profile: rowOf(data, 3) })
        .score(out);
      return out;
    };
    const [without, withMore] = [await scores(toyDataset(20, 12, triples)), await scores(toyDataset(20, 40, triples))];
    without.forEach((score, item) => {
      // Not to the last bit, since the steps start from small random numbers for every film.
      assert.ok(Math.abs(score - withMore[item]) < 1e-3, `${item}: ${withMore[item]}, expected ${score}`);
    });
  });
});

describe("content in factorisations", () => {
  for (const [model, set] of ways) {
    const title = Object.values({ model, ...set }).join(" ");

    it(`places a film that nobody rated beside those like it (${title})`, async () => {
      const data = checkerboardWithUnratedItem(); // film 10 is like the even ones, which even users watch
      const ratings = data.byUser.values.map((_, n) => (data.byUser.indices[n] % 3 === 0 ? 3 : 5)); // mf needs differences
      const varied = { ...data, byUser: { ...data.byUser, values: ratings } };
      const { state } = await fit(
        { ...varied, byItem: transpose(varied.byUser) },
        configure(model, { ...set, features: "genres", contentRegularisation: 0.1 }),
      );
      const opened = algorithmNamed(model).open(state, localEngine(2 ** 22));
      const similar = new Float64Array(11);
      opened.similarItems!(10, similar);
      const mean = (parity: number) => sum(similar.filter((_, item) => item < 10 && item % 2 === parity)) / 5;
      assert.ok(mean(0) > mean(1) + 0.1, `${similar}`);
      if (model === "mf") return;
      const scores = [0, 1].map((user) => {
        const out = new Float32Array(11);
        opened.ask({ profile: rowOf(data, user) }).score(out);
        return out[10];
      });
      assert.ok(scores[0] > scores[1] + 0.1, `${scores}`);
    });

    it(`lowers its loss all the time, and gives the same bytes for any number of threads (${title})`, async () => {
      const data = randomDataset(120, 300, 0.08, 2);
      const states: State[] = [];
      for (const threads of [1, 2, 3, 8]) {
        using engine = await createEngine({ threads });
        states.push((await fit(data, configure(model, { ...set, features: "tfidf" }), { engine })).state);
      }
      for (const other of states) assert.equal(hashOf(other), hashOf(states[0]));
      const losses = states[0].facts.losses as readonly number[];
      if (model === "als") {
        const falling = losses.every((loss, n) => n === 0 || loss <= losses[n - 1] * (1 + 1e-7));
        assert.ok(falling, `${losses}`);
      }
    });

    it(`estimates its arrays within 15 % (${title})`, async () => {
      const data = await syntheticRatings({ users: 600, items: 3000, ratings: 30_000 });
      const config = { ...set, factors: 32, features: "genres" };
      using engine = await createEngine();
      const { state } = await fit(data, configure(model, config), { engine });
      const tensors = Object.values(state.tensors).reduce((total, { data: { byteLength } }) => total + byteLength, 0);
      const { settings: schema, estimate } = algorithmNamed(model);
      const { bytes } = estimate(shapeOf(data), completeSettings(model, schema, config));
      assert.ok(Math.abs(bytes / (engine.peak + tensors) - 1) < 0.15, `${bytes}, measured ${engine.peak + tensors}`);
    });
  }

  for (const [model, set] of ways) {
    for (const features of ["genres", "tfidf", "text"]) {
      const title = Object.values({ model, ...set, features }).join(" ");

      it(`places a film that comes later where training places one of the same content (${title})`, async () => {
        const data = checkerboardWithUnratedItem(); // nobody rated film 10
        const opened = await trained(data, model, { ...set, features });
        const order = Int32Array.of(0, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        const known = Int32Array.of(0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        const items = { order, known, catalog: selectCatalog(data.catalog, Int32Array.of(10)) };
        const context = { engine: localEngine(2 ** 20), embedder, step };
        const { state, unplaced } = await opened.model.placeItems!(opened.state, items, context);
        assert.deepEqual(unplaced, []);
        for (const [name, { shape, data }] of Object.entries(opened.state.tensors)) {
          if (shape[0] !== 11) continue;
          const [width, after] = [data.length / 11, state.tensors[name].data];
          const [placed, unrated] = [1, 11].map((item) => after.slice(item * width, (item + 1) * width));
          allNear(Float32Array.from(placed), Float64Array.from(unrated), 1e-6);
          for (const [item, at] of known.entries()) {
            const row = (all: typeof data, n: number) => all.slice(n * width, (n + 1) * width);
            assert.deepEqual(row(after, at), row(data, item), name);
          }
        }
      });
    }
  }

  it("leaves other films' scores as they were where regularisation goes by the number of films", async () => {
    const data = checkerboardWithUnratedItem();
    const set = { factors: 8, regularisation: 1, scaling: 0.5, scaledBy: "confidence", features: "genres" };
    const opened = await trained(data, "als", set);
    const [order, known] = [Int32Array.from({ length: 12 }, (_, n) => n), Int32Array.from({ length: 11 }, (_, n) => n)];
    const items = { order, known, catalog: selectCatalog(data.catalog, Int32Array.of(10)) };
    const { state } = await opened.model.placeItems!(opened.state, items, { engine: localEngine(2 ** 20), step });
    const [before, after] = [new Float32Array(11), new Float32Array(12)];
    opened.model.ask({ profile: rowOf(data, 3) }).score(before);
    alsAlgorithm
      .open(state, localEngine(2 ** 22))
      .ask({ profile: rowOf(data, 3) })
      .score(after);
    assert.deepEqual(after.slice(0, 11), before);
  });

  it("answers from files of earlier versions, which keep no projection, and places no films by them", async () => {
    const data = checkerboardWithUnratedItem();
    const { state, model } = await trained(data, "als", { factors: 8, features: "genres" });
    const { content: _, featureCount: __, cells: ___, ...facts } = state.facts;
    const { projection: ____, ...tensors } = state.tensors;
    const earlier = alsAlgorithm.open({ ...state, facts: { ...facts, features: "genres" }, tensors }, localEngine());
    const [before, after] = [new Float32Array(11), new Float32Array(11)];
    model.ask({ profile: rowOf(data, 2) }).score(before);
    earlier.ask({ profile: rowOf(data, 2) }).score(after);
    assert.deepEqual(after, before);
    assert.equal(earlier.placeItems, undefined);
  });

  it("is refused where there is none, and by Adam", async () => {
    const data = randomDataset(20, 30, 0.2, 2);
    const bare = { ...data, catalog: emptyCatalog(30) };
    for (const model of ["als", "mf"]) {
      await assert.rejects(fit(bare, configure(model, { features: "tfidf" })), { code: "CONFIG_INVALID" });
    }
    assert.throws(() => configure("mf", { features: "genres", optimiser: "adam" }), { code: "CONFIG_INVALID" });
  });

  it("changes no byte of a model that goes without", async () => {
    const former = { alpha: 1, regularisation: 10, scaling: 0 };
    const data = randomDataset(300, 500, 0.05, 2);
    for (const [model, set, expected] of [
      ["als", { factors: 16, ...former }, "7d5084212cdef6e259232ba178a146607cdaae3a45de78cbd18d7e2126ffb5f6"],
      [
        "als",
        { factors: 16, solver: "cholesky", ...former },
        "91039bbeafe10d43d3dbd5f97f6219c7d3974966264ae5d2d4011f00ebe42141",
      ],
      [
        "mf",
        { factors: 7, epochs: 4, damping: 0, caution: 0 },
        "23b75fd80ba01f5c96e84a6ea8825f58be6d06347c521cebaf1d27092be51481",
      ],
      [
        "mf",
        { factors: 7, epochs: 4, optimiser: "als", damping: 0, caution: 0 },
        "4513c5244dc1244b23565e34a7fe997975f9833566eb868fac3a2a3a0941c276",
      ],
    ] as const) {
      using engine = localEngine(2 ** 26);
      assert.equal(
        hashOf((await fit(data, configure(model, { ...set, dislike: 0 }), { engine })).state),
        expected,
        `${model} ${Object.values(set)}`,
      );
    }
  });
});

async function trained(data: Dataset, model: string, set: Record<string, unknown>) {
  const { state } = await fit(data, configure(model, set), { embedder });
  return { state, model: algorithmNamed(model).open(state, localEngine(2 ** 22)) };
}

function hashOf({ facts, tensors }: State): string {
  const hash = createHash("sha256").update(JSON.stringify(facts));
  for (const [name, { data }] of Object.entries(tensors)) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

function rowOf({ byUser: { offsets, indices, values } }: Dataset, user: number) {
  const [from, to] = [offsets[user], offsets[user + 1]];
  return { items: indices.subarray(from, to), values: values.subarray(from, to) };
}
