/**
 * What comes next: a linear model in closed form of a user's films in their order. It is the item transition model of M. Choi, J. Kim, J. Lee,
 * H. Shim, J. Lee, "Session-aware linear item-item models for session-based recommendation", WWW 2021 (SLIT, equation 10), with one film to be
 * found in each row, as S. Park, M. Yoon, M. Choi, J. Lee, "Temporal linear item-item model for sequential recommendation", WSDM 2025, has it.
 * Films rated later take part too, with less weight, in place of the papers' second model of items that occur together. Which film came right
 * after those rated last counts besides: a step of a Markov chain (src/models/markov.ts).
 *
 *   s_ri = w γ^(max(1, |p_i − p_r|) − 1)     row r: a rating by user u of film t_r; i: the other films that u rated, p: their places in time
 *   w    = 1 where i was rated before t_r, φ where after, (1 + φ) / 2 at the same moment            γ: `decay`, φ: `backward`
 *   B    = argmin ‖T − SB‖² + λ‖B‖² = (SᵀS + λI)⁻¹ SᵀT                                              T_rj = 1 for j = t_r, else 0
 *   P_ij = c_ij / (Σ_j c_ij + 40)                      c_ij: how often j came right after i (src/models/shared/transitions.ts)
 *   score(u, j) = n_j^−β Σ_i (x_ui B_ij + η m_ui P_ij)                                              n_j: training ratings of j; η: `chain`
 *   x_ui = max(γ^(p_l − p_i), c)                       l: the last moment; c: `floor`
 *   m_ui = 1 / |l| of the films of the last moment, else 0
 *
 * Ratings of one time are of one moment and share the mean of their places, so that their order makes no difference. A context reaches as far as
 * γ^… is at least 0.1; of a moment of more ratings than that, it has those that stand near in an order drawn by the seed. Without times, all
 * ratings of a user are of one moment: the model then knows which films occur together, as EASE does, and weighs all of a profile alike.
 *
 * What a rating was makes no difference in training; in a profile, dislikes are set aside (src/models/shared/dislikes.ts). Films of fewer ratings
 * than `minRatings` take no part, and have no score.
 *
 * State: rows int32 [items]: the row of B of each item, ascending from 0, or −1 of those that take no part; weights float32 [n × n] = B, its
 * diagonal 0; discount float64 [n] = n_j^−β; offsets int32 [n + 1], reached int32 and counts float64 [entries]: c_ij, as in `markov`, by rows of B;
 * facts decay, floor and chain.
 */
import type { Static } from "typebox";
import { placeCsr } from "../../compute/engine.ts";
import type { Precision } from "../../compute/inverse.ts";
import type { Csr } from "../../matrix/csr.ts";
import { sumOfRows } from "../../matrix/dense.ts";
import { multiplyByItems } from "../ease/products.ts";
import type { Algorithm, Answer, ExplanationPart, Model, Profile, State } from "../model.ts";
import { rowOf } from "../shared/answers.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { placesBeforeLast } from "../shared/moments.ts";
import { profileOf } from "../shared/profiles.ts";
import { Type } from "../shared/schema.ts";
import { numberOf, stateError, tensorOf } from "../shared/state.ts";
import { countTransitions, transitionsCost, transitionsOf, transitionTensors } from "../shared/transitions.ts";
import { fitSequence, sequenceBytes } from "./fit.ts";

/** How many transitions to none of the films count as, when shares of transitions are made. */
const chainSmoothing = 40;
const mostChain = 10;

const sequenceSettings = Type.Object({
  lambda: Type.Number({
    default: 1000,
    minimum: 1,
    tune: "30~3000",
    description: "λ: regularisation; higher values trust only what many users agree on",
  }),
  decay: Type.Number({
    default: 0.9,
    minimum: 0.1,
    maximum: 0.98,
    tune: "0.7:0.95",
    description: "γ: what a film counts beside one that was rated a place later",
  }),
  floor: Type.Number({
    default: 0.05,
    minimum: 0,
    maximum: 1,
    tune: "0:0.2",
    description:
      "c: the least that a film of a profile counts beside those rated last, however many places ago it was rated",
  }),
  backward: Type.Number({
    default: 0.3,
    minimum: 0,
    maximum: 1,
    tune: "0:1",
    description:
      "φ: in training, what a film that was rated after another counts for it, beside one that was rated before it",
  }),
  beta: Type.Number({
    default: 0.1,
    minimum: 0,
    maximum: 1,
    tune: "0:0.3",
    description:
      "β: how much the scores of films of many ratings are lowered: they are divided by the number of ratings to this power",
  }),
  chain: Type.Number({
    default: 0.25,
    minimum: 0,
    maximum: mostChain,
    tune: "0:1",
    description: "η: what the share of a film among those that came right after the film rated last counts",
  }),
  minRatings: Type.Integer({
    default: 5,
    minimum: 1,
    description: "films of fewer ratings take no part",
  }),
  dislike: dislikeSetting,
});
type SequenceSettings = Static<typeof sequenceSettings>;

export const sequenceAlgorithm: Algorithm<SequenceSettings> = {
  name: "sequence",
  summary: "What comes next, by the films rated last: a linear model in closed form.",
  settings: sequenceSettings,
  learnsFrom: "ratings",
  foldIn: "exact",

  estimate(shape, { lambda, decay }) {
    const { items, ratings } = shape;
    const reach = Math.log(0.1) / Math.log(decay);
    const [own, chain] = [sequenceBytes(shape, decay, precisionFor(lambda)), transitionsCost(shape)];
    return {
      ...own,
      bytes: Math.max(own.bytes, chain.bytes),
      operations: items ** 3 + ratings * reach * (4 * reach + 4 * items) + chain.operations,
    };
  },

  async fit(train, { lambda, decay, floor, backward, beta, chain, minRatings }, context) {
    const films = Int32Array.from(train.counts.keys()).filter((item) => train.counts[item] >= minRatings);
    const rows = new Int32Array(train.items.size).fill(-1);
    for (const [row, item] of films.entries()) rows[item] = row;
    const input = { films: films.length, rows, lambda, decay, backward, precision: precisionFor(lambda) };
    const transitions = await countTransitions(train.byUser, input, context);
    const weights = films.length > 0 ? await fitSequence(train, input, context) : new Float32Array(0);
    const discount = Float64Array.from(films, (item) => train.counts[item] ** -beta);
    const n = films.length;
    return {
      algorithm: "sequence",
      facts: { decay, floor, chain },
      tensors: {
        rows: { shape: [rows.length], data: rows },
        weights: { shape: [n, n], data: weights },
        discount: { shape: [n], data: discount },
        ...transitionTensors(transitions),
      },
    };
  },

  open: openSequence,
};

/** As in ease: with smaller λ the matrix is too nearly singular for single precision. */
function precisionFor(lambda: number): Precision {
  return lambda >= 500 ? "single" : "double";
}

function openSequence(state: State): Model {
  const decay = numberOf(state, "decay");
  const floor = numberOf(state, "floor");
  const numbers = tensorOf(state, "rows", Int32Array, undefined);
  const items = numbers.length;
  const films = filmsOf(state, numbers);
  const n = films.length;
  const b = tensorOf(state, "weights", Float32Array, n, n);
  const discount = tensorOf(state, "discount", Float64Array, n);
  if (!(decay > 0 && decay <= 1)) throw stateError(state, `its decay is ${decay}`);
  if (!(floor >= 0 && floor <= 1)) throw stateError(state, `its floor is ${floor}`);
  const follow = chainOf(state, n);
  const sums = new Float64Array(n);

  /** The films of a profile that take part: their positions in it, their rows of B, and what each counts. */
  function inputOf(profile: Profile) {
    const positions = Int32Array.from(profile.items.keys()).filter((at) => numbers[profile.items[at]] >= 0);
    const before = placesBeforeLast({
      items: positions,
      ...(profile.times && { times: profile.times.filter((_, at) => numbers[profile.items[at]] >= 0) }),
    });
    const last = before.reduce((sum, places) => sum + Number(places === 0), 0);
    return {
      positions,
      rows: positions.map((at) => numbers[profile.items[at]]),
      x: Float32Array.from(before, (places) => Math.max(decay ** places, floor)),
      m: Float64Array.from(before, (places) => (places === 0 ? 1 / last : 0)),
    };
  }

  /** Calls `add` for the films that came right after the last ones, with what these count. */
  function eachFollowing({ rows, m }: Pick<ReturnType<typeof inputOf>, "rows" | "m">, add: AddShare): void {
    for (const [at, row] of rows.entries()) {
      if (m[at] === 0) continue;
      for (let e = follow.offsets[row]; e < follow.offsets[row + 1]; e++) {
        add(follow.reached[e], m[at] * follow.shares[e]);
      }
    }
  }

  return {
    items,
    ask({ profile }): Answer {
      const input = inputOf(profile);
      const { positions, rows, x, m } = input;
      return {
        score(out) {
          out.fill(-Infinity);
          if (rows.length === 0) return;
          sumOfRows(
            Array.from(rows, (row, at) => ({ values: b, at: row * n, factor: x[at] })),
            sums,
          );
          eachFollowing(input, (film, share) => {
            sums[film] += share;
          });
          for (let film = 0; film < n; film++) out[films[film]] = discount[film] * sums[film];
        },
        explain(item) {
          const film = numbers[item];
          if (film < 0) return { parts: [] };
          const parts = Array.from(positions, (position, at): ExplanationPart => {
            const value = discount[film] * (x[at] * b[rows[at] * n + film] + m[at] * follow.share(rows[at], film));
            return { kind: "rating", item: profile.items[position], rating: profile.values[position], value };
          });
          return { parts: parts.filter(({ value }) => value !== 0) };
        },
      };
    },
    askAll(engine, arena) {
      const multiply = multiplyByItems(engine, arena, b, discount);
      return {
        async score({ profiles }, out, step) {
          using own = engine.arena();
          const inputs = Array.from({ length: profiles.rows }, (_, row) => inputOf(profileOf(profiles, row)));
          const scores = own.float32(inputs.length * n);
          await multiply(placeCsr(own, rowsOf(inputs, n)), scores, step);
          out.fill(-Infinity);
          for (const [row, input] of inputs.entries()) {
            if (input.rows.length === 0) continue;
            const [from, to] = [rowOf(scores, row, n), rowOf(out, row, items)];
            eachFollowing(input, (film, share) => {
              from[film] += discount[film] * share;
            });
            for (let film = 0; film < n; film++) to[films[film]] = from[film];
          }
        },
      };
    },
    similarItems(item, out) {
      out.fill(-Infinity);
      const row = numbers[item];
      if (row < 0) return;
      for (let other = 0; other < n; other++) if (other !== row) out[films[other]] = b[row * n + other];
      for (let e = follow.offsets[row]; e < follow.offsets[row + 1]; e++)
        out[films[follow.reached[e]]] += follow.shares[e];
    },
    [Symbol.dispose]() {},
  };
}

/** The items by their rows of B. @throws ARTIFACT_CONTENT unless these ascend from 0 */
function filmsOf(state: State, rows: Int32Array): Int32Array {
  const films = Int32Array.from(rows.keys()).filter((item) => rows[item] !== -1);
  const wrong = films.findIndex((item, row) => rows[item] !== row);
  if (wrong >= 0) throw stateError(state, `item ${films[wrong]} has row ${rows[films[wrong]]} where ${wrong} belongs`);
  return films;
}

type AddShare = (film: number, share: number) => void;

/** What came right after each film: its row of reached films, and η P_ij of each. @throws ARTIFACT_CONTENT */
function chainOf(state: State, n: number) {
  const chain = numberOf(state, "chain");
  const { offsets, reached, counts, totals } = transitionsOf(state, chainSmoothing, n);
  if (!(chain >= 0 && chain <= mostChain)) throw stateError(state, `its chain is ${chain}`);
  const shares = new Float64Array(counts.length);
  for (let row = 0; row < n; row++) {
    for (let e = offsets[row]; e < offsets[row + 1]; e++) shares[e] = (chain * counts[e]) / totals[row];
  }
  return {
    offsets,
    reached,
    shares,
    share(row: number, film: number): number {
      const at = reached.subarray(offsets[row], offsets[row + 1]).indexOf(film);
      return at < 0 ? 0 : shares[offsets[row] + at];
    },
  };
}

/** What profiles count, as a sparse matrix over the films that take part. */
function rowsOf(inputs: readonly { readonly rows: Int32Array; readonly x: Float32Array }[], columns: number): Csr {
  const offsets = new Int32Array(inputs.length + 1);
  for (const [row, { x }] of inputs.entries()) offsets[row + 1] = offsets[row] + x.length;
  const indices = new Int32Array(offsets[inputs.length]);
  const values = new Float32Array(indices.length);
  for (const [row, input] of inputs.entries()) {
    indices.set(input.rows, offsets[row]);
    values.set(input.x, offsets[row]);
  }
  return { rows: inputs.length, columns, offsets, indices, values };
}
