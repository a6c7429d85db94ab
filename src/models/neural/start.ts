/** Where the training of `neural` starts: at random, or at the parameters of an earlier training. */
import type { Csr } from "../../matrix/csr.ts";
import type { Random } from "../../random.ts";
import type { EarlierTraining, FitContext, State } from "../model.ts";
import { usersOf } from "../shared/kept-users.ts";
import { profileOf } from "../shared/profiles.ts";
import { numberOf, stateError, tensorOf } from "../shared/state.ts";
import { embeddingOf, type FittedNetwork } from "./fold-in.ts";
import type { NeuralSettings } from "./settings.ts";
import type { NetworkStart } from "./train.ts";

/** Standard normal embeddings, weights uniform by the number of inputs; the output's bias likewise, or the mean rating. */
export function randomNetwork(
  { embedding, hidden, start }: Pick<NeuralSettings, "embedding" | "hidden" | "start">,
  mean: number,
  { float, normal }: Pick<Random, "float" | "normal">,
): NetworkStart {
  const uniform = (inputs: number) => (2 * float() - 1) / Math.sqrt(inputs);
  return (part) => {
    if (part === "users" || part === "items") return normal();
    if (part === "c2" && start === "mean") return mean;
    return uniform(part === "w2" || part === "c2" ? hidden : 2 * embedding);
  };
}

/**
 * The parameters of an earlier training. Users whose embeddings it did not keep are folded in; users and items that it does not know
 * start as another start has it.
 *
 * @param byUser the ratings of the data that training goes on with
 * @throws ARTIFACT_CONTENT
 */
export async function earlierNetwork(
  from: EarlierTraining,
  byUser: Csr,
  { embedding: e }: Pick<NeuralSettings, "embedding">,
  other: NetworkStart,
  { step }: Pick<FitContext, "step">,
): Promise<NetworkStart> {
  const { state, shape } = from;
  const network = readNetwork(state);
  const h = network.output.length;
  const films = readFilms(state, shape.items);
  if (!films) {
    throw stateError(
      state,
      "it was saved without the embeddings of films, by an earlier version: train it anew, without from",
    );
  }
  const kept = usersOf(state, e, shape.users);
  const users = kept ? keptEmbeddings(from, kept, e) : await foldedUsers(from, byUser, network, step);
  return (part, row, k) => {
    if (part === "users") return users(row, k) ?? other(part, row, k);
    if (part === "items") return from.items[row] < 0 ? other(part, row, k) : films.embeddings[from.items[row] * e + k];
    if (part === "W1") return k < e ? network.weights[k * h + row] : films.weights[(k - e) * h + row];
    if (part === "c1") return films.hiddenBias[row];
    return part === "w2" ? network.output[k] : network.constant;
  };
}

type Embeddings = (row: number, k: number) => number | undefined;

function keptEmbeddings(from: EarlierTraining, users: Float32Array, e: number): Embeddings {
  return (row, k) => (from.users[row] < 0 ? undefined : users[from.users[row] * e + k]);
}

/** By the ratings of films that the network knows; the others say nothing of a user yet. */
async function foldedUsers(
  from: EarlierTraining,
  byUser: Csr,
  network: FittedNetwork,
  step: FitContext["step"],
): Promise<Embeddings> {
  const e = network.newcomer.length;
  const users = new Float32Array(byUser.rows * e);
  for (let row = 0; row < byUser.rows; row++) {
    const { items, values } = profileOf(byUser, row);
    const known = items.map((item) => from.items[item]);
    const profile = { items: known.filter((item) => item >= 0), values: values.filter((_, n) => known[n] >= 0) };
    users.set(embeddingOf(profile, network), row * e);
    await step(0, 1);
  }
  return (row, k) => users[row * e + k];
}

/** What answers are made from. @throws ARTIFACT_CONTENT */
export function readNetwork(state: State): FittedNetwork {
  const output = tensorOf(state, "output", Float32Array, undefined);
  const newcomer = tensorOf(state, "newcomer", Float32Array, undefined);
  return {
    weights: tensorOf(state, "weights", Float32Array, newcomer.length, output.length),
    newcomer,
    output,
    films: tensorOf(state, "items", Float32Array, undefined, output.length),
    constant: numberOf(state, "constant"),
    decay: numberOf(state, "decay"),
  };
}

/** The films' side, which training goes on from; undefined in files of earlier versions. @throws ARTIFACT_CONTENT */
function readFilms(state: State, items: number) {
  if (!Object.hasOwn(state.facts, "embedding")) return undefined;
  const [e, h] = [numberOf(state, "embedding"), readNetwork(state).output.length];
  return {
    embeddings: tensorOf(state, "embeddings", Float32Array, items, e),
    weights: tensorOf(state, "itemWeights", Float32Array, e, h),
    hiddenBias: tensorOf(state, "hiddenBias", Float32Array, h),
  };
}

/** Checks what answers do not need, for this number of items. @throws ARTIFACT_CONTENT */
export function checkForGoingOn(state: State, items: number): void {
  if (readFilms(state, items)) usersOf(state, numberOf(state, "embedding"));
}
