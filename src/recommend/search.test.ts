import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asItemIndex, type DatasetInfo } from "../data/dataset.ts";
import { idsFrom } from "../data/ids.ts";
import { filmSearch, searchWords } from "./search.ts";

const films: [id: number, title: string][] = [
  [47, "Seven (a.k.a. Se7en) (1995)"],
  [48, "Heat (1995)"],
  [73, "Misérables, Les (1995)"],
  [1873, "Misérables, Les (1998)"],
  [2012, "Back to the Future Part III (1990)"],
  [2019, "Seven Samurai (Shichinin no samurai) (1954)"],
  [2571, "Matrix, The (1999)"],
  [4973, "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"],
  [5000, "300 (2007)"],
  [5001, "Alien (1979)"],
  [5002, "The Alien (1979)"],
  [5003, "Smörgåsbord & Œuvre: L'Été (2001)"],
  [5004, "?! (1969)"],
  [72378, "2012 (2009)"],
  [72379, "72379 (2009)"],
];

const info = {
  name: "films",
  items: idsFrom(Float64Array.from(films, ([id]) => id)),
  catalog: { titles: films.map(([, title]) => title) },
  counts: new Int32Array(films.length),
} as unknown as DatasetInfo;
const search = filmSearch(info);
const idOf = (word: string) => info.items.id(search.byIdOrTitle(word));

describe("a film is found by", () => {
  const names: [word: string, id: number][] = [
    ["The Matrix (1999)", 2571],
    ["Matrix (1999)", 2571],
    ["matrix", 2571],
    ["Matrix, The", 2571],
    ["Les Misérables (1998)", 1873],
    ["Les Miserables (1998)", 1873],
    ["Miserables, Les (1995)", 73],
    ["Amélie", 4973],
    ["Amelie", 4973],
    ["Amelie (2001)", 4973],
    ["Le Fabuleux Destin d’Amelie Poulain", 4973],
    ["Se7en", 47],
    ["Se7en (1995)", 47],
    ["seven", 47],
    ["Shichinin no Samurai", 2019],
    ["Alien", 5001],
    ["the alien", 5002],
    ["smorgasbord and oeuvre l'ete", 5003],
    ["300", 5000],
    ["?!", 5004],
    ["48", 48],
    ["id:48", 48],
    ["id: 2012", 2012],
    ["title:2012", 72378],
    ["title:Heat", 48],
    ["2012 (2009)", 72378],
    ["72379", 72379],
  ];
  for (const [word, id] of names) it(word, () => assert.equal(idOf(word), id));
});

describe("films are found by words of their titles", () => {
  const idsOf = (words: string) => search.containing(words).map((item) => info.items.id(item));

  it("all that have them, whatever their letters, or the one with that id or name", () => {
    assert.deepEqual(idsOf("the ALIEN"), [5002]);
    assert.deepEqual(idsOf("seven"), [47, 2019]);
    assert.deepEqual(idsOf("miserables, les"), [73, 1873]);
    assert.deepEqual(idsOf("2012"), [2012]); // an id before the words of a title
    assert.deepEqual(idsOf("The Matrix"), [2571]);
    assert.throws(() => search.containing("?!?"), { code: "ITEM_UNKNOWN" });
    assert.throws(() => search.containing("star wars"), { code: "ITEM_UNKNOWN" });
  });
});

describe("a film is not guessed", () => {
  it("where the word is one film's id and another's title", () => {
    assert.throws(() => idOf("2012"), {
      code: "ITEM_AMBIGUOUS",
      message: '"2012" is the id of Back to the Future Part III (1990) and the title of 72378 2012 (2009)',
      fix: "write id:2012 or title:2012",
    });
  });

  it("where several have the name, or the year is another's", () => {
    assert.throws(() => idOf("les miserables"), { code: "ITEM_AMBIGUOUS" });
    assert.throws(() => idOf("The Matrix (2003)"), { code: "ITEM_UNKNOWN" });
    assert.throws(() => idOf("title:48"), { code: "ITEM_UNKNOWN" });
    assert.throws(() => idOf("id:49"), { code: "ITEM_UNKNOWN", message: /no film has the id "49"/ });
    for (const nothing of ["", "?", "The", "title:", "id:"]) {
      assert.throws(() => idOf(nothing), { code: "ITEM_UNKNOWN" }, JSON.stringify(nothing));
    }
  });

  it("and words without accents find titles with them", () => {
    assert.deepEqual(search.find("miserables", 5).sort(), [asItemIndex(2), asItemIndex(3)]);
  });
});

it("a search has few words, each once, none cut off, whatever is typed", () => {
  assert.deepEqual(searchWords(" Les  Misérables: "), ["Les", "Misérables"]);
  assert.deepEqual(searchWords(".".repeat(200)), []);
  for (const repeated of ["ma.", "ma "]) assert.deepEqual(searchWords(repeated.repeat(66)), ["ma"]);
  assert.deepEqual(searchWords("x".repeat(200)), ["x".repeat(24)]);
  assert.deepEqual(
    searchWords(
      ["x", "x", "x", "y"]
        .map((letter) => letter.repeat(24))
        .concat("zz")
        .join(" "),
    ),
    ["x".repeat(24), "y".repeat(24)],
  );
  assert.equal(searchWords("a b c d e f g h i j k l m n").length, 12);
});
