/** Mistakes that study 001 makes without noticing. */
import { bias, type ModelSpec, type OpenModel, queryOfUser, recommendAll, type Trained, topK } from "../../core.ts";
import { contender } from "../../index.ts";
import { compareContenders, type ExperimentContext, mean, metricMean } from "../experiment.ts";
import type { TrapRow } from "../lesson.ts";

/** Damping so strong that the biases of users and films vanish. */
const mostDamped = bias({ itemDamping: 1e12, userDamping: 1e12 });
/** The most users whose lists are compared. */
const mostUsers = 1000;

interface FittedModels {
  /** The study's settings, the training error of each epoch, and the model. */
  readonly factorisation: ModelSpec;
  readonly losses: readonly number[];
  readonly factors: OpenModel;
  /** An `item-knn`. */
  readonly neighbours: Trained;
}

export async function itemsAndFactorsTraps(
  context: ExperimentContext,
  { factorisation, losses, factors, neighbours }: FittedModels,
): Promise<TrapRow[]> {
  const contenders = [contender(factorisation, "study"), contender(mostDamped, "mean"), bias()];
  const evaluation = await compareContenders(context, contenders, ["rmse"]);
  const [study, constant, damped] = contenders.map(({ name }) => metricMean(evaluation, name, "rmse")! ** 2);
  return [
    ["A training loss as the result: squared error in training; of ratings held out", losses.at(-1)!, study],
    ["beside it, of ratings held out: the mean of all; damped means (bias)", constant, damped],
    ...(await listTraps(context, factors)),
    [
      "The first hit is not always oneself: films that have another at a cosine of 1",
      countIdenticalNeighbours(neighbours),
      "told apart by index",
    ],
  ];
}

/** The study looked up an id as a position and so took a row two further on. It also listed films that were already rated. */
function listTraps({ data, step }: ExperimentContext, recommender: OpenModel): Promise<TrapRow[]> {
  const users = Math.min(mostUsers, data.users.size);
  const { byUser } = data;
  const first = { ...byUser, rows: users, offsets: byUser.offsets.subarray(0, users + 1) };
  return step("Recommending", async (tools) => {
    const { items, k } = await recommendAll(recommender, { byUser: first }, tools);
    const [common, seen]: number[][] = [[], []];
    const scores = new Float32Array(data.items.size);
    for (let user = 0; user + 2 < users; user++) {
      const own = items.subarray(user * k, (user + 1) * k);
      const other = items.subarray((user + 2) * k, (user + 3) * k);
      common.push(own.filter((item) => other.includes(item)).length);
      const query = queryOfUser(data, data.users.id(user));
      recommender.model.ask(query).score(scores);
      seen.push(topK(scores, k).filter((item) => query.profile.items.includes(item)).length);
      await tools.step(user, users);
    }
    return [
      ["A list for somebody else: films of one's own list, of ten", mean(common), k],
      ["A list for somebody else: films already rated, of ten", mean(seen), 0],
    ];
  });
}

/** How many films have a nearest neighbour with a cosine of 1. */
function countIdenticalNeighbours({ state: { tensors } }: Trained): number {
  const { data: offsets } = tensors.offsets;
  const { data: similarities } = tensors.similarities;
  let films = 0;
  for (let item = 0; item + 1 < offsets.length; item++) {
    if (offsets[item] < offsets[item + 1] && similarities[offsets[item]] >= 1 - 1e-9) films++;
  }
  return films;
}
