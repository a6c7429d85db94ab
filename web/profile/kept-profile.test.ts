import assert from "node:assert/strict";
import { test } from "node:test";
import type { Film } from "../../src/client.ts";
import { filmStates, statesChanged } from "./film-states.ts";
import { changeKept, hasNews, type KeptProfile, keptOf, mergeKept, nothingKept } from "./kept-profile.ts";
import { changeProfile, emptyProfile, type Profile, type ProfileAction, ratingOf } from "./profile.ts";

const films: readonly Film[] = ["Heat", "Fargo", "Alien", "Big"].map((title, n) => ({
  id: n,
  title: `${title} (1990)`,
  year: 1990,
  genres: [],
  ratings: 1,
}));
const [heat, fargo, alien] = films;

const rate = (film: Film, rating: number): ProfileAction => ({ type: "rate", film, rating });

function said({ profile }: KeptProfile) {
  const states = [...filmStates(profile)].sort(([a], [b]) => Number(a) - Number(b));
  return [
    ...states.map(([id, { rating, marks }]) => [id, rating?.rating, marks.map(({ kind }) => kind)]),
    profile.wishes,
  ];
}

test("two tabs that write at the same time lose nothing", () => {
  const base = changeKept(nothingKept, rate(heat, 3), 1);
  const one = changeKept(base, rate(fargo, 4), 2);
  const other = changeKept(changeKept(base, rate(alien, 5), 2.5), { type: "clear", id: heat.id }, 3);
  assert.equal(hasNews(one, other) && hasNews(other, one), true);
  const merged = mergeKept(one, other);
  assert.deepEqual(merged.profile.ratings, [
    { film: alien, rating: 5 },
    { film: fargo, rating: 4 },
  ]);
  assert.equal(hasNews(one, merged) || hasNews(other, merged), false);
  assert.deepEqual(said(mergeKept(other, one)), said(merged));
});

test("what was forgotten stays forgotten, and what was said since stays", () => {
  const base = changeKept(changeKept(nothingKept, rate(heat, 3), 1), rate(fargo, 3), 2);
  const erased = changeKept(base, { type: "start-over" }, 5);
  const later = changeKept(base, rate(alien, 4), 6);
  for (const merged of [mergeKept(erased, later), mergeKept(later, erased)]) {
    assert.deepEqual(merged.profile.ratings, [{ film: alien, rating: 4 }]);
  }
  assert.deepEqual(mergeKept(keptOf(base.profile), erased).profile, emptyProfile);
});

test("the later wish holds", () => {
  const wish = (genre: string): ProfileAction => ({ type: "wish", wishes: { neverGenres: [genre] } });
  const [one, other] = [changeKept(nothingKept, wish("Horror"), 2), changeKept(nothingKept, wish("War"), 1)];
  assert.deepEqual(mergeKept(one, other).profile.wishes, mergeKept(other, one).profile.wishes);
  assert.deepEqual(mergeKept(other, one).profile.wishes.neverGenres, ["Horror"]);
});

test("copies brought together in any order say the same", () => {
  // A fixed sequence of pseudo-random numbers.
  let seed = 7;
  const draw = (n: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  for (let round = 0; round < 200; round++) {
    const base = changeKept(nothingKept, rate(films[draw(4)], 1 + draw(5)), 1);
    const copies = [base, base, base];
    for (let now = 2; now < 12; now++) {
      const film = films[draw(4)];
      const actions: readonly ProfileAction[] = [
        rate(film, 1 + draw(5)),
        { type: "clear", id: film.id },
        { type: "mark", kind: "watchlist", film },
        { type: "mark", kind: "not-interested", film },
        { type: "wish", wishes: { neverGenres: [film.title] } },
        ...(draw(4) === 0 ? [{ type: "start-over" } as const] : []),
      ];
      const copy = draw(3);
      copies[copy] = changeKept(copies[copy], actions[draw(actions.length)], now);
    }
    const [a, b, c] = copies;
    const merged = mergeKept(mergeKept(a, b), c);
    assert.deepEqual(said(mergeKept(c, mergeKept(b, a))), said(merged));
    assert.deepEqual(said(mergeKept(mergeKept(b, c), mergeKept(a, b))), said(merged));
    assert.deepEqual(
      copies.map((copy) => hasNews(copy, merged)),
      [false, false, false],
    );
  }
});

test("each change can be taken back, and leaves what was changed since", () => {
  const actions: readonly ProfileAction[] = [
    rate(heat, 5),
    rate(alien, 2),
    { type: "clear", id: fargo.id },
    { type: "mark", kind: "seen", film: heat },
    { type: "mark", kind: "unseen", film: films[3] },
    { type: "unmark", kind: "watchlist", id: films[3].id },
    { type: "add", ratings: [{ film: alien, rating: 1 }], marks: {} },
    { type: "start-over" },
    { type: "wish", wishes: { neverGenres: ["War"] } },
  ];
  const before: Profile = [
    rate(heat, 3),
    rate(fargo, 4),
    { type: "mark", kind: "watchlist", film: films[3] } as const,
  ].reduce(changeProfile, emptyProfile);
  for (const action of actions) {
    const after = changeProfile(before, action);
    const restore: ProfileAction = { type: "restore", films: statesChanged(before, after), wishes: before.wishes };
    assert.deepEqual(changeProfile(after, restore), before, action.type);
    const since = changeProfile(after, rate({ ...heat, id: 99 }, 1));
    assert.equal(ratingOf(changeProfile(since, restore), 99), 1);
  }
});
