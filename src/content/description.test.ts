import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { emptyCatalog, labelsFrom } from "../data/catalog.ts";
import { descriptionOf, mostLiked, profileText } from "./description.ts";

const catalog = {
  ...emptyCatalog(4),
  titles: ["Heat (1995)", "", "", "Élan; (x)"],
  genres: labelsFrom([["Crime", "Action"], ["War"], [], []]),
};

describe("films in words", () => {
  it("are title and genres, these by name, and nothing where nothing is known", () => {
    const texts = [0, 1, 2, 3].map((item) => descriptionOf(catalog, item));
    assert.deepEqual(texts, ["Heat (1995), Action, Crime", "War", "", "Élan; (x)"]);
  });

  it("make a profile's text, without films of which nothing is known", () => {
    assert.equal(profileText(catalog, [3, 2, 0, 1]), "Élan; (x); Heat (1995) (Action, Crime); (War)");
    assert.equal(profileText(catalog, [2]), "");
  });
});

describe("the liked films of a profile", () => {
  it("comes best rated first, of equal ratings the lower index", () => {
    const profile = { items: Int32Array.of(1, 4, 6, 9), values: Float32Array.of(4, 5, 3, 5) };
    const scale = { min: 1, max: 5, step: 1 };
    assert.deepEqual(mostLiked({ scale, feedback: "ratings" }, profile), [4, 9, 1]);
    assert.deepEqual(mostLiked({ scale, feedback: "ratings" }, profile, 2), [4, 9]);
  });
});
