import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { invertPositiveDefinite } from "../../test/helpers/inverse-twin.ts";
import { random } from "../random.ts";
import { localEngine } from "./engine.ts";
import { eachEntry, indexOf, invertTiles, tilesIn } from "./inverse.ts";

describe("invertTiles", () => {
  for (const [precision, tolerance] of [
    ["double", 1e-11],
    ["single", 1e-4],
  ] as const) {
    for (const n of [1, 2, 3, 5, 7, 8, 9, 31, 64, 65, 95, 96, 97, 100, 200]) {
      it(`equals the twin in ${precision} precision (n = ${n})`, async () => {
        using engine = localEngine();
        using arena = engine.arena();
        const tiles = tilesIn(arena, n, precision);
        const { float } = random(n);
        const twin = new Float64Array(n * n);
        for (let i = 0; i < tiles.count * 96; i++) tiles.data[indexOf(i, i)] = 1;
        for (let i = 0; i < n; i++) {
          for (let j = i; j < n; j++) {
            const value = i === j ? n : float() - 0.5;
            twin[j * n + i] = value;
            tiles.data[indexOf(i, j)] = value;
          }
        }
        await invertPositiveDefinite(twin, n, async () => {});
        await invertTiles(engine, tiles);
        eachEntry(tiles, (i, j, value) => assert.ok(Math.abs(value - twin[i * n + j]) < tolerance / n));
      });
    }
  }

  it("refuses a matrix that is not positive definite", async () => {
    using engine = localEngine();
    using arena = engine.arena();
    const tiles = tilesIn(arena, 2, "double");
    for (let i = 0; i < 96; i++) tiles.data[indexOf(i, i)] = 1;
    tiles.data[indexOf(0, 1)] = 2;
    await assert.rejects(invertTiles(engine, tiles), /pivot 1 is -3/);
  });
});
