/** Meeting somebody new as the third study does: the films shown, and the one who agrees most often. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { filmOf } from "../../src/recommend/films.ts";
import { lookAlike, mostRated } from "../../src/recommend/onboarding.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryFromRatings, queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";

interface Profile {
  profile: [movieId: number, rating: number][];
  userId: number | null;
  matches?: number;
}

describe("the third study's questions", needsData("ml-latest-small"), () => {
  let data: Dataset;
  /** The training rows of its split. */
  let train: Dataset;
  before(async () => {
    data = await readRatings(dataFolder("ml-latest-small"));
    train = trainingPart(data);
  });

  it("show the 50 most rated films, equally often rated ones by id", () => {
    const { list } = golden<{ list: [number, string, string, number][] }>("onboarding/most-rated.json");
    const films = mostRated(data, 50).map((item) => filmOf(data, item));
    assert.deepEqual(
      films.map(({ id, title, genres, ratings }) => [id, title, genres.join("|"), ratings]),
      list,
    );
  });

  it("find the one who agrees most often, the first met of several", () => {
    const { profiles } = golden<{ profiles: Profile[] }>("onboarding/similar-user.json");
    assert.ok(profiles.length >= 12);
    for (const { profile, userId, matches } of profiles) {
      const ratings = profile.map(([id, rating]) => [train.items.index(id), rating] as const);
      const found = lookAlike(
        train,
        ratings.filter(([item]) => item >= 0),
      );
      assert.equal(found ? train.users.id(found.user) : null, userId);
      assert.equal(found?.agreed, matches);
    }
  });

  it("recommend to the example what its look-alike's own row gives, of films that the example has not rated", async () => {
    const [{ profile, userId }] = golden<{ profiles: Profile[] }>("onboarding/similar-user.json").profiles;
    using mf = openModel(await fit(train, configure("mf", { factors: 20 })));
    const own = queryFromRatings(
      train,
      profile.map(([id, rating]) => [train.items.index(id), rating]),
    );
    const like = queryOfUser(train, userId!);
    const scores = new Float32Array(train.items.size);
    mf.model.ask(like).score(scores);
    for (const item of own.profile.items) scores[item] = -Infinity;
    const best = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
    assert.deepEqual(
      (await recommend(mf, own, { like })).map(({ id }) => id),
      best.slice(0, 10).map((item) => train.items.id(item)),
    );
  });
});

/** The rows of ratings.csv whose bit is set in the mask, in the order of the file. */
function trainingPart(data: Dataset): Dataset {
  const { trainMask } = golden<{ trainMask: string }>("splits/mask-seed3.json");
  const mask = Buffer.from(trainMask, "base64");
  const [, ...lines] = readFileSync(join(dataFolder("ml-latest-small"), "ratings.csv"), "utf8")
    .trimEnd()
    .split("\n");
  const rows = lines.filter((_, n) => (mask[n >> 3] >> (n & 7)) & 1).map((line) => line.split(",").map(Number));
  return datasetFrom({
    ...data,
    ratings: {
      userOf: Int32Array.from(rows, ([user]) => data.users.index(user)),
      itemOf: Int32Array.from(rows, ([, item]) => data.items.index(item)),
      values: Float32Array.from(rows, ([, , rating]) => rating),
    },
  });
}
