/** What the lists by genre of the study on ML-100K are worth, by its own definitions of precision, recall and NDCG. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { labelsOf } from "../../src/data/catalog.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { golden, needsData } from "../helpers/data.ts";
import { firstFold, type Judgement, judged, perUserSeed42 } from "../helpers/ml100k.ts";
import { near } from "../helpers/numbers.ts";

interface Golden {
  metrics: Record<string, number>;
  entries: { userId: number; items: number[]; fixedPositions: number[] }[];
}

describe("the study's lists by genre", needsData("ml-100k"), () => {
  let perUser: Judgement;
  let fold: Judgement;
  before(async () => {
    perUser = await perUserSeed42();
    fold = await firstFold();
  });

  /** Ten unseen films by points, then ascending index. */
  function ranked({ train }: Judgement, user: number, points: (item: number) => number): number[] {
    const seen = new Set(profileOf(train.byUser, user).items);
    const unseen = [...Array(train.items.size).keys()].filter((item) => !seen.has(item));
    const value = Float64Array.from({ length: train.items.size }, (_, item) => points(item));
    return unseen.sort((a, b) => value[b] - value[a] || a - b).slice(0, 10);
  }

  /** Genres of the films that a user rated `from` or more, with how many of those films have each. */
  function tastes({ train }: Judgement, user: number, from: number): Map<string, number> {
    const { items, values } = profileOf(train.byUser, user);
    const counts = new Map<string, number>();
    items.forEach((item, n) => {
      if (values[n] < from) return;
      for (const genre of labelsOf(train.catalog.genres, item)) counts.set(genre, (counts.get(genre) ?? 0) + 1);
    });
    return counts;
  }

  /** By how many of a film's genres the user likes, then by its ratings. */
  function byLikedGenres(user: number): number[] {
    const { genres } = perUser.train.catalog;
    const liked = tastes(perUser, user, 4);
    return ranked(perUser, user, (item) => {
      const overlap = labelsOf(genres, item).filter((genre) => liked.has(genre)).length;
      return 1000 * overlap + perUser.train.counts[item];
    });
  }

  /** By how many of the user's best films have each of a film's genres, and a thousandth of its ratings. */
  function byGenreCounts(user: number): number[] {
    const { genres } = fold.train.catalog;
    const { values } = profileOf(fold.train.byUser, user);
    const counts = tastes(fold, user, Math.max(4, ...values));
    // nothing liked leads to no film
    if (counts.size === 0) return [];
    return ranked(fold, user, (item) => {
      const shared = labelsOf(genres, item).reduce((sum, genre) => sum + (counts.get(genre) ?? 0), 0);
      return 1000 * shared + fold.train.counts[item];
    });
  }

  it("are the study's", () => {
    for (const [name, { train }, list] of [
      ["genre-kg", perUser, byLikedGenres],
      ["graph-retrieval", fold, byGenreCounts],
    ] as const) {
      const { entries } = golden<Golden>(`ml100k/${name}.json`);
      assert.equal(entries.length, 105);
      for (const { userId, items, fixedPositions } of entries) {
        const found = list(train.users.index(userId)).map((item) => train.items.id(item));
        for (const place of fixedPositions) assert.equal(found[place], items[place], `${name} ${userId} ${place}`);
      }
    }
  });

  it("by liked genres have the study's metrics: precision and NDCG over everybody, recall over those with a relevant film", () => {
    const { metrics } = golden<Golden>("ml100k/genre-kg.json");
    const names = [5, 10].flatMap((k) => [`precision-all@${k}`, `recall@${k}`, `ndcg-all@${k}`]);
    const found = judged(perUser, names, byLikedGenres);
    for (const [name, { mean, n }] of Object.entries(found)) {
      near(mean, metrics[name.replace("-all", "")], 1e-9, name);
      assert.equal(n, name.includes("-all") ? metrics.users : metrics.usersInRecall);
    }
  });

  it("by genre counts have the study's metrics, over people with a relevant film", () => {
    const { metrics } = golden<Golden>("ml100k/graph-retrieval.json");
    const names = [5, 10].flatMap((k) => [`precision@${k}`, `recall@${k}`, `ndcg@${k}`]);
    for (const [name, { mean, n }] of Object.entries(judged(fold, names, byGenreCounts))) {
      near(mean, metrics[name], 1e-9, name);
      assert.equal(n, metrics.users);
    }
  });
});
