/** Every registered model either goes on with its training, as `learnsInEpochs` says, or is refused by name. Those that take epochs tell of each. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeArtifact } from "../../src/artifact/format.ts";
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { selectCatalog } from "../../src/data/filter.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { configure } from "../../src/models/configure.ts";
import { fit as fitBy } from "../../src/models/fit.ts";
import { goOnWith } from "../../src/models/go-on.ts";
import { lossesOf } from "../../src/models/losses.ts";
import type { Json, State, Tensor } from "../../src/models/model.ts";
import { algorithms } from "../../src/models/registry.ts";
import { settingsOf } from "../../src/models/shared/settings.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { artifactBytes } from "../helpers/artifact.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedEngine, sharedLocalEngine } from "../helpers/engines.ts";
import { randomDataset } from "../helpers/toy.ts";
import { variants } from "./variants.ts";

const data = randomDataset(30, 20, 0.4, 3);
const fit: typeof fitBy = (ratings, spec, options) => fitBy(ratings, spec, { engine: sharedLocalEngine, ...options });
const able = algorithms.filter(({ learnsInEpochs }) => learnsInEpochs?.fixed);

it("als, mf and neural can go on", () =>
  assert.deepEqual(able.map(({ name }) => name).sort(), ["als", "mf", "neural"]));

for (const { algorithm, title, set, suited } of variants) {
  const { name, learnsInEpochs } = algorithm;
  const train = (options: object = {}) => fit(suited(data), configure(name, set), { seed: 7, embedder, ...options });

  it(`${title} has a loss for each epoch, where it has the setting epochs`, async () => {
    if ("epochs" in algorithm.settings.properties) assert.ok(learnsInEpochs, name);
    if (!learnsInEpochs) return;
    const told: number[] = [];
    const { state, record } = await train({ onEpoch: ({ loss }: { loss: number }) => told.push(loss) });
    assert.deepEqual(told, lossesOf(state));
    assert.equal(told.length, record.config.epochs ?? record.config.iterations);
    assert.ok(told.at(-1)! < told[0] && told.at(-1)! > 0, `${told}`);
  });

  const fixedSettings = learnsInEpochs?.fixed;
  if (!fixedSettings) {
    it(`${title} is refused by name, with those that can`, async () => {
      const from = await train();
      const refusal = {
        code: "CAPABILITY_MISSING",
        message: new RegExp(`^${name} `),
        fix: /als, mf, neural can go on/,
      };
      await assert.rejects(train({ from }), refusal);
      await assert.rejects(fit(data, undefined, { from }), refusal);
      assert.throws(() => goOnWith(from), refusal);
    });
    continue;
  }

  describe(`${title} goes on`, () => {
    it("with the losses of both trainings, from a file as from memory, the same for any number of threads", async () => {
      const one = { engine: await sharedEngine(1) };
      const first = await train(one);
      const again = await train({ from: first, ...one });
      const [before, after] = [lossesOf(first.state), lossesOf(again.state)];
      assert.equal(after.length, 2 * before.length);
      assert.deepEqual(after.slice(0, before.length), before);
      assert.ok(after.at(-1)! < before.at(-1)!, `${after}`);
      const { config, seed, arithmetic, data: fingerprint, version } = first.record;
      const stage = { config, seed, arithmetic, data: fingerprint, version, epochs: before.length };
      assert.deepEqual(again.record.earlier, [stage]);
      const bytes = await artifactBytes(again);
      for (const threads of [2, 3]) {
        const engine = await sharedEngine(threads);
        const saved = await decodeArtifact(await artifactBytes(await train({ engine })));
        assert.ok(Buffer.compare(await artifactBytes(await train({ from: saved, engine })), bytes) === 0, `${threads}`);
      }
      const third = await decodeArtifact(await artifactBytes(await fit(data, undefined, { from: again, embedder })));
      assert.deepEqual(
        third.record.earlier?.map(({ epochs }) => epochs),
        [before.length, before.length],
      );
      assert.equal(lossesOf(third.state).length, 3 * before.length);
    });

    it("changes nothing of what it went on from", async () => {
      const first = await train();
      const before = await artifactBytes(first);
      await train({ from: first });
      assert.ok(Buffer.compare(await artifactBytes(first), before) === 0);
    });

    it("tells of each epoch, counted with the earlier ones", async () => {
      const told: number[] = [];
      const first = await train();
      const { length } = lossesOf(first.state);
      const again = await train({
        from: first,
        onEpoch: ({ epoch, epochs, loss }: { epoch: number; epochs: number; loss: number }) => {
          assert.equal(epochs, 2 * length);
          told[epoch - 1] = loss;
        },
      });
      assert.deepEqual(told.slice(length), lossesOf(again.state).slice(length));
    });

    it("refuses other values of its fixed settings by name, and takes others", async () => {
      const from = await train();
      for (const fixed of fixedSettings) {
        const spec = configure(name, { ...set, ...otherValue(name, fixed, from.record.config[fixed]) });
        await assert.rejects(fit(data, spec, { from }), {
          code: "CONFIG_INVALID",
          message: new RegExp(`^${name}: ${fixed} is `),
          fix: new RegExp(`give ${fixed}: `),
        });
      }
      const length = name === "als" ? "iterations" : "epochs";
      const changed = { als: "alpha", mf: "regularisation", neural: "rate" }[name]!;
      const spec = goOnWith(from, { [length]: 1, [changed]: "0.02" });
      const { record } = await fit(data, spec, { from, embedder });
      assert.deepEqual([record.config[length], record.config[changed]], [1, 0.02]);
    });

    it("finds films and users by their ids, and starts new ones anew", async () => {
      const from = await train();
      const more = withNewcomers(data);
      const length = name === "als" ? { iterations: 1 } : { epochs: 1 };
      const still = name === "als" ? {} : { rate: 1e-6 };
      const adam = name === "mf" && set.optimiser === "als" ? {} : still;
      const later = await fit(more, goOnWith(from, { ...length, ...adam }), { from, embedder });
      const [old, now] = [itemsOf(from.state), itemsOf(later.state)];
      const f = now.data.length / more.items.size;
      const distance = (item: number) => {
        const id = data.items.id(item);
        const at = more.items.index(id);
        let sum = 0;
        for (let k = 0; k < f; k++) sum += (now.data[at * f + k] - old.data[item * f + k]) ** 2;
        return Math.sqrt(sum);
      };
      const size = (at: number, { data: values }: Tensor) => Math.hypot(...values.subarray(at * f, (at + 1) * f));
      for (const item of [0, 7, 19]) assert.ok(distance(item) < 0.5 * size(item, old), `${item}: ${distance(item)}`);
      const scores = new Float32Array(more.items.size);
      using recommender = openModel(later, sharedLocalEngine);
      recommender.model.ask(queryOfUser(more, "newcomer")).score(scores);
      assert.ok(Number.isFinite(scores[more.items.index("0")]));
    });

    it("is refused where a film that was learnt from has no ratings, and takes other users", async () => {
      const from = await train();
      const [first] = data.byUser.indices;
      const fewer = withoutItem(data, first);
      await assert.rejects(train0(fewer), {
        code: "USAGE",
        message: new RegExp(`has no ratings of films that the model learnt from: ${data.items.id(first)}$`),
        fix: /all ratings, those of the earlier training and the new ones/,
      });
      await assert.rejects(train0({ ...data, feedback: "events" }), {
        code: name === "als" ? "USAGE" : "CAPABILITY_MISSING",
      });
      const { users } = withNewcomers(data);
      const others = {
        ...data,
        users: idsFrom(Array.from({ length: data.users.size }, (_, n) => `x${String(users.size + n)}`)),
      };
      assert.equal((await train0(others as Dataset)).info.users.id(0), "x31");

      function train0(other: Dataset) {
        return fit(other, configure(name, set), { from, seed: 7, embedder });
      }
    });
  });
}

describe("going on", () => {
  it("leaves out settings of before that do not act beside those that change, and no others", async () => {
    const from = await fit(data, configure("mf", { factors: 5, epochs: 2, rate: 0.02 }));
    const { settings } = goOnWith(from, { optimiser: "als" });
    assert.deepEqual([settings.factors, settings.epochs, settings.rate], [5, 2, 0.01]);
    assert.throws(() => goOnWith(from, { optimiser: "als", rate: 0.03 }), {
      code: "CONFIG_INVALID",
      message: /rate is 0.03/,
    });
    assert.throws(() => goOnWith(from, { rat: 0.03 }), { code: "CONFIG_INVALID", message: /no setting "rat"/ });
  });

  it("takes no predictor, and no other algorithm", async () => {
    const spec = configure("mf", { factors: 5, epochs: 2 });
    const from = await fit(data, spec);
    const both = await fit(data, { ...spec, predictor: configure("bias") });
    await assert.rejects(fit(data, spec, { from: both }), { code: "CAPABILITY_MISSING", message: /has a predictor/ });
    await assert.rejects(fit(data, { ...spec, predictor: configure("bias") }, { from }), {
      code: "CAPABILITY_MISSING",
    });
    await assert.rejects(fit(data, configure("als"), { from }), {
      code: "CONFIG_INVALID",
      message: "training of mf cannot go on as als",
    });
  });

  for (const set of [
    { model: "mf", optimiser: "als", factors: 5, epochs: 3 },
    { model: "mf", optimiser: "als", biases: "damped", factors: 5, epochs: 3 },
    { model: "als", solver: "cholesky", factors: 8, iterations: 3 },
  ]) {
    const how = "biases" in set ? `, ${set.biases} biases` : "";
    it(`${set.model} by alternating least squares${how}: two trainings are one of twice the length, to the last bit`, async () => {
      const { model, ...settings } = set;
      const spec = configure(model, settings);
      const long = configure(model, "epochs" in settings ? { ...settings, epochs: 6 } : { ...settings, iterations: 6 });
      const once = await fit(data, long);
      const twice = await fit(data, spec, { from: await fit(data, spec) });
      assert.deepEqual(twice.state, once.state);
    });
  }

  for (const set of [
    { model: "mf", optimiser: "adam", batch: 0, factors: 5, epochs: 4, rate: 0.05, keepUsers: true },
    { model: "neural", batch: 0, dropout: 0, embedding: 12, epochs: 4, keepUsers: true },
  ]) {
    it(`${set.model} that keeps its users goes on from the very numbers`, async () => {
      const { model, ...settings } = set;
      const first = await fit(data, configure(model, settings));
      const longer = await fit(data, configure(model, { ...settings, epochs: 5 }));
      const spec = (keepUsers: boolean) => goOnWith(first, { epochs: 1, rate: 0.001, keepUsers });
      // Losses are taken before a step, and so the first of the second training is that of the end of the first.
      const again = await fit(data, spec(true), { from: first });
      assert.equal(lossesOf(again.state)[4], lossesOf(longer.state)[4]);
      const { users: _, ...facts } = first.state.facts;
      const without = { ...first, state: { ...first.state, facts } };
      const folded = await fit(data, spec(false), { from: without });
      // Without, they start where their ratings have them with all else as it is: closer to these than training had them.
      assert.ok(lossesOf(folded.state)[4] < lossesOf(longer.state)[4], `${folded.state.facts.losses}`);
      assert.ok(!("users" in folded.state.tensors));
    });
  }

  it("of neural is refused where the file lacks the films' embeddings", async () => {
    const spec = configure("neural", { embedding: 4, epochs: 1 });
    const from = await fit(data, spec);
    const { embedding: _, ...facts } = from.state.facts;
    await assert.rejects(fit(data, spec, { from: { ...from, state: { ...from.state, facts } } }), {
      code: "ARTIFACT_CONTENT",
      message: /train it anew/,
    });
  });

  it("of mf starts users by their ratings even with next to no regularisation", async () => {
    const alike = { batch: 0, rate: 0.1, spread: 0.0144 }; // at first, so that single precision cannot tell vectors apart
    const plain = { regularisation: 0.000001, scaling: 0, optimiser: "adam", biases: "none" };
    const set = { factors: 40, epochs: 5, ...plain, ...alike };
    const [spec, few] = [configure("mf", set), randomDataset(12, 60, 0.3, 5)];
    const from = await fit(few, spec);
    const again = await fit(few, spec, { from });
    assert.ok(lossesOf(again.state)[5] < lossesOf(from.state)[4]);
  });
});

/** The films' vectors, on which training goes on. */
function itemsOf({ tensors }: State): Tensor {
  return tensors.embeddings ?? tensors.items;
}

function otherValue(model: string, name: string, value: Json): Record<string, Json> {
  const { enum: choices, multipleOf = 1 } = settingsOf(algorithms.find((one) => one.name === model)!.settings)[name];
  if (!choices) return { [name]: Number(value) + multipleOf };
  return { [name]: choices.find((other) => other !== value)! };
}

/** Text ids in place of numbers, one film before all others, and one user who has rated it and ten others. */
function withNewcomers({ users, items, byUser, catalog, scale }: Dataset): Dataset {
  const ids = [...Array.from(items.values, String), "0"].sort();
  const people = [...Array.from(users.values, String), "newcomer"].sort();
  const rows = triplesOf({ users, items, byUser });
  for (const id of ["0", ...Array.from(items.values.slice(0, 10), String)])
    rows.push(["newcomer", id, id === "0" ? 5 : 3]);
  const [filmIds, userIds] = [idsFrom(ids), idsFrom(people)];
  return datasetFrom({
    name: "tomorrow",
    users: userIds as Dataset["users"],
    items: filmIds as Dataset["items"],
    catalog: catalogFor(
      catalog,
      ids.map((id) => items.index(id)),
    ),
    scale,
    ratings: {
      userOf: Int32Array.from(rows, ([user]) => userIds.index(user)),
      itemOf: Int32Array.from(rows, ([, item]) => filmIds.index(item)),
      values: Float32Array.from(rows, ([, , rating]) => rating),
    },
  });
}

function catalogFor(catalog: Dataset["catalog"], rows: readonly number[]): Dataset["catalog"] {
  return selectCatalog(
    catalog,
    Int32Array.from(rows, (row) => Math.max(0, row)),
  );
}

function triplesOf({ users, items, byUser }: Pick<Dataset, "users" | "items" | "byUser">): [string, string, number][] {
  const rows: [string, string, number][] = [];
  for (let user = 0; user < byUser.rows; user++) {
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) {
      rows.push([String(users.id(user)), String(items.id(byUser.indices[n])), byUser.values[n]]);
    }
  }
  return rows;
}

/** The same data without the ratings of one item. */
function withoutItem(whole: Dataset, item: number): Dataset {
  const { byUser } = whole;
  const kept = Array.from(byUser.indices.keys()).filter((n) => byUser.indices[n] !== item);
  const userOf = new Int32Array(byUser.indices.length);
  for (let user = 0; user < byUser.rows; user++) userOf.fill(user, byUser.offsets[user], byUser.offsets[user + 1]);
  return datasetFrom({
    ...whole,
    ratings: {
      userOf: Int32Array.from(kept, (n) => userOf[n]),
      itemOf: Int32Array.from(kept, (n) => byUser.indices[n]),
      values: Float32Array.from(kept, (n) => byUser.values[n]),
    },
  });
}
