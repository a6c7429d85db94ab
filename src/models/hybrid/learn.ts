/** Weights of a blend, by how well it lists ratings that its models have not seen. */
import { type Dataset, datasetOf } from "../../data/dataset.ts";
import { type Csr, entriesWhere } from "../../matrix/csr.ts";
import { topK } from "../../matrix/topk.ts";
import { random } from "../../random.ts";
import type { Algorithm, FitContext, Model } from "../model.ts";
import { profileOf } from "../shared/profiles.ts";
import { type Normalisation, normalised, scaleOf } from "./scale.ts";

const heldOutShare = 0.2;
/** Films rated at least this share of the highest rating should be listed. */
const relevantShare = 0.8;
const mostPeople = 1000;
const k = 10;
const steps = 10;

/** One of the models that are blended, with all its settings. */
export interface Ingredient {
  readonly algorithm: Algorithm;
  readonly settings: unknown;
}

/** One choice of weights, and the mean NDCG at 10 over the people asked. */
export interface WeightTrial {
  readonly weights: number[];
  readonly ndcg: number;
}

/** @param stage the context of the next model's fitting */
export async function learnWeights(
  data: Dataset,
  ingredients: readonly Ingredient[],
  normalisation: Normalisation,
  stage: () => FitContext,
): Promise<{ weights: Float64Array; trials: WeightTrial[] }> {
  const choices = sharesOf(ingredients.length, steps);
  const sums = new Float64Array(choices.length);
  const contexts = ingredients.map(stage);
  const { engine, seed } = contexts[0];
  const { float } = random(seed);
  const held = Uint8Array.from(data.byUser.values, () => (float() < heldOutShare ? 1 : 0));
  const rest = entriesWhere(data.byUser, (entry) => held[entry] === 0);
  const test = entriesWhere(data.byUser, (entry) => held[entry] === 1);
  const people = rest.values.length === 0 ? [] : judgesOf(test, relevantShare * data.scale.max);
  if (people.length > 0) {
    const train = datasetOf(data, rest, data.report);
    const models: Model[] = [];
    for (const [n, { algorithm, settings }] of ingredients.entries()) {
      models.push(algorithm.open(await algorithm.fit(train, settings, contexts[n]), engine));
    }
    for (const { user, relevant } of people) {
      const profile = profileOf(rest, user);
      const rows = models.map((model) => {
        const values = new Float32Array(model.items);
        model.ask({ profile, user }).score(values);
        const scale = scaleOf(values, profile.items);
        return normalised({ values, scale, instead: scale.min }, normalisation);
      });
      choices.forEach((weights, n) => {
        sums[n] += ndcg(rows, weights, profile.items, relevant);
      });
      await contexts[contexts.length - 1].step(1, 1);
    }
    for (const model of models) model[Symbol.dispose]();
  }
  const trials = choices.map((weights, n) => ({ weights, ndcg: sums[n] / Math.max(1, people.length) }));
  const best = Math.max(...trials.map(({ ndcg }) => ndcg));
  const even = ({ weights }: WeightTrial) => weights.reduce((sum, weight) => sum + weight * weight, 0);
  // Of equally good ones, the most even.
  const [chosen] = trials.filter(({ ndcg }) => ndcg === best).sort((a, b) => even(a) - even(b));
  return { weights: Float64Array.from(chosen.weights), trials };
}

/** People with held-out films that should be listed, and those films: all of them, or some at even distances. */
function judgesOf(test: Csr, least: number): { user: number; relevant: Set<number> }[] {
  const judges = Array.from({ length: test.rows }, (_, user) => {
    const { items, values } = profileOf(test, user);
    return { user, relevant: new Set(items.filter((_, n) => values[n] >= least)) };
  }).filter(({ relevant }) => relevant.size > 0);
  const stride = Math.max(1, judges.length / mostPeople);
  return Array.from({ length: Math.min(mostPeople, judges.length) }, (_, n) => judges[Math.floor(n * stride)]);
}

/** All ways to share so many parts among so many models. */
function sharesOf(models: number, parts: number): number[][] {
  if (models === 1) return [[parts / steps]];
  return Array.from({ length: parts + 1 }, (_, own) => own).flatMap((own) => {
    return sharesOf(models - 1, parts - own).map((others) => [own / steps, ...others]);
  });
}

/** Of the list of ten unseen films. */
function ndcg(
  rows: readonly Float64Array[],
  weights: readonly number[],
  seen: Int32Array,
  relevant: ReadonlySet<number>,
): number {
  const scores = new Float64Array(rows[0].length);
  rows.forEach((row, m) => {
    for (let item = 0; item < scores.length; item++) scores[item] += weights[m] * row[item];
  });
  for (const item of seen) scores[item] = -Infinity;
  let [gain, ideal] = [0, 0];
  topK(scores, k).forEach((item, n) => {
    if (relevant.has(item)) gain += 1 / Math.log2(n + 2);
    if (n < relevant.size) ideal += 1 / Math.log2(n + 2);
  });
  return gain / ideal;
}
