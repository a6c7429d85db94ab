/** Study 003's list for somebody new: fifty films to choose from, ten ratings, and the ten films of whoever agrees with them most. */
import {
  type Dataset,
  ease as easeModel,
  labelsOf,
  lookAlike,
  mostRated,
  openModel,
  queryFromRatings,
  type Recommendation,
  recommend,
  type Trained,
  topK,
} from "../../core.ts";
import type { Split } from "../../index.ts";
import type { Section } from "../../report/index.ts";
import { type ExperimentContext, filmTitle, tableBlock, trainForStudy } from "../experiment.ts";
import { seeTrap } from "../lesson.ts";
import { byTrainedVectors } from "../trained-vectors.ts";
import { filmsWithRatings } from "./stages.ts";

/** The new user's ratings, by film id: In [141]. */
const given = { 356: 3, 480: 4, 2959: 5, 2028: 3, 364: 5, 4306: 2, 58559: 5, 500: 5, 595: 4, 648: 4 };

/** The ten films as printed, with their predicted ratings: In [144]. */
const printedList: readonly (readonly [title: string, predicted: number])[] = [
  ["Wild Parrots of Telegraph Hill, The (2003)", 4.59],
  ["Heidi Fleiss: Hollywood Madam (1995)", 4.55],
  ["Man Bites Dog (C'est arrivé près de chez vous) (1992)", 4.55],
  ["I Am Not Your Negro (2017)", 4.51],
  ["Guess Who's Coming to Dinner (1967)", 4.51],
  ["Come and See (Idi i smotri) (1985)", 4.47],
  ["Indignation (2016)", 4.46],
  ["Act of Killing, The (2012)", 4.46],
  ["On the Beach (1959)", 4.46],
  ["Crossing Delancey (1988)", 4.46],
];

interface ListedHere {
  readonly film: number;
  readonly predicted: number;
}

/** Lists for somebody new, and how many ratings the films of each have. */
export interface NewUser {
  /** Whoever agrees on most of the films rated; undefined where nobody does. */
  readonly agreeing?: { readonly user: number; readonly agreed: number };
  readonly ratings: readonly (readonly [film: number, rating: number])[];
  /** As the study ranks: by the predicted ratings of the one who agrees, whatever they rest on. */
  readonly asTheStudy: readonly ListedHere[];
  /** By the ratings themselves. */
  readonly byEase: readonly Recommendation[];
}

/** @param network the study's last model, with its users' vectors */
export async function listsForNewUser(context: ExperimentContext, split: Split, network: Trained): Promise<NewUser> {
  const { data } = context;
  const { train } = split;
  const ratings = Object.entries(given)
    .map(([id, rating]) => [data.items.index(id), rating] as const)
    .filter(([film]) => film >= 0);
  const agreeing = lookAlike(train, ratings);
  using ease = openModel(await trainForStudy(context, easeModel(), train));
  return {
    ...(agreeing && { agreeing }),
    ratings,
    asTheStudy: agreeing ? listOf(train, network, agreeing.user, ratings) : [],
    byEase: await recommend(ease, queryFromRatings(data, ratings), { k: 10 }),
  };
}

/** The ten films of the highest predictions, of those with training ratings that were not rated in the session. */
function listOf(train: Dataset, network: Trained, user: number, ratings: NewUser["ratings"]): ListedHere[] {
  const predict = byTrainedVectors(network.state);
  const rated = new Set(ratings.map(([film]) => film));
  const { min, max } = train.scale;
  const scores = Float64Array.from(train.counts, (count, film) =>
    count === 0 || rated.has(film as never) ? -Infinity : Math.min(max, Math.max(min, predict(user, film))),
  );
  return Array.from(topK(scores, 10), (film) => ({ film, predicted: scores[film] }));
}

export function sessionSection(
  { data }: ExperimentContext,
  { train }: Split,
  { agreeing, ratings, asTheStudy, byEase }: NewUser,
): Section {
  const popular = mostRated(data, 50).map((film) => {
    return [filmTitle(data, film), labelsOf(data.catalog.genres, film).join(", "), data.counts[film]];
  });
  const own = ratings.map(([film, rating]) => [filmTitle(data, film), rating]);
  const agreement = agreeing
    ? `user ${data.users.id(agreeing.user)}, on ${agreeing.agreed} of ${ratings.length}`
    : "nobody";
  const beside = printedList.map(([title, predicted], n) => {
    const here = asTheStudy[n];
    const found = here ? [filmTitle(data, here.film), here.predicted, data.counts[here.film]] : [null, null, null];
    return [n + 1, title, predicted, ratingsOf(data, title), ...found];
  });
  const columns = ["", "printed (In [144])", "predicted", "ratings", "here", "predicted", "ratings"];
  return {
    name: "session",
    title: "Somebody new",
    text: [
      "In [140] lists the fifty most rated films, since somebody new has seen some of them. In [141] asks for at least five ratings. In [143] then looks for the one training user who gave most of these films nearly the same rating, within one star, and predicts with that user's vector: the list is that person's. It prints that predictions were generated for 8,988 films, which are all that have training ratings, but for the ten.",
      "Matinee can do the same (matinee rate --look-alike). The last table has the list that is made from the ten ratings themselves.",
      seeTrap("The best prediction rests on the least"),
    ],
    facts: [
      { name: "Agrees most often", value: agreement },
      {
        name: "Films predicted",
        value: (agreeing
          ? filmsWithRatings(train) - ratings.filter(([film]) => train.counts[film] > 0).length
          : 0
        ).toLocaleString("en-US"),
      },
      { name: "For ratings of your own", value: "matinee rate --look-alike" },
    ],
    blocks: [
      tableBlock("popular", "Fifty films to choose from (In [140])", ["film", "genres", "ratings"], popular, [
        "In the order of their numbers of ratings; the study printed titles and genres.",
      ]),
      tableBlock("ratings", "What was rated (In [141])", ["film", "rating"], own, [
        "Those of the ten films that these data have.",
      ]),
      tableBlock("look-alike", "Ten films for the one who agrees, by the network", columns, beside, [
        "The study printed titles, genres and predictions. Ratings are counted in all of these data, those held out included; the two lists differ by the random start, and are alike in kind.",
      ]),
      tableBlock(
        "folded",
        "Ten films by the ratings themselves, by ease",
        ["film", "predicted", "ratings"],
        byEase.map(({ title, id, predicted, ratings }) => [title || id, predicted ?? null, ratings]),
        [
          "ease ranks by what people chose together: each film gets a weight from each of the films rated, in closed form (docs/models.md). It predicts no ratings. Ratings are counted in training.",
        ],
      ),
    ],
  };
}

/** How many ratings a film has, by its title; null where the data have no such film. */
function ratingsOf({ catalog, counts }: Dataset, title: string): number | null {
  const film = catalog.titles.indexOf(title);
  return film < 0 ? null : counts[film];
}

/** The median number of ratings of listed films: as the study lists, and by ease. */
export function medianRatings({ counts }: Dataset, { asTheStudy, byEase }: NewUser): readonly [number, number] {
  const middle = (all: number[]) => {
    const sorted = all.sort((a, b) => a - b);
    return sorted.length === 0 ? 0 : (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  };
  return [middle(asTheStudy.map(({ film }) => counts[film])), middle(byEase.map(({ ratings }) => ratings))];
}
