/** Vectors of a state: in memory, or left where they are stored and read a portion at a time. Both give the same numbers. */
import type { Step } from "../../compute/engine.ts";
import { cutRows } from "../../data/blocks/rows-by-index.ts";
import { type Csr, rowsBetween } from "../../matrix/csr.ts";
import { multiplyRows } from "../../matrix/dense.ts";
import type { Answer, State, StoredRows } from "../model.ts";
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
  return rowsInMemory(tensorOf(state, name, Float32Array, undefined, undefined), state.tensors[name].shape[1]);
}

/** @param all float32 [rows × length] */
export function rowsInMemory(all: Float32Array, length: number): VectorRows {
  return {
    rows: all.length / length,
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
      for (let n = 0; n < wanted.length; ) {
        const from = n++;
        while (n < wanted.length && wanted[n] === wanted[n - 1] + 1) n++; // rows that lie one after another are read at once
        reader.read(wanted[from], copy.subarray(from * length, n * length));
      }
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

/** Ratings whose items' vectors are in memory at a time, where vectors are stored. */
const gatheredRatings = 2 ** 18;

/** Rows of ratings, with vectors of the items that are rated in them. */
export interface GatheredRatings {
  /** The first of the rows. */
  readonly from: number;
  /** Columns are places in `vectors`. */
  readonly ratings: Csr;
  readonly vectors: Float32Array;
  /** int32: the item of each vector. Absent where these are the vectors of all items. */
  readonly items?: Int32Array;
}

/** All ratings at once with all vectors, where these are in memory; else some rows after others, each with the vectors that it needs. */
export function* gathered(vectors: VectorRows, ratings: Csr): Generator<GatheredRatings> {
  if (vectors.all) {
    yield { from: 0, ratings, vectors: vectors.all };
    return;
  }
  const counts = Int32Array.from({ length: ratings.rows }, (_, row) => ratings.offsets[row + 1] - ratings.offsets[row]);
  const starts = cutRows(counts, (_, entries) => entries > gatheredRatings);
  for (let part = 0; part + 1 < starts.length; part++) {
    const from = starts[part];
    const own = rowsBetween(ratings, from, starts[part + 1]);
    const sorted = own.indices.slice().sort();
    const items = sorted.filter((item, n) => n === 0 || item !== sorted[n - 1]);
    const indices = own.indices.map((item) => placeIn(items, item));
    yield { from, ratings: { ...own, columns: items.length, indices }, vectors: vectors.some(items), items };
  }
}

/** The place of a number among ascending ones, of which it is one. */
function placeIn(ascending: Int32Array, wanted: number): number {
  let [from, to] = [0, ascending.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle] < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * Scores of a model that are made of products of one vector, x, with those of all items: `Answer.score`, and `scoreInSteps` where vectors are stored.
 * @returns a function of x, found at the first use, and of what makes a score of an item and its product with x
 */
export function scoringByProducts(
  y: VectorRows,
): (
  x: () => Float64Array,
  scoreOf: (item: number, product: number) => number,
) => Pick<Answer, "score" | "scoreInSteps"> {
  /** Of one portion at a time: arrays made for each answer would have all of memory searched for garbage. */
  let products = new Float64Array(0);
  return (x, scoreOf) => {
    const scorePortion = ({ from, vectors }: Portion, out: Float32Array) => {
      const count = vectors.length / y.length;
      if (products.length < count) products = new Float64Array(count);
      multiplyRows({ y: vectors, f: y.length }, x(), products);
      for (let n = 0; n < count; n++) out[from + n] = scoreOf(from + n, products[n]);
    };
    return {
      score(out) {
        for (const portion of y.portions()) scorePortion(portion, out);
      },
      ...(!y.all && {
        async scoreInSteps(out: Float32Array, step: Step) {
          for (const portion of y.portions()) {
            scorePortion(portion, out);
            await step(portion.from, y.rows);
          }
        },
      }),
    };
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
