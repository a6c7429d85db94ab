/** Study 000, on 25 million ratings: similar users as neighbours, how many of them, and fallbacks where they cannot predict. */
import { openModel, userKnn } from "../../core.ts";
import type { Section } from "../../report/index.ts";
import { type ExperimentContext, tableBlock, trainForStudy } from "../experiment.ts";
import type { Lesson } from "../lesson.ts";
import { centredSection } from "./centred.ts";
import { errorSection } from "./errors.ts";
import { exactSection } from "./exact.ts";
import { matrixSection } from "./matrix.ts";
import { overlapSection, predictionSection } from "./overlap.ts";
import { limitTestUsers, type Miss, predictionErrors } from "./prediction-errors.ts";
import { savedSection } from "./saved.ts";
import { userNeighbourTraps } from "./traps.ts";

const ks = [5, 10, 20, 30];
/** The most people whose held-out ratings are predicted. */
const mostUsers = 2000;
const centred = userKnn({ preset: "mean-centred" });

const searchSection: Section = {
  name: "search",
  title: "Why no index is needed",
  text: [
    "In [11] builds its index of ten random trees to make the search quick, and notes that the results are random. An index that misses some of the nearest people changes the predictions without a message, so it is worth knowing how many it finds. The study did not look.",
    "Matinee has no index over people, since none that was tried pays. Where an index finds most of the nearest people, comparing with everybody by the ratings that there are is quicker. Where it is quicker itself, it finds a fifth of them. The table is of 300 people, one thread, and an index over projections on random directions (HNSW); docs/results/user-index.md has more of it, and the command that measures it.",
  ],
  blocks: [
    tableBlock(
      "search",
      "The nearest 29 people, exactly and by an index",
      ["data", "people", "all compared, ms", "index, ms", "found by the index", "index made in, s"],
      [
        ["ml-latest-small", 610, 0.11, 0.17, 0.97, 0.1],
        ["as many as the study's index holds, made up", 9713, 1.94, 4.89, 0.84, 19.5],
        ["as many as MovieLens 25M, made up", 162_541, 5.02, 2.76, 0.18, 116.8],
      ],
      ["Milliseconds for one person. Found: the share of the true neighbours among the candidates of the index."],
    ),
  ],
};

export async function userNeighboursStudy(context: ExperimentContext): Promise<Lesson> {
  const { data } = context;
  const user = Math.max(0, data.users.index(3));
  const person = data.users.id(user);
  const hybrid = await trainForStudy(context, userKnn({ preset: "hybrid" }));
  using knn = openModel(hybrid);
  const ofAll = await trainForStudy(context, centred);
  using means = openModel(ofAll);

  const split = await limitTestUsers(context, mostUsers, "trained on");
  const byK = new Map<number, readonly Miss[]>();
  for (const k of ks) {
    const heldOut = await trainForStudy(context, userKnn({ preset: "hybrid", k }), split.train);
    byK.set(k, await predictionErrors(context, heldOut, split));
  }
  const misses = {
    leaking: await predictionErrors(context, ofAll, split, data.byUser),
    honest: await predictionErrors(context, await trainForStudy(context, centred, split.train), split),
    twenty: byK.get(20)!,
  };
  return {
    aim: [
      "The study recommends films by people: if Alice and Bob rated films alike, then what Bob liked and Alice has not seen is for Alice. It builds such a recommender three times, for MovieLens 25M on a laptop, and each time it mends what it saw in the time before.",
      "First it filters, and looks neighbours up in an approximate index. Then it compares people exactly, still among the most active. At last it uses everybody, and asks for enough neighbours behind each prediction.",
    ],
    method: [
      "How alike two people are is the cosine of their ratings, where an unrated film counts as 0. The first model subtracts each person's mean from their ratings before:",
      { formula: "cos(u, v) = Σ r(u, i) r(v, i) / (√Σ r(u, i)² · √Σ r(v, i)²)" },
      "N(u, i) are those of the k people nearest to u who rated film i. The first model predicts by their mean, if they are three, and by the mean of u if they are fewer:",
      { formula: "r̂(u, i) = mean of r(v, i) over v in N(u, i),  k = 29" },
      "The second model should add their weighted deviations from their own means to the mean of u. The third weighs neighbours by their similarity and by the share of u's films that they have rated:",
      { formula: "r̂(u, i) = m(u) + Σ w(u, v) (r(v, i) − m(v)) / Σ w(u, v),  w(u, v) = cos(u, v),  k = 5" },
      {
        formula: "r̂(u, i) = Σ w(u, v) r(v, i) / Σ w(u, v),  w(u, v) = cos(u, v) · films of both / films of u,  k = 20",
      },
      "Its neighbours must share three films with u. For a list, three of them must have rated the film; for a single prediction one is enough, and means answer where there is none. Errors are root mean squared errors of ratings that were held out:",
      { formula: "RMSE = √ mean of (r̂(u, i) − r(u, i))²" },
    ],
    results: [
      matrixSection(data),
      await centredSection(context, means, misses),
      searchSection,
      await exactSection(context, user),
      await predictionSection(context, knn, person),
      await overlapSection(context, person, ks),
      await errorSection(context, byK),
      await savedSection(data, hybrid, knn.model),
    ],
    traps: await userNeighbourTraps(context, split, misses),
    takeAway: [
      "Split first. Whatever is made of ratings that are later predicted, an index, a mean, a choice of people, has seen the answers.",
      "An error is a number of a certain set of rows. Say how many there are, what answered for the others, and put the simplest model beside it, such as the deviations of person and film without any neighbour.",
      "A predicted rating of 5.00 says that few people were asked. The study found this out by printing the neighbours used beside each film, which is the best habit in its notebook.",
      "A missing rating is no zero. Where a library wants numbers in all cells, keep a second record of which of them are real.",
    ],
  };
}
