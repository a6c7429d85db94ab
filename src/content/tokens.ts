/**
 * Words of texts: runs of two or more letters, digits (Unicode categories L and N) and underscores in lower case, as
 * the pattern `\b\w\w+\b` finds them in Python.
 */
import { finish } from "../in-steps.ts";

/** The words of texts as numbers, given in the order of first appearance. */
export interface WordLists {
  /** Number of different words. */
  readonly words: number;
  /** Text t has the words `indices[offsets[t] .. offsets[t + 1]]`, in order. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  wordOf(index: number): string;
  /** Compares two words by code points: below 0 where a comes first, above 0 where b does. */
  compare(a: number, b: number): number;
}

/** The lower case of each ASCII character; 0 where it is not part of a word. */
const lowerCase = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /\w/.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});

const unicodeWord = /[\p{L}\p{N}_]{2,}/gu;

/** Lists the words of texts without stop words. */
export function listWords(texts: readonly string[], stopWords: Iterable<string>): WordLists {
  return finish(listWordsInParts(texts, stopWords));
}

/** Texts between two parts of the work. */
const textsAtOnce = 4096;

/** The same, some texts at a time. */
export function* listWordsInParts(
  texts: readonly string[],
  stopWords: Iterable<string>,
): Generator<undefined, WordLists> {
  const words = createDictionary();
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(2 ** 10);
  /** Encodes a text as UTF-8 into `bytes`; returns the number of bytes. */
  const encode = (text: string): number => {
    if (bytes.length < 3 * text.length) bytes = enlarge(bytes, 3 * text.length);
    return encoder.encodeInto(text, bytes).written;
  };
  for (const word of stopWords) words.numberOf(bytes, 0, encode(word));
  const omitted = words.size();

  const offsets = new Int32Array(texts.length + 1);
  let indices = new Int32Array(2 ** 10);
  let end = 0;
  const addWord = (from: number, to: number) => {
    const word = words.numberOf(bytes, from, to) - omitted;
    if (word >= 0) indices[end++] = word;
  };
  for (const [n, text] of texts.entries()) {
    if (n % textsAtOnce === 0) yield;
    const most = end + (text.length >> 1) + 1;
    if (most > indices.length) indices = enlarge(indices, most);
    const length = encode(text);
    if (length === text.length) scanAsciiWords(bytes, length, addWord);
    // Lower case may be longer, as that of İ, and may depend on neighbours, as that of Σ: `toLowerCase` decides.
    else for (const [word] of text.toLowerCase().matchAll(unicodeWord)) addWord(0, encode(word));
    offsets[n + 1] = end;
  }
  return {
    words: words.size() - omitted,
    offsets,
    indices: indices.subarray(0, end),
    wordOf: (index) => words.textOf(index + omitted),
    compare: (a, b) => words.compare(a + omitted, b + omitted),
  };
}

/** Converts ASCII text to lower case in place and calls `each` with the bounds of every word. */
function scanAsciiWords(bytes: Uint8Array, length: number, each: (from: number, to: number) => void): void {
  let from = 0;
  for (let n = 0; n < length; n++) {
    const lower = lowerCase[bytes[n]];
    if (lower !== 0) {
      bytes[n] = lower;
      continue;
    }
    if (n > from + 1) each(from, n);
    from = n + 1;
  }
  if (length > from + 1) each(from, length);
}

/** Numbers words by a hash table over their bytes, so that no string is built for a repeated word. */
function createDictionary() {
  /** Word n is the bytes starts[n] .. starts[n + 1]. */
  let bytes = new Uint8Array(2 ** 16);
  let starts = new Int32Array(2 ** 10);
  let known = 0;
  /** A power of two of slots, at most half full. Slot: the hash, and 1 + the number of the word, or 0 where it is free. */
  let table: Int32Array = new Int32Array(2 ** 12);

  function numberOf(text: Uint8Array, from: number, to: number): number {
    let hash = 0;
    for (let n = from; n < to; n++) hash = Math.imul(hash ^ text[n], 0x01000193);
    hash ^= hash >>> 15;
    const mask = table.length - 1;
    let slot = (2 * hash) & mask;
    for (; table[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (table[slot] === hash && same(table[slot + 1] - 1, text, from, to)) return table[slot + 1] - 1;
    }
    table[slot] = hash;
    table[slot + 1] = known + 1;
    return add(text, from, to);
  }

  function same(word: number, text: Uint8Array, from: number, to: number): boolean {
    const start = starts[word];
    if (starts[word + 1] - start !== to - from) return false;
    for (let n = from; n < to; n++) if (bytes[start + n - from] !== text[n]) return false;
    return true;
  }

  function add(text: Uint8Array, from: number, to: number): number {
    const end = starts[known] + to - from;
    if (end > bytes.length) bytes = enlarge(bytes, end);
    for (let n = from; n < to; n++) bytes[starts[known] + n - from] = text[n];
    known++;
    if (known === starts.length) starts = enlarge(starts, known + 1);
    starts[known] = end;
    if (4 * known > table.length) table = enlargeTable(table);
    return known - 1;
  }

  return {
    size: () => known,
    /** The number of the word `text[from .. to]`; a new number for a new word. */
    numberOf,
    textOf: (word: number) => new TextDecoder().decode(bytes.subarray(starts[word], starts[word + 1])),
    compare(a: number, b: number): number {
      const [lengthA, lengthB] = [starts[a + 1] - starts[a], starts[b + 1] - starts[b]];
      for (let n = 0; n < lengthA && n < lengthB; n++) {
        const difference = bytes[starts[a] + n] - bytes[starts[b] + n];
        if (difference !== 0) return difference;
      }
      return lengthA - lengthB;
    },
  };
}

/** Rehashes the words into a table of twice the size. */
function enlargeTable(table: Int32Array): Int32Array {
  const larger = new Int32Array(2 * table.length);
  const mask = larger.length - 1;
  for (let from = 0; from < table.length; from += 2) {
    if (table[from + 1] === 0) continue;
    let slot = (2 * table[from]) & mask;
    while (larger[slot + 1] !== 0) slot = (slot + 2) & mask;
    larger[slot] = table[from];
    larger[slot + 1] = table[from + 1];
  }
  return larger;
}

/** A copy with a capacity of at least `length`. */
function enlarge<T extends Int32Array | Uint8Array>(array: T, length: number): T {
  const longer = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  longer.set(array);
  return longer;
}
