/** The numbers of docs/traps.md on lists, most of them on ML-100K. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { labelsOf } from "../../src/data/catalog.ts";
import { type Dataset, shapeOf } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Model } from "../../src/models/model.ts";
import { algorithmNamed } from "../../src/models/registry.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryFromRatings, queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";
import { firstFold, type Judgement, perUserSeed42 } from "../helpers/ml100k.ts";
import { near } from "../helpers/numbers.ts";
import { assertTable, decimals, mean, thousands } from "../helpers/traps.ts";

type Scores = (user: number) => Float64Array;
interface Metrics {
  metrics: { "precision@5": number };
}

describe("docs/traps.md, on lists of ML-100K", needsData("ml-100k"), () => {
  /** A fifth of each user's ratings. */
  let perUser: Judgement;
  /** The fold u1: many ratings of half the users. */
  let u1: Judgement;
  before(async () => {
    perUser = await perUserSeed42();
    u1 = await firstFold();
  });

  it("two splits in one table", () => {
    const [a, b] = ["ml100k/genre-kg.json", "ml100k/graph-retrieval.json"].map((name) => golden<Metrics>(name).metrics);
    near(precision(perUser, byGenres(perUser), true), a["precision@5"], 1e-9);
    near(precision(u1, byProfile(u1), false), b["precision@5"], 1e-9);
    const row = (name: string, of: (split: Judgement) => Scores) => [
      name,
      decimals(precision(perUser, of(perUser), true), 4),
      decimals(precision(u1, of(u1), false), 4),
    ];
    assertTable("Two splits in one table, and no yardstick", [
      row("number of liked genres, then popularity", byGenres),
      row("genres counted, a little popularity (graph)", byProfile),
      row(
        "**`popular`**",
        ({ train }) =>
          () =>
            Float64Array.from(train.counts),
      ),
    ]);
  });

  it("ties", async () => {
    using knn = await model("user-knn", { preset: "deviation" });
    const { metrics } = golden<Metrics>("ml100k/pearson-cf.json");
    assert.equal(decimals(metrics["precision@5"], 4), ".0115");
    // Scores in single precision: equal but for rounding.
    const score: Scores = (user) => scoresOf(knn, user).map((value) => Math.round(value * 1e5));
    const highestFirst = (user: number) => {
      const scores = unseen(perUser, user, score(user));
      const items = [...scores.keys()].filter((item) => scores[item] > -Infinity);
      return items.sort((a, b) => scores[b] - scores[a] || b - a).slice(0, 5);
    };
    const tied = perUser.relevant.filter((_, user) => {
      const scores = unseen(perUser, user, score(user));
      const six = topK(scores, 6);
      return six.length === 6 && scores[six[4]] === scores[six[5]];
    }).length;
    assertTable("Ties by chance", [
      ["in the order met (printed by the study)", ".0115"],
      ["**lowest id first**", `**${decimals(precision(perUser, score, true), 4)}**`],
      ["highest id first", decimals(precisionOf(perUser, highestFirst, true), 4)],
      ["people with a tie between places 5 and 6", `${tied} of ${perUser.relevant.length}`],
    ]);
  });

  it("seen films removed from candidates", async () => {
    using ease = await model("ease", { beta: 0, dislike: 0 });
    const lengths = perUser.relevant.map((_, user) => {
      const { items } = queryOfUser(perUser.train, perUser.train.users.id(user)).profile;
      return topK(scoresOf(ease, user), 50).filter((item) => !items.includes(item)).length;
    });
    const right = perUser.relevant.map((_, user) => topK(unseen(perUser, user, scoresOf(ease, user)), 10).length);
    const short = (list: number[]) => `${list.filter((length) => length < 10).length} of ${list.length}`;
    assertTable("Candidates first, seen films after", [
      ["fifty best of all, seen ones dropped, ten wanted", short(lengths), String(Math.min(...lengths))],
      ["**ten best of the unseen**", `**${short(right)}**`, `**${Math.min(...right)}**`],
    ]);
  });

  it("the best prediction rests on the least", async () => {
    const rows: string[][] = [];
    for (const minNeighbours of [1, 3, 10]) {
      using knn = await model("user-knn", { preset: "deviation", minNeighbours });
      const score: Scores = (user) => scoresOf(knn, user);
      const counts = perUser.relevant.flatMap((_, user) => {
        const best = topK(unseen(perUser, user, score(user)), 5);
        return Array.from(best, (item) => perUser.train.counts[item]);
      });
      const cells = [decimals(mean(counts), 0), decimals(precision(perUser, score, true), 4)];
      rows.push([`films that ${minNeighbours} of 20 neighbours or more rated`, ...cells]);
    }
    assertTable("The best prediction rests on the least", rows);
  });

  async function model(name: string, set = {}): Promise<Model> {
    const engine = localEngine();
    return algorithmNamed(name).open((await fit(perUser.train, configure(name, set), { engine })).state, engine);
  }

  function scoresOf(model: Model, user: number): Float64Array {
    const out = new Float32Array(model.items);
    model.ask(queryOfUser(perUser.train, perUser.train.users.id(user))).score(out);
    return Float64Array.from(out);
  }
});

describe("docs/traps.md, on lists of ml-latest-small", needsData("ml-latest-small"), () => {
  let data: Dataset;
  before(async () => {
    data = await readRatings(dataFolder("ml-latest-small"));
  });

  it("a share that became a percentage", () => {
    const row = (name: string, users: number, items: number, ratings: number) => {
      const density = ratings / (users * items);
      return [name, `${(1 - density * 100).toFixed(2)} %`, `**${(100 * (1 - density)).toFixed(2)} %**`];
    };
    const { users, ratings } = shapeOf(data);
    assertTable("A share that became a percentage", [
      row("200,758 people × 1,000 films, 9,439,196 ratings", 200_758, 1000, 9_439_196),
      row("ml-latest-small", users, data.counts.filter((count) => count > 0).length, ratings),
    ]);
  });

  it("the first hit is not always oneself", async () => {
    const { offsets, indices, values, rows } = data.byItem;
    // two columns have a cosine of 1 where the same users rated both films in the same proportion
    const keys = Array.from({ length: rows }, (_, item) => {
      const range = [offsets[item], offsets[item + 1]] as const;
      const halves = Array.from(values.subarray(...range), (value) => 2 * value);
      const divisor = halves.reduce(greatestCommonDivisor, 0);
      return Array.from(indices.subarray(...range), (user, n) => `${user}:${halves[n] / divisor}`).join(" ");
    });
    const groups = [...Map.groupBy(keys, (key) => key)].flatMap(([key, { length }]) => (key === "" ? [] : [length]));
    const total = (of: (size: number) => number) => thousands(groups.reduce((sum, size) => sum + of(size), 0));
    using engine = localEngine();
    using knn = algorithmNamed("item-knn").open((await fit(data, configure("item-knn"), { engine })).state, engine);
    const out = new Float64Array(rows);
    const own = keys.filter((_, item) => {
      knn.similarItems!(item, out);
      return topK(out, 10).includes(item);
    }).length;
    assertTable("The first hit is not always oneself", [
      ["films with another at a cosine of 1", `${total((size) => (size > 1 ? size : 0))} of ${total((size) => size)}`],
      ["films that drop another in their own place", total((size) => size - 1)],
      ["films among their own ten neighbours", total((size) => Math.min(10, size - 1))],
      ["**films among their own ten neighbours, `item-knn`**", `**${own}**`],
    ]);
  });

  it("the best prediction rests on the least: a list of films that nobody knows", async () => {
    const { profiles } = golden<{ profiles: { profile: [movie: number, rating: number][] }[] }>(
      "onboarding/similar-user.json",
    );
    const printed = [
      "Wild Parrots of Telegraph Hill, The (2003)",
      "Heidi Fleiss: Hollywood Madam (1995)",
      "Man Bites Dog (C'est arrivé près de chez vous) (1992)",
      "I Am Not Your Negro (2017)",
      "Guess Who's Coming to Dinner (1967)",
      "Come and See (Idi i smotri) (1985)",
      "Indignation (2016)",
      "Act of Killing, The (2012)",
      "On the Beach (1959)",
      "Crossing Delancey (1988)",
    ].map((title) => data.counts[data.catalog.titles.findIndex((label) => title.startsWith(label))]);
    using recommender = openModel(await fit(data, configure("ease", { beta: 0, dislike: 0 })));
    const query = queryFromRatings(
      data,
      profiles[0].profile.map(([movie, rating]) => [data.items.index(movie), rating] as const),
    );
    const list = await recommend(recommender, query, { k: 10 });
    const told = (counts: number[]) => {
      const sorted = [...counts].sort((a, b) => a - b);
      return [`${sorted[0]} to ${sorted[9]}`, decimals((sorted[4] + sorted[5]) / 2, 1)];
    };
    const right = told(list.map(({ ratings }) => ratings)).map((cell) => `**${cell}**`);
    const rows = [
      ["ten films by predicted rating, as printed", ...told(printed)],
      ["**ten by `ease`, for the same asker**", ...right],
    ];
    assertTable("The best prediction rests on the least", rows, 1);
  });
});

/** The scores of films that the user has not rated in training; −Infinity for the others. */
function unseen({ train }: Judgement, user: number, scores: Float64Array): Float64Array {
  const { items } = queryOfUser(train, train.users.id(user)).profile;
  for (const item of items) scores[item] = -Infinity;
  return scores;
}

/** Precision at 5, over all users or over those with a relevant film. */
function precisionOf({ relevant }: Judgement, list: (user: number) => ArrayLike<number>, all: boolean): number {
  const shares = relevant.flatMap((wanted, user) => {
    if (wanted.size === 0 && !all) return [];
    return [Array.from(list(user)).filter((item) => wanted.has(item)).length / 5];
  });
  return mean(shares);
}

function precision(split: Judgement, score: Scores, all: boolean): number {
  return precisionOf(split, (user) => topK(unseen(split, user, score(user)), 5), all);
}

/** Genres of each film of a data set. */
function genresOf({ catalog, items }: Dataset): readonly (readonly string[])[] {
  return Array.from({ length: items.size }, (_, item) => labelsOf(catalog.genres, item));
}

/** How many genres a film shares with the films that the user rated 4 or higher; of equals, the more rated first. */
function byGenres({ train }: Judgement): Scores {
  const genres = genresOf(train);
  return (user) => {
    const { items, values } = queryOfUser(train, train.users.id(user)).profile;
    const liked = new Set([...items].flatMap((item, n) => (values[n] >= 4 ? genres[item] : [])));
    return Float64Array.from(genres, (own, item) => {
      return own.filter((genre) => liked.has(genre)).length + train.counts[item] / 10_000;
    });
  };
}

/** How often the film's genres occur among the films that the user rated highest, plus a thousandth of its ratings. */
function byProfile({ train }: Judgement): Scores {
  const genres = genresOf(train);
  return (user) => {
    const { items, values } = queryOfUser(train, train.users.id(user)).profile;
    const least = Math.max(4, ...values);
    const profile = new Map<string, number>();
    for (const [n, item] of items.entries()) {
      if (values[n] >= least) for (const genre of genres[item]) profile.set(genre, (profile.get(genre) ?? 0) + 1);
    }
    return Float64Array.from(genres, (own, item) => {
      return own.reduce((sum, genre) => sum + (profile.get(genre) ?? 0), 0.001 * train.counts[item]);
    });
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
