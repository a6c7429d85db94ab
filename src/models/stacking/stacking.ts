/**
 * Stacking: predicted ratings of several models, added up by weights that are learnt from predictions of ratings that these models did not
 * know. D. Wolpert, "Stacked generalization", Neural Networks 5(2), 1992; weights that are not below 0 as in L. Breiman, "Stacked
 * regressions", Machine Learning 24, 1996.
 *
 *   r̂(u, i) = c + Σ_m w_m r̂_m(u, i),   w_m ≥ 0                      r̂_m within the rating scale
 *   minimise Σ_{rated u,i} (r_ui − c − Σ_m w_m r̂_m⁻(u, i))²
 *
 * r̂_m⁻(u, i) is out of fold: the ratings are dealt into folds by the seed, and each is predicted by a model that was fitted to the other
 * folds, asked with what the user rated in those. So ratings that are held out from the data that a model is fitted to have no part in it.
 * The models are then fitted again, to all ratings; one of weight 0 is not. Stacking is for predicted ratings; for lists there is hybrid.
 *
 *   score(u, i) = r̂(u, i), not clipped; none where every r̂_m is a mean that stands in for a prediction
 *   part of a score: w_m times the part of r̂_m. What clipping r̂_m takes off, and c, are the part "normalisation"
 *
 * The default models are bayesian-mf and twice item-knn, which predicts what ratings leave of damped means: by the 100 films of most like
 * ratings, and, as adjusted, by the 200 of most like deviations from the users' means.
 *
 * The models learn on the standard scale (src/models/shared/standard-scale.ts), and so do the weights. Events are refused.
 *
 * State: parts by name, a state each; weights float64 [parts] = w; facts models (names, in the order of the weights), constant = c, min and
 * max of the rating scale, and outOfFold: the root mean squared error of such predictions, of the sum, and by name of every part.
 */
import type { Static } from "typebox";
import { type Dataset, datasetFromCsr } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { entriesWhere } from "../../matrix/csr.ts";
import { random } from "../../random.ts";
import { capabilitiesOf } from "../capabilities.ts";
import type { Algorithm, Cost, FitContext, State } from "../model.ts";
import { predictInto } from "../shared/answers.ts";
import { cautionSetting } from "../shared/caution.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { type Ingredient, ingredientsFrom, type PartAlgorithms, partSettings } from "../shared/parts.ts";
import { emptyProfile } from "../shared/profiles.ts";
import { Type } from "../shared/schema.ts";
import { childOf, numberOf, stateError, tensorOf, textListOf } from "../shared/state.ts";
import { type LinearSum, nonNegativeSum } from "./non-negative.ts";
import { stackModels } from "./stacked-model.ts";

const defaultModels = "bayesian-mf,item-knn,adjusted:item-knn";
/** Settings of the default models; docs/adr/0070 says how they were chosen. */
const usualSettings = {
  "item-knn": { prediction: "baseline", k: 100 },
  adjusted: { prediction: "baseline", k: 200, centre: "user", shrinkage: 50 },
};

const { models, settings: ofParts } = partSettings(defaultModels);
const stackingSettings = Type.Object({
  models,
  settings: ofParts,
  folds: Type.Integer({
    default: 5,
    minimum: 2,
    maximum: 20,
    description: "parts of the ratings: each is predicted by models that were fitted to the others",
  }),
  dislike: dislikeSetting,
  caution: cautionSetting,
});
type StackingSettings = Static<typeof stackingSettings>;

export function createStackingAlgorithm(registry: PartAlgorithms): Algorithm<StackingSettings> {
  /** @throws MODEL_UNKNOWN, CONFIG_INVALID */
  function ingredientsOf(settings: StackingSettings): Ingredient[] {
    const usual = settings.models === defaultModels ? usualSettings : {};
    const ingredients = ingredientsFrom("stacking", settings, registry, usual);
    for (const { algorithm } of ingredients) {
      if (capabilitiesOf(algorithm.name).includes("predicts ratings")) continue;
      throw new MatineeError("CONFIG_INVALID", `stacking: ${algorithm.name} predicts no ratings`, {
        fix: "name models that do, such as bayesian-mf, mf, item-knn, user-knn, neural or bias",
      });
    }
    return ingredients;
  }

  return {
    name: "stacking",
    summary: "Predicted ratings of several models, added up by weights learnt out of fold.",
    settings: stackingSettings,
    learnsFrom: "ratings",
    foldIn: "approximate",
    ratingsOnly: true,

    checkSettings: (settings) => void ingredientsOf(settings),

    estimate(shape, settings): Cost {
      const costs = ingredientsOf(settings).map(({ algorithm, settings }) => algorithm.estimate(shape, settings));
      return {
        // Learning takes a copy of the ratings, by user and by film, and a prediction of each by every model.
        bytes: (28 + 8 * costs.length) * shape.ratings + costs.reduce((sum, { bytes }) => sum + bytes, 0),
        engineBytes: Math.max(...costs.map(({ engineBytes = 0 }) => engineBytes)),
        operations: (settings.folds + 1) * costs.reduce((sum, { operations }) => sum + operations, 0),
      };
    },

    async fit(train, settings, context) {
      const ingredients = ingredientsOf(settings);
      const stages = (settings.folds + 1) * ingredients.length;
      let stage = 0;
      const staged = (): FitContext => {
        const before = stage++;
        return { ...context, step: (done, total) => context.step(before + done / total, stages) };
      };
      const predicted = await predictOutOfFold(train, ingredients, settings.folds, staged);
      const { weights, constant } = nonNegativeSum(predicted, train.byUser.values);
      const used = ingredients.flatMap((ingredient, n) =>
        weights[n] > 0 ? [{ ...ingredient, weight: weights[n] }] : [],
      );
      const parts: Record<string, State> = {};
      for (const { name, algorithm, settings } of used) parts[name] = await algorithm.fit(train, settings, staged());
      const errors = ingredients.map(
        ({ name }, n) => [name, rootMeanSquare(predicted[n], train.byUser.values)] as const,
      );
      const together = sumOf({ weights, constant }, predicted);
      const { min, max } = train.scale;
      return {
        algorithm: "stacking",
        facts: {
          ...{ models: used.map(({ name }) => name), constant, min, max },
          outOfFold: { sum: rootMeanSquare(together, train.byUser.values), parts: Object.fromEntries(errors) },
        },
        tensors: {
          weights: { shape: [used.length], data: Float64Array.from(used, ({ weight }) => weight) },
        },
        parts,
      };
    },

    open(state, engine) {
      const names = textListOf(state, "models", Object.keys(state.parts ?? {}).length);
      // each part is opened once: one that is named twice, in parts of parts, would be opened 2 ** depth times
      const twice = names.find((name, n) => names.indexOf(name) < n);
      if (twice !== undefined) throw stateError(state, `it names its part ${twice} twice`);
      if (names.length === 0) throw stateError(state, "it has no parts");
      const weights = tensorOf(state, "weights", Float64Array, names.length);
      if (!weights.every((weight) => weight > 0)) throw stateError(state, `its weights are ${weights.join(", ")}`);
      const parts = names.map((name, n) => {
        const part = childOf(state, name);
        const model = registry.algorithmOf(part).open(part, engine);
        if (!model.ask({ profile: emptyProfile }).predict)
          throw stateError(state, `its part ${name} predicts no ratings`);
        return { model, weight: weights[n] };
      });
      const sizes = new Set(parts.map(({ model }) => model.items));
      if (sizes.size !== 1) throw stateError(state, `its parts score ${[...sizes].join(" and ")} films`);
      const [constant, min, max] = [numberOf(state, "constant"), numberOf(state, "min"), numberOf(state, "max")];
      return stackModels({ parts, constant, min, max });
    },
  };
}

/**
 * Predictions of all ratings by each model, in the order of the ratings by user: each by a model that was fitted to the other folds.
 *
 * @param stage called once for each model and fold: the context in which it is fitted
 */
async function predictOutOfFold(
  data: Dataset,
  ingredients: readonly Ingredient[],
  folds: number,
  stage: () => FitContext,
): Promise<Float32Array[]> {
  const { byUser } = data;
  const count = byUser.values.length;
  // A single rating, which nothing is known beside, stays as it is, so that it speaks for no model.
  const predicted = ingredients.map(() => byUser.values.slice());
  const users = Int32Array.from({ length: byUser.rows }, (_, user) => user);
  const foldOf = new Uint8Array(count);
  for (let fold = 0; fold < folds; fold++) {
    const contexts = ingredients.map(stage);
    const { engine, seed } = contexts[0];
    if (fold === 0) dealInto(foldOf, folds, seed);
    const rest = entriesWhere(byUser, (entry) => foldOf[entry] !== fold);
    const held = entriesWhere(byUser, (entry) => foldOf[entry] === fold);
    if (rest.values.length === 0) continue;
    const known = datasetFromCsr(data, rest, data.report);
    const out = { ratings: new Float32Array(held.values.length), rules: new Uint8Array(held.values.length) };
    for (const [n, { name, algorithm, settings }] of ingredients.entries()) {
      using model = algorithm.open(await algorithm.fit(known, settings, contexts[n]), engine);
      await predictInto(model, engine, { profiles: rest, users }, held, out);
      const bad = out.ratings.find((rating) => !Number.isFinite(rating));
      if (bad !== undefined) {
        throw new MatineeError("NOT_FINITE", `stacking: ${name} predicts a rating of ${bad}`, {
          fix: "give it settings by which training does not diverge, such as a higher regularisation",
        });
      }
      let next = 0;
      for (let entry = 0; entry < count; entry++) {
        if (foldOf[entry] === fold) predicted[n][entry] = out.ratings[next++];
      }
    }
  }
  return predicted;
}

/** Deals entries into folds whose sizes differ by one at most, in an order that the seed chooses. */
function dealInto(foldOf: Uint8Array, folds: number, seed: number): void {
  const { int } = random(seed);
  for (let entry = 0; entry < foldOf.length; entry++) foldOf[entry] = entry % folds;
  for (let entry = foldOf.length - 1; entry > 0; entry--) {
    const other = int(entry + 1);
    [foldOf[entry], foldOf[other]] = [foldOf[other], foldOf[entry]];
  }
}

function sumOf({ weights, constant }: LinearSum, predicted: readonly Float32Array[]): Float64Array {
  return Float64Array.from(predicted[0], (_, entry) => {
    return predicted.reduce((sum, ratings, n) => sum + weights[n] * ratings[entry], constant);
  });
}

function rootMeanSquare(predicted: Float32Array | Float64Array, ratings: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < ratings.length; n++) sum += (ratings[n] - predicted[n]) ** 2;
  return Math.sqrt(sum / ratings.length);
}
