/** What study 000 reads, filters and puts into its matrix. */
import { type Dataset, profileOf } from "../../core.ts";
import type { Section } from "../../report/index.ts";
import { filmTitle, mean, tableBlock } from "../experiment.ts";
import { firstCells, firstRows, printedSizes } from "./printed.ts";

export function matrixSection(data: Dataset): Section {
  const { users, counts, byUser } = data;
  const films = counts.reduce((rated, count) => rated + (count > 0 ? 1 : 0), 0);
  const approximate = ratingsLeft(data, 500, 1000);
  const exact = ratingsLeft(data, 500, 200);
  return {
    name: "matrix",
    title: "Ratings and the matrix",
    text: [
      "The study reads 25 million ratings (In [2]), and keeps people with 500 ratings or more: the full data are too much for a laptop when every empty cell of the matrix takes room. The films must have 1,000 ratings for the approximate index " +
        "(In [7]), and 200 for the exact one, where the comment says 500 (In [19]). From In [29] on it uses everything, and stores the ratings alone.",
      "People with 500 ratings are a particular sort. What is found for them need not hold for the others, so here all ratings are used throughout. The table says what the filters would leave of these data.",
    ],
    blocks: [
      tableBlock(
        "sizes",
        "How much is left",
        ["what", "printed", "here"],
        [
          ["ratings (In [4], In [34])", printedSizes.ratings, byUser.values.length],
          ["people (In [5], In [32], In [56])", printedSizes.users, users.size],
          ["films that were rated (In [6], In [32], In [56])", printedSizes.films, films],
          ["ratings, of people with 500 and films with 1,000 (In [8])", printedSizes.approximate, approximate.ratings],
          ["ratings, of people with 500 and films with 200 (In [19])", printedSizes.exact, exact.ratings],
          ["films of these (In [20])", printedSizes.exactFilms, exact.films],
          ["people of these (In [20])", printedSizes.exactUsers, exact.users],
        ],
        ["Of small data the filters leave little or nothing."],
      ),
      tableBlock(
        "rows",
        "The first ratings",
        ["source", "person", "film", "rating", "title"],
        [
          ...firstRows.map((row) => ["printed (In [3])", ...row]),
          ...firstRatings(data, firstRows.length).map((row) => ["here", ...row]),
        ],
        ["As they are read, with the titles of the films."],
      ),
      tableBlock(
        "cells",
        "The first cells of the matrix",
        ["source", "person", "first film", "second film", "third film"],
        [
          ...firstCells.map(([person, ...cells]) => ["printed (In [25], In [10])", person, ...cells]),
          ...firstRowsOfMatrix(data, firstCells.length).map((row) => ["here", ...row]),
        ],
        [
          "Ratings and, in parentheses, ratings less the mean of what the person rated. The study fills both kinds of empty cells with 0; here they stay empty (–). The printed ratings are of In [25], " +
            "the deviations of In [10], whose matrix has fewer films.",
        ],
      ),
    ],
  };
}

/** What is left of the ratings by people and of films with so many. */
function ratingsLeft({ byUser, counts }: Dataset, perUser: number, perFilm: number) {
  let [ratings, users] = [0, 0];
  const films = new Set<number>();
  for (let user = 0; user < byUser.rows; user++) {
    const { items } = profileOf(byUser, user);
    if (items.length < perUser) continue;
    const kept = items.filter((item) => counts[item] >= perFilm);
    ratings += kept.length;
    if (kept.length > 0) users++;
    for (const item of kept) films.add(item);
  }
  return { ratings, users, films: films.size };
}

function firstRatings(data: Dataset, wanted: number) {
  const rows = [];
  for (let user = 0; user < data.users.size && rows.length < wanted; user++) {
    const { items, values } = profileOf(data.byUser, user);
    for (const [n, item] of items.entries()) {
      rows.push([data.users.id(user), data.items.id(item), values[n], filmTitle(data, item)]);
    }
  }
  return rows.slice(0, wanted);
}

function firstRowsOfMatrix(data: Dataset, wanted: number) {
  return Array.from({ length: Math.min(wanted, data.users.size) }, (_, user) => {
    const { items, values } = profileOf(data.byUser, user);
    const own = mean(values);
    const cells = [0, 1, 2].map((film) => {
      const at = items.indexOf(film);
      if (at < 0) return "–";
      const deviation = values[at] - own;
      return `${values[at].toFixed(1)} (${deviation < 0 ? "−" : "+"}${Math.abs(deviation).toFixed(4)})`;
    });
    return [data.users.id(user), ...cells];
  });
}
