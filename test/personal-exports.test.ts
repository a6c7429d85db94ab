/** Personal exports of 300 films, made from real catalogs: nearly all that are in the data are matched, and none wrongly. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { labelsOf } from "../src/core.ts";
import { type Dataset, type Id, readProfile, readRatings } from "../src/index.ts";
import { dataFolder, needsData } from "./helpers/data.ts";
import { exportsOf, madeUpFilmsOf } from "./helpers/personal-exports.ts";

for (const name of ["ml-latest-small", "ml-100k"]) {
  describe(`an export of 300 films, 270 of them in ${name}`, needsData(name), () => {
    let data: Dataset | undefined;
    for (const [form, write] of Object.entries(exportsOf)) {
      it(`${form}: at least 97 % matched, none wrongly`, async (t) => {
        data ??= await readRatings(dataFolder(name));
        const known = data;
        // All that the data say of a film: ml-100k has some twice, with nothing to tell them apart.
        const descriptionOf = (id: Id) => {
          const item = known.items.index(id);
          const { titles, genres, imdb } = known.catalog;
          return [titles[item], imdb[item], ...labelsOf(genres, item)].join("|");
        };
        for (const seed of [1, 2, 3]) {
          const films = madeUpFilmsOf(known, seed);
          const { ratings, seen, import: report } = await readProfile(write(films), known);
          const { min, max } = known.scale;
          const wanted = new Map<string, number>();
          for (const { id, rating } of films) {
            if (id !== undefined) wanted.set(descriptionOf(id), Math.max(min, (rating * max) / 10));
          }
          const wrong = ratings.filter(({ id, rating }) => wanted.get(descriptionOf(id)) !== rating);
          assert.deepEqual(wrong, []);
          assert.equal(new Set(ratings.map(({ id }) => id)).size, ratings.length);
          assert.ok(ratings.length >= 0.97 * 270, `${ratings.length} of 270 are matched`);
          t.diagnostic(`seed ${seed}: ${ratings.length} of 270 matched`);
          assert.equal(report.rated, 300);
          assert.equal(report.matched, ratings.length);
          assert.equal(report.matched + report.doubtful.length + report.unmatched.length, 300);
          for (const { candidates } of report.doubtful) {
            for (const { id } of candidates) assert.ok(seen.includes(id) || wanted.has(descriptionOf(id)));
          }
        }
      });
    }
  });
}
