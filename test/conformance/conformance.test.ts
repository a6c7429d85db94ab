/** Every registered model is held to the contract; a new one enrols by being registered. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeArtifact } from "../../src/artifact/format.ts";
import { localEngine } from "../../src/compute/engine.ts";
import { createEngine } from "../../src/compute/pool.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { MatineeError } from "../../src/errors.ts";
import { fit } from "../../src/models/fit.ts";
import { type Answer, type Model, type Profile, predictionRules, type Query } from "../../src/models/model.ts";
import { algorithms } from "../../src/models/registry.ts";
import { settingsOf } from "../../src/models/shared/settings.ts";
import type { Trained } from "../../src/models/trained.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { open } from "../../src/recommend/recommender.ts";
import { artifactBytes } from "../helpers/artifact.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { checkerboard, checkerboardWithUnratedItem, randomDataset, toyDataset } from "../helpers/toy.ts";

/** Settings under which a model's defaults, made for real data, suit data of a few rows. */
const toySettings: Record<string, Record<string, unknown>> = {
  ease: { lambda: 1 },
  als: { factors: 8, regularisation: 1 },
  mf: { factors: 5, epochs: 5 },
  "user-knn": { minOverlap: 1, minNeighbours: 1 },
  neural: { embedding: 12, epochs: 5, batch: 500 },
  hybrid: { settings: "als.factors=8,als.regularisation=1" },
};

/** Other settings, beside those, under which a model takes another way and keeps the contract all the same. */
const otherWays: Record<string, readonly Record<string, unknown>[]> = {
  als: [{ features: "genres" }, { features: "tfidf", solver: "cholesky" }],
  mf: [
    { features: "genres" },
    { features: "tfidf", optimiser: "als" },
    { optimiser: "adam", biases: "user+item", batch: 400 },
    { optimiser: "adam", biases: "none", batch: 0 },
  ],
  neural: [{ dropout: 0, batch: 0 }],
  pagerank: [{ people: 0, beta: 0 }],
  hybrid: [
    { models: "item-knn, als, tfidf", weights: "learn", normalisation: "rank" },
    { models: "item-knn,tfidf", settings: "tfidf.neutral=0", weights: "3,1", normalisation: "z-score" },
  ],
};

/** A model as it comes, with each of its presets, and with each of its other ways. */
const variants = algorithms.flatMap((algorithm) => {
  const { name, settings } = algorithm;
  const presets = Object.keys(settingsOf(settings).preset?.presets ?? {}).filter((preset) => preset !== "none");
  const ways = [{}, ...presets.map((preset) => ({ preset })), ...(otherWays[name] ?? [])];
  return ways.map((way) => {
    const how = Object.values(way).join(", ");
    return { algorithm, title: how ? `${name} (${how})` : name, set: { ...toySettings[name], ...way } };
  });
});

const alike = "compares people by how far ratings lie from their mean, and here none does";

/** What a model cannot be held to, and why. An exemption that is not needed fails. */
const exempt: Record<string, Record<string, string>> = {
  checkerboard: {
    popular: "the same list for everybody cannot tell two groups of taste apart",
    bias: "one order of films for everybody cannot tell two groups of taste apart",
    mf: "learns from how high films were rated, and here all were rated alike",
    neural: "learns from how high films were rated, and here all were rated alike",
    "user-knn (mean-centred)": alike,
    "user-knn (deviation)": alike,
  },
  unrated: { "user-knn (mean-centred)": alike, "user-knn (deviation)": alike },
};

/** Models whose answer to a training row changes when it asks as somebody unseen: how, and why. */
const foldIns: Record<string, (unseen: Answer, known: Answer, user: number) => void> = {
  /** As its parts answer, and these answer alike. */
  hybrid: (unseen, known) => assert.deepEqual(scoresOfAnswer(unseen, 50), scoresOfAnswer(known, 50)),
  /** Somebody with the very ratings of a training row is most like that row, which takes a place among the k. */
  "user-knn": (unseen, known, user) => {
    const [found, expected] = [unseen.neighbours!(), known.neighbours!()];
    assert.equal(found[0].user, user);
    assert.deepEqual(found.slice(1), expected.slice(0, found.length - 1));
    assert.ok(found.length >= expected.length);
  },
};

/** Largest difference between a score and the sum of its explanation, relative to the score (single precision). */
const rounding = 2e-6;

for (const { algorithm, title, set } of variants) {
  const { name } = algorithm;
  const train = (data: Dataset) => fit(data, name, { set, seed: 7, embedder });

  describe(`${title} keeps the contract`, () => {
    it("finds the withheld diagonal of a checkerboard", async () => {
      const data = checkerboard(20);
      const recommender = open(await train(data));
      const right: boolean[] = [];
      for (let user = 1; user <= 20; user++) {
        const [first] = await recommend(recommender, queryOfUser(data, user), { k: 1 });
        right.push(first.id === user);
      }
      const exempted = title in exempt.checkerboard || name in exempt.checkerboard;
      assert.equal(right.every(Boolean), !exempted, `right for users ${right}`);
    });

    it("gives the same bytes for any number of threads", async () => {
      const data = randomDataset(300, 500, 0.05, 2);
      const files: Uint8Array[] = [];
      for (const threads of [1, 2, 3, 8]) {
        using engine = await createEngine({ threads });
        files.push(await artifactBytes(await fit(data, name, { set, engine, embedder })));
      }
      for (const other of files.slice(1)) assert.ok(Buffer.compare(other, files[0]) === 0);
    });

    it("gives its memory back, and lets nobody else's go", async () => {
      const data = randomDataset(30, 50, 0.2, 1);
      using engine = await createEngine();
      using arena = engine.arena();
      arena.float32(100).fill(7);
      const before = engine.used;
      const trained = await fit(data, name, { set, engine, embedder });
      assert.equal(engine.used, before);
      const model = algorithm.open(trained.state, engine);
      model.ask(queryOfUser(data, 1)).score(new Float32Array(50));
      model[Symbol.dispose]();
      assert.equal(engine.used, before);
    });

    it("gives the same bytes for the same seed", async () => {
      const data = randomDataset(30, 50, 0.2, 1);
      assert.deepEqual(await artifactBytes(await train(data)), await artifactBytes(await train(data)));
    });

    for (const [users, items] of [
      [30, 50],
      [50, 30],
    ]) {
      it(`answers alike after saving and loading (${users} users, ${items} items)`, async () => {
        const data = randomDataset(users, items, 0.2, 3);
        const trained = await train(data);
        const loaded = await decodeArtifact(await artifactBytes(trained));
        const [before, after] = [modelOf(trained), modelOf(loaded)];
        for (const query of queriesOf(data)) {
          const [again, first] = [after.ask(query), before.ask(query)];
          assert.deepEqual(again.explain?.(2), first.explain?.(2));
          assert.deepEqual(predictionsOf(again), predictionsOf(first));
          assert.deepEqual(scoresOf(after, query, items), scoresOf(before, query, items));
        }
        assert.deepEqual(similarTo(after, 3, items), similarTo(before, 3, items));
      });

      it(`explains every score by parts that add up to it (${users} users, ${items} items)`, async (t) => {
        const data = randomDataset(users, items, 0.2, 4);
        const model = modelOf(await train(data));
        let checked = 0;
        for (const query of queriesOf(data)) {
          const answer = model.ask(query);
          if (!answer.explain) return t.diagnostic(`${name} does not explain`);
          const scores = scoresOfAnswer(answer, items);
          for (let item = 0; item < items; item++) {
            if (scores[item] === -Infinity || query.profile.items.includes(item)) continue;
            const sum: number = answer.explain(item).parts.reduce((total, part) => total + part.value, 0);
            const error = Math.abs(sum - scores[item]);
            assert.ok(error <= rounding * Math.max(1, Math.abs(scores[item])), `item ${item}: ${sum}, ${scores[item]}`);
            checked++;
          }
        }
        assert.ok(checked > items);
      });
    }

    it("scores every item with a finite number or −Infinity, for any profile", async () => {
      const data = randomDataset(30, 50, 0.1, 5);
      const model = modelOf(await train(data));
      for (const profile of [profileOf(), profileOf([0, 5]), profileOf([49, 0.5]), allItems(50)]) {
        const scores = scoresOf(model, { profile }, 50);
        for (const score of scores) assert.ok(Number.isFinite(score) || score === -Infinity, `score ${score}`);
      }
    });

    it("recommends to somebody who rated nothing, and to somebody who rated one film", async () => {
      const data = randomDataset(30, 50, 0.2, 6);
      const recommender = open(await train(data));
      for (const profile of [profileOf(), profileOf([4, 5])]) {
        const list = await recommend(recommender, { profile }, { k: 10 });
        assert.equal(new Set(list.map((film) => film.id)).size, 10);
        assert.ok(list.every((film) => !Array.from(profile.items, (item) => item + 1).includes(film.id as number)));
      }
    });

    it("scores films that nobody rated without failing", async () => {
      const data = checkerboardWithUnratedItem();
      const scores = scoresOf(modelOf(await train(data)), { profile: profileOf([0, 5]) }, data.items.size);
      assert.equal(scores.some(Number.isFinite), exempt.unrated[title] === undefined);
      assert.ok(!Number.isNaN(scores[data.items.size - 1]));
    });

    it(`answers a training row asked as an unseen profile ${algorithm.foldIn === "exact" ? "alike" : "nearly alike"}`, async () => {
      const data = randomDataset(30, 50, 0.2, 8);
      const model = modelOf(await train(data));
      for (let user = 1; user <= 30; user++) {
        const known = queryOfUser(data, user);
        const unseen = { profile: known.profile };
        if (algorithm.foldIn === "exact") assert.deepEqual(scoresOf(model, unseen, 50), scoresOf(model, known, 50));
        else foldIns[name](model.ask(unseen), model.ask(known), known.user!);
      }
    });

    it("answers one person the same whether or not others were asked before", async () => {
      const data = randomDataset(30, 50, 0.2, 9);
      const trained = await train(data);
      const shared = modelOf(trained);
      for (const query of queriesOf(data)) {
        assert.deepEqual(scoresOf(shared, query, 50), scoresOf(modelOf(trained), query, 50));
      }
    });

    it("predicts on the scale of the ratings, in the order of the items asked for", async (t) => {
      const data = randomDataset(30, 50, 0.2, 10);
      const answer = modelOf(await train(data)).ask(queryOfUser(data, 1));
      if (!answer.predict) return t.diagnostic(`${name} predicts no ratings`);
      const items = Int32Array.of(7, 3, 40);
      const together = new Float32Array(3);
      answer.predict(items, together);
      items.forEach((item, n) => {
        const alone = new Float32Array(1);
        answer.predict!(Int32Array.of(item), alone);
        assert.equal(alone[0], together[n]);
        assert.ok(together[n] >= data.scale.min && together[n] <= data.scale.max);
      });
    });

    it("says what predicted each rating: itself wherever it scores, by parts that add up where a mean stood in", async (t) => {
      const data = randomDataset(30, 50, 0.1, 13);
      const model = modelOf(await train(data));
      if (!model.ask(queryOfUser(data, 1)).predict) return t.diagnostic(`${name} predicts no ratings`);
      for (const query of [...queriesOf(data), { profile: profileOf() }]) {
        const answer = model.ask(query);
        const rules = new Uint8Array(50);
        const predicted = new Float32Array(50);
        answer.predict!(
          Int32Array.from({ length: 50 }, (_, item) => item),
          predicted,
          rules,
        );
        const scores = scoresOfAnswer(answer, 50);
        rules.forEach((index, item) => {
          const rule = predictionRules[index];
          assert.equal(rule === "model", scores[item] > -Infinity, `item ${item}: ${rule}, score ${scores[item]}`);
          if (rule === "model") return;
          const parts = answer.explain!(item).parts;
          if (parts.length > 0) assert.deepEqual(parts, [{ kind: rule, value: parts[0].value }]);
          if (parts.length > 0) assert.ok(Math.abs(parts[0].value - predicted[item]) < 1e-6);
        });
      }
    });

    it("explains every predicted rating by parts that add up to it, but for the cut to the scale", async (t) => {
      const data = randomDataset(30, 50, 0.1, 16);
      const model = modelOf(await train(data));
      for (const query of [...queriesOf(data), { profile: profileOf() }]) {
        const answer = model.ask(query);
        const partsOf = answer.explainRating ?? answer.explain;
        if (!answer.predict || !partsOf) return t.diagnostic(`${name} does not explain ratings`);
        for (let item = 0; item < 50; item++) {
          const predicted = new Float32Array(1);
          answer.predict(Int32Array.of(item), predicted);
          const sum: number = partsOf(item).parts.reduce((total, part) => total + part.value, 0);
          const cut = Math.min(data.scale.max, Math.max(data.scale.min, sum));
          assert.ok(Math.abs(cut - predicted[0]) <= rounding * 5, `item ${item}: ${sum}, ${predicted[0]}`);
        }
      }
    });

    it("keeps, where it keeps ratings, those it was fitted on", async (t) => {
      const data = randomDataset(30, 50, 0.1, 17);
      const { ratings } = modelOf(await train(data));
      if (!ratings) return t.diagnostic(`${name} keeps no ratings`);
      assert.deepEqual(ratings, data.byUser);
    });

    for (const threads of [1, 3]) {
      it(`answers many at once as it does each (${threads} threads)`, async (t) => {
        const data = randomDataset(40, 50, 0.2, 15);
        using engine = await createEngine({ threads });
        using model = algorithm.open((await train(data)).state, engine);
        if (!model.askAll) return t.diagnostic(`${name} is asked one by one`);
        for (const users of [Int32Array.from({ length: 40 }, (_, user) => user), new Int32Array(40).fill(-1)]) {
          const rows: number[] = [];
          await model.askAll(data.byUser, users, (answer, row) => {
            rows.push(row);
            const { profile } = queryOfUser(data, row + 1);
            const alone = model.ask(users[row] < 0 ? { profile } : { profile, user: users[row] });
            assert.deepEqual(scoresOfAnswer(answer, 50), scoresOfAnswer(alone, 50));
            assert.deepEqual(answer.neighbours?.(), alone.neighbours?.());
          });
          assert.deepEqual(rows, [...Array(40).keys()]);
        }
      });
    }

    it("names as neighbours other people, the most similar first", async (t) => {
      const data = randomDataset(30, 50, 0.2, 14);
      const model = modelOf(await train(data));
      if (!model.ask(queryOfUser(data, 1)).neighbours) return t.diagnostic(`${name} names no neighbours`);
      for (const query of queriesOf(data)) {
        const neighbours = model.ask(query).neighbours!();
        assert.ok(neighbours.length > 0 && neighbours.every(({ user }) => user !== query.user));
        neighbours.forEach(({ user, similarity, overlap }, n) => {
          assert.ok(n === 0 || similarity <= neighbours[n - 1].similarity);
          const { items } = queryOfUser(data, user + 1).profile;
          assert.equal(overlap, items.filter((item) => query.profile.items.includes(item)).length);
        });
      }
    });

    it("compares films without naming a film similar to itself", async (t) => {
      const data = randomDataset(40, 30, 0.4, 11);
      const model = modelOf(await train(data));
      if (!model.similarItems) return t.diagnostic(`${name} does not compare films`);
      const out = new Float64Array(30);
      for (let item = 0; item < 30; item++) {
        model.similarItems(item, out);
        assert.equal(out[item], -Infinity);
        assert.ok(out.some(Number.isFinite));
        assert.ok(out.every((value) => !Number.isNaN(value)));
      }
    });

    it("refuses a state with a tensor that is missing or too short", async () => {
      const { state, ...trained } = await train(randomDataset(12, 20, 0.3, 12));
      for (const [key, { shape, data }] of Object.entries(state.tensors)) {
        const shorter = { shape: [shape[0] - 1, ...shape.slice(1)], data: data.slice(data.length / shape[0]) };
        const others = Object.entries(state.tensors).filter(([other]) => other !== key);
        for (const tensors of [others, [...others, [key, shorter] as const]]) {
          const damaged = { ...trained, state: { ...state, tensors: Object.fromEntries(tensors) } };
          assert.throws(
            () => open(damaged),
            (error) => error instanceof MatineeError && error.code === "ARTIFACT_CONTENT",
            key,
          );
        }
      }
    });

    it("refuses data without ratings", async () => {
      await assert.rejects(train(toyDataset(2, 3, [])), { code: "DATA_EMPTY" });
    });

    it("estimates a cost that grows with the data", () => {
      const config = Object.fromEntries(
        Object.entries(algorithm.settings.properties).map(([key, setting]) => [
          key,
          (setting as { default: unknown }).default,
        ]),
      );
      const small = algorithm.estimate({ users: 100, items: 50, ratings: 1000 }, config);
      const large = algorithm.estimate({ users: 1000, items: 500, ratings: 100_000 }, config);
      assert.ok(small.bytes > 0 && small.operations > 0);
      assert.ok(large.bytes > small.bytes && large.operations > small.operations);
    });
  });
}

function modelOf({ state }: Trained): Model {
  return algorithms.find(({ name }) => name === state.algorithm)!.open(state, localEngine());
}

function scoresOf(model: Model, query: Query, items: number): Float32Array {
  return scoresOfAnswer(model.ask(query), items);
}

function scoresOfAnswer(answer: Answer, items: number): Float32Array {
  const out = new Float32Array(items);
  answer.score(out);
  return out;
}

function predictionsOf(answer: Answer): Float32Array | undefined {
  const out = new Float32Array(2);
  answer.predict?.(Int32Array.of(1, 5), out);
  return answer.predict ? out : undefined;
}

function similarTo(model: Model, item: number, items: number): Float64Array | undefined {
  if (!model.similarItems) return undefined;
  const out = new Float64Array(items);
  model.similarItems(item, out);
  return out;
}

function queriesOf(data: Dataset): Query[] {
  return Array.from({ length: data.users.size }, (_, user) => queryOfUser(data, data.users.id(user)));
}

/** A profile of (item, rating) pairs, items ascending. */
function profileOf(...ratings: [number, number][]): Profile {
  return {
    items: Int32Array.from(ratings, ([item]) => item),
    values: Float32Array.from(ratings, ([, rating]) => rating),
  };
}

function allItems(items: number): Profile {
  return { items: Int32Array.from({ length: items }, (_, item) => item), values: new Float32Array(items).fill(3) };
}
