import assert from "node:assert/strict";
import { test } from "node:test";
import { madeUpFilm as film, noNeighbours, pageData } from "../../../test/helpers/page-data.ts";
import { changeProfile, emptyProfile, type Profile } from "../../profile/profile.ts";
import { noControls } from "./controls.ts";
import { firstPickRequest, listRequest, peopleRequest, shelfWishes, withPeople } from "./requests.ts";

const data = { ...pageData, users: 610, items: 100, ratings: 1000 };

function rated(...ratings: [id: number, rating: number][]): Profile {
  return ratings.reduce(
    (profile, [id, rating]) => changeProfile(profile, { type: "rate", film: film(id), rating }),
    emptyProfile,
  );
}

const headings = (profile: Profile, given = data) => shelfWishes(profile, given).map((each) => each.heading);

test("what is set aside or seen, and what never comes up, holds for every list", () => {
  let profile = rated([1, 5]);
  profile = changeProfile(profile, { type: "mark", kind: "not-interested", film: film(2) });
  profile = changeProfile(profile, { type: "mark", kind: "seen", film: film(3) });
  profile = changeProfile(profile, { type: "mark", kind: "watchlist", film: film(4) });
  profile = changeProfile(profile, { type: "wish", wishes: { neverGenres: ["Horror"] } });
  const requests = [
    firstPickRequest(profile),
    listRequest(profile, noControls),
    peopleRequest(profile),
    ...shelfWishes(profile, data, 1).map(({ request }) => request),
  ];
  assert.equal(requests.length, 8);
  for (const request of requests) {
    assert.deepEqual(request.ratings, [{ id: 1, rating: 5 }]);
    assert.deepEqual(request.exclude, [2, 3]);
    assert.match(JSON.stringify(request.filter), /\{"not":\{"field":"genre","in":\["Horror"\]\}\}/);
  }
});

test("the controls are asked for, and nothing that is not set", () => {
  const controls = { popularity: -0.5, variety: 0.3, content: 0.5, genre: "Crime", from: 1990 };
  assert.deepEqual(listRequest(emptyProfile, controls), {
    ratings: [],
    exclude: [],
    popularity: -0.5,
    diversity: 0.3,
    content: 0.5,
    genres: ["Crime"],
    years: { from: 1990 },
  });
  assert.deepEqual(listRequest(emptyProfile, noControls), { ratings: [], exclude: [] });
});

test("two shelves are for the best-loved films, the newest first among equals", () => {
  assert.deepEqual(headings(rated([1, 5], [2, 4], [3, 5], [4, 5], [5, 2])).slice(0, 3), [
    "Because you loved Film 4",
    "Because you loved Film 3",
    "Less known",
  ]);
  assert.deepEqual(headings(rated([1, 2], [2, 3.5])), ["Less known", "Before 1970", "Something different"]);
  assert.equal(headings(rated([1, 5]), { ...data, feedback: "events" })[0], "Because you chose Film 1");
});

test("before the first rating there are films to begin with", () => {
  assert.deepEqual(headings(emptyProfile), ["Films many people know", "Before 1970"]);
  assert.equal(shelfWishes(emptyProfile, data, 7)[0].heading, "More like it");
});

test("what people like the user love stands after films like the loved ones, where there are such people", () => {
  const shelves = shelfWishes(rated([1, 5]), data).map((shelf) => ({ ...shelf, films: [film(9)] }));
  const people = { ...noNeighbours, neighbours: 24, needed: 0, loved: [film(7)] };
  assert.deepEqual(
    withPeople(shelves, people).map(({ heading, hint }) => [heading, hint].join(": ")),
    [
      "Because you loved Film 1: Films like it that suit you",
      "With people like you: Loved by the 24 who rate most as you do",
      "Less known: Fewer than one in 20 people has rated these",
      "Before 1970: Older films that suit you",
      "Something different: Each unlike the ones before it",
    ],
  );
  assert.deepEqual(withPeople(shelves, noNeighbours), shelves);
  assert.deepEqual(withPeople(shelves, undefined), shelves);
});
