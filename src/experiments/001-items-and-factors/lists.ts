/** Study 001's lists for three people: what it printed, whose lists they are, and the lists of the people asked for. */
import { mf, openModel, profileOf, queryOfUser, recommend } from "../../core.ts";
import type { Cell, Section } from "../../report/index.ts";
import { type ExperimentContext, filmTitle, firstUsers, tableBlock, trainForStudy } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { bestFilms, type StudyFactors } from "./models.ts";
import { firstLists, hasStudyFilms, scoresOfRow, secondLists } from "./printed.ts";

/** How many rows too far the study looks: it takes the id at the position of an id for a row. */
export const rowsTooFar = 2;

export async function listsSection(context: ExperimentContext, first: StudyFactors): Promise<Section> {
  const { data } = context;
  const named = hasStudyFilms(data);
  const people = firstUsers(data, firstLists.length);
  const rated = [...data.counts.keys()].filter((film) => data.counts[film] > 0);
  const ends = [...rated.slice(0, 3), ...rated.slice(-3)];
  const row = Math.min(rowsTooFar, data.users.size - 1);
  using model = openModel(await trainForStudy(context, mf()));
  const ours: Cell[][] = [];
  for (const person of people) {
    for (const { title, id, predicted, ratings } of await recommend(model, queryOfUser(data, person), { k: 10 })) {
      ours.push([person, title || id, predicted ?? null, ratings]);
    }
  }
  return {
    name: "lists",
    title: "Lists for three people",
    text: [
      "In [23] prints the scores of all films for uidx[1], which is 2, the id in second place; as a row it belongs to the third person. In [24] prints 2, the number of dimensions of a product. In [25] lists ten films each for the users 1, 2 and 3, by the rows 2, 3 and 4. " +
        "The line that leaves out seen films is commented out.",
      "In [28] maps the people rightly. But what it prints as films of the second model are positions, from 0 on, and not ids.",
      seeTrap("A list for somebody else"),
    ],
    blocks: [
      tableBlock(
        "scores",
        "Scores by row",
        ["film", 'printed for "user 1" (In [23])', `here, person ${data.users.id(row)}`],
        ends.map((film, n) => [filmTitle(data, film), scoresOfRow[n], first.predict(row, film)]),
        ["The first three films and the last three. The starts are random, so only the size of the numbers can agree."],
      ),
      tableBlock(
        "printed",
        "Lists of the first model, as printed",
        ["said to be for", "is for person", "place", "printed", "its title", "here"],
        firstLists.flatMap((printed, n) => {
          const row = n + rowsTooFar;
          if (row >= data.users.size) return [];
          const here = bestFilms(data, first.predict, row);
          return printed.map((id, place) => {
            const film = data.items.index(id);
            const own = here[place];
            return [
              n + 1,
              String(data.users.id(row)),
              place + 1,
              String(id),
              named && film >= 0 ? filmTitle(data, film) : "–",
              own === undefined ? "–" : String(data.items.id(own)),
            ];
          });
        }),
        [
          "As In [25] printed them, and here by the same row: ids of films. Another random start makes other lists. Films of few ratings owe their vectors to the start more than to their ratings.",
        ],
      ),
      tableBlock(
        "positions",
        "Lists of the second model, as printed",
        ["person", "number printed (In [28])", "the film of this id, here", "the film at this position, here"],
        secondLists.flatMap((numbers, n) =>
          numbers.map((number) => {
            const [byId, at] = [data.items.index(number), rated[number]];
            return [
              n + 1,
              String(number),
              named && byId >= 0 ? filmTitle(data, byId) : "–",
              named && at !== undefined ? filmTitle(data, at) : "–",
            ];
          }),
        ),
        [
          "Where there is no film of the printed number, the mistake could have been seen; where there is one, the list looks right and names another film.",
        ],
      ),
      tableBlock(
        "own",
        "Ten unseen films by the first model, for the people asked for",
        ["person", "film", "score", "ratings of it"],
        people.flatMap((person, user) => {
          const { items } = profileOf(data.byUser, user);
          return bestFilms(data, first.predict, user, items).map((film) => {
            return [person, filmTitle(data, film), first.predict(user, film), data.counts[film]];
          });
        }),
        [
          "The study's model, with the right people, and seen films left out. Scores are not cut to the scale here, as predictions are. Cut to the scale, a list whose scores all lie above the highest rating would be one of equal predictions.",
        ],
      ),
      tableBlock("ours", "Ten by mf, for the same people", ["person", "film", "predicted", "ratings of it"], ours, [
        "The same kind of model with the regularisation of its defaults. It ranks by the prediction less a doubt that grows as a film has fewer ratings, 2 σ / √(ratings + 1), so the predictions need not fall from line to line.",
      ]),
    ],
  };
}
