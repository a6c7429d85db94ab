/** How a model shows each capability that `src/models/capabilities.ts` promises, and the variants that differ from their model's row. */
import { type Capability, capabilitiesOf } from "../../src/models/capabilities.ts";
import type { Answer, Model } from "../../src/models/model.ts";

export const capabilityChecks: Readonly<Record<Capability, (model: Model, answer: Answer) => boolean>> = {
  "predicts ratings": (_model, answer) => answer.predict !== undefined,
  "says how far predictions may be off": (_model, answer) => answer.deviate !== undefined,
  "explains scores": (_model, answer) => answer.explain !== undefined,
  "explains ratings": (_model, { predict, explain, explainRating }) =>
    predict !== undefined && (explainRating ?? explain) !== undefined,
  "explains ratings by other parts than scores": (_model, answer) => answer.explainRating !== undefined,
  "names neighbours": (_model, answer) => answer.neighbours !== undefined,
  "names liked genres": (_model, answer) => answer.taste !== undefined,
  "finds similar items": (model) => model.similarItems !== undefined,
  "names top terms": (model) => model.topTerms !== undefined,
  "gives vectors": (model) => model.vectors !== undefined,
  "answers many at once": (model) => model.askAll !== undefined,
  "keeps ratings": (model) => model.ratings !== undefined,
  "blends models": (model) => model.blend !== undefined,
  "places new items": (model) => model.placeItems !== undefined,
};

export interface Exception {
  readonly reason: string;
  readonly loses?: readonly Capability[];
  readonly gains?: readonly Capability[];
}

const byFeatures: Exception = { reason: "knows how content counts", gains: ["places new items"] };

const overUsers: Exception = {
  reason: "works with the ratings themselves where users are fewer than items",
  gains: ["keeps ratings"],
};

const everyRating: Exception = {
  reason: "ranks by all ratings, as the studies did, and so by what it predicts",
  loses: ["explains ratings by other parts than scores"],
};

/** Variants, by title, whose settings take something away or add it. An exception that is not needed fails. */
export const exceptions: Readonly<Record<string, Exception>> = {
  ease: overUsers,
  "ease (0.5, genres)": overUsers,
  "als (genres)": byFeatures,
  "als (tfidf, cholesky)": byFeatures,
  "mf (genres)": byFeatures,
  "mf (tfidf, als)": byFeatures,
  "user-knn (hybrid)": everyRating,
  "user-knn (hybrid-lists)": everyRating,
  "user-knn (mean-centred)": everyRating,
  "user-knn (deviation)": everyRating,
  "stacking (bias, wide:mf, neural, wide.factors=9,wide.epochs=5,neural.epochs=5, 2)": {
    reason: "a part explains nothing",
    loses: ["explains scores", "explains ratings", "explains ratings by other parts than scores"],
  },
  "hybrid (lists)": { reason: "blends no model of content", loses: ["names top terms", "places new items"] },
  "hybrid (item-knn, als, tfidf, learn, rank)": { reason: "ranks have no parts", loses: ["explains scores"] },
};

/** What a variant of a model must be able to do. */
export function promised(name: string, title: string = name): ReadonlySet<Capability> {
  const { loses = [], gains = [] } = exceptions[title] ?? {};
  return new Set([...capabilitiesOf(name).filter((capability) => !loses.includes(capability)), ...gains]);
}
