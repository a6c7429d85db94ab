import assert from "node:assert/strict";
import { test } from "node:test";
import { posterOf } from "./motifs.ts";

test("a film always gets the same poster", () => {
  const heat = { id: 6, genres: ["Action", "Crime", "Thriller"] };
  assert.deepEqual(posterOf(heat), posterOf({ ...heat }));
});

test("films of one genre differ, and genres differ more", () => {
  const western = posterOf({ id: 1, genres: ["Western"] });
  assert.notDeepEqual(posterOf({ id: 2, genres: ["Western"] }), western);
  assert.notEqual(posterOf({ id: 1, genres: ["Sci-Fi"] }).shapes.length, 0);
  assert.ok(Math.abs(posterOf({ id: 1, genres: ["Sci-Fi"] }).hue - western.hue) > 100);
});

test("a film without a known genre gets a poster too, of finite numbers", () => {
  for (const genres of [[], ["(no genres listed)"], ["IMAX", "Drama"], ["Romance"]]) {
    const { hue, shapes } = posterOf({ id: "tt0113277", genres });
    assert.ok(Number.isFinite(hue));
    assert.doesNotMatch(shapes.map((shape) => shape.path).join(""), /NaN|undefined|Infinity/);
  }
});
