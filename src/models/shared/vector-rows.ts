/** Vectors of a state: in memory, or left where they are stored and read a portion at a time. Both give the same numbers. */
import type { State, StoredRows } from "../model.ts";
import { stateError, tensorOf } from "./state.ts";

/** float32 [rows × length] */
export interface VectorRows extends Disposable {
  readonly rows: number;
  readonly length: number;
  /** All of them; absent where they are left where they are stored. */
  readonly all?: Float32Array;
  /** Copies of some of them, one after another. */
  some(rows: Int32Array): Float32Array;
  /** All of them in order. A portion is valid until the next one. */
  portions(): Iterable<Portion>;
}

/** Vectors from row `from` on. */
export interface Portion {
  readonly from: number;
  readonly vectors: Float32Array;
}

/** Bytes of a portion that is read from a file: it stays in the cache of a processor until it is used. */
const portionBytes = 2 ** 20;

/** Vectors that are stored under a name. @throws ARTIFACT_CONTENT */
export function vectorRowsOf(state: State, name: string): VectorRows {
  const stored = state.stored && Object.hasOwn(state.stored, name) ? state.stored[name] : undefined;
  if (stored) return storedVectors(stored);
  const all = tensorOf(state, name, Float32Array, undefined, undefined);
  const [rows, length] = state.tensors[name].shape;
  return {
    rows,
    length,
    all,
    some(wanted) {
      const copy = new Float32Array(wanted.length * length);
      for (const [n, row] of wanted.entries()) copy.set(all.subarray(row * length, (row + 1) * length), n * length);
      return copy;
    },
    portions: () => [{ from: 0, vectors: all }],
    [Symbol.dispose]() {},
  };
}

function storedVectors(stored: StoredRows): VectorRows {
  const { rows, length } = stored;
  const reader = stored.open();
  // Products are taken of four rows at a time.
  const portionRows = 4 * Math.max(1, Math.floor(portionBytes / (16 * length)));
  /** Arrays that no portion is in at present: made for each pass, they would have all of memory searched for garbage. */
  const free: Float32Array[] = [];
  return {
    rows,
    length,
    some(wanted) {
      reader.check();
      const copy = new Float32Array(wanted.length * length);
      for (const [n, row] of wanted.entries()) reader.read(row, copy.subarray(n * length, (n + 1) * length));
      return copy;
    },
    *portions() {
      reader.check();
      const array = free.pop() ?? new Float32Array(portionRows * length);
      try {
        for (let from = 0; from < rows; from += portionRows) {
          const vectors = array.subarray(0, Math.min(portionRows, rows - from) * length);
          reader.read(from, vectors);
          yield { from, vectors };
        }
      } finally {
        free.push(array);
      }
    },
    [Symbol.dispose]: () => reader[Symbol.dispose](),
  };
}

/** The greatest length of a vector: no model has greater numbers, and products of two are within single precision. */
const greatest = 1e15;

/**
 * Lengths of vectors, float64 [rows]. Yields between portions.
 * @throws ARTIFACT_CONTENT for numbers that no model has, which are found in no other way where vectors are stored
 */
export function* lengthsOf(state: State, vectors: VectorRows): Generator<undefined, Float64Array> {
  const { rows, length: f } = vectors;
  const lengths = new Float64Array(rows);
  for (const { from, vectors: part } of vectors.portions()) {
    for (let n = 0; n < part.length / f; n++) {
      let squares = 0;
      for (let k = n * f; k < (n + 1) * f; k++) squares += part[k] * part[k];
      lengths[from + n] = Math.sqrt(squares);
      if (!vectors.all && !(lengths[from + n] <= greatest)) {
        throw stateError(state, `the length of vector ${from + n} is ${lengths[from + n]}`);
      }
    }
    yield;
  }
  return lengths;
}

/** `Model.similarItems` by cosine: −Infinity for the item itself, and where a vector has no length. */
export function cosinesOf(
  vectors: VectorRows,
  lengths: Float64Array,
  item: number,
  out: Float64Array,
  among?: Int32Array,
): void {
  const f = vectors.length;
  const own = vectors.some(Int32Array.of(item));
  const write = (other: number, part: Float32Array, at: number) => {
    const length = lengths[item] * lengths[other];
    let product = 0;
    for (let k = 0; k < f; k++) product += own[k] * part[at + k];
    out[other] = other === item || length === 0 ? -Infinity : product / length;
  };
  if (among) {
    const some = vectors.some(among);
    for (const [n, other] of among.entries()) write(other, some, n * f);
    return;
  }
  for (const { from, vectors: part } of vectors.portions()) {
    for (let n = 0; n < part.length / f; n++) write(from + n, part, n * f);
  }
}
