import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { invertPositiveDefinite } from "../../test/helpers/inverse-twin.ts";
import { random } from "../random.ts";
import { localEngine } from "./engine.ts";
import { eachRun, indexOf, invertTiles, tilesIn } from "./inverse.ts";

describe("invertTiles", () => {
  for (const [precision, tolerance] of [
    ["double", 1e-11],
    ["single", 1e-4],
  ] as const) {
    for (const n of [1, 2, 3, 5, 7, 8, 9, 12, 13, 24, 25, 31, 64, 97, 191, 192, 193, 216, 217, 400, 600]) {
      it(`equals the twin in ${precision} precision (n = ${n})`, async () => {
        using engine = localEngine();
        using arena = engine.arena();
        const tiles = tilesIn(arena, n, precision);
        const { float } = random(n);
        const twin = new Float64Array(n * n);
        for (let i = 0; i < tiles.count * 192; i++) tiles.data[indexOf(tiles, i, i)] = 1;
        for (let i = 0; i < n; i++) {
          for (let j = i; j < n; j++) {
            const value = i === j ? n : float() - 0.5;
            twin[j * n + i] = value;
            tiles.data[indexOf(tiles, i, j)] = value;
          }
        }
        await invertPositiveDefinite(twin, n, async () => {});
        await invertTiles(engine, tiles);
        let entries = 0;
        eachRun(tiles, (i, j, start, length) => {
          for (let m = 0; m < length; m++) {
            assert.ok(Math.abs(tiles.data[start + m] - twin[i * n + j + m]) < tolerance / n, `${i}, ${j + m}`);
          }
          entries += length;
        });
        assert.equal(entries, (n * (n + 1)) / 2);
      });
    }
  }

  it("refuses a matrix that is not positive definite", async () => {
    using engine = localEngine();
    using arena = engine.arena();
    const tiles = tilesIn(arena, 2, "double");
    for (let i = 0; i < 192; i++) tiles.data[indexOf(tiles, i, i)] = 1;
    tiles.data[indexOf(tiles, 0, 1)] = 2;
    await assert.rejects(invertTiles(engine, tiles), /pivot 1 is -3/);
  });
});
