/** Personal exports of 300 films, made from real catalogs: nearly all that are in the data are matched, and none wrongly. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Dataset, type Id, readProfile, readRatings } from "../src/index.ts";
import { dataFolder, needsData } from "./helpers/data.ts";
import { exportsOf, madeUpFilmsOf } from "./helpers/personal-exports.ts";

for (const name of ["ml-latest-small", "ml-100k"]) {
  describe(`an export of 300 films, 270 of them in ${name}`, needsData(name), () => {
    let data: Dataset | undefined;
    for (const [form, write] of Object.entries(exportsOf)) {
      it(`${form}: at least 97 % matched, none wrongly`, async () => {
        data ??= await readRatings(dataFolder(name));
        for (const seed of [1, 2, 3]) {
          const films = madeUpFilmsOf(data, seed);
          const { name: file, text } = write(films);
          const {
            ratings,
            seen,
            import: report,
          } = await readProfile({ name: file, bytes: new TextEncoder().encode(text) }, data);
          const titleOf = (id: Id) => data!.catalog.titles[data!.items.index(id)].trim();
          // By title, since ml-100k has some films twice, with nothing to tell them apart. The rating of each film is known, too.
          const wanted = new Map<string, number>();
          for (const { id, title, rating } of films) if (id !== undefined) wanted.set(title, rating);
          const { max } = data.scale;
          const wrong = ratings.filter(({ id, rating }) => {
            return Math.max(data!.scale.min, (wanted.get(titleOf(id))! * max) / 10) !== rating;
          });
          assert.deepEqual(wrong, []);
          assert.equal(new Set(ratings.map(({ id }) => id)).size, ratings.length);
          assert.ok(ratings.length >= 0.97 * wanted.size, `${ratings.length} of ${wanted.size} are matched`);
          assert.equal(report.rated, 300);
          assert.equal(report.matched, ratings.length);
          assert.equal(report.matched + report.doubtful.length + report.unmatched.length, 300);
          for (const { candidates } of report.doubtful) {
            for (const { id } of candidates) assert.ok(seen.includes(id) || wanted.has(titleOf(id)));
          }
        }
      });
    }
  });
}
