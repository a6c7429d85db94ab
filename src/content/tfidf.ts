/**
 * Texts as weighted words (K. Spärck Jones, "A statistical interpretation of term specificity", Journal of Documentation 28(1),
 * 1972), as scikit-learn's TfidfVectorizer defines them:
 *
 *   idf_t = ln((1 + n) / (1 + df_t)) + 1           n: documents, df_t: those that hold term t
 *   w_dt = tf_dt · idf_t / ‖(tf_ds · idf_s)_s‖     tf_dt: how often d holds t
 */
import type { Labels } from "../data/catalog.ts";
import { type Csr, transpose } from "../matrix/csr.ts";
import { englishStopWords } from "./stop-words.ts";
import { listWords, type WordLists } from "./tokens.ts";

/** Documents by their terms. */
export interface Tfidf {
  /** Sorted by code point. */
  readonly terms: readonly string[];
  /** float64 [terms] */
  readonly idf: Float64Array;
  /** documents × terms: tf. */
  readonly counts: Csr;
}

/**
 * Counts the terms of documents and weighs them.
 *
 * @param documents each is the texts that it carries, in any order
 * @param maxTerms keeps so many terms: those met most often over all documents, of equally frequent ones the first by code point
 */
export function fitTfidf(documents: Labels, maxTerms = Number.POSITIVE_INFINITY): Tfidf {
  const tokens = listWords(documents.names, englishStopWords);
  const all = countsOf(documents, tokens);
  const kept = mostFrequent(all, maxTerms, tokens.compare);
  const counts = withColumns(all, kept);
  const found = new Int32Array(kept.length);
  for (const term of counts.indices) found[term]++;
  return {
    terms: Array.from(kept, tokens.wordOf),
    idf: Float64Array.from(found, (df) => Math.log((1 + counts.rows) / (1 + df)) + 1),
    counts,
  };
}

/** w of every entry of `counts`: float64 [entries]. Rows have length 1, or no entries. */
export function tfidfWeights({ counts, idf }: Pick<Tfidf, "counts" | "idf">): Float64Array {
  const { rows, offsets, indices, values } = counts;
  const weights = new Float64Array(indices.length);
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      weights[n] = values[n] * idf[indices[n]];
      squares += weights[n] * weights[n];
    }
    const length = Math.sqrt(squares);
    for (let n = offsets[row]; n < offsets[row + 1]; n++) weights[n] /= length;
  }
  return weights;
}

/** documents × words, the columns of a row in the order they were met. */
function countsOf({ offsets, indices }: Labels, tokens: WordLists): Csr {
  const rows = offsets.length - 1;
  let most = 0;
  for (const name of indices) most += tokens.offsets[name + 1] - tokens.offsets[name];
  const starts = new Int32Array(rows + 1);
  const found = new Int32Array(most);
  const values = new Float32Array(most);
  /** Where the entry of a word is, if that is in the present row. */
  const places = new Int32Array(tokens.words).fill(-1);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const begin = end;
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      const name = indices[n];
      for (let m = tokens.offsets[name]; m < tokens.offsets[name + 1]; m++) {
        const word = tokens.indices[m];
        if (places[word] < begin) {
          places[word] = end;
          found[end++] = word;
        }
        values[places[word]]++;
      }
    }
    starts[row + 1] = end;
  }
  return {
    rows,
    columns: tokens.words,
    offsets: starts,
    indices: found.subarray(0, end),
    values: values.subarray(0, end),
  };
}

/** The words to keep, in the order of the alphabet. */
function mostFrequent({ columns, indices, values }: Csr, most: number, compare: WordLists["compare"]): Int32Array {
  const totals = new Int32Array(columns);
  for (let n = 0; n < indices.length; n++) totals[indices[n]] += values[n];
  const words = Int32Array.from({ length: columns }, (_, word) => word).filter((word) => totals[word] > 0);
  if (words.length <= most) return words.sort(compare);
  const least = totals.toSorted()[columns - most];
  const equal = words.filter((word) => totals[word] === least).sort(compare);
  const above = words.reduce((count, word) => count + (totals[word] > least ? 1 : 0), 0);
  const kept = new Set(equal.subarray(0, most - above));
  return words.filter((word) => totals[word] > least || kept.has(word)).sort(compare);
}

/** Column kept[n] becomes column n, the others go; the columns of a row ascend. */
function withColumns({ rows, columns, offsets, indices, values }: Csr, kept: Int32Array): Csr {
  const target = new Int32Array(columns).fill(-1);
  kept.forEach((column, n) => {
    target[column] = n;
  });
  const starts = new Int32Array(rows + 1);
  const [left, leftValues] = [new Int32Array(indices.length), new Float32Array(indices.length)];
  let end = 0;
  for (let row = 0; row < rows; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      if (target[indices[n]] < 0) continue;
      left[end] = target[indices[n]];
      leftValues[end++] = values[n];
    }
    starts[row + 1] = end;
  }
  const entries = { indices: left.subarray(0, end), values: leftValues.subarray(0, end) };
  // Each turn sorts by what becomes the column.
  return transpose(transpose({ rows, columns: kept.length, offsets: starts, ...entries }));
}
