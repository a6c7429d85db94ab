/**
 * Films by the words of their titles, genres and tags: P. Lops, M. de Gemmis, G. Semeraro, "Content-based recommender systems:
 * state of the art and trends", Recommender Systems Handbook, 2011; the weights of terms are those of src/content/tfidf.ts.
 *
 *   x_i: the terms of title, genres and tags of film i, weighted by tf · idf, of length 1
 *   s_ij = x_i · x_j                             the cosine
 *   score(u, j) = Σ_{i ∈ R(u)} w_ui s_ij         w_ui = r_ui − origin: what a rating weighs
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), and `origin` lies so far up from the lowest as `neutral`
 * says: at 3 of 1 to 5, where dislikes end, which are set aside (src/models/shared/dislikes.ts). It is 0 of events.
 *
 * A film needs no ratings to be listed. A film that shares no term with any that u rated gets no score. A film that comes after
 * training is weighed by the terms and the idf of training.
 *
 * State: offsets int32 [items + 1], indices int32 [entries] and counts float32 [entries]: how often each film holds each
 * term; idf float64 [terms]; facts terms (as text, sorted by code point), origin.
 */
import type { Static } from "typebox";
import { catalogDocuments } from "../content/catalog-vectors.ts";
import { countKnownTerms, fitTfidfInParts, tfidfWeights } from "../content/tfidf.ts";
import { finishInSteps } from "../in-steps.ts";
import type { Csr } from "../matrix/csr.ts";
import type { Algorithm, Answer, ExplanationPart, Tensors } from "./model.ts";
import { dislikeSetting } from "./shared/dislikes.ts";
import { emptyRows, placedRows } from "./shared/placing.ts";
import { Type } from "./shared/schema.ts";
import { neutralPoint } from "./shared/standard-scale.ts";
import { checkRows, numberOf, tensorOf, textListOf } from "./shared/state.ts";

const tfidfSettings = Type.Object({
  maxTerms: Type.Integer({
    default: 5000,
    minimum: 1,
    maximum: 1_000_000,
    description: "number of terms kept: the most frequent over all films",
  }),
  neutral: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description:
      "how far up the scale a rating weighs nothing, as a share from the lowest rating to the highest: ratings count by how far above they are",
  }),
  dislike: dislikeSetting,
});

/** Distinct terms of a film, for the estimate of memory before any text is read: MovieLens has 5 to 6. */
const termsOfOne = 6;

export const tfidfAlgorithm: Algorithm<Static<typeof tfidfSettings>> = {
  name: "tfidf",
  summary: "TF-IDF of titles, genres and tags: films of similar content, rated or not.",
  settings: tfidfSettings,
  learnsFrom: "content",
  foldIn: "exact",

  estimate({ items }, { maxTerms }) {
    const entries = termsOfOne * items;
    return { bytes: 8 * entries + 4 * items + 8 * Math.min(maxTerms, entries), operations: 100 * entries };
  },

  async fit(train, { maxTerms, neutral }, { step }) {
    const counting = fitTfidfInParts(catalogDocuments(train.catalog), maxTerms);
    const { terms, idf, counts } = await finishInSteps(counting, step);
    return {
      algorithm: "tfidf",
      facts: { terms, origin: neutralPoint(train, neutral) },
      tensors: { ...countTensors(counts), idf: { shape: [idf.length], data: idf } },
    };
  },

  open(state) {
    const offsets = tensorOf(state, "offsets", Int32Array, undefined);
    const indices = tensorOf(state, "indices", Int32Array, undefined);
    const values = tensorOf(state, "counts", Float32Array, indices.length);
    const idf = tensorOf(state, "idf", Float64Array, undefined);
    const terms = textListOf(state, "terms", idf.length);
    const origin = numberOf(state, "origin");
    checkRows(state, offsets, indices, idf.length);
    const items = offsets.length - 1;
    const counts: Csr = { rows: items, columns: idf.length, offsets, indices, values };
    const weights = tfidfWeights({ idf, counts });

    /** Adds `factor` times a film's row, and marks its terms. */
    function add(item: number, factor: number, sum: Float64Array, met: Uint8Array): void {
      for (let n = offsets[item]; n < offsets[item + 1]; n++) {
        sum[indices[n]] += factor * weights[n];
        met[indices[n]] = 1;
      }
    }

    /** Each film's product with a vector of terms; −Infinity where none of its terms was met. */
    function products(vector: Float64Array, met: Uint8Array, out: Float32Array | Float64Array): void {
      for (let item = 0; item < items; item++) {
        let product = 0;
        let shared = 0;
        for (let n = offsets[item]; n < offsets[item + 1]; n++) {
          product += vector[indices[n]] * weights[n];
          shared |= met[indices[n]];
        }
        out[item] = shared === 1 ? product : -Infinity;
      }
    }

    return {
      items,
      ask({ profile: { items: rated, values: ratings } }): Answer {
        const vector = new Float64Array(idf.length);
        const met = new Uint8Array(idf.length);
        for (let n = 0; n < rated.length; n++)
          if (ratings[n] !== origin) add(rated[n], ratings[n] - origin, vector, met);
        return {
          score: (out) => products(vector, met, out),
          explain(item) {
            const own = new Float64Array(idf.length);
            const ownTerms = new Uint8Array(idf.length);
            add(item, 1, own, ownTerms);
            const parts: ExplanationPart[] = [];
            for (let n = 0; n < rated.length; n++) {
              let product = 0;
              for (let m = offsets[rated[n]]; m < offsets[rated[n] + 1]; m++) product += own[indices[m]] * weights[m];
              if (product === 0) continue;
              const value = (ratings[n] - origin) * product;
              parts.push({ kind: "rating", item: rated[n], rating: ratings[n], value });
            }
            return { parts };
          },
        };
      },
      similarItems(item, out) {
        const vector = new Float64Array(idf.length);
        const met = new Uint8Array(idf.length);
        add(item, 1, vector, met);
        products(vector, met, out);
        out[item] = -Infinity;
      },
      topTerms(item, k) {
        // By ascending term, which equal weights keep.
        const own = Array.from({ length: offsets[item + 1] - offsets[item] }, (_, n) => {
          return { term: terms[indices[offsets[item] + n]], weight: weights[offsets[item] + n] };
        });
        return own.sort((a, b) => b.weight - a.weight).slice(0, k);
      },
      async placeItems(state, items) {
        const added = countKnownTerms(catalogDocuments(items.catalog), terms);
        const tensors = { ...state.tensors, ...countTensors(placedRows(items, counts, added)) };
        return { state: { ...state, tensors }, unplaced: emptyRows(added) };
      },
      [Symbol.dispose]() {},
    };
  },
};

function countTensors({ offsets, indices, values }: Csr): Tensors {
  return {
    offsets: { shape: [offsets.length], data: offsets },
    indices: { shape: [indices.length], data: indices },
    counts: { shape: [values.length], data: values },
  };
}
