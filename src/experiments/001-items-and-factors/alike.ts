/** Study 001's similar films, by id and by row of its matrix. */
import { asItemIndex, type OpenModel, similar } from "../../core.ts";
import type { Section } from "../../report/index.ts";
import { type ExperimentContext, filmTitle, tableBlock } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { hasStudyFilms, nearestRows, rowAsked, similarFilms } from "./printed.ts";

/** @param knn an `item-knn` of ten neighbours by plain cosines */
export function alikeSection(context: ExperimentContext, knn: OpenModel): Section {
  const { data } = context;
  const asked = hasStudyFilms(data) ? Object.entries(similarFilms) : [];
  const rows = asked.flatMap(([film, printed]) => {
    const item = data.items.index(film);
    const here = similar(knn, item, printed.length);
    return here.map(({ id, title, score }, n) => {
      return [film, n + 1, String(printed[n]), String(id), title || id, score];
    });
  });
  return {
    name: "alike",
    title: "Question 2: similar films",
    text: [
      "In [11] makes a matrix of films by people, and In [13] prints the ten nearest films of three: Star Wars (260), Scream (1407) and The Fellowship of the Ring (4993). In [14] puts the same steps into a class, and In [15] prints the same lists again. " +
        "The lists look sensible: sequels come first, then films of the same time and public.",
      "Similar here means rated by the same people. Films that many have seen share people with everything, so that The Matrix (2571) is near both Star Wars and The Fellowship.",
      seeTrap("The first hit is not always oneself"),
    ],
    blocks: [
      tableBlock("alike", "Ten most like a film", ["film", "place", "printed", "here", "its title", "cosine"], rows, [
        "As In [13] and In [15] printed them, and here: ids of films, the most similar first, by the cosine of their columns of ratings. The study printed ids alone; titles make a list checkable. Data in which films have other ids leave the table empty.",
      ]),
      tableBlock(
        "rows",
        `Distances from the film in row ${rowAsked}`,
        [
          "place",
          "row, printed (In [66])",
          "distance, printed",
          "film of that row, here",
          "nearest film, here",
          "distance, here",
        ],
        rowsTable(context, knn),
        [
          `In [66] asks for row ${rowAsked}, which is not film ${rowAsked}: rows are numbered in the order in which the ratings first name a film. The printed numbers are rows too. A distance is 1 − cosine, and the first hit is the film itself.`,
        ],
      ),
    ],
  };
}

function rowsTable({ data }: ExperimentContext, knn: OpenModel) {
  const filmOfRow = [...new Set(data.byUser.indices)];
  const asked = filmOfRow[rowAsked];
  if (asked === undefined) return [];
  const here = similar(knn, asItemIndex(asked), 10);
  return nearestRows.map(([row, distance], place) => {
    const film = filmOfRow[row];
    const found = place === 0 ? { title: filmTitle(data, asked), score: 1 } : here[place - 1];
    return [
      place,
      String(row),
      distance,
      film === undefined ? "–" : filmTitle(data, film),
      found?.title ?? "–",
      found ? 1 - found.score : null,
    ];
  });
}
