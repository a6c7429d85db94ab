/** The program that the README begins with, by the package's names. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ease, loadRecommender, readRatings, train } from "../src/index.ts";
import { temporaryFolder } from "./helpers/command.ts";
import { dataFolder, needsData } from "./helpers/data.ts";

describe("the package's program", () => {
  it("trains, recommends, explains, saves and loads by ids", needsData("ml-latest-small"), async () => {
    const data = await readRatings(dataFolder("ml-latest-small"));
    using recommender = await train(data, ease({ lambda: 1000 }), { seed: 7, threads: 2 });
    const films = await recommender.recommend({
      ratings: [{ id: 260, rating: 5 }],
      k: 10,
      genres: ["Drama"],
      exclude: [1196],
      explain: true,
    });
    assert.equal(films.length, 10);
    assert.ok(films.every(({ id, genres, parts }) => id !== 1196 && genres.includes("Drama") && parts !== undefined));
    assert.deepEqual(films.unknown, []);
    const known = await recommender.recommend({ user: 3 });
    assert.equal(known.length, 10);
    assert.equal(recommender.similar(260, { k: 5 })[0].title, "Star Wars: Episode V - The Empire Strikes Back (1980)");
    const predictions = recommender.predict({ user: 3, items: [122] });
    assert.deepEqual([predictions.model, predictions[0].id, predictions[0].rule], ["bias", 122, "model"]);
    const similarUsers = recommender.neighbours({ user: 3, k: 5 });
    assert.deepEqual([similarUsers.model, similarUsers.length], ["user-knn", 5]);
    assert.ok(similarUsers.every(({ user }) => user !== 3));
    const file = join(temporaryFolder(), "films.matinee");
    await recommender.save(file);
    using again = await loadRecommender(file, { data });
    assert.deepEqual(await again.recommend({ user: 3 }), known);
    let users = 0;
    for await (const { user, items } of again.recommendAll({ k: 10 })) {
      assert.equal(items.length, 10);
      if (user === 3) assert.deepEqual(items[0].id, known[0].id);
      users++;
    }
    assert.equal(users, 610);
  });

  it("refuses a misspelt setting when it is compiled", () => {
    // @ts-expect-error: lambda
    assert.throws(() => ease({ lamda: 1 }), { code: "CONFIG_INVALID" });
  });
});
