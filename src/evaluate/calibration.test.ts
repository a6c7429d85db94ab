import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { toyEvidence } from "../../test/helpers/evidence.ts";
import { localEngine } from "../compute/engine.ts";
import type { Dataset } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { configure } from "../models/configure.ts";
import { confidenceFeatures, confidenceOf } from "../recommend/confidence.ts";
import { fitConfidence, type JudgedFilm, judgeLists, reliabilityByBin, reliabilityByLevel } from "./calibration.ts";

/** How far what is found may be from what is said: of that, .03 is chance, with some 200 users. */
const allowed = 0.09;
/** How many films a level needs for that to be told. */
const least = 200;

/** Every model of ratings whose scores depend on the user, and one of events; those that take long on the smaller data only. */
const models = [
  "ease",
  "ease of events",
  "als",
  "item-knn",
  "rp3beta",
  "user-knn",
  "mf",
  "tfidf",
  "genre-overlap",
  "taste-graph",
  "hybrid",
];

for (const [name, more] of [
  ["ml-100k", ["pagerank", "neural"]],
  ["ml-latest-small", []],
] as const) {
  describe(`confidences on ${name}`, needsData(name), () => {
    const engine = localEngine();
    let data: Dataset;
    before(async () => {
      data = await readRatings(dataFolder(name));
    });

    for (const contender of [...models, ...more]) {
      it(`of ${contender} are right about as often as they say`, async () => {
        const [model, asEvents] = [contender.split(" ")[0], contender.endsWith(" of events")];
        // other users than those whom the weights were fitted to
        const options = { engine, seed: 5, asEvents, sizes: [2, 8, 30] };
        const { judged, listed } = await judgeLists(data, configure(model), options);
        assert.ok(judged.length > 300 && listed > judged.length);
        for (const { confidence, evidence } of judged) assert.deepEqual(confidence, confidenceOf(evidence));
        const all = reliabilityByLevel(judged);
        assert.equal(all[0].level, "likely");
        const levels = all.filter(({ n }) => n >= least);
        for (const { level, n, said, found } of levels) {
          assert.ok(Math.abs(said - found) <= allowed, `${level}: said ${said}, found ${found}, of ${n}`);
        }
        const found = levels.map((level) => level.found);
        assert.deepEqual(
          found,
          found.toSorted((a, b) => b - a),
          "the surer, the more often liked",
        );
      });
    }
  });
}

describe("fitConfidence", () => {
  it("finds the weights that liking follows", () => {
    const films = [0.2, 0.4, 0.6, 0.8].flatMap((likedShare) =>
      Array.from({ length: 1000 }, (_, n): JudgedFilm => {
        const evidence = toyEvidence({ likedShare });
        // as often as said by twice the logarithm of the odds
        const odds = (likedShare / (1 - likedShare)) ** 2;
        return { evidence, confidence: confidenceOf(evidence), liked: n < (1000 * odds) / (1 + odds) };
      }),
    );
    const weights = fitConfidence([films]);
    const x = confidenceFeatures(toyEvidence({ likedShare: 0.8 }));
    const sum = x.reduce((total, feature, n) => total + feature * weights[n], 0);
    assert.ok(Math.abs(sum - Math.log(16)) < 0.05, `${sum}`);
  });
});

describe("reliability", () => {
  const film = (probability: number, liked: boolean): JudgedFilm => ({
    evidence: toyEvidence({}),
    confidence: { level: probability < 0.7 ? "possible" : "likely", probability },
    liked,
  });
  const films = [film(0.52, true), film(0.58, false), film(0.8, true), film(1, true)];

  it("is what was said and found of each level, and of each tenth", () => {
    const rounded = (found: readonly { n: number; said: number; found: number }[]) =>
      found.map(({ n, said, found }) => [n, Number(said.toFixed(6)), found]);
    assert.deepEqual(rounded(reliabilityByLevel(films)), [
      [2, 0.9, 1],
      [2, 0.55, 0.5],
    ]);
    assert.deepEqual(rounded(reliabilityByBin(films)), [
      [2, 0.55, 0.5],
      [1, 0.8, 1],
      [1, 1, 1],
    ]);
    assert.deepEqual(rounded(reliabilityByBin(films, 2)), [[2, 0.55, 0.5]]);
  });
});
