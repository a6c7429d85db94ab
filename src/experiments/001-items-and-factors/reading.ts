/** What study 001 reads. */
import { asItemIndex, filmOf, profileOf } from "../../core.ts";
import type { Cell, Section } from "../../report/index.ts";
import { type ExperimentContext, tableBlock } from "../experiment.ts";
import { firstFilms, firstRatings, printedTable } from "./printed.ts";

export function readingSection({ data }: ExperimentContext): Section {
  const { byUser, items, users } = data;
  const films = Array.from({ length: Math.min(firstFilms.length, items.size) }, (_, film) => {
    const { id, title, genres } = filmOf(data, asItemIndex(film));
    return ["here", id, title, genres.join(", ")];
  });
  const ratings: Cell[][] = [];
  for (let user = 0; user < users.size && ratings.length < firstRatings.length; user++) {
    const { items: rated, values, times } = profileOf(byUser, user);
    rated.forEach((item, n) => {
      ratings.push(["here", users.id(user), items.id(item), values[n], times ? String(times[n]) : null]);
    });
  }
  const bytes = byUser.indices.byteLength + byUser.values.byteLength + byUser.offsets.byteLength;
  return {
    name: "reading",
    title: "Films and ratings",
    text: [
      "In [2] reads four tables: links, films, ratings and tags. The notebook looks at films and ratings; it uses neither links nor tags.",
    ],
    blocks: [
      tableBlock(
        "films",
        "The first films",
        ["source", "film", "title", "genres"],
        [...firstFilms.map((row) => ["printed (In [3])", ...row]), ...films],
      ),
      tableBlock(
        "ratings",
        "The first ratings",
        ["source", "person", "film", "rating", "seconds since 1970"],
        [
          ...firstRatings.map(([person, film, rating, time]) => [
            "printed (In [4])",
            person,
            film,
            rating,
            String(time),
          ]),
          ...ratings.slice(0, firstRatings.length),
        ],
      ),
      tableBlock(
        "sizes",
        "The table of ratings",
        ["what", "printed (In [5])", "here"],
        [
          ["ratings, none of which lacks a value", printedTable.ratings, byUser.values.length.toLocaleString("en-US")],
          ["memory", printedTable.memory, `${(bytes / 1e6).toFixed(1)} MB`],
        ],
        [
          "Printed: four columns of 64 bits. Here: film and rating in 32 bits each, and where each person begins; times are kept beside them.",
        ],
      ),
    ],
  };
}
