/** A model of the weighted sum of what others predict; stacking.ts has the formulas. */
import type { Engine, Step } from "../../compute/engine.ts";
import { type Csr, rowsBetween } from "../../matrix/csr.ts";
import {
  type Answer,
  type Answers,
  type Explanation,
  type Model,
  type Predictions,
  predictionRules,
  type Queries,
} from "../model.ts";
import { partOf, predictInto } from "../shared/answers.ts";
import { explanationSum } from "../shared/parts.ts";

export interface Stack {
  /** Opened models that predict ratings, each with a weight above 0. They are disposed of with the sum. */
  readonly parts: readonly { readonly model: Model; readonly weight: number }[];
  readonly constant: number;
  /** Of the rating scale. */
  readonly min: number;
  readonly max: number;
}

/** Users whose predictions of all films are in memory at a time. */
const slab = 256;

const byModel = predictionRules.indexOf("model");

export function stackModels(stack: Stack): Model {
  const { parts, constant, min, max } = stack;
  const [{ model: first }] = parts;
  const all = Int32Array.from({ length: first.items }, (_, item) => item);

  return {
    items: first.items,
    ask(query): Answer {
      const answers = parts.map(({ model, weight }) => ({ answer: model.ask(query), weight }));

      /** The sums for some items, not clipped, and what predicted each. */
      function sumsOf(items: Int32Array): Sum {
        const sum = startSum(items.length, constant);
        for (const { answer, weight } of answers) {
          const own = { ratings: new Float32Array(items.length), rules: new Uint8Array(items.length) };
          answer.predict!(items, own.ratings, own.rules);
          addTo(sum, own, weight);
        }
        return sum;
      }

      function explain(item: number): Explanation {
        const items = Int32Array.of(item);
        const { sums, rules } = sumsOf(items);
        const rule = predictionRules[rules[0]];
        if (rule !== "model") return { parts: [{ kind: rule, value: sums[0] }] };
        const { add, parts: added } = explanationSum();
        let rest = sums[0];
        for (const { answer, weight } of answers) {
          for (const part of (answer.explainRating ?? answer.explain)!(item).parts) {
            const value = weight * part.value;
            add({ ...part, value });
            rest -= value;
          }
        }
        add({ kind: "normalisation", value: rest });
        return { parts: added() };
      }

      return {
        score(out) {
          const { sums, rules } = sumsOf(all);
          for (let item = 0; item < out.length; item++) out[item] = rules[item] === byModel ? sums[item] : -Infinity;
        },
        predict(items, out, rules) {
          const found = sumsOf(items);
          for (let n = 0; n < items.length; n++) out[n] = Math.min(max, Math.max(min, found.sums[n]));
          rules?.set(found.rules);
        },
        ...(answers.every(({ answer }) => answer.explainRating ?? answer.explain) ? { explain } : {}),
      };
    },

    askAll: (engine) => stackAnswers(engine, stack),
    [Symbol.dispose]() {
      for (const { model } of parts) model[Symbol.dispose]();
    },
  };
}

/** Answers to many queries: every part's, one after the other. */
function stackAnswers(engine: Engine, { parts, constant, min, max }: Stack): Answers {
  const { items } = parts[0].model;

  async function sumsOf(queries: Queries, wanted: Pick<Csr, "offsets" | "indices">, step?: Step): Promise<Sum> {
    const { length } = wanted.indices;
    const [sum, total] = [startSum(length, constant), queries.users.length];
    for (const [n, { model, weight }] of parts.entries()) {
      const own = { ratings: new Float32Array(length), rules: new Uint8Array(length) };
      const [from, to] = [n, n + 1].map((done) => (total * done) / parts.length);
      await predictInto(model, engine, queries, wanted, own, partOf(step, from, to, total));
      addTo(sum, own, weight);
    }
    return sum;
  }

  return {
    async score({ profiles, users }, out, step) {
      for (let from = 0; from < users.length; from += slab) {
        const to = Math.min(users.length, from + slab);
        const queries = { profiles: rowsBetween(profiles, from, to), users: users.subarray(from, to) };
        const offsets = Int32Array.from({ length: to - from + 1 }, (_, row) => row * items);
        const indices = Int32Array.from({ length: (to - from) * items }, (_, place) => place % items);
        const { sums, rules } = await sumsOf(queries, { offsets, indices }, partOf(step, from, to, users.length));
        const scores = out.subarray(from * items, to * items);
        for (let n = 0; n < scores.length; n++) scores[n] = rules[n] === byModel ? sums[n] : -Infinity;
      }
    },
    async predict(queries, wanted, out, step) {
      const { sums, rules } = await sumsOf(queries, wanted, step);
      for (let n = 0; n < sums.length; n++) out.ratings[n] = Math.min(max, Math.max(min, sums[n]));
      out.rules.set(rules);
    },
  };
}

/** Sums, and what predicted them: indices in `predictionRules`. */
interface Sum {
  readonly sums: Float64Array;
  readonly rules: Uint8Array;
}

function startSum(length: number, constant: number): Sum {
  return {
    sums: new Float64Array(length).fill(constant),
    rules: new Uint8Array(length).fill(predictionRules.length - 1),
  };
}

/** Adds predictions by their weight. What predicted a sum is a model if one of its terms was predicted by one. */
function addTo({ sums, rules }: Sum, { ratings, rules: own }: Predictions, weight: number): void {
  for (let n = 0; n < sums.length; n++) {
    sums[n] += weight * ratings[n];
    rules[n] = Math.min(rules[n], own[n]);
  }
}
