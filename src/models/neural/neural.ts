/**
 * A network over embeddings of users and films, after X. He, L. Liao, H. Zhang, L. Nie, X. Hu, T.-S. Chua, "Neural
 * collaborative filtering", WWW 2017 (section 3.3), for ratings: their squared error instead of their presence.
 *
 *   a = relu(u, v) with dropout: each unit is 0 with probability p, and the others are divided by 1 − p, while learning
 *   h = relu(W1 a + c1),   r̂ = w2 · h + c2                          u, v: embeddings of the user and the film
 *   minimise 1/N Σ (r − r̂)², by Adam with weight decay: D. P. Kingma, J. Ba, ICLR 2015
 *
 * W1 a is the sum of a user's half and a film's half, and the films' halves are computed once. The scores of a user take one pass
 * over them, about 4 operations for each of a film's numbers:
 *
 *   score(u, j) = w2 · relu(A_u + B_j) + c2, not clipped,   A_u = W1 relu(u, 0),   B_j = W1 relu(0, v_j) + c1
 *
 * Every user, in the training data or not, gets an embedding by 100 steps of Adam over their ratings, from the mean of all
 * embeddings, with everything else fixed; so users' embeddings of training are not kept, unless keepUsers is set. A film without ratings has the mean of the
 * other films' halves.
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), since the steps suit no other, and scores and
 * predictions come back to that of the data. Events are refused.
 *
 * State: items float32 [items × hidden] = B, weights float32 [embedding × hidden] = the users' part of W1 by unit, newcomer
 * float32 [embedding] = the mean embedding, output float32 [hidden] = w2; facts constant = c2, decay (weight decay, times N), min
 * and max of the rating scale, losses (mean squared error in each epoch, of ratings as they were met). For training to go on also
 * embeddings float32 [items × embedding] = v, itemWeights float32 [embedding × hidden] = the films' part of W1, and hiddenBias float32
 * [hidden] = c1, and the fact embedding, the length of v; with keepUsers users float32 [users × embedding] = u, and the fact users,
 * their number.
 *
 * Training goes on from all of these. Users whose embeddings are not kept are folded in. Adam starts with moments of 0.
 */
import { sum } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import type { Algorithm, Answer } from "../model.ts";
import { keptUsers } from "../shared/kept-users.ts";
import { paddedLength } from "../shared/padding.ts";
import { numberOf } from "../shared/state.ts";
import { neuralAnswers } from "./answers.ts";
import { foldIn, hiddenHalf, scoreOfFilm } from "./fold-in.ts";
import { type NeuralSettings, neuralSettings } from "./settings.ts";
import { checkForGoingOn, earlierNetwork, randomNetwork, readNetwork } from "./start.ts";
import { createNetwork, trainingBytes, trainNetwork } from "./train.ts";

export const neuralAlgorithm: Algorithm<NeuralSettings> = {
  name: "neural",
  summary: "A neural network over embeddings of users and films; predicts ratings.",
  settings: neuralSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  ratingsOnly: true,
  otherFacts: ["decay"], // λ N
  learnsInEpochs: {
    loss: "mean squared error of the training ratings as they were met, in stars",
    fixed: ["embedding", "hidden", "scale"],
  },

  estimate(shape, settings) {
    const { users, items, ratings } = shape;
    const { embedding: e, hidden, epochs, batch, dropout, keepUsers } = settings;
    const rows = users + items;
    const steps = batch === 0 ? 1 : ratings / batch;
    const kept = 4 * e * (keepUsers ? rows : items);
    const bytes = trainingBytes(shape, settings) + 4 * hidden * (items + 2 * e) + kept;
    return {
      bytes,
      operations: epochs * (ratings * e * (4 * dropout * hidden + 3) + steps * rows * e * (9 * hidden + 15)),
    };
  },

  async fit(data, settings, context) {
    const { embedding: e, hidden, decay } = settings;
    const { byUser, byItem, scale } = data;
    using arena = context.engine.arena();
    const generator = random(context.seed);
    const { from } = context;
    const first = randomNetwork(settings, sum(byUser.values) / byUser.values.length, generator);
    const start = from ? await earlierNetwork(from, byUser, settings, first, context) : first;
    const network = createNetwork(arena, data, settings, start);
    const losses = await trainNetwork(data, settings, network, arena, generator, context);
    const h = paddedLength(hidden);
    const [weights, itemWeights] = [network.userWeights, network.itemWeights].map((padded) =>
      Float32Array.from({ length: e * hidden }, (_, n) => padded[Math.floor(n / hidden) * h + (n % hidden)]),
    );
    const items = hiddenHalves(network.items, itemWeights, e, hidden);
    const average = meanRow(items, byItem.offsets, hidden);
    for (let item = 0; item < byItem.rows; item++) {
      if (byItem.offsets[item] === byItem.offsets[item + 1]) items.set(average, item * hidden);
      for (let j = 0; j < hidden; j++) items[item * hidden + j] += network.output[j];
    }
    const kept = settings.keepUsers ? keptUsers(new Float32Array(network.users), e) : undefined;
    return {
      algorithm: "neural",
      facts: {
        constant: network.output[2 * h],
        decay: decay * byUser.values.length,
        min: scale.min,
        max: scale.max,
        losses,
        embedding: e,
        ...kept?.facts,
      },
      tensors: {
        items: { shape: [byItem.rows, hidden], data: items },
        weights: { shape: [e, hidden], data: weights },
        newcomer: { shape: [e], data: meanRow(network.users, byUser.offsets, e) },
        output: { shape: [hidden], data: network.output.slice(h, h + hidden) },
        embeddings: { shape: [byItem.rows, e], data: new Float32Array(network.items) },
        itemWeights: { shape: [e, hidden], data: itemWeights },
        hiddenBias: { shape: [hidden], data: network.output.slice(0, hidden) },
        ...kept?.tensors,
      },
    };
  },

  storedRows: { tensors: [], unasked: ["users"] },

  open(state) {
    const network = readNetwork(state);
    const items = network.films.length / network.output.length;
    checkForGoingOn(state, items);
    const [min, max] = [numberOf(state, "min"), numberOf(state, "max")];

    return {
      items,
      ask({ profile }): Answer {
        const half = foldIn(profile, network);
        const scoreOf = (item: number) => scoreOfFilm(item, half, network);
        return {
          score(out) {
            for (let item = 0; item < items; item++) out[item] = scoreOf(item);
          },
          predict(wanted, out) {
            for (let n = 0; n < wanted.length; n++) out[n] = Math.min(max, Math.max(min, scoreOf(wanted[n])));
          },
        };
      },
      askAll: (engine, arena) => neuralAnswers(engine, arena, network, { min, max }),
      [Symbol.dispose]() {},
    };
  },
};

/** Each row's half of the hidden layer: float32 [rows × h]. */
function hiddenHalves(embeddings: Float32Array, weights: Float32Array, e: number, h: number): Float32Array {
  const out = new Float32Array((embeddings.length / e) * h);
  for (let row = 0; row * e < embeddings.length; row++) {
    out.set(hiddenHalf(embeddings.subarray(row * e, (row + 1) * e), weights, h), row * h);
  }
  return out;
}

/** Mean of the rows that have ratings. */
function meanRow(rows: Float32Array, offsets: Int32Array, length: number): Float32Array {
  const mean = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < offsets.length - 1; row++) {
    if (offsets[row] === offsets[row + 1]) continue;
    count++;
    for (let k = 0; k < length; k++) mean[k] += rows[row * length + k];
  }
  return Float32Array.from(mean, (total) => total / count);
}
