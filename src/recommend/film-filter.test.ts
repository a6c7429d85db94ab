import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { randomDataset } from "../../test/helpers/toy.ts";
import { labelsFrom, labelsOf } from "../data/catalog.ts";
import { asItemIndex, type ItemIndex } from "../data/dataset.ts";
import type { Json } from "../models/model.ts";
import { type FilmFilter, filterFilms } from "./film-filter.ts";

const base = randomDataset(30, 60, 0.2, 3);
const genres = ["Crime", "Drama", "Sci-Fi"];
const tags = ["violent", "Slow", "cult"];
/** Sixty films, every ninth of unknown year, with up to three genres and tags. */
const data = {
  ...base,
  catalog: {
    ...base.catalog,
    years: Int16Array.from({ length: 60 }, (_, item) => (item % 9 === 0 ? 0 : 1950 + item)),
    genres: labelsFrom(base.catalog.titles.map((_, item) => genres.filter((_, n) => (item >> n) % 2 === 1))),
    tags: labelsFrom(base.catalog.titles.map((_, item) => tags.filter((_, n) => (item + n) % 4 === 0))),
  },
};
const attributes = (item: ItemIndex): Readonly<Record<string, Json>> | undefined =>
  item % 7 === 0 ? undefined : { price: item / 2, lent: item % 2 === 0, words: ["a", `w${item % 5}`], none: null };

const fitting = (filter: unknown) =>
  Array.from(filterFilms(data, attributes)(filter as FilmFilter, "filter").entries())
    .filter(([, fits]) => fits === 1)
    .map(([item]) => item);

/** The same by the words of the documentation, film by film. */
function fits(filter: FilmFilter, item: number): boolean {
  if ("and" in filter) return filter.and.every((each) => fits(each, item));
  if ("or" in filter) return filter.or.some((each) => fits(each, item));
  if ("not" in filter) return !fits(filter.not, item);
  const { catalog, counts, items } = data;
  const lower = (text: string) => text.toLowerCase();
  const known: Record<string, readonly Json[]> = {
    id: [items.id(item)],
    year: catalog.years[item] > 0 ? [catalog.years[item]] : [],
    genre: labelsOf(catalog.genres, item).map(lower),
    tag: labelsOf(catalog.tags, item).map(lower),
    ratings: [counts[item]],
  };
  const [, name] = filter.field.split("attributes.");
  const own = name === undefined ? known[filter.field] : [attributes(asItemIndex(item))?.[name] ?? []].flat();
  const plain = (value: Json) => (typeof value === "string" && name === undefined ? lower(value) : value);
  if ("is" in filter) return own.includes(plain(filter.is));
  if ("in" in filter) return filter.in.some((value) => own.includes(plain(value)));
  return own.some(
    (value) => typeof value === "number" && value >= (filter.from ?? -Infinity) && value <= (filter.to ?? Infinity),
  );
}

const numberIn = (min: number, max: number) => fc.integer({ min, max });
const range = (field: string, min: number, max: number) =>
  fc.tuple(numberIn(min, max), numberIn(min, max), fc.integer({ min: 0, max: 2 })).map(([a, b, which]) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    return which === 0 ? { field, from } : which === 1 ? { field, to } : { field, from, to };
  });
const among = (field: string, values: fc.Arbitrary<string | number | boolean>) =>
  fc.oneof(
    values.map((is) => ({ field, is })),
    fc.array(values, { maxLength: 4 }).map((list) => ({ field, in: list })),
  );
const leaf: fc.Arbitrary<FilmFilter> = fc.oneof(
  range("year", 0, 2020),
  range("ratings", -1, 15),
  range("attributes.price", -1, 31),
  among("id", numberIn(-3, 70)),
  among("year", numberIn(1950, 2012)),
  among("year", fc.constant(0)),
  among("ratings", numberIn(0, 12)),
  among("genre", fc.constantFrom("crime", "Drama", "SCI-FI")),
  among("tag", fc.constantFrom("violent", "slow", "no such tag")),
  among("attributes.lent", fc.boolean()),
  among("attributes.words", fc.constantFrom("a", "w2", "A")),
  among("attributes.toString", fc.constant("x")),
);
const { tree } = fc.letrec<{ tree: FilmFilter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie("tree"), { maxLength: 3 }).map((or) => ({ or })),
    tie("tree").map((not) => ({ not })),
  ),
}));

describe("filters of films", () => {
  it("find what a plain evaluation finds, for any filter", () => {
    fc.assert(
      fc.property(tree, (filter) => {
        const expected = Array.from({ length: 60 }, (_, item) => item).filter((item) => fits(filter, item));
        assert.deepEqual(fitting(filter), expected);
      }),
      { numRuns: 300 },
    );
  });

  it("read texts of digits as ids, and years that are unknown as no years", () => {
    assert.deepEqual(fitting({ field: "id", in: ["5", 7, "seven"] }), [4, 6]);
    assert.ok(!fitting({ field: "year", to: 3000 }).includes(9));
    assert.ok(fitting({ not: { field: "year", from: 1900 } }).includes(9));
  });

  const nested = (depth: number): unknown => (depth === 1 ? { field: "year", is: 1990 } : { not: nested(depth - 1) });
  let bomb: unknown = {};
  for (let n = 0; n < 200_000; n++) bomb = { not: bomb };
  for (const [what, filter, message, fix] of [
    ["a bomb of depths", bomb, /filter(\.not){8}: more than 8 filters lie in one another/, /side by side/],
    ["nine filters in one another", nested(9), /more than 8/, /./],
    [
      "101 filters",
      { or: Array(100).fill({ field: "year", is: 1 }) },
      /filter.or\[99\]: the filters have more than 100 parts/,
      /./,
    ],
    ["1,001 values", { field: "id", in: Array(1001).fill(1) }, /more than 1000 values/, /./],
    [
      "a field that there is not",
      { and: [{ field: "yaer", is: 1 }] },
      /filter\.and\[0\] names the field "yaer"/,
      /did you mean year\? the fields are id, year/,
    ],
    [
      "a genre that there is not",
      { field: "genre", is: "Noir" },
      /no film in toy has the genre "Noir"/,
      /Crime, Drama/,
    ],
    ["a range of genres", { field: "genre", from: 1 }, /gives a range of genre/, /is or in/],
    ["a range upside down", { field: "year", from: 2, to: 1 }, /gives year from 2 to 1/, /lower end first/],
    ["an end that is no number", { field: "year", from: "2" }, /filter\.from is "2"/, /a number/],
    ["NaN", { field: "year", from: Number.NaN }, /filter\.from is NaN/, /a number/],
    ["a text for a year", { field: "year", is: "1990" }, /compares year with "1990"/, /numbers/],
    ["two ways at once", { field: "year", is: 1, from: 1 }, /compares year with is and from/, /one of/],
    ["no way at all", { field: "year" }, /compares year with nothing/, /one of/],
    ["another way", { field: "year", above: 1 }, /compares year with "above"/, /one of/],
    ["two operators", { and: [], or: [] }, /names no field/, /and, or, not/],
    ["nothing", null, /filter is null/, /write filters as/],
    ["a list", [], /filter is a list/, /./],
    ["and of no list", { and: 1 }, /filter\.and is 1/, /a list/],
    ["values of no list", { field: "year", in: 3 }, /filter\.in is 3/, /a list/],
    ["an object as a value", { field: "year", in: [{}] }, /the value an object/, /texts, numbers/],
  ] as const) {
    it(`refuse ${what}`, () => {
      assert.throws(
        () => fitting(filter),
        (error: Error & { code: string; fix: string }) => {
          assert.equal(error.code, "USAGE");
          assert.match(error.message, message);
          assert.match(error.fix, fix);
          return true;
        },
      );
    });
  }

  it("have one budget for all of a list", () => {
    const fit = filterFilms(data);
    const some: FilmFilter = { or: Array(59).fill({ field: "year", is: 1 }) };
    fit(some, "filter");
    assert.throws(
      () => fit(some, "boost[0].filter"),
      /boost\[0\]\.filter\.or\[39\]: the filters have more than 100 parts/,
    );
  });

  it("find the same again, whatever became of what they found", () => {
    const fit = filterFilms(data);
    const nineties: FilmFilter = { field: "year", from: 1990, to: 1999 };
    const found = fit(nineties, "filter").slice();
    assert.ok(found.includes(1) && found.includes(0));
    fit(nineties, "filter").fill(7);
    assert.deepEqual(fit(nineties, "filter"), found);
    assert.notDeepEqual(fit({ ...nineties, from: 1999 }, "filter"), found);
    // Written as JSON, both ends are null.
    assert.ok(fit({ field: "year", from: -Infinity }, "filter").includes(1));
    assert.ok(!fit({ field: "year", from: Infinity }, "filter").includes(1));
    const values: FilmFilter = { field: "id", in: Array(600).fill(1) };
    fit(values, "filter");
    assert.throws(() => fit(values, "boost[0].filter"), /boost\[0\]\.filter: the filters have more than 1000 values/);
  });

  it("know attributes only where there are any", () => {
    const unknown = { code: "USAGE", message: /names the field "attributes.price"/ };
    assert.throws(() => filterFilms(data)({ field: "attributes.price", to: 3 }, "filter"), unknown);
  });
});
