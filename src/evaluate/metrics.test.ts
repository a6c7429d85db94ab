import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { near } from "../../test/helpers/numbers.ts";
import { toyDataset } from "../../test/helpers/toy.ts";
import { labelsFrom } from "../data/catalog.ts";
import { MatineeError } from "../errors.ts";
import type { EvaluatedUser, ListsMetric, UserMetric } from "./metric.ts";
import { metricKinds, metricsNamed } from "./metrics.ts";

const items = 8;
/** Ten users have ratings, an eleventh has none. Item n is rated by n of them. */
const toy = toyDataset(
  11,
  items,
  Array.from({ length: items }, (_, item) =>
    Array.from({ length: item }, (_, user) => [user, item, 3] as const),
  ).flat(),
);
const rated8 = Array.from({ length: 10 }, (_, user) => [user, 7, 3] as const);
const genres = [["A"], ["A"], ["A", "B"], ["B"], [], ["C"], ["A", "B", "C", "D"], ["A", "B"]];
const train = {
  ...toyDataset(11, items, rated8),
  counts: toy.counts,
  catalog: { ...toy.catalog, genres: labelsFrom(genres) },
};

function evaluated(list: number[], relevant: number[], more: Partial<EvaluatedUser> = {}): EvaluatedUser {
  const held = { items: Int32Array.from(relevant), values: Float32Array.from(relevant, () => 5) };
  const known = { user: 0, profile: new Int32Array(0), candidates: items };
  return { ...known, ...held, list: Int32Array.from(list), relevant: new Set(relevant), ...more };
}
function userMetric(name: string): UserMetric {
  const [metric] = metricsNamed([name], train);
  assert.ok(metric.over === "users");
  return metric;
}
function listsMetric(name: string): ListsMetric {
  const [metric] = metricsNamed([name], train);
  assert.ok(metric.over === "lists");
  return metric;
}
const meanOf = (name: string, someone: EvaluatedUser) => {
  const part = userMetric(name).of(someone);
  return part && part.sum / part.weight;
};

const log2 = Math.log2;
/** Worked by hand: relevant 1, 3, 6; films 3 and 1 stand second and fourth. */
const worked = evaluated([0, 3, 2, 1, 5], [1, 3, 6]);
const ideal3 = 1 + 1 / log2(3) + 1 / 2;
const cases: [name: string, list: EvaluatedUser, value: number | undefined][] = [
  ["precision@4", worked, 2 / 4],
  ["precision@2", worked, 1 / 2],
  ["precision@10", worked, 2 / 10],
  ["recall@4", worked, 2 / 3],
  ["recall@2", worked, 1 / 3],
  ["recall-capped@2", worked, 1 / 2],
  ["recall-capped@10", worked, 2 / 3],
  ["hit-rate@1", worked, 0],
  ["hit-rate@2", worked, 1],
  ["hit-rate@5", worked, 1],
  ["ndcg@1", worked, 0],
  ["ndcg@2", worked, 1 / log2(3) / (1 + 1 / log2(3))],
  ["ndcg@4", worked, (1 / log2(3) + 1 / log2(5)) / ideal3],
  ["ndcg@100", worked, (1 / log2(3) + 1 / log2(5)) / ideal3],
  ["map@4", worked, (1 / 2 + 2 / 4) / 3],
  ["map@2", worked, 1 / 2 / 2],
  ["mrr@1", worked, 0],
  ["mrr@4", worked, 1 / 2],
  // 5 others: before film 3 stands one, before film 1 two; before film 6 the three listed and half of two
  ["auc", worked, 1 - (1 + 2 + 4) / 15],
  // in the first 2: film 3 after one; the two others after that one and half of four
  ["auc@2", worked, 1 - (1 + 3 + 3) / 15],
  ["auc@100", worked, 1 - (1 + 2 + 4) / 15],
  // film 3 after film 0 and level with 2; film 1 after films 0 and 2 and level with 5
  ["auc", { ...worked, tied: Uint8Array.of(0, 0, 1, 0, 1) }, 1 - (1.5 + 2.5 + 4) / 15],
  // the list is cut between films of one score
  ["auc@2", { ...worked, tied: Uint8Array.of(0, 0, 1, 0, 1) }, 1 - (1 + 3 + 3) / 15],
  ["auc", { ...worked, tied: Uint8Array.of(0, 1, 1, 1, 1) }, 1 - (2 * 1.5 + 4) / 15],
  ["auc", evaluated([], [1, 3]), 1 / 2],
  ["auc", evaluated([1, 3], [1, 3]), 1],
  ["auc", evaluated([0, 2, 4, 5, 6, 7, 1, 3], [1, 3]), 0],
  ["auc", evaluated([1], [1], { candidates: 1 }), undefined],
  ["novelty@2", evaluated([7, 5, 1], []), (log2(10 / 7) + log2(10 / 5)) / 2],
  ["novelty@2", evaluated([0], []), log2(10)],
  ["popularity-bias@2", evaluated([7, 5, 1], [], { profile: Int32Array.of(2, 4) }), 6 / 3],
  ["popularity-bias@2", evaluated([7], []), undefined],
  ["popularity-bias@2", evaluated([7], [], { profile: Int32Array.of(0) }), undefined],
  ["diversity@2", evaluated([0, 1, 3], []), 0],
  ["diversity@3", evaluated([0, 1, 3], []), 1 - 1 / 3],
  ["diversity@3", evaluated([0, 4, 2], []), 1 - Math.SQRT1_2],
  ["diversity@3", evaluated([7, 6, 5], []), 1 - (2 / Math.sqrt(8) + 0 + 1 / 2) / 3],
  ["diversity@3", evaluated([0, 4], []), undefined],
  ["rmse", evaluated([], []), undefined],
];

describe("a metric of one user", () => {
  for (const [name, someone, value] of cases) {
    it(`${name} of ${[...someone.list].join(" ")} where ${[...someone.relevant].join(" ")} are relevant`, () => {
      const found = meanOf(name, someone);
      assert.equal(found === undefined, value === undefined);
      near(found ?? 0, value ?? 0, 1e-12);
    });
  }

  const ofRelevant = ["precision@3", "recall@3", "recall-capped@3", "hit-rate@3", "ndcg@3", "map@3", "mrr@3"];
  it("is 0 for an empty list, and absent where nothing is relevant, except for metrics that average all users", () => {
    for (const name of [...ofRelevant, "precision-all@3", "ndcg-all@3"]) {
      assert.deepEqual(userMetric(name).of(evaluated([], [1])), { sum: 0, weight: 1 }, name);
      const nothing = userMetric(name).of(evaluated([1, 2], []));
      assert.deepEqual(nothing, name.includes("-all") ? { sum: 0, weight: 1 } : undefined, name);
    }
    assert.equal(userMetric("auc").of(evaluated([1, 2], [])), undefined);
    for (const name of ["novelty@3", "diversity@3", "popularity-bias@3"]) {
      assert.equal(userMetric(name).of(evaluated([], [1], { profile: Int32Array.of(2) })), undefined, name);
    }
  });

  it("is 1 for the best possible list, even if it is shorter than K or longer than the relevant films", () => {
    for (const name of ["recall-capped", "hit-rate", "ndcg", "ndcg-all", "map", "mrr"]) {
      for (const k of [1, 2, 3, 20]) near(meanOf(`${name}@${k}`, evaluated([1, 3, 0, 2], [1, 3]))!, 1, 1e-15, name);
    }
  });

  it("of predicted ratings sums over ratings, and takes the root after the mean", () => {
    const ratings = { items: Int32Array.of(1, 2, 5), values: Float32Array.of(4, 2, 3) };
    const someone = evaluated([], [], {
      ...ratings,
      predicted: Float32Array.of(3, 2, 5),
      rules: Uint8Array.of(0, 2, 0),
    });
    assert.deepEqual(userMetric("rmse").of(someone), { sum: 5, weight: 3 });
    assert.equal(userMetric("rmse").finish!(4), 2);
    assert.deepEqual(userMetric("mae").of(someone), { sum: 3, weight: 3 });
    assert.equal(userMetric("mae").finish, undefined);
    assert.deepEqual(userMetric("prediction-coverage").of(someone), { sum: 2, weight: 3 });
    assert.equal(userMetric("prediction-coverage").of(evaluated([], [])), undefined);
  });

  it("of popularity compares the mean of the list with that of the profile", () => {
    const metric = userMetric("popularity-bias@2");
    assert.equal(metric.finish!(1.5), 0.5);
    assert.deepEqual(metric.of(evaluated([7, 5], [], { profile: Int32Array.of(2, 4) })), { sum: 6, weight: 3 });
  });
});

describe("a metric of all lists", () => {
  const lists = { users: 3, k: 3, items: Int32Array.of(0, 1, 2, 0, 1, -1, 0, -1, -1) };
  it("counts listed films, up to its own length", () => {
    assert.equal(listsMetric("catalogue-coverage@3").of(lists), 3 / 8);
    assert.equal(listsMetric("catalogue-coverage@1").of(lists), 1 / 8);
    assert.equal(listsMetric("catalogue-coverage@9").of(lists), 3 / 8);
    // x = 0 0 0 0 0 1 2 3: Σ (2j − 9) x_j = 3 + 10 + 21
    near(listsMetric("gini@3").of(lists), 34 / (7 * 6), 1e-15);
    assert.equal(listsMetric("gini@1").of(lists), 1);
    const even = { users: 2, k: 4, items: Int32Array.of(7, 1, 2, 3, 4, 5, 6, 0) };
    assert.equal(listsMetric("gini@4").of(even), 0);
  });

  it("is refused without lists", () => {
    const nothing = { users: 2, k: 1, items: Int32Array.of(-1, -1) };
    assert.equal(listsMetric("catalogue-coverage@1").of(nothing), 0);
    assert.throws(() => listsMetric("gini@1").of(nothing), { code: "METRIC_EMPTY" });
  });
});

/** The definitions once more, by the plainest means: ranks of every candidate, unlisted ones sharing the mean of theirs. */
function plainly(list: number[], relevant: number[], k: number): Record<string, number> {
  const top = list.slice(0, k);
  const gains = (films: number[]) => films.map((film, n) => (relevant.includes(film) ? 1 / log2(n + 2) : 0));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const hits = top.filter((film) => relevant.includes(film)).length;
  const rank = (film: number) => (top.includes(film) ? top.indexOf(film) + 1 : (top.length + 1 + items) / 2);
  const others = [...Array(items).keys()].filter((film) => !relevant.includes(film));
  const pairs = relevant.flatMap((one) => others.map((other) => (Math.sign(rank(other) - rank(one)) + 1) / 2));
  const precisions = top.map(
    (_, n) => sum(top.slice(0, n + 1).map((film) => Number(relevant.includes(film)))) / (n + 1),
  );
  return {
    precision: hits / k,
    "precision-all": hits / k,
    recall: hits / relevant.length,
    "recall-capped": hits / Math.min(relevant.length, k),
    "hit-rate": hits === 0 ? 0 : 1,
    ndcg: sum(gains(top)) / sum(gains([...relevant, ...others].slice(0, k))),
    "ndcg-all": sum(gains(top)) / sum(gains([...relevant, ...others].slice(0, k))),
    map: sum(precisions.filter((_, n) => relevant.includes(top[n]))) / Math.min(relevant.length, k),
    mrr: Math.max(0, ...top.map((film, n) => (relevant.includes(film) ? 1 / (n + 1) : 0))),
    auc: sum(pairs) / pairs.length,
  };
}

describe("metrics of relevant films", () => {
  const some = (minLength: number) => fc.uniqueArray(fc.nat(items - 1), { minLength, maxLength: items - 1 });
  it("agree with a plain oracle", () => {
    fc.assert(
      fc.property(some(0), some(1), fc.integer({ min: 1, max: 12 }), (list, relevant, k) => {
        for (const [name, value] of Object.entries(plainly(list, relevant, k))) {
          near(meanOf(`${name}@${k}`, evaluated(list, relevant))!, value, 1e-12, name);
        }
        near(meanOf("auc", evaluated(list, relevant))!, plainly(list, relevant, items).auc, 1e-12);
      }),
    );
  });

  it("count a pair of films with one score half", () => {
    const scored = fc.array(fc.option(fc.nat(3), { nil: -Infinity }), { minLength: items, maxLength: items });
    fc.assert(
      fc.property(scored, some(1), (scores, relevant) => {
        const all = [...scores.keys()];
        const list = all.filter((film) => scores[film] > -Infinity).sort((a, b) => scores[b] - scores[a] || a - b);
        const others = all.filter((film) => !relevant.includes(film));
        let wins = 0;
        for (const one of relevant) {
          for (const other of others) wins += scores[one] === scores[other] ? 0.5 : Number(scores[one] > scores[other]);
        }
        const someone = evaluated(list, relevant, {
          tied: Uint8Array.from(list, (film, n) => Number(n > 0 && scores[film] === scores[list[n - 1]])),
        });
        near(meanOf("auc", someone)!, wins / (relevant.length * others.length), 1e-12);
      }),
    );
  });

  it("of genres agree with the mean over every pair, for one list after another", () => {
    const metric = userMetric("diversity@5");
    fc.assert(
      fc.property(some(0), (list) => {
        const sets = list.slice(0, 5).flatMap((film) => (genres[film].length > 0 ? [genres[film]] : []));
        const cosines = sets.flatMap((a, n) =>
          sets.slice(0, n).map((b) => a.filter((genre) => b.includes(genre)).length / Math.sqrt(a.length * b.length)),
        );
        const found = metric.of(evaluated(list, []))?.sum;
        assert.equal(found === undefined, cosines.length === 0);
        const mean = cosines.reduce((total, value) => total + value, 0) / cosines.length;
        if (found !== undefined) near(found, 1 - mean, 1e-12);
      }),
    );
  });
});

describe("metricsNamed", () => {
  it("knows how long lists must be, and which direction is better", () => {
    const found = metricsNamed(["ndcg@10", "rmse", "auc", "auc@5", "novelty@7"], train);
    assert.deepEqual(
      found.map(({ name, depth, better }) => [name, depth, better]),
      [
        ["ndcg@10", 10, "higher"],
        ["rmse", 0, "lower"],
        ["auc", Infinity, "higher"],
        ["auc@5", 5, "higher"],
        ["novelty@7", 7, undefined],
      ],
    );
    assert.equal(found[0].summary, metricKinds.find(({ name }) => name === "ndcg")!.summary);
  });

  for (const [names, message, fix] of [
    [["ndgc@10"], /no metric has the name "ndgc"/, /did you mean ndcg\?/],
    [["ndcg"], /ndcg needs a length of lists/, /ndcg@10/],
    [["ndcg@0"], /"0" is no length/, /whole number from 1/],
    [["ndcg@"], /"" is no length/, /whole number/],
    [["ndcg@1.5"], /"1.5" is no length/, /whole number/],
    [["ndcg@010"], /"010" is no length/, /whole number/],
    [["ndcg@-3"], /"-3" is no length/, /whole number/],
    [["ndcg@5@6"], /"5@6" is no length/, /whole number/],
    [["auc@"], /"" is no length/, /whole number/],
    [["rmse@5"], /rmse looks at no list/, /name it rmse/],
    [["mae", "rmse", "mae"], /mae is named twice/, /once/],
    [["constructor"], /no metric has the name "constructor"/, /metrics.md/],
  ] as const) {
    it(`refuses ${names.join(", ")}`, () => {
      assert.throws(
        () => metricsNamed(names, train),
        (error) => {
          assert.ok(error instanceof MatineeError && error.code === "METRIC_UNKNOWN");
          assert.match(error.message, message);
          assert.match(error.fix, fix);
          return true;
        },
      );
    });
  }

  it("has a different name for every kind", () => {
    assert.equal(new Set(metricKinds.map(({ name }) => name)).size, metricKinds.length);
  });
});
