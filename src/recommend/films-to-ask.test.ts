import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { randomDataset, toyDataset } from "../../test/helpers/toy.ts";
import { emptyCatalog, labelsFrom, labelsOf } from "../data/catalog.ts";
import { asItemIndex, type Dataset, type DatasetInfo } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { filmsToAsk } from "./films-to-ask.ts";

type Film = readonly [year: number, genres: readonly string[]];

/** Films of these years and genres, rated by so many of nine users. */
function infoOf(films: readonly Film[], counts: readonly number[]): DatasetInfo {
  const catalog = {
    ...emptyCatalog(films.length),
    years: Int16Array.from(films, ([year]) => year),
    genres: labelsFrom(films.map(([, genres]) => genres)),
  };
  const { coRatings: _, ...info } = toyDataset(9, films.length, [[0, 0, 4]]);
  return { ...info, catalog, counts: Int32Array.from(counts) };
}

const items = (films: readonly number[]) => films.map(asItemIndex);

describe("the first films to ask about", () => {
  it("are chosen by ratings over the films before them of their decade and their rarest genre", () => {
    const films: Film[] = [
      [1994, ["Drama"]], // 9 / (3 · 3) = 1: first
      [1999, ["Drama"]], // then 8 / (4 · 4) = .5
      [1995, ["Comedy"]], // 7 / (4 · 3) = .58
      [1972, ["Drama", "Crime"]], // 6 / (3 · 3) = .67: second
      [0, []], // 5 / (3 · 3) = .56
    ];
    const info = infoOf(films, [9, 8, 7, 6, 5]);
    // After 0 and 3: 2 has .58, 4 has .56, and 1 has 8 / (4 · 5) = .4.
    assert.deepEqual(filmsToAsk(info, {}, 5), [0, 3, 2, 4, 1]);
    assert.deepEqual(filmsToAsk(info, {}, 2), [0, 3]);
    // As films asked about, too.
    assert.deepEqual(filmsToAsk(info, { seen: items([0]), unseen: items([3]) }, 9), [2, 4, 1]);
    // Films that are excluded take nothing from others: 1 / (3 · 3) of 8 is more than of 6.
    assert.deepEqual(filmsToAsk(info, { exclude: items([0]) }, 1), [1]);
  });

  it("are rated films, as many as there are", () => {
    const info = infoOf(
      [
        [1994, []],
        [1994, []],
      ],
      [0, 3],
    );
    assert.deepEqual(filmsToAsk(info, {}, 48), [1]);
    assert.deepEqual(filmsToAsk(info, { unseen: items([1]) }, 48), []);
  });

  it("refuse films that there are none of, and lengths that are none", () => {
    const info = infoOf([[1994, []]], [3]);
    assert.throws(() => filmsToAsk(info, { seen: items([1]) }, 1), { code: "ITEM_UNKNOWN" });
    assert.throws(() => filmsToAsk(info, {}, 0), { code: "USAGE" });
  });
});

/** Four users know the films 0 and 1, and four the films 2 and 3; one knows 0 and 2. Film 4 is known to four, of both groups. */
const groups = toyDataset(
  9,
  5,
  [0, 1, 2, 3, 4, 5, 6, 7]
    .flatMap((user) => {
      const own = user < 4 ? [0, 1] : [2, 3];
      return [...own, ...(user % 2 === 0 ? [4] : [])].map((film) => [user, film, 4] as [number, number, number]);
    })
    .concat([
      [8, 0, 4],
      [8, 2, 4],
    ]),
);
/** Without decades and genres, nothing but what people know. */
const plain: DatasetInfo = {
  ...groups,
  counts: groups.counts,
  coRatings: groups.coRatings!,
  catalog: emptyCatalog(5),
};

describe("films to ask about next", () => {
  it("are those known to people who know, and do not know, the same films", () => {
    // p = (n + 1) / (9 + 2): .55 of the films 0 and 2, .45 of the others. By (n_ij + 2 p) / (n_j + 2):
    // film 1 given 0: (4 + .91) / 7 = .70, given not 0: (0 + .91) / 6 = .15; film 2 given 0: (1 + 1.09) / 7 = .30, given not 0: 5.09 / 6 = .85.
    assert.deepEqual(filmsToAsk(plain, { seen: items([0]) }, 4), [1, 4, 2, 3]);
    assert.deepEqual(filmsToAsk(plain, { unseen: items([0]) }, 4), [2, 3, 4, 1]);
    assert.deepEqual(filmsToAsk(plain, { seen: items([0]), unseen: items([2]) }, 1), [1]);
    assert.deepEqual(filmsToAsk(plain, { unseen: items([0]), exclude: items([2]) }, 1), [3]);
  });

  it("are those of most ratings where a model has no more", () => {
    const { coRatings: _, ...earlier } = plain;
    assert.deepEqual(filmsToAsk(earlier, { seen: items([0]) }, 4), [2, 1, 3, 4]);
  });

  it("never are films of the answers, and each is one film, whatever was said", () => {
    const data = randomDataset(40, 300, 0.2, 3);
    const answers = { seen: items([5, 9, 5]), unseen: items([7, 9]), exclude: items([11, 5]) };
    const films = filmsToAsk(data, answers, 400);
    assert.equal(films.length, data.counts.filter((count) => count > 0).length - 4);
    assert.equal(new Set(films).size, films.length);
    assert.ok(!films.some((film) => [5, 7, 9, 11].includes(film)));
    assert.deepEqual(filmsToAsk(data, answers, 3), films.slice(0, 3));
  });
});

describe("films of ml-latest-small to ask about", needsData("ml-latest-small"), () => {
  let data: Dataset;
  before(async () => {
    data = await readRatings(dataFolder("ml-latest-small"));
  });
  const titled = (films: readonly number[]) => films.map((film) => data.catalog.titles[film]);

  it("are at first of all decades and genres", () => {
    const films = filmsToAsk(data, {}, 48);
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
      for (const genre of labelsOf(genres, film)) counts.set(genre, (counts.get(genre) ?? 0) + 1);
    }
    const common = [...counts].filter(([, count]) => count > 0.02 * data.items.size).map(([genre]) => genre);
    assert.ok(common.length >= 15);
    assert.deepEqual(
      common.filter((genre) => !shown.has(genre)),
      [],
    );
    assert.ok(films.every((film) => data.counts[film] >= 40)); // and people know them
  });

  it("are then like those that somebody knows", () => {
    const film = (id: number) => data.items.index(id);
    const childhood = { seen: [364, 588, 595].map(film), unseen: [296, 593].map(film) }; // The Lion King, Aladdin; no Pulp Fiction
    const crime = { seen: [296, 593].map(film), unseen: [364, 588, 595].map(film) };
    const rankOf = (answers: typeof crime, id: number) => filmsToAsk(data, answers, 200).indexOf(film(id));
    assert.ok(rankOf(childhood, 1) < rankOf(crime, 1), "Toy Story");
    assert.ok(rankOf(crime, 50) < rankOf(childhood, 50), "The Usual Suspects");
    assert.notDeepEqual(titled(filmsToAsk(data, childhood, 10)), titled(filmsToAsk(data, crime, 10)));
  });
});
