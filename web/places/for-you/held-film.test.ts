import assert from "node:assert/strict";
import { test } from "node:test";
import { madeUpFilm as film } from "../../../test/helpers/page-data.ts";
import { changeProfile, emptyProfile } from "../../profile/profile.ts";
import { holdFilm, isCurrent } from "./held-film.ts";

test("a film is held while only it changes", () => {
  const held = holdFilm(film(9), "list", 1, emptyProfile);
  const rated = changeProfile(emptyProfile, { type: "rate", film: film(9), rating: 4 });
  const excluded = changeProfile(rated, { type: "mark", kind: "not-interested", film: film(9) });
  assert.equal(isCurrent(held, rated), true);
  assert.equal(isCurrent(held, excluded), true);
  assert.equal(isCurrent(held, changeProfile(rated, { type: "rate", film: film(1), rating: 4 })), false);
  assert.equal(isCurrent(held, changeProfile(rated, { type: "mark", kind: "seen", film: film(1) })), false);
  assert.equal(isCurrent(held, changeProfile(rated, { type: "wish", wishes: { neverGenres: ["Horror"] } })), false);
});
