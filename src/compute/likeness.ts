/**
 * Rows made ready to be compared, in one of two forms, for the kernels in assembly/neighbours.ts. Targets are rows of one
 * matrix in an order of their own, by position; askers are rows over the same columns.
 *
 * Bytes: values are 1 .. 15 of some unit (half stars), so that sums of products are exact whole numbers; targets lie dense,
 * a byte a cell. Sums: any values, products scattered over inverted lists in double precision.
 */
import { type Csr, meansOfRows } from "../matrix/csr.ts";
import type { Arena, NumberArray, Work } from "./engine.ts";
import type { Kernel } from "./kernels.ts";
import type { Levels } from "./levels.ts";

export interface Likeness {
  /**
   * cos(x_a, x_b) over all columns, absent = 0: of values as they are ("cosine"), less the row's mean ("centred"), or less the
   * column's mean ("adjusted"); "pearson": over the columns that both rows have, less both means over those.
   */
  readonly similarity: "cosine" | "centred" | "adjusted" | "pearson";
  /** β: a similarity over n common columns is multiplied by n / (n + β). */
  readonly shrinkage: number;
}

/** In place of an angle: Σ_c x_ac x_bc / (l_a l_b). */
export interface Product {
  /** x of an entry. */
  readonly entry: (column: number, value: number) => number;
  /** l of each row, above 0. */
  readonly lengths: Float64Array;
}

/** Some of the targets, ready: `count` of them from position `first` on. */
export interface Part {
  readonly first: number;
  readonly count: number;
  /** The kernel's arguments that describe them. */
  readonly args: readonly (number | NumberArray)[];
  readonly facts: Float64Array;
}

export interface Askers {
  readonly rows: number;
  readonly args: readonly (number | NumberArray)[];
  /** float64 [rows × 3]: number of entries, their sum, and the squared length as the similarity has it. */
  readonly facts: Float64Array;
}

export interface Form {
  /** Rows of a matrix that ask, in the order given. */
  askers(arena: Arena, csr: Csr, order: Int32Array): Askers;
  part(arena: Arena, first: number, count: number): Part;
  /**
   * What fills panel[asker × stride + n] with the similarity with target first + n. `symmetric`: askers are the targets; only
   * n before them.
   */
  work(askers: Askers, part: Part, symmetric: boolean, panel: Float64Array, stride: number): [Kernel, Work];
}

/** How bytes lie: in blocks of `pitch` targets, a multiple of 128, those columns apart that `tails` names, if any. */
export interface Layout {
  readonly pitch: number;
  /** Columns that few targets have: their number among tails where they are one, −1 where not. */
  readonly tails?: Int32Array;
}

/** What is left of a value less a mean that is equal to it but for rounding is nothing, rather than a direction. */
const rounding = 1e-12;

export function bytesForm(
  csr: Csr,
  order: Int32Array,
  { similarity, shrinkage }: Likeness,
  { unit, levels }: Levels,
  { pitch, tails }: Layout,
): Form {
  const perUnit = 1 / unit; // a unit is a power of two, so that this is exact
  const { places, heads, tailCount } = placesOf(csr.columns, tails);
  const kind = { cosine: 0, adjusted: 0, centred: 1, pearson: 2 }[similarity];

  /** In units; the length of a centred row times its number of entries twice, which keeps it a whole number. */
  function writeFacts(facts: Float64Array, from: Csr, rows: Int32Array): void {
    rows.forEach((row, position) => {
      let sum = 0;
      let square = 0;
      for (let n = from.offsets[row]; n < from.offsets[row + 1]; n++) {
        const level = (from.values[n] * perUnit) | 0;
        sum += level;
        square += level * level;
      }
      const count = from.offsets[row + 1] - from.offsets[row];
      facts.set([count, sum, kind === 1 ? (count * square - sum * sum) * count : square], 3 * position);
    });
  }

  return {
    askers(arena, from, rows) {
      let headEntries = 0;
      let tailEntries = 0;
      for (const row of rows) {
        if (tailCount === 0) headEntries += from.offsets[row + 1] - from.offsets[row];
        else
          for (let n = from.offsets[row]; n < from.offsets[row + 1]; n++) {
            if (places[from.indices[n]] < heads) headEntries++;
            else tailEntries++;
          }
      }
      const facts = arena.float64(3 * rows.length);
      writeFacts(facts, from, rows);
      const list = (entries: number, begin: number, end: number) => {
        const starts = arena.int32(rows.length * (levels + 1));
        const lists = arena.int32(entries);
        const next = new Int32Array(levels + 1);
        let at = 0;
        const { offsets, indices, values } = from;
        for (let position = 0; position < rows.length; position++) {
          next.fill(0);
          const row = rows[position];
          const first = offsets[row];
          const last = offsets[row + 1];
          for (let n = first; n < last; n++) {
            const place = places[indices[n]];
            if (place >= begin && place < end) next[(values[n] * perUnit) | 0]++;
          }
          for (let level = 0; level <= levels; level++) {
            at += next[level];
            starts[position * (levels + 1) + level] = at;
            next[level] = at - next[level];
          }
          for (let n = first; n < last; n++) {
            const place = places[indices[n]];
            if (place >= begin && place < end) lists[next[(values[n] * perUnit) | 0]++] = place - begin;
          }
        }
        return [starts, lists];
      };
      const ofHeads = list(headEntries, 0, heads);
      const ofTails = tailCount > 0 ? list(tailEntries, heads, csr.columns) : [0, 0];
      return { rows: rows.length, args: [levels, rows.length, ...ofHeads, ...ofTails], facts };
    },

    part(arena, first, count) {
      const blocks = Math.ceil(count / pitch);
      const bytes = arena.uint8(blocks * heads * pitch);
      const facts = arena.float64(3 * blocks * pitch);
      const rows = order.subarray(first, first + count);
      writeFacts(facts, csr, rows);
      const offsets = arena.int32(blocks * tailCount + 1);
      rows.forEach((row, n) => {
        const block = Math.floor(n / pitch);
        const start = block * heads * pitch + (n % pitch);
        for (let m = csr.offsets[row]; m < csr.offsets[row + 1]; m++) {
          const place = places[csr.indices[m]];
          if (place < heads) bytes[start + place * pitch] = csr.values[m] * perUnit;
          else offsets[block * tailCount + place - heads + 1]++;
        }
      });
      for (let n = 1; n < offsets.length; n++) offsets[n] += offsets[n - 1];
      const packed = arena.uint8(2 * offsets[offsets.length - 1]);
      const entries = new Uint16Array(packed.buffer, packed.byteOffset, packed.length / 2);
      const next = offsets.slice(0, -1);
      if (entries.length > 0) {
        rows.forEach((row, n) => {
          const list = Math.floor(n / pitch) * tailCount - heads;
          for (let m = csr.offsets[row]; m < csr.offsets[row + 1]; m++) {
            const place = places[csr.indices[m]];
            if (place >= heads) entries[next[list + place]++] = (n % pitch) * 16 + csr.values[m] * perUnit;
          }
        });
      }
      return { first, count, args: [pitch, bytes, heads, tailCount, offsets, packed], facts };
    },

    work(askers, part, symmetric, panel, stride) {
      const where = [part.first, Number(symmetric), panel, stride, kind, shrinkage, askers.facts, part.facts];
      const args = [...part.args, ...askers.args, ...where];
      return ["neighbourBytes", { rows: Math.ceil(part.count / pitch), blockRows: 1, scratch: pitch * 26, args }];
    },
  };
}

/** Where each column lies: heads first, from 0 on, then tails. */
function placesOf(columns: number, tails: Int32Array = new Int32Array(columns).fill(-1)) {
  const heads = tails.reduce((total, tail) => total + (tail < 0 ? 1 : 0), 0);
  let head = 0;
  return { places: tails.map((tail) => (tail < 0 ? head++ : heads + tail)), heads, tailCount: columns - heads };
}

export function sumsForm(arena: Arena, csr: Csr, order: Int32Array, likeness: Likeness | Product): Form {
  const product = "lengths" in likeness ? likeness : undefined;
  const { similarity, shrinkage } = "lengths" in likeness ? { similarity: "cosine", shrinkage: 0 } : likeness;
  const kind = similarity === "pearson" ? 2 : 0;
  const columnMeans = similarity === "adjusted" ? meansOfColumns(csr) : undefined;
  const lists = invert();

  /** Calls back with every entry of the rows, centred. */
  function eachEntry(
    from: Csr,
    rows: Int32Array,
    each: (position: number, column: number, value: number) => void,
  ): void {
    const rowMeans = similarity === "centred" ? meansOfRows(from, 0) : undefined;
    rows.forEach((row, position) => {
      for (let n = from.offsets[row]; n < from.offsets[row + 1]; n++) {
        const column = from.indices[n];
        const value = from.values[n];
        const rest = value - (rowMeans?.[row] ?? columnMeans?.[column] ?? 0);
        const centred = Math.abs(rest) > rounding * Math.abs(value) ? rest : 0;
        each(position, column, product ? product.entry(column, value) : centred);
      }
    });
  }

  /** Squared lengths, of rows whose entries have been added up, are those of a product instead. */
  function setLengths(facts: Float64Array, rows: Int32Array): void {
    if (!product) return;
    rows.forEach((row, position) => {
      facts[3 * position + 2] = product.lengths[row] ** 2;
    });
  }

  function invert() {
    const offsets = arena.int32(csr.columns + 1);
    for (const column of csr.indices) offsets[column + 1]++;
    for (let column = 0; column < csr.columns; column++) offsets[column + 1] += offsets[column];
    const next = offsets.slice(0, csr.columns);
    const positions = arena.int32(csr.indices.length);
    const values = arena.float64(csr.indices.length);
    const facts = new Float64Array(3 * csr.rows);
    eachEntry(csr, order, (position, column, value) => {
      positions[next[column]] = position;
      values[next[column]++] = value;
      facts[3 * position + 2] += value * value;
    });
    setLengths(facts, order);
    return { offsets, positions, values, facts };
  }

  return {
    askers(arena, from, rows) {
      const offsets = arena.int32(rows.length + 1);
      rows.forEach((row, n) => {
        offsets[n + 1] = offsets[n] + from.offsets[row + 1] - from.offsets[row];
      });
      const indices = arena.int32(offsets[rows.length]);
      const values = arena.float64(offsets[rows.length]);
      const facts = arena.float64(3 * rows.length);
      let at = 0;
      eachEntry(from, rows, (position, column, value) => {
        indices[at] = column;
        values[at++] = value;
        facts[3 * position + 2] += value * value;
      });
      setLengths(facts, rows);
      return { rows: rows.length, args: [offsets, indices, values], facts };
    },

    part(arena, first, count) {
      const { offsets, positions, values } = lists;
      const cursors = arena.int32(csr.columns);
      for (let column = 0; column < csr.columns; column++) {
        cursors[column] = lowerBound(positions, offsets[column], offsets[column + 1], first);
      }
      const facts = arena.float64(3 * count);
      facts.set(lists.facts.subarray(3 * first, 3 * (first + count)));
      return { first, count, args: [cursors, offsets.subarray(1), positions, values], facts };
    },

    work(askers, part, symmetric, panel, stride) {
      const { first, count, facts } = part;
      const where = [first, count, Number(symmetric), panel, stride, kind, shrinkage, askers.facts, facts];
      const args = [...askers.args, ...part.args, ...where];
      return ["neighbourSums", { rows: askers.rows, blockRows: 32, scratch: 48 * count, args }];
    },
  };
}

/** The first place in from .. to of an ascending stretch whose entry is at least `limit`. */
function lowerBound(ascending: Int32Array, from: number, to: number, limit: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ascending[middle] < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Mean of each column's entries; 0 where it has none. */
function meansOfColumns({ columns, indices, values }: Csr): Float64Array {
  const sums = new Float64Array(columns);
  const counts = new Int32Array(columns);
  for (let n = 0; n < indices.length; n++) {
    sums[indices[n]] += values[n];
    counts[indices[n]]++;
  }
  return sums.map((sum, column) => (counts[column] > 0 ? sum / counts[column] : 0));
}
