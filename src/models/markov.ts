/**
 * A Markov chain of the first order: which film comes after which. The baseline that every model of sequences has to beat; S. Rendle,
 * C. Freudenthaler, L. Schmidt-Thieme, "Factorizing personalized Markov chains for next-basket recommendation", WWW 2010, section 3.
 *
 *   c_ij        = how often j came right after i in the order in which a user rated: a mean over all orders of ratings of one moment
 *   P(j | i)    = (c_ij + σ n_j / n) / (Σ_j c_ij + σ)            σ: smoothing; n_j: training ratings of j, n: of all films
 *   score(u, j) = the mean of P(j | i) over the films i of the user's last moment
 *
 * Ratings of one time are of one moment. Two films of one moment, of m, come right after one another in 1 / m of its orders; a film of one moment
 * and one of the next, of m', in 1 / (m m'). Of more than 64 ratings of one moment, each is paired with the next 63 in a circle that the seed
 * draws, by as much more. Without times, all ratings of a user are of one moment.
 *
 * State: reached int32 and counts float64 [entries]: the films j that came after i, ascending, and c_ij, at offsets[i] .. offsets[i + 1];
 * offsets int32 [items + 1]; share float64 [items] = n_j / n; fact smoothing.
 */
import type { Static } from "typebox";
import type { Algorithm, Answer, ExplanationPart, Model, Profile, State } from "./model.ts";
import { dislikeSetting } from "./shared/dislikes.ts";
import { placesBeforeLast } from "./shared/moments.ts";
import { Type } from "./shared/schema.ts";
import { numberOf, stateError, tensorOf } from "./shared/state.ts";
import { countTransitions, transitionsCost, transitionsOf, transitionTensors } from "./shared/transitions.ts";

const markovSettings = Type.Object({
  smoothing: Type.Number({
    default: 1,
    minimum: 0.001,
    maximum: 1000,
    tune: "0.01~100",
    description: "σ: how many transitions the shares of all films in the ratings count as",
  }),
  dislike: dislikeSetting,
});

export const markovAlgorithm: Algorithm<Static<typeof markovSettings>> = {
  name: "markov",
  summary: "Which film came right after which: the baseline of what comes next.",
  settings: markovSettings,
  learnsFrom: "ratings",
  foldIn: "exact",

  estimate: transitionsCost,

  async fit({ byUser, counts }, { smoothing }, context) {
    const films = byUser.columns;
    const rows = Int32Array.from({ length: films }, (_, item) => item);
    const transitions = await countTransitions(byUser, { films, rows }, context);
    const all = counts.reduce((sum, count) => sum + count, 0);
    return {
      algorithm: "markov",
      facts: { smoothing },
      tensors: {
        ...transitionTensors(transitions),
        share: { shape: [counts.length], data: Float64Array.from(counts, (count) => count / all) },
      },
    };
  },

  open: openMarkov,
};

function openMarkov(state: State): Model {
  const smoothing = numberOf(state, "smoothing");
  if (!(smoothing > 0)) throw stateError(state, `its smoothing is ${smoothing}`);
  const { offsets, reached, counts, totals } = transitionsOf(state, smoothing);
  const items = totals.length;
  const share = tensorOf(state, "share", Float64Array, items);

  /** Positions of the ratings of the last moment whose films have been trained on. */
  function lastOf({ items: rated, times }: Profile): Int32Array {
    const positions = Int32Array.from(rated.keys()).filter((at) => share[rated[at]] > 0);
    const before = placesBeforeLast({
      items: positions,
      ...(times && { times: times.filter((_, at) => share[rated[at]] > 0) }),
    });
    return positions.filter((_, n) => before[n] === 0);
  }

  return {
    items,
    ask({ profile }): Answer {
      const last = lastOf(profile);
      const smoothed =
        last.reduce((sum, at) => sum + smoothing / totals[profile.items[at]], 0) / Math.max(1, last.length);
      return {
        score(out) {
          const scores = share.map((own) => (last.length > 0 && own > 0 ? own * smoothed : -Infinity));
          for (const at of last) {
            const item = profile.items[at];
            for (let n = offsets[item]; n < offsets[item + 1]; n++) {
              scores[reached[n]] += counts[n] / (totals[item] * last.length);
            }
          }
          out.set(scores);
        },
        explain(target) {
          const parts: ExplanationPart[] = [];
          if (last.length === 0) return { parts };
          for (const at of last) {
            const item = profile.items[at];
            const n = reached.subarray(offsets[item], offsets[item + 1]).indexOf(target);
            if (n < 0) continue;
            const value = counts[offsets[item] + n] / (totals[item] * last.length);
            parts.push({ kind: "rating", item, rating: profile.values[at], value });
          }
          return { parts: [...parts, { kind: "number of ratings", value: share[target] * smoothed }] };
        },
      };
    },
    similarItems(item, out) {
      out.fill(-Infinity);
      for (let n = offsets[item]; n < offsets[item + 1]; n++) out[reached[n]] = counts[n] / totals[item];
      out[item] = -Infinity;
    },
    [Symbol.dispose]() {},
  };
}
