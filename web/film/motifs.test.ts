import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPoster } from "./motifs.ts";

test("a film always gets the same poster", () => {
  const heat = { id: 6, genres: ["Action", "Crime", "Thriller"] };
  assert.deepEqual(drawPoster(heat), drawPoster({ ...heat }));
});

test("films of one genre differ, and genres differ more", () => {
  const western = drawPoster({ id: 1, genres: ["Western"] });
  assert.notDeepEqual(drawPoster({ id: 2, genres: ["Western"] }), western);
  assert.notEqual(drawPoster({ id: 1, genres: ["Sci-Fi"] }).shapes.length, 0);
  assert.ok(Math.abs(drawPoster({ id: 1, genres: ["Sci-Fi"] }).hue - western.hue) > 100);
});

test("a film without a known genre gets a poster too, of finite numbers", () => {
  for (const genres of [[], ["(no genres listed)"], ["IMAX", "Drama"], ["Romance"]]) {
    const { hue, shapes } = drawPoster({ id: "tt0113277", genres });
    assert.ok(Number.isFinite(hue));
    assert.doesNotMatch(shapes.map((shape) => shape.path).join(""), /NaN|undefined|Infinity/);
  }
});
