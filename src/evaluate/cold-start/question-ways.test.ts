import assert from "node:assert/strict";
import { it } from "node:test";
import { randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { filmsToAsk } from "../../recommend/films-to-ask.ts";
import { questionWays, wayByWorth } from "./question-ways.ts";

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

const way = (name: string) => questionWays.find((one) => one.name === name)!;

/** The films that somebody knows, in the order in which they are asked about them. */
async function order(name: string, known: readonly number[], seed = 0): Promise<number[]> {
  const places = (await way(name).prepare(train, seed))({ known: Int32Array.from(known), held: Int32Array.of() });
  assert.deepEqual([...places].sort(), [...places.keys()]);
  return [...known.keys()].sort((a, b) => places[a] - places[b]).map((at) => known[at]);
}

it("asks first about the most rated films, or about those that many have rated differently", async () => {
  assert.deepEqual(await order("popular", [0, 1, 2, 3]), [0, 2, 1, 3]);
  assert.deepEqual(await order("popular", [1, 2]), [2, 1]);
  // log 2 · log 2 = .480, log 3 · (log 3 − 2/3 log 2) = .699; nothing of one opinion or none
  assert.deepEqual(await order("varied", [0, 1, 2, 3]), [2, 1, 0, 3]);
});

it("asks at random by the seed, about each film once", async () => {
  const films = [0, 1, 2, 3, 0, 1, 2, 3].map((film, n) => film + 4 * (n >> 2));
  assert.deepEqual(await order("random", films, 5), await order("random", films, 5));
  assert.notDeepEqual(await order("random", films, 5), await order("random", films, 6));
  assert.deepEqual((await order("random", films, 5)).toSorted(), films);
});

it("spends questions on films that people do not know, and none on those of the test", async () => {
  const asked = { known: Int32Array.of(1, 2, 3), held: Int32Array.of(0) };
  // The most rated are 0, 2, 1, and then, without ratings, 3.
  assert.deepEqual([...(await way("most-rated").prepare(train, 0))(asked)], [1, 0, 2]);
  const unknown = { known: Int32Array.of(1), held: Int32Array.of() };
  assert.deepEqual([...(await way("most-rated").prepare(train, 0))(unknown)], [2]);
  const least = wayByWorth("least", "the least rated first", ({ counts }) => Float64Array.from(counts, (n) => -n));
  assert.deepEqual([...(await least.prepare(train, 0))(asked)], [1, 2, 0]);
});

it("chooses each film by the answers before", async () => {
  const data = randomDataset(60, 80, 0.3, 5);
  const known = Int32Array.from({ length: 40 }, (_, n) => 2 * n);
  const held = Int32Array.of(1, 3, 5);
  const places = (await way("chosen").prepare(data, 0))({ known, held });
  const said = { seen: [] as number[], unseen: [] as number[] };
  for (let question = 0; question < 20; question++) {
    const answers = { ...said, exclude: held } as unknown as Parameters<typeof filmsToAsk>[1];
    const [film] = filmsToAsk(data, answers, 1);
    assert.equal(places.indexOf(question), known.indexOf(film));
    said[known.includes(film) ? "seen" : "unseen"].push(film);
  }
  assert.ok(said.seen.length > 3 && said.unseen.length > 3);
  assert.equal(places.filter((place) => place === 20).length, known.length - said.seen.length); // never asked about
});
