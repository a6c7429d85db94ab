import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { emptyCatalog, labelsFrom, labelsOf } from "../data/catalog.ts";
import { asItemIndex, type Dataset } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { variedFilms } from "./films-to-ask.ts";

/** Films of these years and genres, the first rated by 9 users, and each by one fewer than the one before. */
function infoOf(films: readonly (readonly [year: number, genres: readonly string[]])[]) {
  const catalog = {
    ...emptyCatalog(films.length),
    years: Int16Array.from(films, ([year]) => year),
    genres: labelsFrom(films.map(([, genres]) => genres)),
  };
  return { catalog, counts: Int32Array.from(films, (_, film) => 9 - film) };
}

describe("the first films that a new user is shown", () => {
  it("are chosen by ratings over what is shown of their decade and their rarest genre", () => {
    const data = infoOf([
      [1994, ["Drama"]], // 9 / (3 · 3) = 1: first
      [1999, ["Drama"]], // then 8 / (4 · 4) = .5
      [1995, ["Comedy"]], // 7 / (4 · 3) = .58, then 7 / (5 · 3) = .47
      [1972, ["Drama", "Crime"]], // 6 / (3 · 3) = .67: second
      [0, []], // 5 / (3 · 3) = .56
    ]);
    // After 0 and 3: 2 has .58, 4 has .56, and 1 has 8 / (4 · 5) = .4. After these, 1 has 8 / (5 · 5) = .32.
    assert.deepEqual(variedFilms(data, 5), [0, 3, 2, 4, 1]);
    assert.deepEqual(variedFilms(data, 2), [0, 3]);
  });

  it("are rated films, as many as there are", () => {
    const data = infoOf([
      [1994, []],
      [1994, []],
    ]);
    const counts = Int32Array.of(0, 3);
    assert.deepEqual(variedFilms({ ...data, counts }, 48), [1]);
  });

  describe("of ml-latest-small", needsData("ml-latest-small"), () => {
    let data: Dataset;
    before(async () => {
      data = await readRatings(dataFolder("ml-latest-small"));
    });

    it("are of all decades and genres", () => {
      const films = variedFilms(data, 48);
      assert.equal(new Set(films).size, 48);
      const { years, genres } = data.catalog;
      const decades = new Map<number, number>();
      for (const film of films) {
        const decade = Math.floor(years[film] / 10);
        decades.set(decade, (decades.get(decade) ?? 0) + 1);
      }
      assert.ok(Math.max(...decades.values()) <= 16, JSON.stringify([...decades]));
      assert.ok(films.filter((film) => years[film] < 1970).length >= 5);
      const shown = new Set(films.flatMap((film) => labelsOf(genres, film)));
      const counts = new Map<string, number>();
      for (let film = 0; film < data.items.size; film++) {
        for (const genre of labelsOf(genres, asItemIndex(film))) counts.set(genre, (counts.get(genre) ?? 0) + 1);
      }
      const common = [...counts].filter(([, count]) => count > 0.02 * data.items.size).map(([genre]) => genre);
      assert.ok(common.length >= 15);
      assert.deepEqual(
        common.filter((genre) => !shown.has(genre)),
        [],
      );
      assert.ok(films.every((film) => data.counts[film] >= 30)); // and people know them
    });
  });
});
