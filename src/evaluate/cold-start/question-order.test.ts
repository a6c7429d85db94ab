import assert from "node:assert/strict";
import { it } from "node:test";
import { toyDataset } from "../../../test/helpers/toy.ts";
import { questionOrders } from "./question-order.ts";

/** Film 0: four ratings, all alike; film 1: two that differ; film 2: three, two of them alike; film 3: none. */
const train = toyDataset(4, 4, [
  [0, 0, 5],
  [1, 0, 5],
  [2, 0, 5],
  [3, 0, 5],
  [0, 1, 1],
  [1, 1, 5],
  [0, 2, 2],
  [1, 2, 2],
  [2, 2, 4],
]);

function order(name: string, films: readonly number[], seed = 0): number[] {
  const ordered = questionOrders.find((way) => way.name === name)!.order(train, seed)(Int32Array.from(films));
  return Array.from(ordered, (at) => films[at]);
}

it("asks first about the most rated films, or about those that many have rated differently", () => {
  assert.deepEqual(order("popular", [0, 1, 2, 3]), [0, 2, 1, 3]);
  assert.deepEqual(order("popular", [1, 2]), [2, 1]);
  // log 2 · log 2 = .480, log 3 · (log 3 − 2/3 log 2) = .699; nothing of one opinion or none
  assert.deepEqual(order("varied", [0, 1, 2, 3]), [2, 1, 0, 3]);
});

it("asks at random by the seed, about each film once", () => {
  const films = [0, 1, 2, 3, 0, 1, 2, 3].map((film, n) => film + 4 * (n >> 2));
  assert.deepEqual(order("random", films, 5), order("random", films, 5));
  assert.notDeepEqual(order("random", films, 5), order("random", films, 6));
  assert.deepEqual(order("random", films, 5).toSorted(), films);
});
