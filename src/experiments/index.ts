/** The experiments, by the numbers of the studies. Each program is in a folder of its own and is loaded when it runs. */
import { splits } from "../index.ts";
import type { Experiment } from "./experiment.ts";

export type { Experiment, ExperimentContext, StepTools } from "./experiment.ts";

export const experiments: readonly Experiment[] = [
  {
    number: "000",
    name: "user-neighbours",
    summary: "user-based filtering: neighbours, their number, fallbacks, errors of one rating of each person",
    data: "ml-latest-small",
    splitter: splits.leaveOneOut(),
    run: async (context) => (await import("./000-user-neighbours/study.ts")).userNeighboursStudy(context),
  },
  {
    number: "001",
    name: "items-and-factors",
    summary: "films compared by their ratings; a factorisation with biases by Adam in full batches",
    data: "ml-latest-small",
    splitter: splits.ratio(0.8),
    run: async (context) => (await import("./001-items-and-factors/study.ts")).itemsAndFactorsStudy(context),
  },
  {
    number: "002",
    name: "hybrid",
    summary: "ALS and TF-IDF: similarity of films, hit rate and NDCG over the length of lists, a saved model's parts",
    data: "ml-latest-small",
    filter: { topItems: 1000, sample: 0.5 },
    splitter: splits.ratio(0.8),
    run: async (context) => (await import("./002-hybrid/study.ts")).hybridStudy(context),
  },
  {
    number: "003",
    name: "embeddings",
    summary: "vectors of people and films, with biases, in a network; a list for somebody new",
    data: "ml-latest-small",
    splitter: splits.ratio(0.8),
    run: async (context) => (await import("./003-embeddings/study.ts")).embeddingsStudy(context),
  },
  {
    number: "004",
    name: "graphs-and-text",
    summary: "people by correlation, genres, their graph, texts of films: precision, recall and NDCG of five and ten",
    data: "ml-100k",
    splitter: splits.perUser(0.8),
    run: async (context) => (await import("./004-graphs-and-text/study.ts")).graphsAndTextStudy(context),
  },
];
