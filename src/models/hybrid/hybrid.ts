/**
 * A blend of models, each normalised: weighted hybrids as in R. Burke, "Hybrid recommender systems: survey and experiments", User
 * Modeling and User-Adapted Interaction 12, 2002, section 4.1.
 *
 *   score(u, j) = Σ_m w_m n(s_m(u, j)),   Σ_m w_m = 1
 *     min-max: n(s) = (s − min) / (max − min)      z-score: n(s) = (s − mean) / sd
 *     rank: n(s) = rank of s from the lowest, 0, to the highest, 1; equal scores share the middle of their ranks
 *   over the films that m scores for u; the others count as m's lowest. min, max, mean and sd are of those that u has not rated.
 *   Where max − min is within rounding (2⁻²⁰ of the larger of |min| and |max|), n(s) = 0 by min-max and z-score.
 *   A film has a score if some model scores it. Films that come after training are placed by the models that can, and do not count in
 *   min, max, mean, sd and the lengths of rankings, so that they change nothing for the others.
 *   similarity(i, j) = Σ_m w_m n(s_m(i, j)) over the models that compare films; min, max, mean and sd are of all pairs, each
 *     film with itself (1) and films that are not similar at all (0) included, in every n-th row where there are more than
 *     4,096 films; ranks are among the films compared with i
 *
 * Learned weights are those of the highest NDCG at 10, among all choices of tenths, on a fifth of the ratings that the seed chooses;
 * relevant are films rated three quarters up the scale or higher, or with any event. The models are fitted on the other ratings for this, and then
 * again on all ratings.
 *
 * State: parts by name, a state each; weights float64 [parts] = w; similarityScales float64 [parts × 4]: min, max, mean, sd; facts
 * models (names, in the order of the weights), normalisation, and learned (each choice's weights and NDCG) where they were. Where films
 * came after training, placed uint8 [items], 1 for those, and for each part that cannot place them items.NAME int32: the indices of
 * its own films.
 */
import type { Static } from "typebox";
import type { Shape } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { Algorithm, Cost, FitContext, State } from "../model.ts";
import { ingredientsFrom, type PartAlgorithms, partSettings } from "../shared/parts.ts";
import { Type } from "../shared/schema.ts";
import { checkFeedback } from "../shared/standard-scale.ts";
import { childOf, choiceOf, stateError, tensorOf, textListOf } from "../shared/state.ts";
import type { Trained } from "../trained.ts";
import { type BlendInput, blendModels, measureSimilarityScale } from "./blended-model.ts";
import { learnWeights, type WeightTrial } from "./learn.ts";
import { inBlend, marksOf } from "./place.ts";
import { normalisations } from "./scale.ts";

const { models, settings: ofParts } = partSettings("als,tfidf");
/** Found by `scripts/ranking.ts`: docs/adr/0071. */
const presets = {
  none: {},
  lists: {
    models: "ease,als,mf",
    weights: "0.4,0.4,0.2",
    normalisation: "z-score",
    settings: "ease.dropout=0.5,ease.neutral=0.0625,ease.features=genres",
  },
};

const hybridSettings = Type.Object({
  preset: Type.Enum(Object.keys(presets), {
    default: "none",
    description:
      "a named set of values for the settings that are not given: lists for the best lists of films with genres",
    presets,
  }),
  models,
  weights: Type.String({
    default: "learn",
    description: "learn (on a fifth of the ratings), equal, or a number for each model, such as 0.7,0.3",
  }),
  normalisation: Type.Enum([...normalisations], {
    default: "min-max",
    description: "how the scores of different models are made comparable",
  }),
  settings: ofParts,
});
type HybridSettings = Static<typeof hybridSettings>;

export function createHybridAlgorithm(registry: PartAlgorithms): Algorithm<HybridSettings> {
  const ingredientsOf = (settings: HybridSettings) => ingredientsFrom("hybrid", settings, registry);

  return {
    name: "hybrid",
    summary: "A blend of models, such as one of ratings and one of content, weighted.",
    settings: hybridSettings,
    learnsFrom: "both",
    foldIn: "approximate",

    checkSettings(settings) {
      const { length } = ingredientsOf(settings);
      const word = settings.weights.trim();
      if (word !== "learn") weightsFrom(word, length);
    },

    estimate(shape: Shape, settings): Cost {
      const costs = ingredientsOf(settings).map(({ algorithm, settings }) => algorithm.estimate(shape, settings));
      // Learning takes a copy of most ratings, by user and by film.
      const [copied, times] = settings.weights.trim() === "learn" ? [16 * shape.ratings, 2] : [0, 1];
      return {
        bytes: copied + costs.reduce((sum, { bytes }) => sum + bytes, 0),
        engineBytes: Math.max(...costs.map(({ engineBytes = 0 }) => engineBytes)),
        operations: times * costs.reduce((sum, { operations }) => sum + operations, 0),
      };
    },

    async fit(train, settings, context) {
      const ingredients = ingredientsOf(settings);
      for (const { algorithm } of ingredients) checkFeedback(algorithm, train);
      const { normalisation } = settings;
      const word = settings.weights.trim();
      const given = word === "learn" ? undefined : weightsFrom(word, ingredients.length);
      const stages = (given ? 1 : 2) * ingredients.length + 1;
      let stage = 0;
      const staged = (): FitContext => {
        const before = stage++;
        return { ...context, step: (done, total) => context.step(before + done / total, stages) };
      };
      const learned = given ? undefined : await learnWeights(train, ingredients, normalisation, staged);
      const states: State[] = [];
      for (const { algorithm, settings } of ingredients) states.push(await algorithm.fit(train, settings, staged()));
      const scales: number[] = [];
      const { step } = staged();
      for (const [n, state] of states.entries()) {
        using model = ingredients[n].algorithm.open(state, context.engine);
        const { min, max, mean, sd } = await measureSimilarityScale(model, (done, total) => {
          return step(n + done / total, states.length);
        });
        scales.push(min, max, mean, sd);
      }
      const names = ingredients.map(({ name }) => name);
      return {
        algorithm: "hybrid",
        facts: { models: names, normalisation, ...(learned ? { learned: learned.trials.map(factOf) } : {}) },
        tensors: {
          weights: { shape: [names.length], data: given ?? learned!.weights },
          similarityScales: { shape: [names.length, 4], data: Float64Array.from(scales) },
        },
        parts: Object.fromEntries(names.map((name, n) => [name, states[n]])),
      };
    },

    open(state, engine) {
      const names = textListOf(state, "models", Object.keys(state.parts ?? {}).length);
      // each part is opened once: one that is named twice, in parts of parts, would be opened 2 ** depth times
      const twice = names.find((name, n) => names.indexOf(name) < n);
      if (twice !== undefined) throw stateError(state, `it names its part ${twice} twice`);
      const weights = tensorOf(state, "weights", Float64Array, names.length);
      const scales = tensorOf(state, "similarityScales", Float64Array, names.length, 4);
      if (!(weights.every((weight) => weight >= 0) && weights.some((weight) => weight > 0))) {
        throw stateError(state, `its weights are ${weights.join(", ")}`);
      }
      const parts: BlendInput["parts"] = names.map((name, n) => {
        const part = childOf(state, name);
        const [min, max, mean, sd] = scales.subarray(4 * n, 4 * n + 4);
        const algorithm = registry.algorithmOf(part);
        const model = algorithm.open(part, engine);
        const similarityScale = { min, max, mean, sd };
        return { name, learnsFrom: algorithm.learnsFrom, model: inBlend(state, name, model), similarityScale };
      });
      const sizes = new Set(parts.map(({ model }) => model.items));
      if (sizes.size !== 1) throw stateError(state, `its parts score ${[...sizes].join(" and ")} films`);
      const marks = marksOf(state);
      if (marks && !sizes.has(marks.length)) throw stateError(state, `it marks ${marks.length} films as placed or not`);
      const normalisation = choiceOf(state, "normalisation", normalisations);
      return {
        ...blendModels({ parts, normalisation, ...present({ placed: marks }) }, [...weights]),
        [Symbol.dispose]() {
          for (const { model } of parts) model[Symbol.dispose]();
        },
      };
    },
  };
}

/** A trained blend with other weights, as if it had been trained with them. */
export function withBlendWeights(trained: Trained, weights: readonly number[]): Trained {
  const { state, record } = trained;
  const { learned: _, ...facts } = state.facts;
  const tensor = { shape: [weights.length], data: Float64Array.from(weights) };
  return {
    ...trained,
    state: { ...state, facts, tensors: { ...state.tensors, weights: tensor } },
    record: { ...record, config: { ...record.config, weights: weights.join(",") } },
  };
}

/** The weights of the setting, for so many models, scaled to add up to 1. */
function weightsFrom(text: string, models: number): Float64Array {
  const numbers = text === "equal" ? new Array<number>(models).fill(1) : text.split(",").map(Number);
  const sum = numbers.reduce((total, number) => total + number, 0);
  const fits = numbers.length === models && numbers.every((number) => number >= 0) && sum > 0 && Number.isFinite(sum);
  if (!fits || text === "") {
    throw invalid("weights", text, `it takes learn, equal, or ${models} numbers from 0 with commas between`);
  }
  return Float64Array.from(numbers, (number) => number / sum);
}

function factOf({ weights, ndcg }: WeightTrial) {
  return { weights, ndcg };
}

function invalid(setting: string, value: string, fix: string): MatineeError {
  return new MatineeError("CONFIG_INVALID", `hybrid: ${setting} is "${value}"`, { fix });
}
