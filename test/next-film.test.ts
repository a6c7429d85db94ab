import assert from "node:assert/strict";
import { it } from "node:test";
import { validate } from "../scripts/next-film.ts";
import { localEngine } from "../src/compute/engine.ts";
import { type Dataset, datasetFromCsr } from "../src/data/dataset.ts";
import { profileOf } from "../src/models/shared/profiles.ts";
import { parseSplitter, splitRatings } from "../src/split/splits.ts";
import { randomDataset, toyDataset } from "./helpers/toy.ts";

it("settings of what comes next are chosen without the test ratings: with other films and values there, the search measures the same", async () => {
  const users = 40; // no two ratings of one moment
  const data = timed(randomDataset(users, 30, 0.4, 6), (entry) => (entry * 7919) % 100_003);
  const { train, test } = await splitRatings(data, parseSplitter("loo:last-drawn"), 0).split(0);
  assert.equal(test.values.length, users);
  const triples: [number, number, number][] = [];
  const times: number[] = [];
  for (let user = 0; user < users; user++) {
    const { items, values, times: own } = profileOf(train.byUser, user);
    const held = profileOf(test, user);
    const other = Array.from(data.counts.keys()).find((item) => !items.includes(item) && item !== held.items[0])!;
    const rated = [...items].map((item, n) => [item, values[n], own![n]]).concat([[other, 5.5 - held.values[0], 1e6]]);
    for (const [item, value, time] of rated.sort(([a], [b]) => a - b)) {
      triples.push([user, item, value]);
      times.push(time);
    }
  }
  const elsewhere = timed(toyDataset(users, 30, triples), (entry) => times[entry]);
  using engine = localEngine();
  const names = ["popular", "markov", "sequence lambda=1 minRatings=1"];
  assert.deepEqual(await validate(elsewhere, names, engine), await validate(data, names, engine));
});

function timed(data: Dataset, timeOf: (entry: number) => number): Dataset {
  const times = Float64Array.from(data.byUser.values, (_, entry) => timeOf(entry));
  return datasetFromCsr(data, { ...data.byUser, times }, data.report);
}
