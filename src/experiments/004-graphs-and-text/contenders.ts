/** Lists as study 004 made them: from the films nearest of all, and with ties in an order of their own. */
import { type Model, topK } from "../../core.ts";
import type { Contender } from "../../index.ts";

/**
 * Only the n films that a model scores highest among all, rated ones included, may be listed. Rated films are left out of lists
 * afterwards, so that few may be left. Where the model scores no film, the n most rated unrated films take their place.
 */
export function nearestContender(name: string, base: Contender, n: number): Contender {
  return rescored(name, base, (scores, rated, counts) => {
    if (scores.some((score) => score > -Infinity)) return nearestOf(scores, n);
    const unrated = Float32Array.from(counts);
    for (const item of rated) unrated[item] = -Infinity;
    return nearestOf(unrated, n);
  });
}

/** The n highest scores; −Infinity elsewhere. */
export function nearestOf(scores: Float32Array, n: number): Float32Array {
  const out = new Float32Array(scores.length).fill(-Infinity);
  for (const item of topK(scores, n)) out[item] = scores[item];
  return out;
}

/** Films of equal scores stand by falling index, and not by rising. */
export function lastOfTiesContender(name: string, base: Contender): Contender {
  return rescored(name, base, (scores) => {
    const alike = roundedScores(scores);
    const order = [...alike.keys()].filter((item) => alike[item] > -Infinity);
    order.sort((a, b) => alike[a] - alike[b] || a - b);
    const out = new Float32Array(scores.length).fill(-Infinity);
    for (const [place, item] of order.entries()) out[item] = place;
    return out;
  });
}

/** Scores that are equal but for rounding in single precision become equal. */
export function roundedScores(scores: Float32Array): Float64Array {
  return Float64Array.from(scores, (score) => Math.round(score * 1e5));
}

type Rescore = (scores: Float32Array, rated: Int32Array, counts: Int32Array) => Float32Array;

function rescored(name: string, base: Contender, rescore: Rescore): Contender {
  const { key: _, ...rest } = base;
  return {
    ...rest,
    name,
    async fit(train, options) {
      const { model, ...fitted } = await base.fit(train, options);
      return { ...fitted, model: rescoredModel(model, (scores, rated) => rescore(scores, rated, fitted.counts)) };
    },
  };
}

function rescoredModel(model: Model, rescore: (scores: Float32Array, rated: Int32Array) => Float32Array): Model {
  return {
    items: model.items,
    ask(query) {
      const answer = model.ask(query);
      return {
        score(out) {
          answer.score(out);
          out.set(rescore(out, query.profile.items));
        },
      };
    },
    [Symbol.dispose]: () => model[Symbol.dispose](),
  };
}
