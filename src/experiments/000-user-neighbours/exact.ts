/** Study 000's exact index: the nearest people, and a list by deviations with unrated films as zeros. */
import { neighbours, type OpenModel, openModel, profileOf, queryOfUser, topK } from "../../core.ts";
import type { Cell, Section } from "../../report/index.ts";
import { type ExperimentContext, filmTitle, tableBlock, trainForStudy } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { ownList } from "./own-list.ts";
import { nearestOfThree, ratedByThree, zeroFilledList } from "./printed.ts";
import { fiveNeighbours, zeroFilledRatings } from "./zero-filled.ts";

/** @param user the index of the user whom the section is about */
export async function exactSection(context: ExperimentContext, user: number): Promise<Section> {
  const { data } = context;
  const person = data.users.id(user);
  using knn = openModel(await trainForStudy(context, fiveNeighbours));
  const nearest = neighbours(knn, queryOfUser(data, person), 4);
  const rated = profileOf(data.byUser, user);
  const right = await ownList(data, knn, person);
  return {
    name: "exact",
    title: "Nearest people, compared exactly",
    text: [
      "The second index (FAISS, In [21]) compares everybody with everybody, by the cosine of raw ratings. In [23] looks up the five nearest people of person 3, among those with 500 ratings; In [33] does so among all. The first hit is person 3, so these are four neighbours. " +
        "Three of the four are the same in both; the fourth is another, since the second index has more people and more films. The printed ones are people of the study's data, so person 3 there is not person 3 of other data.",
      "In [27] lists five films for person 3 by the five neighbours' deviations. It should have weighed deviations of those who rated a film by their similarity. What it did was something else, and its lists are films that most of the five had seen.",
      seeTrap("Unrated as zero, and weights upside down"),
    ],
    blocks: [
      tableBlock(
        "nearest",
        "The nearest people",
        [
          "place",
          "printed, person 3 (In [23])",
          "printed, among all (In [33])",
          `here, person ${person}`,
          "similarity",
        ],
        nearestOfThree.active.map((id, place) => {
          const found = place === 0 ? { user: person, similarity: 1 } : nearest[place - 1];
          return [
            place + 1,
            String(id),
            String(nearestOfThree.all[place]),
            `${found?.user ?? "–"}`,
            found?.similarity ?? null,
          ];
        }),
        ["Ids of people; the first is the person themself. The study did not print similarities."],
      ),
      tableBlock(
        "zeros",
        `Five films for person ${person}`,
        ["list", "film", "predicted", "raters of five"],
        [
          ...zeroFilledList.map(([film, predicted]) => ["printed, person 3 (In [27])", film, predicted, null]),
          ...zeroFilledRows(context, knn, user),
          ...right.map(({ title, id, score, neighbours }) => {
            return ["here, raters only, weights = similarity", title || id, score, neighbours!.count];
          }),
        ],
        [
          "As the study ran, a film comes first when all five have seen it. With the mistakes put right, one enthusiast is enough, which is the next problem: In [41] asks for three raters. These deviations are not cut to the scale.",
        ],
      ),
      tableBlock(
        "rated",
        "What the person rated",
        ["source", "film", "rating"],
        [
          ...ratedByThree.map((row) => ["printed, person 3 (In [28])", ...row]),
          ...Array.from(rated.items.subarray(0, ratedByThree.length), (item, n): Cell[] => [
            `here, person ${person}`,
            filmTitle(data, item),
            rated.values[n],
          ]),
        ],
        [`The films of lowest id, of ${rated.items.length} here. The notebook cuts its list off.`],
      ),
    ],
  };
}

/** The five best films that the user has not rated, as the study ran. */
function zeroFilledRows({ data }: ExperimentContext, knn: OpenModel, user: number): Cell[][] {
  const { predicted, raters } = zeroFilledRatings(data, knn, user);
  const scores = Float32Array.from(predicted);
  for (const item of profileOf(data.byUser, user).items) scores[item] = -Infinity;
  return Array.from(topK(scores, zeroFilledList.length), (item) => {
    return ["here, as the study ran", filmTitle(data, item), predicted[item], raters[item]];
  });
}
