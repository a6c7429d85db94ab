import assert from "node:assert/strict";
import { test } from "node:test";
import type { Film } from "../../../src/client.ts";
import { emptyProfile, type Profile } from "../../profile/profile.ts";
import { leastWords, membersOf, togetherRequest } from "./group.ts";

const film = (id: number): Film => ({ id, title: `Film ${id}`, year: 1990, genres: [], ratings: 9 });
const mine: Profile = { ...emptyProfile, ratings: [{ film: film(1), rating: 4 }] };
const theirs: Profile = {
  ratings: [{ film: film(2), rating: 2 }],
  marks: { ...emptyProfile.marks, seen: [film(3)], "not-interested": [film(4)], watchlist: [film(5)] },
  wishes: { neverGenres: ["Horror"] },
};

test("a list for all leaves out what any of them has seen, set aside or never wants to see", () => {
  const members = [
    { id: "me", profile: mine },
    { id: "a", profile: theirs },
  ];
  const never = (genre: string) => ({ not: { field: "genre", in: [genre] } });
  assert.deepEqual(togetherRequest(members, "average", 12), {
    profiles: [
      { ratings: [{ id: 1, rating: 4 }], exclude: [] },
      { ratings: [{ id: 2, rating: 2 }], exclude: [4, 3] },
    ],
    rule: "average",
    k: 12,
    filter: never("Horror"),
  });
  const wishing = { ...mine, wishes: { neverGenres: ["War"] } };
  const both = togetherRequest([{ id: "me", profile: wishing }, members[1]], "least-misery", 1);
  assert.deepEqual(both.filter, { and: [never("War"), never("Horror")] });
});

test("who has rated nothing takes no part", () => {
  const marked = { ...theirs, ratings: [] };
  assert.deepEqual(
    membersOf([
      { id: "me", profile: mine },
      { id: "a", profile: marked },
    ]).map(({ id }) => id),
    ["me"],
  );
});

test("whoever likes a film least is named, and nobody where all like it as much", () => {
  assert.equal(leastWords({ limitedBy: 1 }, ["You", "Anna"]), "Suits Anna less.");
  assert.equal(leastWords({ limitedBy: 0 }, ["You", "Anna", "Ben"]), "Suits you least.");
  assert.equal(leastWords({}, ["You", "Anna"]), undefined);
});
