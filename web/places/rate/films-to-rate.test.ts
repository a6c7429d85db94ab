import assert from "node:assert/strict";
import { test } from "node:test";
import type { Film } from "../../../src/client.ts";
import { changeProfile, emptyProfile, type MarkKind } from "../../profile/profile.ts";
import { isAnswered, questionsBy } from "./films-to-rate.ts";

const film = (id: number, ...genres: readonly string[]): Film => {
  return { id, title: `Film ${id}`, year: 1990, genres, ratings: 9 };
};
const rated = changeProfile(emptyProfile, { type: "rate", film: film(1), rating: 4 });
const kinds: readonly MarkKind[] = ["seen", "unseen", "not-interested", "watchlist"];
const answered = kinds.reduce(
  (profile, kind, n) => changeProfile(profile, { type: "mark", kind, film: film(n + 2) }),
  rated,
);

test("films are asked for by every answer, and none that the user means to watch", () => {
  const { k: _, ...answers } = questionsBy(answered);
  assert.deepEqual(answers, { ratings: [{ id: 1, rating: 4 }], seen: [2], unseen: [3], exclude: [4, 5] });
});

test("a film is answered by a rating, by a mark that says why there is none, and by a wish against its genre", () => {
  const films = [1, 2, 3, 4, 5, 6].map((id) => film(id));
  assert.deepEqual(
    films.map((each) => isAnswered(answered, each)),
    [true, true, true, true, false, false],
  );
  const wishing = changeProfile(emptyProfile, { type: "wish", wishes: { neverGenres: ["Horror"] } });
  assert.ok(isAnswered(wishing, film(6, "Drama", "Horror")));
  assert.ok(!isAnswered(wishing, film(6, "Drama")));
});
