/** Learns the weights of a blend by how well it lists held-out ratings. */
import { type Dataset, datasetFromCsr, leniently, likedFrom } from "../../data/dataset.ts";
import { type Csr, entriesWhere, rowsAt } from "../../matrix/csr.ts";
import { listNdcg } from "../../matrix/discounted-gain.ts";
import { topK } from "../../matrix/topk.ts";
import { random } from "../../random.ts";
import type { FitContext, Model, Profile } from "../model.ts";
import { answersOf, rowOf, slabsOf } from "../shared/answers.ts";
import type { Ingredient } from "../shared/parts.ts";
import { profileOf } from "../shared/profiles.ts";
import { modelScores, type Normalisation, normalised } from "./scale.ts";

const heldOutShare = 0.2;
const mostUsers = 1000;
/** Length of the lists by which weights are judged. */
const k = 10;
/** Weights are multiples of 1 / steps. */
const steps = 10;

/** One choice of weights, and the mean NDCG at 10 over the users asked. */
export interface WeightTrial {
  readonly weights: number[];
  readonly ndcg: number;
}

/**
 * Chooses the weights whose lists have the highest mean NDCG at 10 on held-out ratings; of equally good ones, the most even.
 *
 * @param stage called once for each part, in order: the context in which it is fitted
 */
export async function learnWeights(
  data: Dataset,
  ingredients: readonly Ingredient[],
  normalisation: Normalisation,
  stage: () => FitContext,
): Promise<{ weights: Float64Array; trials: WeightTrial[] }> {
  const choices = weightChoices(ingredients.length, steps);
  const sums = new Float64Array(choices.length);
  const contexts = ingredients.map(stage);
  const { engine, seed } = contexts[0];
  const { float } = random(seed);
  const held = Uint8Array.from(data.byUser.values, () => (float() < heldOutShare ? 1 : 0));
  const rest = entriesWhere(data.byUser, (entry) => held[entry] === 0);
  const test = entriesWhere(data.byUser, (entry) => held[entry] === 1);
  const users = rest.values.length === 0 ? [] : evaluationUsers(test, leniently(likedFrom(data)));
  if (users.length > 0) {
    const train = datasetFromCsr(data, rest, data.report);
    const models: Model[] = [];
    for (const [n, { algorithm, settings }] of ingredients.entries()) {
      models.push(algorithm.open(await algorithm.fit(train, settings, contexts[n]), engine));
    }
    using arena = engine.arena();
    const answers = models.map((model) => answersOf(model, engine, arena));
    const asked = Int32Array.from(users, ({ user }) => user);
    for (const { from, queries } of slabsOf({ profiles: rowsAt(rest, asked), users: asked }, rest.columns)) {
      using own = engine.arena();
      const tiles = answers.map(() => own.float32(queries.users.length * rest.columns));
      for (const [n, tile] of tiles.entries()) await answers[n].score(queries, tile);
      for (let row = 0; row < queries.users.length; row++) {
        const profile = profileOf(queries.profiles, row);
        const rows = tiles.map((tile) =>
          normalised(modelScores(rowOf(tile, row, rest.columns), profile.items), normalisation),
        );
        choices.forEach((weights, n) => {
          sums[n] += blendNdcg(rows, weights, profile, users[from + row].relevant);
        });
        await contexts[contexts.length - 1].step(1, 1);
      }
    }
    for (const model of models) model[Symbol.dispose]();
  }
  const trials = choices.map((weights, n) => ({ weights, ndcg: sums[n] / Math.max(1, users.length) }));
  const best = Math.max(...trials.map(({ ndcg }) => ndcg));
  const concentration = ({ weights }: WeightTrial) => weights.reduce((sum, weight) => sum + weight * weight, 0);
  const [chosen] = trials.filter(({ ndcg }) => ndcg === best).sort((a, b) => concentration(a) - concentration(b));
  return { weights: Float64Array.from(chosen.weights), trials };
}

/** Users with relevant films held out, and those films: every such user, or, where there are many, some at even distances. */
function evaluationUsers(test: Csr, threshold: number): { user: number; relevant: Set<number> }[] {
  const users = Array.from({ length: test.rows }, (_, user) => {
    const { items, values } = profileOf(test, user);
    return { user, relevant: new Set(items.filter((_, n) => values[n] >= threshold)) };
  }).filter(({ relevant }) => relevant.size > 0);
  const stride = Math.max(1, users.length / mostUsers);
  return Array.from({ length: Math.min(mostUsers, users.length) }, (_, n) => users[Math.floor(n * stride)]);
}

/** All weights of so many models that are multiples of 1 / steps and add up to units / steps. */
function weightChoices(models: number, units: number): number[][] {
  if (models === 1) return [[units / steps]];
  return Array.from({ length: units + 1 }, (_, own) => own).flatMap((own) => {
    return weightChoices(models - 1, units - own).map((others) => [own / steps, ...others]);
  });
}

/** NDCG at 10 of the list by these weights, which leaves out the films of the profile. */
function blendNdcg(
  rows: readonly Float64Array[],
  weights: readonly number[],
  { items }: Profile,
  relevant: ReadonlySet<number>,
): number {
  const scores = new Float64Array(rows[0].length);
  rows.forEach((row, m) => {
    for (let item = 0; item < scores.length; item++) scores[item] += weights[m] * row[item];
  });
  for (const item of items) scores[item] = -Infinity;
  const list = topK(scores, k);
  return listNdcg(list, relevant, list.length);
}
