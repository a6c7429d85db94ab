/** Holds the kernel of user-knn against a plain loop. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../test/helpers/toy.ts";
import type { Csr } from "../matrix/csr.ts";
import { type Engine, localEngine, placeCsr } from "./engine.ts";
import { userKnnScores } from "./kernels/user-knn.ts";
import type { Neighbours } from "./neighbours.ts";
import { createEngine } from "./pool.ts";

type Given = Omit<Parameters<typeof userKnnScores>[1], "out">;
const items = 23; // no multiple of 4
const { byUser: ratings } = randomDataset(40, items, 0.3, 5);
const { byUser: profiles } = randomDataset(70, items, 0.25, 6);

/** Nine neighbours of each row, and none of every seventh. */
const nearest = neighboursOf(profiles.rows, (row, n) => (row * 7 + n * 11) % ratings.rows);

function neighboursOf(rows: number, user: (row: number, n: number) => number): Neighbours {
  const offsets = new Int32Array(rows + 1);
  const indices: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row % 7 > 0) for (let n = 0; n < 9; n++) indices.push(user(row, n));
    offsets[row + 1] = indices.length;
  }
  const similarities = Float64Array.from(indices, (_, n) => 1 / (1 + (n % 9)));
  return { offsets, indices: Int32Array.from(indices), similarities };
}

const given: Given = {
  ratings,
  profiles,
  nearest,
  centres: Float64Array.from({ length: ratings.rows }, (_, user) => 2 + user / 50),
  bases: Float64Array.from({ length: profiles.rows }, (_, row) => row / 30),
  weighting: "similarity",
  minOverlap: 2,
  minNeighbours: 3,
};

/** Every seventh row wants nothing; others want an item twice, in no order. */
const wanted = (() => {
  const rows = Array.from({ length: profiles.rows }, (_, row) => (row % 7 === 1 ? [] : [row % items, 22, 3, 22]));
  const offsets = new Int32Array(rows.length + 1);
  for (const [row, own] of rows.entries()) offsets[row + 1] = offsets[row] + own.length;
  return { offsets, indices: Int32Array.from(rows.flat()) };
})();

/** Scores of one row, by the formula. */
function plainScores(row: number, { weighting, minOverlap, minNeighbours, ...given }: Given): Float32Array {
  const rated = new Set(itemsOf(given.profiles, row));
  const raters = Array.from(itemsOf(given.nearest, row), (user, n) => {
    const overlap = itemsOf(given.ratings, user).filter((item) => rated.has(item)).length;
    const similarity = given.nearest.similarities[given.nearest.offsets[row] + n];
    const trust = weighting === "similarity and overlap" ? similarity * (overlap / rated.size) : similarity;
    return { user, overlap, weight: weighting === "nothing" ? 1 : trust };
  }).filter(({ overlap }) => overlap >= minOverlap);
  return Float32Array.from({ length: items }, (_, item) => {
    let [sum, weights, count] = [0, 0, 0];
    for (const { user, weight } of raters) {
      const place = itemsOf(given.ratings, user).indexOf(item);
      if (place < 0) continue;
      sum += weight * (given.ratings.values[given.ratings.offsets[user] + place] - given.centres[user]);
      weights += weight;
      count++;
    }
    return count >= minNeighbours ? given.bases[row] + sum / weights : -Infinity;
  });
}

function itemsOf({ offsets, indices }: Pick<Csr, "offsets" | "indices">, row: number): Int32Array {
  return indices.subarray(offsets[row], offsets[row + 1]);
}

async function scored(engine: Engine, { wanted, ...given }: Given): Promise<Float32Array> {
  using arena = engine.arena();
  const out = arena.float32(wanted ? wanted.indices.length : given.profiles.rows * items);
  const { offsets, indices, similarities } = given.nearest;
  await userKnnScores(engine, {
    ...given,
    ratings: placeCsr(arena, given.ratings),
    profiles: placeCsr(arena, given.profiles),
    nearest: { offsets: arena.place(offsets), indices: arena.place(indices), similarities: arena.place(similarities) },
    centres: arena.place(given.centres),
    bases: arena.place(given.bases),
    out,
    wanted: wanted && { offsets: arena.place(wanted.offsets), indices: arena.place(wanted.indices) },
  });
  return out.slice();
}

describe("userKnnScores", () => {
  for (const weighting of ["nothing", "similarity", "similarity and overlap"] as const) {
    for (const [minOverlap, minNeighbours] of [
      [1, 1],
      [2, 3],
      [4, 2],
    ]) {
      it(`is the plain sum, weighted by ${weighting}, of ${minNeighbours} neighbours with ${minOverlap} items in common`, async () => {
        const own = { ...given, weighting, minOverlap, minNeighbours };
        const expected = Array.from({ length: profiles.rows }, (_, row) => plainScores(row, own));
        assert.ok(expected.some((row) => row.includes(-Infinity)) && expected.some((row) => row.some(Number.isFinite)));
        const found = await scored(localEngine(), own);
        for (const [row, scores] of expected.entries()) {
          assert.deepEqual(found.slice(row * items, (row + 1) * items), scores, `row ${row}`);
        }
        const some = await scored(localEngine(), { ...own, wanted });
        for (const [row, scores] of expected.entries()) {
          const [from, to] = [wanted.offsets[row], wanted.offsets[row + 1]];
          assert.deepEqual(
            some.slice(from, to),
            Float32Array.from(itemsOf(wanted, row), (item) => scores[item]),
            `row ${row}`,
          );
        }
      });
    }
  }

  it("gives the same bytes for any number of threads", async () => {
    const alone = await scored(localEngine(), given);
    for (const threads of [2, 3]) {
      using engine = await createEngine({ threads, arithmetic: "strict" });
      assert.deepEqual(await scored(engine, given), alone, `${threads} threads`);
    }
  });
});
