/**
 * Words of texts: lower-cased runs of two or more letters, digits and underscores in the sense of Unicode (categories L and N), as
 * the pattern `\b\w\w+\b` finds them in Python.
 */

/** Words as numbers, in the order in which they first appear. */
export interface WordLists {
  /** How many different words there are. */
  readonly words: number;
  /** Text t has the words `indices[offsets[t] .. offsets[t + 1]]`, in order. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  wordOf(index: number): string;
  /** Below 0 where word a comes before word b by code points, above 0 where after. */
  compare(a: number, b: number): number;
}

/** What an ASCII character is in lower case; 0 where it belongs to no word. */
const lowerCase = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /\w/.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});

const unicodeWord = /[\p{L}\p{N}_]{2,}/gu;

/** The words of texts; those in `without` are left out. */
export function listWords(texts: readonly string[], stopWords: Iterable<string>): WordLists {
  const words = dictionary();
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(2 ** 10);
  /** The text as UTF-8, in `bytes`: how many of them. */
  const encode = (text: string): number => {
    if (bytes.length < 3 * text.length) bytes = enlarge(bytes, 3 * text.length);
    return encoder.encodeInto(text, bytes).written;
  };
  for (const word of stopWords) words.numberOf(bytes, 0, encode(word));
  const omitted = words.size();

  const offsets = new Int32Array(texts.length + 1);
  let indices = new Int32Array(2 ** 10);
  let end = 0;
  const take = (from: number, to: number) => {
    const word = words.numberOf(bytes, from, to) - omitted;
    if (word >= 0) indices[end++] = word;
  };
  texts.forEach((text, n) => {
    const most = end + (text.length >> 1) + 1;
    if (most > indices.length) indices = enlarge(indices, most);
    const length = encode(text);
    if (length === text.length) asciiWords(bytes, length, take);
    // Lower case may be longer, as of İ, and depends on what stands beside, as of Σ: this is left to the language.
    else for (const [word] of text.toLowerCase().matchAll(unicodeWord)) take(0, encode(word));
    offsets[n + 1] = end;
  });
  return {
    words: words.size() - omitted,
    offsets,
    indices: indices.subarray(0, end),
    wordOf: (index) => words.textOf(index + omitted),
    compare: (a, b) => words.compare(a + omitted, b + omitted),
  };
}

/** Turns ASCII text into lower case where it lies and calls back with the bounds of every word. */
function asciiWords(bytes: Uint8Array, length: number, each: (from: number, to: number) => void): void {
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

/** Numbers words by a hash table over their bytes, so that no string is made of a word that is met again. */
function dictionary() {
  /** Word n is the bytes starts[n] .. starts[n + 1]. */
  let bytes = new Uint8Array(2 ** 16);
  let starts = new Int32Array(2 ** 10);
  let known = 0;
  /** Of each slot the hash, and 1 + the number of the word, 0 where it is free; a power of two of slots, at most half taken. */
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
    /** The number of the word `text[from .. to]`, which is learned if it is new. */
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

/** The same words in a table of twice the size. */
function enlargeTable(table: Int32Array): Int32Array {
  const wider = new Int32Array(2 * table.length);
  const mask = wider.length - 1;
  for (let from = 0; from < table.length; from += 2) {
    if (table[from + 1] === 0) continue;
    let slot = (2 * table[from]) & mask;
    while (wider[slot + 1] !== 0) slot = (slot + 2) & mask;
    wider[slot] = table[from];
    wider[slot + 1] = table[from + 1];
  }
  return wider;
}

/** A copy with room for `length` numbers or more. */
function enlarge<T extends Int32Array | Uint8Array>(array: T, length: number): T {
  const longer = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  longer.set(array);
  return longer;
}
