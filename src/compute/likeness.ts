/**
 * Rows made ready to be compared, in one of two forms, for the kernels in assembly/neighbours.ts. Targets are rows of one
 * matrix in an order of their own, by position; askers are rows over the same columns.
 *
 * Bytes: values are 1 .. 15 of some unit (half stars), so that sums of products are exact whole numbers; targets lie dense,
 * a byte a cell. Sums: any values, products scattered over inverted lists in double precision.
 */
import { type Csr, means } from "../matrix/csr.ts";
import type { Arena, Engine, NumberArray, Step } from "./engine.ts";

export interface Likeness {
  /**
   * cos(x_a, x_b) over all columns, absent = 0: of values as they are ("cosine"), less the row's mean ("centred"), or less the
   * column's mean ("adjusted"); "pearson": over the columns that both rows have, less both means over those.
   */
  readonly similarity: "cosine" | "centred" | "adjusted" | "pearson";
  /** β: a similarity over n common columns is multiplied by n / (n + β). */
  readonly shrinkage: number;
}

/** Values are 1 .. levels times the unit. */
export interface Levels {
  readonly unit: number;
  readonly levels: number;
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
  /** panel[asker × stride + n]: similarity with target first + n. `symmetric`: askers are the targets; only n before them. */
  fill(askers: Askers, part: Part, symmetric: boolean, panel: Float64Array, stride: number, step?: Step): Promise<void>;
}

/** Targets in a block of bytes; as `width` in assembly/bytes.ts. */
export const blockWidth = 128;
const blockBits = 7;
const most = 15;

/** What is left of a value less a mean that is equal to it but for rounding is nothing, rather than a direction. */
const rounding = 1e-12;

/** The unit of which all values are 1 .. 15, if there is one: a half or a whole. */
export function levelsOf(values: Float32Array): Levels | undefined {
  for (const unit of [0.5, 1]) {
    let levels = 1;
    for (const value of values) {
      const level = value / unit;
      levels = Number.isInteger(level) && level >= 1 ? Math.max(levels, level) : Infinity;
      if (levels > most) break;
    }
    if (levels <= most) return { unit, levels };
  }
  return undefined;
}

/** Whether the values are among the levels. */
export function onLevels(values: Float32Array, { unit, levels }: Levels): boolean {
  return values.every((value) => Number.isInteger(value / unit) && value >= unit && value <= unit * levels);
}

export function bytesForm(
  engine: Engine,
  csr: Csr,
  order: Int32Array,
  { similarity, shrinkage }: Likeness,
  { unit, levels }: Levels,
): Form {
  const kind = { cosine: 0, adjusted: 0, centred: 1, pearson: 2 }[similarity];

  /** In units; the length of a centred row times its number of entries twice, which keeps it a whole number. */
  function writeFacts(facts: Float64Array, from: Csr, rows: Int32Array): void {
    rows.forEach((row, position) => {
      let sum = 0;
      let square = 0;
      for (let n = from.offsets[row]; n < from.offsets[row + 1]; n++) {
        const level = from.values[n] / unit;
        sum += level;
        square += level * level;
      }
      const count = from.offsets[row + 1] - from.offsets[row];
      facts.set([count, sum, kind === 1 ? (count * square - sum * sum) * count : square], 3 * position);
    });
  }

  return {
    askers(arena, from, rows) {
      const entries = rows.reduce((total, row) => total + from.offsets[row + 1] - from.offsets[row], 0);
      const starts = arena.int32(rows.length * (levels + 1));
      const lists = arena.int32(entries);
      const facts = arena.float64(3 * rows.length);
      writeFacts(facts, from, rows);
      const next = new Int32Array(levels + 1);
      let at = 0;
      rows.forEach((row, position) => {
        next.fill(0);
        const end = from.offsets[row + 1];
        for (let n = from.offsets[row]; n < end; n++) next[from.values[n] / unit]++;
        for (let level = 0; level <= levels; level++) {
          at += next[level];
          starts[position * (levels + 1) + level] = at;
          next[level] = at - next[level];
        }
        for (let n = from.offsets[row]; n < end; n++) lists[next[from.values[n] / unit]++] = from.indices[n];
      });
      return { rows: rows.length, args: [starts, lists, levels, rows.length], facts };
    },

    part(arena, first, count) {
      const blocks = Math.ceil(count / blockWidth);
      const bytes = arena.uint8(blocks * csr.columns * blockWidth);
      const facts = arena.float64(3 * blocks * blockWidth);
      const rows = order.subarray(first, first + count);
      writeFacts(facts, csr, rows);
      rows.forEach((row, n) => {
        const start = (n >> blockBits) * csr.columns * blockWidth + (n & (blockWidth - 1));
        for (let m = csr.offsets[row]; m < csr.offsets[row + 1]; m++) {
          bytes[start + csr.indices[m] * blockWidth] = csr.values[m] / unit;
        }
      });
      return { first, count, args: [bytes, csr.columns], facts };
    },

    async fill(askers, part, symmetric, panel, stride, step) {
      const where = [part.first, Number(symmetric), panel, stride, kind, shrinkage, askers.facts, part.facts];
      const work = { rows: Math.ceil(part.count / blockWidth), blockRows: 1, scratch: blockWidth * 26 };
      await engine.run("neighbourBytes", { ...work, args: [...part.args, ...askers.args, ...where] }, step);
    },
  };
}

export function sumsForm(
  engine: Engine,
  arena: Arena,
  csr: Csr,
  order: Int32Array,
  { similarity, shrinkage }: Likeness,
): Form {
  const kind = similarity === "pearson" ? 2 : 0;
  const columnMeans = similarity === "adjusted" ? meansOfColumns(csr) : undefined;
  const lists = invert();

  /** Calls back with every entry of the rows, centred. */
  function eachEntry(
    from: Csr,
    rows: Int32Array,
    each: (position: number, column: number, value: number) => void,
  ): void {
    const rowMeans = similarity === "centred" ? means(from) : undefined;
    rows.forEach((row, position) => {
      for (let n = from.offsets[row]; n < from.offsets[row + 1]; n++) {
        const column = from.indices[n];
        const value = from.values[n];
        const rest = value - (rowMeans?.[row] ?? columnMeans?.[column] ?? 0);
        each(position, column, Math.abs(rest) > rounding * Math.abs(value) ? rest : 0);
      }
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

    async fill(askers, part, symmetric, panel, stride, step) {
      const { first, count, facts } = part;
      const where = [first, count, Number(symmetric), panel, stride, kind, shrinkage, askers.facts, facts];
      const work = { rows: askers.rows, blockRows: 32, scratch: 48 * count };
      await engine.run("neighbourSums", { ...work, args: [...askers.args, ...part.args, ...where] }, step);
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
