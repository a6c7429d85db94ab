import assert from "node:assert/strict";
import { test } from "node:test";
import { noNeighbours } from "../../../test/helpers/page-data.ts";
import { alikeWords, fewWords } from "./alike-words.ts";

test("who has rated too little is told how much more it takes, and others that it takes luck", () => {
  assert.equal(fewWords({ ...noNeighbours, needed: 3 }, 2), "Rate 3 more films, and here is who rates as you do.");
  assert.equal(fewWords({ ...noNeighbours, needed: 1 }, 4), "Rate 1 more film, and here is who rates as you do.");
  assert.match(fewWords({ ...noNeighbours, needed: 1 }, 12), /^Too few people here rate films as you do/);
});

test("how alike people are stands beside how alike everybody is", () => {
  const found = { ...noNeighbours, neighbours: 24, needed: 0, overlap: 5.2, difference: 0.57, usualDifference: 1.04 };
  assert.equal(
    alikeWords(found),
    "24 people rate films as you do. Of the 5 films or so that each has in common with you, you and they are 0.6 stars apart on average; you and people at large, 1.",
  );
});
