import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { random } from "../random.ts";
import { listWords } from "./tokens.ts";

/** The words of each text, as text. */
function wordsOf(texts: readonly string[], without: readonly string[] = []): string[][] {
  const { offsets, indices, wordOf } = listWords(texts, without);
  return texts.map((_, n) => Array.from(indices.subarray(offsets[n], offsets[n + 1]), wordOf));
}

describe("the words of texts", () => {
  it("are runs of two letters, digits and underscores or more, in lower case", () => {
    assert.deepEqual(wordsOf(["The Sting, 2 (1973)", "", "a-b c", "snake_case X2: X-Men"]), [
      ["the", "sting", "1973"],
      [],
      [],
      ["snake_case", "x2", "men"],
    ]);
  });

  it("follow Unicode where there is more than ASCII", () => {
    assert.deepEqual(wordsOf(["Les Misérables", "Τ' ΟΔΟΣ", "七人の侍", "é 𐐀 𐐀𐐁 ½½", "İx", "A\u0301b cd"]), [
      ["les", "misérables"],
      ["οδο\u03c2"],
      ["七人の侍"],
      ["𐐨𐐩", "½½"],
      // the dot above an i belongs to no word, as in Python
      [],
      ["cd"],
    ]);
  });

  it("are one and the same word in texts of either kind", () => {
    const { words, indices } = listWords(["heat", "HEAT é", "Heat"], []);
    assert.equal(words, 1);
    assert.deepEqual([...indices], [0, 0, 0]);
  });

  it("are without those left out", () => {
    assert.deepEqual(wordsOf(["the one and the other", "And thé"], ["the", "and", "one"]), [["other"], ["thé"]]);
  });

  it("are found among many, as a pattern finds them", () => {
    const { int } = random(3);
    const texts = Array.from({ length: 3000 }, () => {
      return Array.from({ length: int(12) }, () => `w${int(4000)}${" ,-_."[int(5)]}${"ßéА"[int(9)] ?? ""}`).join(" ");
    });
    const expected = texts.map((text) => text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []);
    assert.deepEqual(wordsOf(texts), expected);
    assert.equal(listWords(texts, []).words, new Set(expected.flat()).size);
  });

  it("sort by code point, those beyond U+FFFF last", () => {
    const { words, wordOf, compare } = listWords(["zz \u{10428}\u{10428} \uff5a\uff5a éa ab a_ abc"], []);
    const sorted = Array.from({ length: words }, (_, n) => n).sort(compare);
    assert.deepEqual(sorted.map(wordOf), ["a_", "ab", "abc", "zz", "éa", "\uff5a\uff5a", "\u{10428}\u{10428}"]);
  });
});
