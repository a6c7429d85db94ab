import assert from "node:assert/strict";
import { it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { decodeArtifact } from "../artifact/format.ts";
import type { Id } from "../data/ids.ts";
import { fit } from "../models/fit.ts";
import { tfidf } from "../models/specs.ts";
import { openRecommender } from "./recommender.ts";

const films = filmDataset();
using recommender = await openRecommender(await fit(films, tfidf()), { data: films });
const ids = (list: readonly { readonly id: Id }[]) => list.map(({ id }) => id);

it("asks about films by their ids, and about none of the request", () => {
  assert.deepEqual(ids(recommender.questions()), [10, 30, 70, 50, 40, 20, 60]);
  const answers = { ratings: [{ id: 10, rating: 5 }], seen: ["30"], unseen: [50], exclude: [70] };
  const asked = recommender.questions({ ...answers, k: 2 });
  assert.deepEqual(asked, recommender.questions(answers).slice(0, 2));
  assert.deepEqual(ids(recommender.questions(answers)).toSorted(), [20, 40, 60]);
  assert.deepEqual(asked[0], recommender.film(asked[0].id));
  assert.ok(!ids(recommender.questions({ user: 1 })).includes(recommender.ratings({ user: 1 })[0].id));
});

it("sets ids aside that it does not know, and refuses what makes no sense", () => {
  const asked = recommender.questions({ ratings: [{ id: 999, rating: 5 }], seen: [998], unseen: [999], k: 1 });
  assert.deepEqual([asked.unknown, asked.length], [[999, 998], 1]);
  assert.throws(() => recommender.questions({ ratings: [{ id: 10, rating: 9 }] }), { code: "RATING_INVALID" });
  assert.throws(() => recommender.questions({ k: 0 }), { code: "USAGE" });
  assert.throws(() => recommender.questions({ unseen: 10 } as never), { code: "USAGE", message: /unseen/ });
  assert.throws(() => recommender.questions({ haveSeen: [10] } as never), { code: "USAGE", message: /haveSeen/ });
});

it("asks the same of a model that was saved, and of one that has learnt of more films", async () => {
  const answers = { ratings: [{ id: 30, rating: 5 }], unseen: [50] };
  const asked = ids(recommender.questions(answers));
  using saved = await openRecommender(await decodeArtifact(await recommender.encode()));
  assert.deepEqual(saved.info.coRatings, films.coRatings);
  assert.deepEqual(ids(saved.questions(answers)), asked);
  using more = await saved.withItems([{ id: 35, title: "Star Voyager III (1990)", genres: ["Sci-Fi"] }]);
  assert.deepEqual(ids(more.questions(answers)), asked);
});
