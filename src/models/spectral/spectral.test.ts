import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../../test/helpers/films.ts";
import { near } from "../../../test/helpers/numbers.ts";
import { profileOf, scoresOf } from "../../../test/helpers/small-data.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { labelsOf } from "../../data/catalog.ts";
import type { Dataset } from "../../data/dataset.ts";
import { symmetricEigen } from "../../matrix/symmetric-eigen.ts";
import { factorsOf } from "../../recommend/factors.ts";
import { openModel } from "../../recommend/open-model.ts";
import { openRecommender } from "../../recommend/recommender.ts";
import { similar } from "../../recommend/similar.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";

const engine = localEngine(2 ** 27);
const films = filmDataset();

async function open(data: Dataset, set: Record<string, unknown> = {}) {
  return openModel(await fit(data, configure("spectral", { factors: 4, dislike: 0, ...set }), { engine }), engine);
}

/** Of films and nodes, by the formulas in spectral.ts: B Bᵀ, w, and b of each kind of node with its scales. */
function plainGraph({ byUser, items, catalog }: Dataset, shares: { people: number; genres: number }) {
  const ratings = Array.from({ length: items.size }, () => new Array<number>(byUser.rows).fill(0));
  for (let user = 0; user < byUser.rows; user++) {
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++)
      ratings[byUser.indices[n]][user] = byUser.values[n];
  }
  const genres = ratings.map((_, film) => {
    const own = labelsOf(catalog.genres, film);
    return catalog.genres.names.map((name) => Number(own.includes(name)));
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const edges = (a: number[][], share: number) =>
    a.map((row) =>
      row.map(
        (value, node) => (value * Math.sqrt(share)) / Math.sqrt(sum(row) * sum(a.map((other) => other[node])) || 1),
      ),
    );
  const [people, byGenre] = [edges(ratings, shares.people), edges(genres, shares.genres)];
  const b = people.map((row, film) => [...row, ...byGenre[film]]);
  const square = Float64Array.from(b.flatMap((row) => b.map((other) => sum(row.map((value, n) => value * other[n])))));
  return {
    square,
    byGenre,
    degrees: catalog.genres.names.map((_, g) => sum(genres.map((row) => row[g]))),
    weights: ratings.map((row) => Math.max(1, sum(row))),
  };
}

describe("spectral", () => {
  it("scores and compares films by the leading vectors of the graph", async () => {
    const data = randomDataset(30, 25, 0.3, 11);
    const { square, weights } = plainGraph(data, { people: 1, genres: 0.4 });
    const [n, factors, beta] = [25, 5, 0.2];
    const { vectors: u } = symmetricEigen(square, n);
    using opened = await open(data, { factors, beta, genres: 0.4, tags: 0, iterations: 60 });
    const product = (i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k < factors; k++) sum += u[i * n + k] * u[j * n + k];
      return sum;
    };
    const scores = scoresOf(opened.model, profileOf([3, 4], [8, 2]));
    const partOf = (i: number, rating: number, j: number) =>
      rating * weights[i] ** -0.5 * weights[j] ** (0.5 - beta) * product(i, j);
    for (let j = 0; j < n; j++) near(scores[j], partOf(3, 4, j) + partOf(8, 2, j), 1e-4);
    const alike = new Float64Array(n);
    opened.model.similarItems!(3, alike);
    for (let j = 0; j < n; j++) {
      if (j !== 3) near(alike[j], product(3, j) / Math.sqrt(product(3, 3) * product(j, j)), 1e-4);
    }
    const { parts } = opened.model.ask({ profile: profileOf([3, 4], [8, 2]) }).explain!(7);
    near((parts[0] as { value: number }).value, partOf(3, 4, 7), 1e-4);
  });

  it("gives a genre the vector of a film that has nothing else, where such a film is placed", async () => {
    const { square, byGenre, degrees, weights } = plainGraph(films, { people: 1, genres: 1 });
    using opened = await open(films, { genres: 1, tags: 0, iterations: 60 });
    const { length, items, nodes } = await factorsOf(opened, { engine });
    const [{ kind, vectors }] = nodes!;
    assert.equal(kind, "genre");
    const { values } = symmetricEigen(square, 8);
    for (let genre = 0; genre < degrees.length; genre++) {
      for (let k = 0; k < 4; k++) {
        let sum = 0;
        for (let film = 0; film < 8; film++) {
          const u = items[film * length + k] * weights[film] ** (0.1 - 0.5);
          sum += byGenre[film][genre] * u;
        }
        near(vectors[genre * length + k], sum / Math.sqrt(degrees[genre]) / values[k], 1e-4);
      }
    }
    using recommender = await openRecommender(
      await fit(films, configure("spectral", { genres: 1, tags: 0 }), { engine }),
    );
    using later = await recommender.withItems([{ id: 90, title: "Later", genres: ["Comedy"] }]);
    const all = await factorsOf(later.opened);
    const [own] = all.nodes!;
    const comedy = films.catalog.genres.names.indexOf("Comedy");
    const at = later.info.items.index(90);
    assert.deepEqual(
      all.items.subarray(at * all.length, (at + 1) * all.length),
      own.vectors.subarray(comedy * all.length, (comedy + 1) * all.length),
    );
  });

  it("finds films without ratings by their genres, and none for a user who rated nothing", async () => {
    using opened = await open(films, { genres: 1 });
    // "Unseen" is a drama without ratings, as is Night Harbour, which has some.
    assert.ok(similar(opened, films.items.index(80), 1)[0].id === 10);
    assert.ok(scoresOf(opened.model, profileOf()).every((score) => score === -Infinity));
    using byPeople = await open(films, { genres: 0, tags: 0 });
    assert.equal(scoresOf(byPeople.model, profileOf([0, 5]))[7], -Infinity);
    assert.equal(byPeople.model.placeItems, undefined);
  });

  it("refuses a graph without edges", async () => {
    await assert.rejects(open(films, { people: 0, genres: 0, tags: 0 }), { code: "CONFIG_INVALID" });
  });
});
