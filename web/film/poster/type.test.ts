import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { capHeight, partsOfTitle, setTitle, textWidth } from "./type.ts";

const space = { width: 172, height: 128 };
const linesOf = (title: string, credits = "") => setTitle(title, credits, space).lines;
const words = (title: string) => linesOf(title).map((line) => line.text);

test("the width of a text is the sum of its letters' widths", () => {
  assert.ok(Math.abs(textWidth("HEAT", 1) - (380 + 327 + 389 + 332) / 1000) < 1e-9);
  assert.ok(Math.abs(textWidth("HEAT", 0) - (238 + 206 + 260 + 225) / 1000) < 1e-9);
  assert.ok(Math.abs(textWidth("AMÉLIE", 0.5) - textWidth("AMELIE", 0.5)) < 1e-9, "an accent takes no room");
  assert.ok(textWidth("千", 1) > textWidth("Ж", 1));
});

test("what follows a colon is set smaller; two words that one parts are not", () => {
  const bomb = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb";
  assert.deepEqual(partsOfTitle(bomb), {
    main: "DR. STRANGELOVE",
    rest: "OR: HOW I LEARNED TO STOP WORRYING AND LOVE THE BOMB",
  });
  assert.deepEqual(partsOfTitle("2001: A Space Odyssey"), { main: "2001", rest: "A SPACE ODYSSEY" });
  assert.deepEqual(partsOfTitle("Mission: Impossible"), { main: "MISSION: IMPOSSIBLE", rest: "" });
  const [main, ...rest] = linesOf(bomb);
  assert.equal(main.text, "DR. STRANGELOVE");
  assert.equal(rest.length, 2);
  assert.ok(rest.every((line) => line.kind === "below" && line.size < 0.6 * main.size));
});

test("articles on a line of their own are small, unless a title has nothing else", () => {
  const [the, fugitive] = linesOf("The Fugitive");
  assert.deepEqual([the.text, the.kind, fugitive.kind], ["THE", "small", "large"]);
  assert.ok(the.size < 0.5 * fugitive.size);
  assert.ok(linesOf("Die Hard").every((line) => line.kind === "large"));
  assert.ok(linesOf("The The").every((line) => line.kind === "large"));
});

test("a title of one letter and one of numbers are as large as the space", () => {
  for (const title of ["M", "Z", "10"]) {
    const [line, ...none] = linesOf(title);
    assert.equal(none.length, 0);
    assert.ok(line.size * capHeight > 0.9 * space.height, title);
  }
  assert.deepEqual(words("12 Angry Men").join(" "), "12 ANGRY MEN");
});

test("credits are the last line and the smallest", () => {
  const lines = linesOf("2001: A Space Odyssey", "1968 · SCI-FI");
  assert.equal(lines.at(-1)?.text, "1968 · SCI-FI");
  assert.equal(Math.min(...lines.map((line) => line.size)), lines.at(-1)?.size);
});

test("any title fits its width, keeps its words in order, and its lines do not touch", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "the",
      "of",
      "and",
      "a",
      "I",
      "Léon",
      "Ångström",
      "Supercalifragilistic",
      "2001",
      "千と千尋",
      "!",
      "Ж",
    ),
    fc.string({ minLength: 1, maxLength: 9 }),
  );
  const title = fc.array(word, { minLength: 1, maxLength: 24 }).map((list) => list.join(" "));
  fc.assert(
    fc.property(title, fc.constantFrom(104, 128, 256), (text, height) => {
      const { lines, height: high } = setTitle(text, "", { width: 172, height });
      const { main, rest } = partsOfTitle(text);
      const whole = rest ? `${main} ${rest}` : main;
      const [kept, cut] = lines
        .map((line) => line.text)
        .join(" ")
        .split(/(?<=.)…$/s);
      assert.ok(cut === undefined ? kept === whole : whole.startsWith(kept), kept);
      assert.ok(Number.isFinite(high));
      let foot = 0;
      for (const line of lines) {
        assert.ok(line.width <= 172.001 && line.size > 0, JSON.stringify(line));
        assert.ok(Math.abs(line.width - line.size * textWidth(line.text, line.stretch)) < 1e-6, JSON.stringify(line));
        assert.ok(line.foot - line.size * capHeight >= foot, `${JSON.stringify(line)} above ${foot}`);
        foot = line.foot;
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});
