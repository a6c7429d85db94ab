import assert from "node:assert/strict";
import { it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openModel } from "./open-model.ts";
import { queryOfUser } from "./query.ts";
import { openRecommender } from "./recommender.ts";
import { tasteOf } from "./taste.ts";

const data = filmDataset();

it("a taste names the liked genres by weight, and counts the films that they lead to", async () => {
  using walks = await openRecommender(await fit(data, configure("taste-graph")), { data });
  // User 2 gave 5 to The Silent Witness alone, and has rated the other film of crime.
  assert.deepEqual(walks.taste({ user: 2 }), { genres: [{ genre: "Crime", weight: 1 }], reached: 2, candidates: 0 });
  const liked = walks.taste({
    ratings: [
      { id: 60, rating: 5 },
      { id: 50, rating: 5 },
    ],
  });
  assert.deepEqual(liked.genres, [
    { genre: "Romance", weight: 2 },
    { genre: "Comedy", weight: 1 },
  ]);
  assert.deepEqual([liked.reached, liked.candidates], [3, 1]);
  // A dislike is no evidence, and such a film is still rated.
  const disliked = walks.taste({
    ratings: [
      { id: 60, rating: 5 },
      { id: 70, rating: 1 },
    ],
  });
  assert.deepEqual([disliked.reached, disliked.candidates], [3, 1]);
});

it("a taste is refused where the model has none", async () => {
  using popular = openModel(await fit(data, configure("popular")));
  assert.throws(() => tasteOf(popular, queryOfUser(data, 1)), { code: "CAPABILITY_MISSING", message: /popular/ });
});
