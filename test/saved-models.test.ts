/** Models saved by earlier versions (fixtures/README.md) open and answer as they did. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { readArtifact } from "../src/artifact/file.ts";
import { openModel } from "../src/recommend/open-model.ts";
import { queryFromRatings } from "../src/recommend/query.ts";
import { recommend } from "../src/recommend/recommend.ts";
import { similar } from "../src/recommend/similar.ts";

interface Scored {
  readonly id: number;
  readonly score: number;
}

interface Answers {
  /** What was recommended by these ratings (film, rating) to a user of the training data, or to a new user. */
  readonly lists: readonly { user?: number; ratings: readonly [number, number][]; list: readonly Scored[] }[];
  readonly similar: { readonly item: number; readonly list: readonly Scored[] };
}

const fixture = (name: string) => resolve(import.meta.dirname, "fixtures", name);

for (const name of ["hybrid", "walk-rp3beta", "walk-pagerank"]) {
  describe(`${name}.safetensors of version 0.1.0`, () => {
    const answers: Answers = JSON.parse(readFileSync(fixture(`${name}.json`), "utf8"));
    const opened = async () => openModel(await readArtifact(fixture(`${name}.safetensors`)));

    for (const { user, ratings, list } of answers.lists) {
      it(`recommends the same films by the same scores to ${user ? `user ${user}` : "a new user"}`, async () => {
        using recommender = await opened();
        const { users, items } = recommender.info;
        const query = queryFromRatings(
          recommender.info,
          ratings.map(([id, rating]) => [items.index(id), rating]),
        );
        const found = await recommend(recommender, user === undefined ? query : { ...query, user: users.index(user) });
        assert.deepEqual(found.map(idAndScore), list);
      });
    }

    it("says how sure it is, though likes were not counted", async () => {
      using recommender = await opened();
      assert.equal(recommender.info.likes, undefined);
      const [{ ratings }] = answers.lists;
      const asked = ratings.map(([id, rating]) => [recommender.info.items.index(id), rating] as const);
      for (const { confidence } of await recommend(recommender, queryFromRatings(recommender.info, asked))) {
        assert.ok(confidence.probability > 0 && confidence.probability < 1);
      }
    });

    it("finds the same films similar", async () => {
      using recommender = await opened();
      const { item, list } = answers.similar;
      const found = similar(recommender, recommender.info.items.index(item), list.length);
      assert.deepEqual(found.map(idAndScore), list);
    });
  });
}

function idAndScore({ id, score }: { id: string | number; score: number }) {
  return { id, score };
}
