import assert from "node:assert/strict";
import { it } from "node:test";
import { randomDataset, toyDataset } from "../../test/helpers/toy.ts";
import { coRated } from "./co-ratings.ts";

it("counts who rated both of two films", () => {
  // user 3 rated nothing
  const { coRatings } = toyDataset(4, 4, [
    [0, 0, 5],
    [0, 2, 1],
    [1, 0, 3],
    [2, 0, 2],
    [2, 2, 4],
    [2, 3, 4],
  ]);
  assert.deepEqual(coRatings, {
    users: 3,
    films: Int32Array.of(0, 2, 3), // film 1 has no ratings
    both: Int32Array.of(3, 2, 2, 1, 1, 1),
  });
  assert.deepEqual([coRated(coRatings!, 0, 1), coRated(coRatings!, 1, 0), coRated(coRatings!, 2, 2)], [2, 2, 1]);
});

it("counts the 200 most rated films", () => {
  const { coRatings, counts, byUser } = randomDataset(50, 300, 0.3, 2);
  const { films, both } = coRatings!;
  assert.deepEqual([films.length, both.length], [200, 20_100]);
  const least = Math.min(...Array.from(films, (film) => counts[film]));
  assert.ok(counts.every((count, film) => count <= least || films.includes(film)));
  const rated = (user: number, film: number) =>
    byUser.indices.subarray(byUser.offsets[user], byUser.offsets[user + 1]).includes(film);
  const expected = Array.from({ length: 50 }, (_, user) => user).filter(
    (user) => rated(user, films[120]) && rated(user, films[7]),
  );
  assert.ok(expected.length > 0);
  assert.equal(coRated(coRatings!, 7, 120), expected.length);
});

it("counts some of very many users", () => {
  const users = 40_001; // every third; every second of them knows film 1
  const triples = Array.from({ length: users }, (_, user): [number, number, number] => [user, 0, 4]);
  for (let user = 0; user < users; user += 6) triples.push([user, 1, 4]);
  const { coRatings } = toyDataset(users, 2, triples);
  assert.equal(coRatings!.users, Math.ceil(users / 3));
  assert.equal(coRated(coRatings!, 0, 1), Math.ceil(users / 6));
});
