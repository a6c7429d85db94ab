/**
 * Texts as vectors of weighted terms (K. Spärck Jones, "A statistical interpretation of term specificity", Journal of
 * Documentation 28(1), 1972), as scikit-learn's TfidfVectorizer defines them:
 *
 *   idf_t = ln((1 + n) / (1 + df_t)) + 1           n: documents, df_t: those that hold term t
 *   w_dt = tf_dt · idf_t / ‖(tf_ds · idf_s)_s‖     tf_dt: how often d holds t
 */
import type { Labels } from "../data/catalog.ts";
import { finish } from "../in-steps.ts";
import { type Csr, transpose } from "../matrix/csr.ts";
import { englishStopWords } from "./stop-words.ts";
import { listWords, listWordsInParts, type WordLists } from "./tokens.ts";

/** The terms of documents. */
export interface Tfidf {
  /** Sorted by code point. */
  readonly terms: readonly string[];
  /** float64 [terms] */
  readonly idf: Float64Array;
  /** documents × terms: tf. */
  readonly counts: Csr;
}

/**
 * Counts the terms of documents and computes their idf.
 *
 * @param documents each document is its texts, in any order
 * @param maxTerms the number of terms to keep: the most frequent over all documents, at equal frequency the first by code point
 */
export function fitTfidf(documents: Labels, maxTerms = Number.POSITIVE_INFINITY): Tfidf {
  return finish(fitTfidfInParts(documents, maxTerms));
}

/** The same, some documents at a time. */
export function* fitTfidfInParts(documents: Labels, maxTerms: number): Generator<undefined, Tfidf> {
  const lists = yield* listWordsInParts(documents.names, englishStopWords);
  const all = yield* countTerms(documents, lists);
  const kept = mostFrequent(all, maxTerms, lists.compare);
  yield;
  const counts = yield* selectColumns(all, columnsOf(all.columns, kept), kept.length);
  const found = new Int32Array(kept.length);
  for (const term of counts.indices) found[term]++;
  return {
    terms: Array.from(kept, lists.wordOf),
    idf: Float64Array.from(found, (df) => Math.log((1 + counts.rows) / (1 + df)) + 1),
    counts,
  };
}

/** Counts known terms in documents, as `fitTfidf` does: documents × terms. Other words are left out. */
export function countKnownTerms(documents: Labels, terms: readonly string[]): Csr {
  const lists = listWords(documents.names, englishStopWords);
  const numbers = new Map(terms.map((term, number) => [term, number]));
  const target = Int32Array.from({ length: lists.words }, (_, word) => numbers.get(lists.wordOf(word)) ?? -1);
  return finish(selectColumns(finish(countTerms(documents, lists)), target, terms.length));
}

/** The weight w of every entry of `counts`: float64 [entries]. Rows are unit vectors, or have no entries. */
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

/** Documents between two parts of the work. */
const rowsAtOnce = 4096;

/** documents × words: how often a document holds a word, the columns of a row in order of first appearance. */
function* countTerms({ offsets, indices }: Labels, lists: WordLists): Generator<undefined, Csr> {
  const rows = offsets.length - 1;
  let most = 0;
  for (const name of indices) most += lists.offsets[name + 1] - lists.offsets[name];
  const starts = new Int32Array(rows + 1);
  const found = new Int32Array(most);
  const values = new Float32Array(most);
  /** The last entry of each word; one of the present row from `begin` on. */
  const entryOf = new Int32Array(lists.words).fill(-1);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    if (row % rowsAtOnce === 0) yield;
    const begin = end;
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      const name = indices[n];
      for (let m = lists.offsets[name]; m < lists.offsets[name + 1]; m++) {
        const word = lists.indices[m];
        if (entryOf[word] < begin) {
          entryOf[word] = end;
          found[end++] = word;
        }
        values[entryOf[word]]++;
      }
    }
    starts[row + 1] = end;
  }
  return {
    rows,
    columns: lists.words,
    offsets: starts,
    indices: found.subarray(0, end),
    values: values.subarray(0, end),
  };
}

/** The words to keep, by code point. */
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

/** Of each column, its place among those kept, or −1. */
function columnsOf(columns: number, kept: Int32Array): Int32Array {
  const target = new Int32Array(columns).fill(-1);
  kept.forEach((column, n) => {
    target[column] = n;
  });
  return target;
}

/** Keeps some columns: column n becomes column target[n] of `columns`, or goes where that is −1. The columns of a row ascend. */
function* selectColumns(
  { rows, offsets, indices, values }: Csr,
  target: Int32Array,
  columns: number,
): Generator<undefined, Csr> {
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
  // Each transposition sorts by what becomes the column.
  yield;
  const byColumn = transpose({ rows, columns, offsets: starts, ...entries });
  yield;
  return transpose(byColumn);
}
