import assert from "node:assert/strict";
import { test } from "node:test";
import type { ItemIndex } from "../../../src/data/dataset.ts";
import { readRatings } from "../../../src/data/read.ts";
import { filmOf } from "../../../src/recommend/films.ts";
import { dataFolder, needsData } from "../../../test/helpers/data.ts";
import { drawChip, drawPoster, type PosterFilm, shortTitle } from "./drawing.ts";
import { type PosterDrawing, posterHeight, posterWidth, type Text } from "./layouts.ts";
import { contrast, leastContrast } from "./palettes.ts";
import { capHeight } from "./type.ts";

const heat: PosterFilm = { id: 6, title: "Heat (1995)", year: 1995, genres: ["Action", "Crime", "Thriller"] };

/** All that is drawn but the title, in its colours. */
function picture({ colours, ground, parts }: PosterDrawing): string {
  return JSON.stringify([
    colours[ground],
    parts.map(({ shapes, ...at }) => [at, shapes.map((shape) => [shape.path, shape.transform, colours[shape.tone]])]),
  ]);
}

const boxOf = ({ x, y, size, width, upright }: Text) =>
  upright
    ? { left: x - size * capHeight, right: x, top: y - width / 2, bottom: y + width / 2 }
    : { left: x - width / 2, right: x + width / 2, top: y - size * capHeight, bottom: y };

test("a film always gets the same poster, and its id another one", () => {
  assert.deepEqual(drawPoster(heat), drawPoster({ ...heat, genres: [...heat.genres] }));
  const posters = Array.from({ length: 20 }, (_, id) => picture(drawPoster({ ...heat, id })));
  assert.ok(new Set(posters).size > 15);
});

test("titles that name or count something are drawn with it", () => {
  const discs = (title: string) =>
    drawPoster({ id: 5, title, year: 1957, genres: [] })
      .parts.flatMap((part) => part.shapes)
      .reduce((count, shape) => count + (shape.path.match(/a[\d.]+ [\d.]+ 0 1 0 [\d.]+ 0a/g) ?? []).length, 0);
  assert.equal(discs("12 Angry Men (1957)") - discs("11 Angry Men (1957)"), 1);
  assert.equal(discs("Twelve Monkeys (1995)"), discs("12 Monkeys (1995)"));
  assert.notEqual(discs("Toy Story 3 (2010)"), discs("3 Toy Stories (2010)"), "a sequel's number counts nothing");
  const shapes = (title: string) =>
    drawChip({ id: 5, title, year: 1957, genres: ["Drama"] })
      .parts[0].shapes.map((shape) => shape.path)
      .join(" ");
  assert.equal(shapes("The Ring (2002)"), shapes("Rings (2017)"));
  assert.notEqual(shapes("Ringing (2002)"), shapes("Rings (2017)"));
});

test("chips have a word, a number or initials", () => {
  const chips = {
    HEAT: "HEAT",
    "THE MATRIX": "MATRIX",
    "TOY STORY": "TS",
    "2001: A SPACE ODYSSEY": "2001",
    "APOLLO 13": "A13",
    M: "M",
    "THE LORD OF THE RINGS: THE TWO TOWERS": "LR",
    "KOYAANISQATSI: LIFE OUT OF BALANCE": "K",
    "THE THE": "TT",
    AMÉLIE: "AMÉLIE",
    "!!!": "!!!",
  };
  assert.deepEqual(Object.fromEntries(Object.keys(chips).map((title) => [title, shortTitle(title)])), chips);
});

test("any title, year and genres make a poster of finite numbers", () => {
  for (const title of [
    "",
    "M",
    "?",
    "千と千尋の神隠し",
    "Ночной дозор",
    "x".repeat(300),
    "a ".repeat(150),
    " (1995)",
  ]) {
    for (const genres of [[], ["(no genres listed)"], ["IMAX", "Drama"], ["Romance"]]) {
      for (const id of ["tt0113277", 1, 2, 3, 4, 5, 6, 7]) {
        const film = { id, title, genres, year: id === 1 ? 0 : 1995 };
        for (const drawing of [drawPoster(film), drawPoster(film, true), drawChip(film)]) {
          assert.doesNotMatch(JSON.stringify(drawing), /NaN|undefined|Infinity|null/, `${id} ${title}`);
        }
      }
    }
  }
});

test("the 300 most rated films", needsData("ml-latest-small"), async (t) => {
  const data = await readRatings(dataFolder("ml-latest-small"));
  const films = Array.from({ length: data.items.size }, (_, item) => filmOf(data, item as ItemIndex))
    .sort((a, b) => b.ratings - a.ratings)
    .slice(0, 300);
  const posters = films.map((film) => drawPoster(film));
  const chips = films.map(drawChip);

  await t.test("no two are equal, even without their titles", () => {
    const seen = new Map<string, string>();
    for (const [n, poster] of posters.entries()) {
      const drawn = picture(poster);
      assert.equal(seen.get(drawn), undefined, `${films[n].title} is drawn as ${seen.get(drawn)}`);
      seen.set(drawn, films[n].title);
    }
  });

  await t.test("neighbours in a list differ in colours or in the whole composition", () => {
    const composition = ({ parts, texts }: PosterDrawing) =>
      `${parts.map((part) => part.shapes.map((shape) => shape.path.replace(/[\d.-]+/g, "")).join("|")).join("/")} ${texts.length}`;
    for (const list of [posters, chips]) {
      for (let n = 1; n < list.length; n++) {
        const [one, other] = [list[n - 1], list[n]];
        const alike = one.colours.ground === other.colours.ground && composition(one) === composition(other);
        assert.ok(!alike, `${films[n - 1].title} and ${films[n].title}`);
      }
    }
  });

  await t.test("letters can be read and stand within the poster, with year and genres too", () => {
    for (const poster of [...posters, ...chips, ...films.map((film) => drawPoster(film, true))]) {
      for (const text of poster.texts) {
        assert.ok(contrast(poster.colours[text.tone], poster.colours[text.on]) >= leastContrast, text.text);
        const { left, right, top, bottom } = boxOf(text);
        assert.ok(
          left >= 8 && right <= posterWidth - 8 && top >= 8 && bottom <= posterHeight - 6,
          JSON.stringify(text),
        );
      }
    }
  });

  await t.test("the largest letters of a tile 110 pixels wide are at least 13 pixels high", () => {
    for (const { texts } of posters) {
      const largest = Math.max(...texts.map((text) => text.size)) * capHeight * (110 / posterWidth);
      assert.ok(largest >= 13, `${texts.map((text) => text.text).join(" / ")}: ${largest.toFixed(1)}`);
    }
  });

  await t.test("are drawn in less than 50 ms", () => {
    const times = Array.from({ length: 8 }, () => {
      const start = process.cpuUsage();
      for (const film of films) drawPoster(film);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    assert.ok(Math.min(...times) < 50, times.map((time) => time.toFixed(0)).join(", "));
  });
});
