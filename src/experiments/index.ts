/** The experiments, by the numbers of the studies. */
import { embeddings } from "./embeddings.ts";
import type { Experiment } from "./experiment.ts";
import { graphsAndText } from "./graphs-and-text.ts";
import { hybrid } from "./hybrid.ts";
import { itemsAndFactors } from "./items-and-factors.ts";
import { userNeighbours } from "./user-neighbours.ts";

export type { Context, Experiment, Watch } from "./experiment.ts";

export const experiments: readonly Experiment[] = [userNeighbours, itemsAndFactors, hybrid, embeddings, graphsAndText];
