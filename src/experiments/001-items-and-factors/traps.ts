/** Mistakes of study 001. */
import { type Dataset, itemKnn, profileOf } from "../../core.ts";
import { type ExperimentContext, mean, trainForStudy } from "../experiment.ts";
import type { Trap, TrapRow } from "../lesson.ts";
import type { HeldOutErrors } from "./curves.ts";
import { rowsTooFar } from "./lists.ts";
import { bestFilms, type StudyFactors } from "./models.ts";
import { hasStudyFilms, secondLists } from "./printed.ts";

/** The most users whose lists are compared. */
const mostUsers = 1000;
/** Films of a list. */
const listed = 10;

export async function itemsAndFactorsTraps(
  context: ExperimentContext,
  first: StudyFactors,
  errors: HeldOutErrors,
): Promise<Trap[]> {
  return [
    {
      name: "A list for somebody else",
      text: [
        "In [19] makes uidx as a dictionary from positions to ids; before, in In [7], it was one from ids to positions. In [25] looks up uidx[1] and gets 2, the id at position 1, which it takes for a row. Row 2 is the third person. So user 1 gets the list of user 3, and user 2 that of user 4. " +
          "The line that leaves out seen films is commented out, and by the same dictionary it would not have recognised one.",
        "The ids of these people are 1, 2, 3 …, so that nothing fails and every number looks plausible. Print titles beside what the person liked, and test with ids that are not small numbers in order.",
      ],
      rows: await listRows(context, first),
    },
    {
      name: "The first hit is not always oneself",
      text: [
        "In [13] asks for eleven neighbours and drops the first, taking it for the film itself. A film that one person alone has rated has a cosine of 1 with every other film that this person alone has rated. Any of these can be the first hit: then another film is dropped, and the film stands in its own list.",
        "The three films that the study looked at have many ratings, so the mistake does not show. Leave out by index what is to be left out, and assert that no list contains its own film.",
      ],
      rows: await twinRows(context),
    },
    {
      name: "A training loss as the result",
      text: [
        "The falling numbers of In [22] and In [28] are all that the study says of its models, and they are of ratings that the models were trained on. With twenty numbers for every film, most of which have few ratings, the objective falls in any case.",
        "Below, the objective at the end of training stands for what the study looked at. Beside it is the error of ratings held out. Print the error of the mean first: a model above it is worse than one number for everybody.",
      ],
      rows: [
        ["20 factors: objective in training; squared error held out", errors.first.objective, errors.first.heldOut],
        ["32 factors: objective in training; squared error held out", errors.second.objective, errors.second.heldOut],
        ["Squared error held out, the mean of all ratings", "not asked", errors.constant],
        ["Squared error held out, bias", "not asked", errors.bias],
      ],
    },
  ];
}

async function listRows({ data, step }: ExperimentContext, { predict }: StudyFactors): Promise<TrapRow[]> {
  const users = Math.min(mostUsers, data.users.size);
  const [common, seen]: number[][] = [[], []];
  await step("Listing for other people", async (tools) => {
    for (let user = 0; user + rowsTooFar < users; user++) {
      const { items } = profileOf(data.byUser, user);
      const own = bestFilms(data, predict, user, items, listed);
      const study = bestFilms(data, predict, user + rowsTooFar, [], listed);
      common.push(study.filter((film) => own.includes(film)).length);
      seen.push(bestFilms(data, predict, user, [], listed).filter((film) => items.includes(film)).length);
      await tools.step(user, users);
    }
  });
  const shares: TrapRow[] =
    common.length === 0
      ? []
      : [
          ["Films of one's own list, of ten", mean(common), listed],
          ["Films that one has rated, of ten", mean(seen), 0],
        ];
  return [...shares, ...printedNumbers(data)];
}

/** How many of the numbers that the second model printed are films, where these data have the films of the study. */
function printedNumbers(data: Dataset): TrapRow[] {
  if (!hasStudyFilms(data)) return [];
  const numbers = secondLists.flat();
  return [
    [
      "Numbers printed as films by In [28] that are films, of 30",
      numbers.filter((id) => data.items.index(id) >= 0).length,
      numbers.length,
    ],
  ];
}

/** Films whose columns are multiples of another's, by the ten nearest and one more, the lowest index first among equal ones. */
async function twinRows(context: ExperimentContext): Promise<TrapRow[]> {
  const { state } = await trainForStudy(context, itemKnn({ k: listed + 1 }));
  const { offsets, neighbours, similarities } = Object.fromEntries(
    Object.entries(state.tensors).map(([name, { data }]) => [name, data]),
  );
  let [twins, dropped, kept] = [0, 0, 0];
  for (let film = 0; film + 1 < offsets.length; film++) {
    let [equal, before] = [0, 0];
    for (let n = offsets[film]; n < offsets[film + 1] && similarities[n] >= 1 - 1e-9; n++) {
      equal++;
      if (neighbours[n] < film) before++;
    }
    if (equal > 0) twins++;
    if (before > 0) dropped++;
    if (before > 0 && before <= listed) kept++;
  }
  return [
    ["Films that have another at a cosine of 1", twins, "told apart by index"],
    ["Films that drop another in their own place, where equal ones are in the order of the matrix", dropped, 0],
    ["Films among their own ten neighbours", kept, 0],
  ];
}
