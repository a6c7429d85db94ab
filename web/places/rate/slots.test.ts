import assert from "node:assert/strict";
import { test } from "node:test";
import type { Film } from "../../../src/client.ts";
import { fillSlots, filmOf, type Slot } from "./slots.ts";

const films: readonly Film[] = Array.from({ length: 6 }, (_, id) => ({
  id,
  title: `Film ${id}`,
  year: 1990,
  genres: [],
  ratings: 1,
}));

const done =
  (...ids: readonly number[]) =>
  (film: Film) =>
    ids.includes(Number(film.id));

function shown(slots: readonly Slot[], isDone: (film: Film) => boolean) {
  return slots.map((slot) => filmOf(slot, isDone)?.id);
}

test("an answered film gives way to the next, and nothing else moves", () => {
  const first = fillSlots([], 3, films, done());
  assert.deepEqual(shown(first, done()), [0, 1, 2]);
  const second = fillSlots(first, 3, films, done(1));
  assert.deepEqual(shown(second, done(1)), [0, 3, 2]);
  // A later list of films to ask about is in another order.
  const third = fillSlots(second, 3, films.toReversed(), done(1, 0));
  assert.deepEqual(shown(third, done(1, 0)), [5, 3, 2]);
});

test("a film whose answer is taken back stands where it stood", () => {
  const slots = fillSlots(fillSlots([], 2, films, done()), 2, films, done(0));
  assert.deepEqual(shown(slots, done(0)), [2, 1]);
  assert.deepEqual(shown(fillSlots(slots, 2, films, done()), done()), [0, 1]);
});

test("when no film is left the last one stays, and there are no empty places", () => {
  const slots = fillSlots([], 4, films.slice(0, 2), done());
  assert.deepEqual(shown(slots, done()), [0, 1]);
  assert.deepEqual(shown(fillSlots(slots, 4, films.slice(0, 2), done(0, 1)), done(0, 1)), [0, 1]);
});

test("slots that need no film are the same slots", () => {
  const slots = fillSlots([], 2, films, done());
  assert.equal(fillSlots(slots, 2, films, done()), slots);
});
