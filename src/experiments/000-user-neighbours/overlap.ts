/** Study 000's predictions with a fallback, and its lists of films that enough neighbours rated. */
import {
  asItemIndex,
  type Id,
  type OpenModel,
  openModel,
  predict,
  queryOfUser,
  type Recommendation,
  userKnn,
} from "../../core.ts";
import type { Cell, Section } from "../../report/index.ts";
import { type ExperimentContext, mean, tableBlock, trainForStudy } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { ownList } from "./own-list.ts";
import { overlapLists, printedRatings, weightedList } from "./printed.ts";

/** Ten neighbours, weighted by similarity; one rater is enough. */
const weighted = userKnn({
  k: 10,
  minOverlap: 1,
  minNeighbours: 1,
  prediction: "weighted",
  dislike: 0,
  caution: 0,
});

/** @param hybrid the study's model of 20 neighbours that answers with means where they cannot */
export async function predictionSection(context: ExperimentContext, hybrid: OpenModel, person: Id): Promise<Section> {
  const { data } = context;
  const film = asItemIndex(Math.max(0, data.items.index(122)));
  const [{ predicted, rule, title, rated }] = predict(hybrid, queryOfUser(data, person), [film]);
  const name = title || data.items.id(film);
  using knn = openModel(await trainForStudy(context, weighted));
  const list = await ownList(data, knn, person);
  return {
    name: "predictions",
    title: "One prediction, and what answers instead",
    text: [
      "In [29] stores only the ratings that there are, and In [31] fills the exact index with all people, 10,000 at a time, because it wants every empty cell as a number. In [30] asks whether there is a film 122, and the answer is True.",
      "In [35] predicts one rating by five neighbours, or by the mean of all ratings where none of them rated the film. In [37] and In [38] print 3.5339 for person 3 and film 122. In [39] adds an order of fallbacks: the film's mean, then the person's, then that of all ratings. " +
        "In [40] prints 2.8594: the neighbours are silent, and the film's mean answers. The number shows it, since 2.8593924191750277 is a sum of half stars divided by 3,588.",
      seeTrap("A fallback that always answers"),
    ],
    blocks: [
      tableBlock(
        "fallbacks",
        `${name} for person ${person}`,
        ["what", "printed, film 122 for person 3", "here", "what answers here"],
        [
          [
            "five neighbours, as the study ran (In [37], In [38])",
            printedRatings.broken,
            mean(data.byUser.values),
            "global mean",
          ],
          ["20 neighbours with fallbacks (In [40])", printedRatings.hybrid, predicted, rule],
        ],
        rated === undefined
          ? []
          : [`Person ${person} rated the film ${rated}; a rating of one's own does not take part in the prediction.`],
      ),
      tableBlock(
        "weighted",
        "Five films by ten neighbours, weighted by similarity",
        ["list", "film", "predicted", "raters"],
        [
          ...weightedList.map((row) => ["printed, person 3 (In [37])", ...row, null]),
          ...list.map(({ title, id, score, neighbours }) => [
            `here, person ${person}`,
            title || id,
            score,
            neighbours!.count,
          ]),
        ],
        [
          "One rater is enough for a prediction, and all five printed are 5.00. Where so many predictions are equal, the order of the films in the data decides which five are listed; here it is the order of ids.",
        ],
      ),
    ],
  };
}

/** @param ks numbers of neighbours */
export async function overlapSection(context: ExperimentContext, person: Id, ks: readonly number[]): Promise<Section> {
  const lists: Cell[][] = [];
  for (const k of ks) {
    using knn = openModel(await trainForStudy(context, userKnn({ preset: "hybrid-lists", k })));
    for (const film of await ownList(context.data, knn, person)) {
      const { title, id, score, neighbours, genres } = film;
      lists.push([k, title || id, score, neighbours!.count, ratingsUsed(film), genres.join(", ") || "–"]);
    }
  }
  const columns = ["film", "predicted", "neighbours", "their ratings", "genres"];
  return {
    name: "overlap",
    title: "Lists that rest on three neighbours",
    text: [
      "In [41] asks more of a film: three neighbours must have rated it, each of whom shares three films with the person, and who shares more counts more. In [44] compares numbers of neighbours for person 3, without judging them. In [45] makes a table of the list, In [47] computes it by fewer loops, and In [49] in eight threads; " +
        "In [46] and In [51] print the same five films as In [42].",
      "The number of neighbours is beside each film, and it tells much. With k = 20, Planet Earth II has three fives. Films that twelve or sixteen of the twenty have seen, such as those at the start of In [48], are predicted at 3.5 to 3.8 and never get to the top. A mean of many ratings is seldom extreme; a list by predicted rating prefers films that few have rated.",
    ],
    blocks: [
      tableBlock(
        "printed",
        "Lists for person 3, as printed",
        ["cell", "k", ...columns],
        overlapLists.map(([cell, k, film, genres, predicted, ratings]) => {
          const used = ratings.endsWith("…") ? 16 : ratings.split(" ").length;
          return [cell, k, film, predicted, used, ratings, genres];
        }),
        [
          "The genres are those of In [46] and In [51]. In [48] prints all films that can be predicted in the order of their ids, of which the notebook shows five; the lists of In [44] for 10, 20 and 30 neighbours are cut off too.",
        ],
      ),
      tableBlock("lists", `Lists for person ${person}, here`, ["k", ...columns], lists, [
        "The same method on these data. Equal predictions are in the order of film ids; the study rounds to two decimals before it sorts (In [45]), which makes more of them equal.",
      ]),
    ],
  };
}

/** The ratings of the neighbours, the nearest first. */
function ratingsUsed({ parts = [] }: Recommendation): string {
  return parts.flatMap((part) => (part.kind === "neighbour" ? [part.rating] : [])).join(" ");
}
