/** Every registered model is held to the contract; a new one enrols by being registered. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeArtifact } from "../../src/artifact/format.ts";
import type { Engine } from "../../src/compute/engine.ts";
import { createEngine } from "../../src/compute/pool.ts";
import { type Dataset, datasetFromCsr, middleRating } from "../../src/data/dataset.ts";
import { MatineeError } from "../../src/errors.ts";
import { capabilitiesOf, capabilityNames, describedModels } from "../../src/models/capabilities.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { type Answer, type Model, type Profile, predictionRules, type Query } from "../../src/models/model.ts";
import { algorithms } from "../../src/models/registry.ts";
import { answersOf, predictAll } from "../../src/models/shared/answers.ts";
import { profileOf as rowOf } from "../../src/models/shared/profiles.ts";
import type { Trained } from "../../src/models/trained.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { artifactBytes } from "../helpers/artifact.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedEngine, sharedLocalEngine } from "../helpers/engines.ts";
import { checkerboard, checkerboardWithUnratedItem, randomDataset, toyDataset, withTimes } from "../helpers/toy.ts";
import { capabilityChecks, exceptions, promised } from "./capabilities.ts";
import { variants } from "./variants.ts";

/** Data that several tests share, each model being fitted on them once. */
const wide = randomDataset(30, 50, 0.2, 3);
const tall = randomDataset(50, 30, 0.2, 3);
const sparse = randomDataset(30, 50, 0.1, 5);
const dense = randomDataset(40, 30, 0.4, 11);
const manyUsers = randomDataset(300, 500, 0.05, 2);

const alike = "compares users by how far ratings lie from their mean, and here none does";

/** What a model cannot be held to, and why. An exemption that is not needed fails. */
const exempt: Record<string, Record<string, string>> = {
  checkerboard: {
    popular: "the same list for all users cannot tell two groups of taste apart",
    bias: "one order of items for all users cannot tell two groups of taste apart",
    mf: "learns from how high items were rated, and here all were rated alike",
    "time-bias": "one order of items for all users cannot tell two groups of taste apart",
    svdpp: "learns from how high items were rated, and here all were rated alike",
    "bayesian-mf": "learns from how high items were rated, and here all were rated alike",
    neural: "learns from how high items were rated, and here all were rated alike",
    stacking: "learns from how high items were rated, and here all were rated alike",
    "stacking (item-knn, few:item-knn, few.k=3)": "", // whose parts do without
    "user-knn (mean-centred)": alike,
    "user-knn (deviation)": alike,
  },
  unrated: { "user-knn (mean-centred)": alike, "user-knn (deviation)": alike },
};

/** Models that answer a training row otherwise when it asks as a new user: how, and why. */
const foldIns: Record<string, (folded: Answer, known: Answer, user: number) => void> = {
  /** As its parts answer, and these answer alike. */
  hybrid: (folded, known) => assert.deepEqual(scoresOfAnswer(folded, 50), scoresOfAnswer(known, 50)),
  stacking: (folded, known) => assert.deepEqual(scoresOfAnswer(folded, 50), scoresOfAnswer(known, 50)),
  /** A new user with the very ratings of a training row is most like that row, which takes a place among the k. */
  "user-knn": (folded, known, user) => {
    const [found, expected] = [folded.neighbours!(), known.neighbours!()];
    assert.equal(found[0].user, user);
    assert.deepEqual(found.slice(1), expected.slice(0, found.length - 1));
    assert.ok(found.length >= expected.length);
  },
};

/** Largest difference between a score and the sum of its explanation, relative to the score (single precision). */
const rounding = 2e-6;
/** Of the largest score, where users are folded in and sums are taken in single precision. */
const manyRounding = 1e-5;

it("has a row for every model, and for no other", () => {
  assert.deepEqual([...describedModels].sort(), algorithms.map(({ name }) => name).sort());
  for (const [title, { loses = [], gains = [] }] of Object.entries(exceptions)) {
    const variant = variants.find((other) => other.title === title);
    assert.ok(variant, `no variant has the title ${title}`);
    assert.ok(loses.length + gains.length > 0, title);
    const usual = new Set(capabilitiesOf(variant.algorithm.name));
    for (const capability of loses) assert.ok(usual.has(capability), `${title}: ${capability}`);
    for (const capability of gains) assert.ok(!usual.has(capability), `${title}: ${capability}`);
  }
});

for (const { algorithm, title, set, suited } of variants) {
  const { name } = algorithm;
  const can = promised(name, title);
  const train = (data: Dataset, engine: Engine = sharedLocalEngine) =>
    fit(suited(data), configure(name, set), { seed: 7, embedder, engine });
  const fits = new Map<Dataset, Promise<Trained>>();
  /** The model fitted on the data, once. */
  const trained = (data: Dataset) => {
    const known = fits.get(data) ?? train(data);
    fits.set(data, known);
    return known;
  };

  describe(`${title} keeps the contract`, () => {
    for (const capability of capabilityNames) {
      it(`${capability}: ${can.has(capability) ? "yes" : "no"}`, async () => {
        const model = modelOf(await trained(wide));
        for (const query of [queryOfUser(wide, 1), { profile: profileOf([4, 5]) }, { profile: profileOf() }]) {
          assert.equal(capabilityChecks[capability](model, model.ask(query)), can.has(capability));
        }
      });
    }

    it("finds the withheld diagonal of a checkerboard", async () => {
      const data = checkerboard(20);
      using recommender = openModel(await train(data), sharedLocalEngine);
      const right: boolean[] = [];
      for (let user = 1; user <= 20; user++) {
        const [first] = await recommend(recommender, queryOfUser(data, user), { k: 1 });
        right.push(first.id === user);
      }
      const exempted = Boolean(exempt.checkerboard[title] ?? exempt.checkerboard[name]);
      assert.equal(right.every(Boolean), !exempted, `right for users ${right}`);
    });

    it("gives the same bytes for any number of threads", async () => {
      const files: Uint8Array[] = [];
      for (const threads of [1, 2, 3, 8]) {
        files.push(await artifactBytes(await train(manyUsers, await sharedEngine(threads))));
      }
      for (const other of files.slice(1)) assert.ok(Buffer.compare(other, files[0]) === 0);
    });

    it("gives its memory back, and lets nobody else's go", async () => {
      using engine = await createEngine();
      using arena = engine.arena();
      arena.float32(100).fill(7);
      const before = engine.used;
      const { state } = await train(wide, engine);
      assert.equal(engine.used, before);
      const model = algorithm.open(state, engine);
      model.ask(queryOfUser(wide, 1)).score(new Float32Array(50));
      model[Symbol.dispose]();
      assert.equal(engine.used, before);
    });

    it("gives the same bytes for the same seed", async () => {
      assert.deepEqual(await artifactBytes(await train(wide)), await artifactBytes(await trained(wide)));
    });

    for (const data of [wide, tall]) {
      const [users, items] = [data.users.size, data.items.size];
      it(`answers alike after saving and loading (${users} users, ${items} items)`, async () => {
        const fitted = await trained(data);
        const loaded = await decodeArtifact(await artifactBytes(fitted));
        const [before, after] = [modelOf(fitted), modelOf(loaded)];
        for (const query of queriesOf(data)) {
          const [again, first] = [after.ask(query), before.ask(query)];
          assert.deepEqual(again.explain?.(2), first.explain?.(2));
          assert.deepEqual(predictionsOf(again), predictionsOf(first));
          assert.deepEqual(scoresOf(after, query, items), scoresOf(before, query, items));
        }
        assert.deepEqual(similarTo(after, 3, items), similarTo(before, 3, items));
      });

      if (can.has("explains scores")) {
        it(`explains every score by parts that add up to it (${users} users, ${items} items)`, async () => {
          const model = modelOf(await trained(data));
          let checked = 0;
          for (const query of queriesOf(data)) {
            const answer = model.ask(query);
            const scores = scoresOfAnswer(answer, items);
            for (let item = 0; item < items; item++) {
              if (scores[item] === -Infinity || query.profile.items.includes(item)) continue;
              const sum: number = answer.explain!(item).parts.reduce((total, part) => total + part.value, 0);
              const error = Math.abs(sum - scores[item]);
              assert.ok(
                error <= rounding * Math.max(1, Math.abs(scores[item])),
                `item ${item}: ${sum}, ${scores[item]}`,
              );
              checked++;
            }
          }
          assert.ok(checked > items);
        });
      }
    }

    it("scores every item with a finite number or −Infinity, for any profile", async () => {
      const model = modelOf(await trained(sparse));
      for (const profile of [profileOf(), profileOf([0, 5]), profileOf([49, 0.5]), allItems(50)]) {
        const scores = scoresOf(model, { profile }, 50);
        for (const score of scores) assert.ok(Number.isFinite(score) || score === -Infinity, `score ${score}`);
      }
    });

    it("recommends to a user who rated nothing, and to one who rated one item", async () => {
      using recommender = openModel(await trained(wide), sharedLocalEngine);
      for (const profile of [profileOf(), profileOf([4, 5])]) {
        const list = await recommend(recommender, { profile }, { k: 10 });
        assert.equal(new Set(list.map((film) => film.id)).size, 10);
        assert.ok(list.every((film) => !Array.from(profile.items, (item) => item + 1).includes(film.id as number)));
      }
    });

    it("scores unrated items without failing", async () => {
      const data = checkerboardWithUnratedItem();
      const scores = scoresOf(modelOf(await train(data)), { profile: profileOf([0, 5]) }, data.items.size);
      assert.equal(scores.some(Number.isFinite), exempt.unrated[title] === undefined);
      assert.ok(!Number.isNaN(scores[data.items.size - 1]));
    });

    it(`answers a training row asked as a new user ${algorithm.foldIn === "exact" ? "alike" : "nearly alike"}`, async () => {
      const model = modelOf(await trained(wide));
      for (let user = 1; user <= 30; user++) {
        const known = queryOfUser(wide, user);
        const folded = { profile: known.profile };
        if (algorithm.foldIn === "exact") assert.deepEqual(scoresOf(model, folded, 50), scoresOf(model, known, 50));
        else foldIns[name](model.ask(folded), model.ask(known), known.user!);
      }
    });

    it("answers a user the same whether or not others were asked before", async () => {
      const fitted = await trained(wide);
      const shared = modelOf(fitted);
      for (const query of queriesOf(wide)) {
        assert.deepEqual(scoresOf(shared, query, 50), scoresOf(modelOf(fitted), query, 50));
      }
    });

    it("answers several users alike, however the questions about them lie between one another", async () => {
      const fitted = await trained(wide);
      const shared = modelOf(fitted);
      const queries = queriesOf(wide);
      const answers = queries.map((query) => shared.ask(query));
      for (const item of [2, 7]) {
        for (const [n, answer] of answers.entries()) {
          const alone = modelOf(fitted).ask(queries[n]);
          assert.deepEqual(answer.explain?.(item), alone.explain?.(item));
          assert.deepEqual(answer.explainRating?.(item), alone.explainRating?.(item));
          assert.deepEqual(scoresOfAnswer(answer, 50), scoresOfAnswer(alone, 50));
          assert.deepEqual(predictionsOf(answer), predictionsOf(alone));
        }
      }
    });

    if (can.has("predicts ratings")) {
      it("predicts on the scale of the ratings, in the order of the items asked for", async () => {
        const answer = modelOf(await trained(wide)).ask(queryOfUser(wide, 1));
        const items = Int32Array.of(7, 3, 40);
        const together = new Float32Array(3);
        answer.predict!(items, together);
        items.forEach((item, n) => {
          const alone = new Float32Array(1);
          answer.predict!(Int32Array.of(item), alone);
          assert.equal(alone[0], together[n]);
          assert.ok(together[n] >= wide.scale.min && together[n] <= wide.scale.max);
        });
      });
    }

    if (can.has("predicts ratings")) {
      it("says what predicted each rating: itself wherever it scores, by parts that add up where a mean stood in", async () => {
        const model = modelOf(await trained(sparse));
        const queries = [...queriesOf(sparse), { profile: profileOf() }];
        // Dislikes play their part in predictions, and none in scores.
        for (const query of queries.map((asked) => ({ ...asked, profile: withoutDislikes(sparse, asked.profile) }))) {
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
            const parts = (answer.explainRating ?? answer.explain!)(item).parts;
            if (parts.length > 0) assert.deepEqual(parts, [{ kind: rule, value: parts[0].value }]);
            if (parts.length > 0) assert.ok(Math.abs(parts[0].value - predicted[item]) < 1e-6);
          });
        }
      });
    }

    if (can.has("explains ratings")) {
      it("explains every predicted rating by parts that add up to it, but for the cut to the scale", async () => {
        const { min, max } = sparse.scale;
        const model = modelOf(await trained(sparse));
        for (const query of [...queriesOf(sparse), { profile: profileOf() }]) {
          const answer = model.ask(query);
          const partsOf = answer.explainRating ?? answer.explain!;
          for (let item = 0; item < 50; item++) {
            const predicted = new Float32Array(1);
            answer.predict!(Int32Array.of(item), predicted);
            const sum: number = partsOf(item).parts.reduce((total, part) => total + part.value, 0);
            const cut = Math.min(max, Math.max(min, sum));
            assert.ok(Math.abs(cut - predicted[0]) <= rounding * 5, `item ${item}: ${sum}, ${predicted[0]}`);
          }
        }
      });
    }

    if (can.has("keeps ratings")) {
      it("keeps the ratings it was fitted on", async () => {
        assert.deepEqual(modelOf(await trained(sparse)).ratings, sparse.byUser);
      });
    }

    it("answers many at once as it does each, alike for any number of threads", async () => {
      // Enough items for a whole panel of every kernel and a part of another, enough users for two blocks.
      for (const data of [manyUsers, dense]) {
        const [users, items] = [data.users.size, data.items.size];
        const { state } = await trained(data);
        for (const rows of [Int32Array.from({ length: users }, (_, user) => user), new Int32Array(users).fill(-1)]) {
          const found: { scores: Float32Array; predicted: Float32Array | undefined }[] = [];
          for (const threads of [1, 3]) {
            const engine = await sharedEngine(threads);
            using model = algorithm.open(state, engine);
            using arena = engine.arena();
            const answers = answersOf(model, engine, arena);
            const scores = arena.float32(users * items).fill(Number.NaN);
            await answers.score({ profiles: data.byUser, users: rows }, scores);
            const predictions = await predictAll(model, data.byUser, data.byUser, rows, { engine });
            found.push({ scores: scores.slice(), predicted: predictions?.ratings });
          }
          assert.deepEqual(found[1], found[0]);
          const [{ scores, predicted }] = found;
          using model = algorithm.open(state, await sharedEngine(1));
          for (const [user, row] of rows.entries()) {
            const { profile } = queryOfUser(data, user + 1);
            const answer = model.ask(row < 0 ? { profile } : { profile, user: row });
            const alone = scoresOfAnswer(answer, items);
            const own = scores.subarray(user * items, (user + 1) * items);
            const size = alone.reduce((most, score) => Math.max(most, Number.isFinite(score) ? Math.abs(score) : 0), 0);
            alone.forEach((score, item) => {
              const near = score === own[item] || Math.abs(score - own[item]) <= manyRounding * size;
              assert.ok(near, `user ${user}, item ${item}: ${score} alone, ${own[item]} among many`);
            });
            if (!predicted) continue;
            const [from, to] = [data.byUser.offsets[user], data.byUser.offsets[user + 1]];
            const ratings = new Float32Array(to - from);
            answer.predict!(profile.items, ratings);
            ratings.forEach((rating, n) => {
              assert.ok(
                Math.abs(rating - predicted[from + n]) <= manyRounding * 5,
                `${rating}, ${predicted[from + n]}`,
              );
            });
          }
        }
      }
    });

    if (can.has("predicts ratings")) {
      it("predicts for a time of asking, each rating for its own, as it does for one alone", async () => {
        const { byUser } = withTimes(dense);
        using model = algorithm.open((await trained(dense)).state, sharedLocalEngine);
        // The times at which others of the user's films were rated.
        const times = byUser.times!.map((time, n) => (n % 3 === 0 ? time : time + 100));
        const rows = Int32Array.from({ length: byUser.rows }, (_, user) => user);
        const predictions = await predictAll(model, byUser, { ...byUser, times }, rows, { engine: sharedLocalEngine });
        for (const user of rows) {
          const profile = rowOf(byUser, user);
          for (const [n, item] of profile.items.entries()) {
            const alone = new Float32Array(1);
            const at = byUser.offsets[user] + n;
            model.ask({ profile, user, time: times[at] }).predict!(Int32Array.of(item), alone);
            assert.ok(Math.abs(alone[0] - predictions!.ratings[at]) <= manyRounding * 5, `${alone[0]}`);
          }
        }
      });
    }

    if (can.has("says how far predictions may be off")) {
      it("says how far each prediction may be off, in the order of the items asked for, and on the scale of the ratings", async () => {
        const items = Int32Array.of(7, 3, 40);
        const deviationsOf = async (data: Dataset) => {
          const answer = modelOf(await trained(data)).ask(queryOfUser(data, 1));
          const together = new Float32Array(3);
          answer.deviate!(items, together);
          items.forEach((item, n) => {
            const alone = new Float32Array(1);
            answer.deviate!(Int32Array.of(item), alone);
            assert.equal(alone[0], together[n]);
          });
          return together;
        };
        const found = await deviationsOf(wide);
        assert.ok(found.every((deviation) => deviation > 0 && deviation < Infinity));
        const tenfold = { ...wide.byUser, values: wide.byUser.values.map((value) => 10 * value) };
        const scale = { min: 10 * wide.scale.min, max: 10 * wide.scale.max, step: 10 * wide.scale.step };
        const larger = await deviationsOf(datasetFromCsr({ ...wide, scale }, tenfold, wide.report));
        for (const [n, deviation] of larger.entries())
          assert.ok(Math.abs(deviation - 10 * found[n]) < 1e-4, `${deviation}`);
      });
    }

    if (can.has("names neighbours")) {
      it("names as neighbours other users, the most similar first", async () => {
        const model = modelOf(await trained(wide));
        for (const query of queriesOf(wide)) {
          const neighbours = model.ask(query).neighbours!();
          assert.ok(neighbours.length > 0 && neighbours.every(({ user }) => user !== query.user));
          neighbours.forEach(({ user, similarity, overlap }, n) => {
            assert.ok(n === 0 || similarity <= neighbours[n - 1].similarity);
            const { items } = queryOfUser(wide, user + 1).profile;
            assert.equal(overlap, items.filter((item) => query.profile.items.includes(item)).length);
          });
        }
      });
    }

    if (can.has("finds similar items")) {
      it("compares items without naming one similar to itself", async () => {
        const model = modelOf(await trained(dense));
        const out = new Float64Array(30);
        for (let item = 0; item < 30; item++) {
          model.similarItems!(item, out);
          assert.equal(out[item], -Infinity);
          assert.ok(out.some(Number.isFinite));
          assert.ok(out.every((value) => !Number.isNaN(value)));
        }
      });
    }

    it("refuses a state with a tensor that is missing or too short", async () => {
      const { state, ...fitted } = await train(randomDataset(12, 20, 0.3, 12));
      for (const [key, { shape, data }] of Object.entries(state.tensors)) {
        const shorter = { shape: [shape[0] - 1, ...shape.slice(1)], data: data.slice(data.length / shape[0]) };
        const others = Object.entries(state.tensors).filter(([other]) => other !== key);
        for (const tensors of [others, [...others, [key, shorter] as const]]) {
          const damaged = { ...fitted, state: { ...state, tensors: Object.fromEntries(tensors) } };
          assert.throws(
            () => openModel(damaged, sharedLocalEngine),
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
  return algorithms.find(({ name }) => name === state.algorithm)!.open(state, sharedLocalEngine);
}

function scoresOf(model: Model, query: Query, items: number): Float32Array {
  return scoresOfAnswer(model.ask(query), items);
}

function scoresOfAnswer(answer: Answer, items: number): Float32Array {
  const out = new Float32Array(items).fill(Number.NaN); // a list may give an array that has been used
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

function withoutDislikes(data: Dataset, { items, values }: Profile): Profile {
  const middle = middleRating(data);
  return { items: items.filter((_, n) => values[n] >= middle), values: values.filter((value) => value >= middle) };
}

function allItems(items: number): Profile {
  return { items: Int32Array.from({ length: items }, (_, item) => item), values: new Float32Array(items).fill(3) };
}
