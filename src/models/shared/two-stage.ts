/**
 * Two models as one: the first ranks, and the second predicts ratings. Scores, similar items and their explanations are the first's;
 * predictions and theirs are the second's.
 */
import type { Answer, Answers, Model, Query } from "../model.ts";
import { answersOf, predictInto } from "./answers.ts";
import { emptyProfile } from "./profiles.ts";

/** @param predictor one that predicts ratings and explains them; disposed of with the whole */
export function withPredictor(ranker: Model, predictor: Model): Model {
  const { deviate } = predictor.ask({ profile: emptyProfile });
  // Of items that are placed later, only the first would know.
  const { placeItems: _, ...ranking } = ranker;
  const { blend } = ranker;
  return {
    ...ranking,
    ...(blend && { blend: { ...blend, weighted: (weights) => withPredictor(blend.weighted(weights), predictor) } }),
    ask: (query) => answerOf(ranker.ask(query), query),
    askAll(engine, arena) {
      let answers: Answers | undefined; // which only scores need
      const ranked = () => (answers ??= answersOf(ranker, engine, arena));
      return {
        score: (queries, out, step) => ranked().score(queries, out, step),
        get scoreInPortions() {
          return ranked().scoreInPortions;
        },
        async predict(queries, wanted, out, step) {
          await predictInto(predictor, engine, queries, wanted, out, step);
        },
      };
    },
    [Symbol.dispose]() {
      ranker[Symbol.dispose]();
      predictor[Symbol.dispose]();
    },
  };

  /** The second model is asked only where ratings are predicted. */
  function answerOf(ranked: Answer, query: Query): Answer {
    let asked: Answer | undefined;
    const second = () => {
      asked ??= predictor.ask(query);
      return asked;
    };
    return {
      ...ranked,
      predict: (items, out, rules) => second().predict!(items, out, rules),
      ...(deviate && { deviate: (items: Int32Array, out: Float32Array) => second().deviate!(items, out) }),
      explainRating: (item) => {
        const { explain, explainRating } = second();
        return (explainRating ?? explain)!(item);
      },
    };
  }
}
