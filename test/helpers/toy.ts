import { emptyCatalog, labelsFrom } from "../../src/data/catalog.ts";
import { type Dataset, datasetFrom, datasetFromCsr } from "../../src/data/dataset.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { random } from "../../src/random.ts";

/** A data set from (user, item, rating) index triples; ids are index + 1, the scale 0.5–5. Items of like number have like content. */
export function toyDataset(
  users: number,
  items: number,
  triples: readonly (readonly [number, number, number])[],
): Dataset {
  return datasetFrom({
    name: "toy",
    users: idsFrom(Float64Array.from({ length: users }, (_, n) => n + 1)),
    items: idsFrom(Float64Array.from({ length: items }, (_, n) => n + 1)),
    catalog: {
      ...emptyCatalog(items),
      titles: Array.from({ length: items }, (_, item) => (item % 2 === 0 ? "Square film" : "Round film")),
      genres: labelsFrom(Array.from({ length: items }, (_, item) => [item % 2 === 0 ? "Square" : "Round"])),
      tags: labelsFrom(Array.from({ length: items }, (_, item) => [`the ${item % 7}0`])),
    },
    scale: { min: 0.5, max: 5, step: 0.5 },
    ratings: {
      userOf: Int32Array.from(triples, ([user]) => user),
      itemOf: Int32Array.from(triples, ([, item]) => item),
      values: Float32Array.from(triples, ([, , rating]) => rating),
    },
  });
}

/**
 * Two groups of taste: users rate the items of their own parity, 5 stars each. User u's item u is withheld, so the one
 * right recommendation for user u is item u.
 */
export function checkerboard(size: number): Dataset {
  const triples: [number, number, number][] = [];
  for (let user = 0; user < size; user++) {
    for (let item = 0; item < size; item++) {
      if (item % 2 === user % 2 && item !== user) triples.push([user, item, 5]);
    }
  }
  return toyDataset(size, size, triples);
}

/** A checkerboard of ten, and an eleventh item that nobody rated. */
export function checkerboardWithUnratedItem(): Dataset {
  const data = checkerboard(10);
  const triples: [number, number, number][] = [];
  for (let user = 0; user < 10; user++) {
    for (let n = data.byUser.offsets[user]; n < data.byUser.offsets[user + 1]; n++) {
      triples.push([user, data.byUser.indices[n], data.byUser.values[n]]);
    }
  }
  return toyDataset(10, 11, triples);
}

/** Random ratings, `density` of all cells, with at least one per user. */
export function randomDataset(users: number, items: number, density: number, seed: number): Dataset {
  const { float, int } = random(seed);
  const triples: [number, number, number][] = [];
  for (let user = 0; user < users; user++) {
    triples.push([user, int(items), 0.5 * (1 + int(10))]);
    for (let item = 0; item < items; item++) if (float() < density) triples.push([user, item, 0.5 * (1 + int(10))]);
  }
  return toyDataset(users, items, triples);
}

/** The data set, every rating with a time: some minutes or a day apart, and some at the same moment. */
export function withTimes(data: Dataset): Dataset {
  const { int } = random(17);
  let time = 1e9;
  const times = Uint32Array.from(data.byUser.values, () => {
    time += [0, 20, 300, 86400][int(4)];
    return time;
  });
  return datasetFromCsr(data, { ...data.byUser, times }, data.report);
}
