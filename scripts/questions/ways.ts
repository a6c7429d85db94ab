/** Ways to ask a new user that are compared with the one that Matinee takes. */

import { emptyCatalog } from "../../src/data/catalog.ts";
import { asItemIndex, type Dataset, type ItemIndex } from "../../src/data/dataset.ts";
import {
  type AskUser,
  entropy,
  placesByAnswers,
  type QuestionWay,
  wayByWorth,
} from "../../src/evaluate/cold-start/question-ways.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { filmsToAsk } from "../../src/recommend/films-to-ask.ts";

/** Of the ratings of each film. */
const valuesOf = ({ byItem }: Dataset, film: number) => profileOf(byItem, film).values;

function worth(of: (train: Dataset, film: number, count: number) => number) {
  return (train: Dataset) =>
    Float64Array.from(train.counts, (count, film) => (count === 0 ? -Infinity : of(train, film, count)));
}

export const otherWays: readonly QuestionWay[] = [
  wayByWorth(
    "log popularity × entropy",
    "Rashid et al., IUI 2002",
    worth((train, film, count) => Math.log(count) * entropy(valuesOf(train, film))),
  ),
  wayByWorth(
    "popularity × entropy",
    "the same without the logarithm",
    worth((train, film, count) => count * entropy(valuesOf(train, film))),
  ),
  wayByWorth(
    "HELF",
    "the harmonic mean of the logarithm of popularity and the entropy: Rashid, Karypis, Riedl, SIGKDD Explorations 10, 2008",
    worth((train, film, count) => {
      const popularity = Math.log(count) / Math.log(train.users.size);
      const unlike = entropy(valuesOf(train, film)) / Math.log(10);
      return popularity + unlike === 0 ? 0 : (2 * popularity * unlike) / (popularity + unlike);
    }),
  ),
  wayByWorth(
    "popularity × variance",
    "how far ratings lie from the film's mean, in all",
    worth((train, film, count) => count * varianceOf(valuesOf(train, film))),
  ),
  {
    name: "greedy extend",
    summary:
      "film after film, each the one that lessens the error for a third of the known users most: Golbandi, Koren, Lempel, RecSys 2010",
    anyFilm: true,
    prepare: greedyExtend,
  },
  {
    name: "least uncertain",
    summary: "the film after which mf is expected to be least uncertain of all others, times how many rated it",
    anyFilm: true,
    prepare: leastUncertain,
  },
  {
    name: "variety alone",
    summary: "as Matinee asks, without what answers tell of other films",
    anyFilm: true,
    prepare: (train) => {
      const { coRatings: _, ...info } = { ...train, byItem: undefined };
      return placesByAnswers((said) => filmsToAsk(info, said, 1)[0]);
    },
  },
  {
    name: "likelihood alone",
    summary: "as Matinee asks, without decades and genres",
    anyFilm: true,
    prepare: (train) => {
      const info = { ...train, byItem: undefined, catalog: emptyCatalog(train.items.size) };
      return placesByAnswers((said) => filmsToAsk(info, said, 1)[0]);
    },
  },
];

function varianceOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** Vectors (q, 1) of films in `mf`, the bias last; what is left of ratings beside the means; and the weight of few ratings. */
async function factorModel(train: Dataset) {
  const { state } = await fit(train, configure("mf"));
  const [films, f] = state.tensors.items.shape;
  const { data: q } = state.tensors.items;
  const { data: bias } = state.tensors.itemBias;
  const { mean, regularisation, damping } = state.facts as Record<"mean" | "regularisation" | "damping", number>;
  const vectors = Array.from({ length: films }, (_, film) =>
    Float64Array.from({ length: f + 1 }, (_, n) => (n < f ? q[film * f + n] : 1)),
  );
  const residual = (film: number, rating: number) => rating - mean - bias[film];
  return { size: f + 1, vectors, residual, weight: (ratings: number) => regularisation * (ratings + damping) };
}

const multiplied = (matrix: Float64Array, vector: Float64Array) =>
  Float64Array.from(vector, (_, row) => dot(matrix.subarray(row * vector.length, (row + 1) * vector.length), vector));

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n] * b[n];
  return sum;
}

/** Takes a film's answer into a covariance: Σ − Σ y yᵀ Σ / (1 + yᵀ Σ y), in place. */
function takeIn(covariance: Float64Array, y: Float64Array): void {
  const along = multiplied(covariance, y);
  const scale = 1 / (1 + dot(along, y));
  for (let a = 0; a < y.length; a++) {
    for (let b = 0; b < y.length; b++) covariance[a * y.length + b] -= along[a] * along[b] * scale;
  }
}

function diagonal(size: number, value: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let n = 0; n < size; n++) matrix[n * size + n] = value;
  return matrix;
}

/** Ratings that few users give, of which a covariance starts. */
const fewRatings = 4;

async function leastUncertain(train: Dataset): Promise<AskUser> {
  const { size, vectors, weight } = await factorModel(train);
  const films = topK(Float64Array.from(train.counts), 120);
  const all = train.counts.reduce((sum, count) => sum + count, 0);
  const wanted = new Float64Array(size * size); // Σ_i share of ratings · y yᵀ
  for (const [film, y] of vectors.entries()) {
    if (train.counts[film] === 0) continue;
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) wanted[a * size + b] += (train.counts[film] / all) * y[a] * y[b];
  }
  return placesByAnswers(({ seen, unseen, exclude }) => {
    const asked = new Set([...seen, ...unseen, ...exclude]);
    const covariance = diagonal(size, 1 / weight(fewRatings));
    for (const film of seen) takeIn(covariance, vectors[film]);
    const gains = Float64Array.from(films, (film) => {
      if (asked.has(asItemIndex(film))) return -Infinity;
      const along = multiplied(covariance, vectors[film]);
      return (train.counts[film] * dot(along, multiplied(wanted, along))) / (1 + dot(along, vectors[film]));
    });
    return asItemIndex(films[topK(gains, 1)[0]]);
  });
}

async function greedyExtend(train: Dataset): Promise<AskUser> {
  const { size, vectors, residual, weight } = await factorModel(train);
  const candidates = topK(Float64Array.from(train.counts), 60);
  const users = Array.from({ length: train.byUser.rows }, (_, user) => profileOf(train.byUser, user))
    .filter(({ items }, user) => user % 3 === 0 && items.length > 0)
    .map(({ items, values }) => ({
      rated: new Map(Array.from(items, (film, n) => [film, residual(film, values[n])])),
      covariance: diagonal(size, 1 / weight(fewRatings)),
      error: Number.NaN,
      vector: new Float64Array(size),
    }));
  type User = (typeof users)[number];
  const errorOf = ({ rated }: User, vector: Float64Array) => {
    let error = 0;
    for (const [film, rest] of rated) error += (rest - dot(vector, vectors[film])) ** 2;
    return error;
  };
  /** The user's vector after one more answer. */
  const after = ({ covariance, vector, rated }: User, film: number) => {
    const y = vectors[film];
    const along = multiplied(covariance, y);
    const step = (rated.get(film)! - dot(vector, y)) / (1 + dot(along, y));
    return vector.map((value, n) => value + step * along[n]);
  };
  for (const user of users) user.error = errorOf(user, user.vector);
  const order: ItemIndex[] = [];
  while (order.length < 30) {
    const gains = Float64Array.from(candidates, (film) => {
      if (order.includes(asItemIndex(film))) return -Infinity;
      return users.reduce(
        (sum, user) => sum + (user.rated.has(film) ? user.error - errorOf(user, after(user, film)) : 0),
        0,
      );
    });
    const film = candidates[topK(gains, 1)[0]];
    order.push(asItemIndex(film));
    for (const user of users) {
      if (!user.rated.has(film)) continue;
      user.vector = after(user, film);
      takeIn(user.covariance, vectors[film]);
      user.error = errorOf(user, user.vector);
    }
  }
  return placesByAnswers(({ seen, unseen, exclude }) => {
    const asked = new Set([...seen, ...unseen, ...exclude]);
    return order.find((film) => !asked.has(film));
  });
}
