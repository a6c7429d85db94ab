/**
 * Rows made ready to be compared, in one of two forms, for the kernels of assembly/neighbours.ts. Targets are the rows of one
 * matrix in an order of their own, by position; queries are rows over the same columns.
 *
 * Bytes: values are 1 .. 15 of some unit (half stars), so that sums of products are exact whole numbers; targets lie dense,
 * a byte a cell. Sums: any values, products scattered over inverted lists in double precision.
 */
import { type Csr, meansOfRows } from "../matrix/csr.ts";
import type { Arena, Engine, Step } from "./engine.ts";
import {
  type ByteQueries,
  type ByteTargets,
  neighbourBytes,
  neighbourBytesNow,
  neighbourSums,
  neighbourSumsNow,
  type PanelArguments,
  type SumQueries,
  type SumTargets,
} from "./kernels/neighbours.ts";
import type { Levels } from "./levels.ts";

export interface SimilarityOptions {
  /**
   * cos(x_a, x_b) over all columns, absent = 0: of values as they are ("cosine"), less the row's mean ("centred"), or less the
   * column's mean ("adjusted"); "pearson": over the columns that both rows have, less both means over those.
   */
  readonly similarity: "cosine" | "centred" | "adjusted" | "pearson";
  /** β: a similarity over n common columns is multiplied by n / (n + β). */
  readonly shrinkage: number;
  /** Of "adjusted": the mean of each column, where the rows are some of all. */
  readonly columnMeans?: Float64Array;
}

/** In place of a cosine: Σ_c x_ac x_bc / (l_a l_b). */
export interface ScaledProduct {
  /** x of an entry. */
  readonly entry: (column: number, value: number) => number;
  /** l of each row, above 0. */
  readonly lengths: Float64Array;
}

/** Queries and targets in one form, and the panel that receives their similarities. */
export interface Comparison<Queries, Targets> extends Pick<PanelArguments, "first" | "symmetric" | "panel" | "stride"> {
  readonly queries: Queries;
  readonly targets: Targets;
}

/** One way to compare rows: how it holds queries and targets, and the kernel that fills a panel from them. */
export interface SimilarityForm<Queries, Targets> {
  /** Makes rows of a matrix ready as queries, in the order given. */
  queriesOf(arena: Arena, csr: Csr, rows: Int32Array): Queries;
  /** Makes `count` targets ready, from position `first` on. */
  targetsOf(arena: Arena, first: number, count: number): Targets;
  fillPanel(engine: Engine, comparison: Comparison<Queries, Targets>, step?: Step): Promise<void>;
  /** Fills the panel at once, on the calling thread. */
  fillPanelNow(engine: Engine, comparison: Comparison<Queries, Targets>): void;
}

/** How bytes lie: in blocks of `pitch` targets, a multiple of 128, with the columns apart that `tails` names. */
export interface ByteLayout {
  readonly pitch: number;
  /** Columns that few targets have: the number of each among tails, −1 where a column is none. */
  readonly tails?: Int32Array;
}

/** A value less its mean counts as 0 below this share of the value: it is rounding, not a direction. */
const rounding = 1e-12;

export function bytesForm(
  csr: Csr,
  order: Int32Array,
  { similarity, shrinkage }: SimilarityOptions,
  { unit, levels }: Levels,
  { pitch, tails: tailOf }: ByteLayout,
): SimilarityForm<ByteQueries, ByteTargets> {
  const perUnit = 1 / unit; // a unit is a power of two, so that this is exact
  const { places, heads, tails } = columnPlaces(csr.columns, tailOf);
  const kind = similarity === "adjusted" ? "cosine" : similarity;

  /** In units. The squared length of a centred row is multiplied by its number of entries twice, to stay a whole number. */
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
      facts.set([count, sum, kind === "centred" ? (count * square - sum * sum) * count : square], 3 * position);
    });
  }

  return {
    queriesOf(arena, from, rows) {
      let headEntries = 0;
      let tailEntries = 0;
      for (const row of rows) {
        if (tails === 0) headEntries += from.offsets[row + 1] - from.offsets[row];
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
        return { starts, lists };
      };
      const { starts, lists } = list(headEntries, 0, heads);
      const ofTails = tails > 0 ? list(tailEntries, heads, csr.columns) : undefined;
      const [tailStarts, tailLists] = [ofTails?.starts, ofTails?.lists];
      return { levels, queries: rows.length, starts, lists, tailStarts, tailLists, queryFacts: facts };
    },

    targetsOf(arena, first, count) {
      const blocks = Math.ceil(count / pitch);
      const bytes = arena.uint8(blocks * heads * pitch);
      const facts = arena.float64(3 * blocks * pitch);
      const rows = order.subarray(first, first + count);
      writeFacts(facts, csr, rows);
      const offsets = arena.int32(blocks * tails + 1);
      rows.forEach((row, n) => {
        const block = Math.floor(n / pitch);
        const start = block * heads * pitch + (n % pitch);
        for (let m = csr.offsets[row]; m < csr.offsets[row + 1]; m++) {
          const place = places[csr.indices[m]];
          if (place < heads) bytes[start + place * pitch] = csr.values[m] * perUnit;
          else offsets[block * tails + place - heads + 1]++;
        }
      });
      for (let n = 1; n < offsets.length; n++) offsets[n] += offsets[n - 1];
      const packed = arena.uint8(2 * offsets[offsets.length - 1]);
      const entries = new Uint16Array(packed.buffer, packed.byteOffset, packed.length / 2);
      const next = offsets.slice(0, -1);
      if (entries.length > 0) {
        rows.forEach((row, n) => {
          const list = Math.floor(n / pitch) * tails - heads;
          for (let m = csr.offsets[row]; m < csr.offsets[row + 1]; m++) {
            const place = places[csr.indices[m]];
            if (place >= heads) entries[next[list + place]++] = (n % pitch) * 16 + csr.values[m] * perUnit;
          }
        });
      }
      const lists = { tailOffsets: offsets, entries: packed };
      return { count, pitch, bytes, columns: heads, tails, ...lists, targetFacts: facts };
    },

    fillPanel: (engine, comparison, step) => neighbourBytes(engine, { ...comparison, kind, shrinkage }, step),
    fillPanelNow: (engine, comparison) => neighbourBytesNow(engine, { ...comparison, kind, shrinkage }),
  };
}

/** The place of each column: heads first, from 0 on, then tails. */
function columnPlaces(columns: number, tailOf: Int32Array = new Int32Array(columns).fill(-1)) {
  const heads = tailOf.reduce((total, tail) => total + (tail < 0 ? 1 : 0), 0);
  let head = 0;
  return { places: tailOf.map((tail) => (tail < 0 ? head++ : heads + tail)), heads, tails: columns - heads };
}

export function sumsForm(
  arena: Arena,
  csr: Csr,
  order: Int32Array,
  measure: SimilarityOptions | ScaledProduct,
): SimilarityForm<SumQueries, SumTargets> {
  const product = "lengths" in measure ? measure : undefined;
  const {
    similarity,
    shrinkage,
    columnMeans: given,
  }: SimilarityOptions = "lengths" in measure ? { similarity: "cosine", shrinkage: 0 } : measure;
  const kind = similarity === "pearson" ? "pearson" : "cosine";
  const columnMeans = similarity === "adjusted" ? (given ?? meansOfColumns(csr)) : undefined;
  const lists = invert();

  /** Calls back with every entry of the rows, centred or as the product has it. */
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

  /** Replaces the squared lengths of rows, which have been summed, by those of a product. */
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
    queriesOf(arena, from, rows) {
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
      return { queries: rows.length, offsets, indices, values, queryFacts: facts };
    },

    targetsOf(arena, first, count) {
      const { offsets, positions: targets, values: targetValues } = lists;
      const cursors = arena.int32(csr.columns);
      for (let column = 0; column < csr.columns; column++) {
        cursors[column] = lowerBound(targets, offsets[column], offsets[column + 1], first);
      }
      const targetFacts = arena.float64(3 * count);
      targetFacts.set(lists.facts.subarray(3 * first, 3 * (first + count)));
      return { count, cursors, stops: offsets.subarray(1), targets, targetValues, targetFacts };
    },

    fillPanel: (engine, comparison, step) => neighbourSums(engine, { ...comparison, kind, shrinkage }, step),
    fillPanelNow: (engine, comparison) => neighbourSumsNow(engine, { ...comparison, kind, shrinkage }),
  };
}

/** The first place from .. to whose entry is at least `limit`; entries ascend there. */
function lowerBound(ascending: Int32Array, from: number, to: number, limit: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ascending[middle] < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Mean of the entries of each column; 0 where it has none. */
function meansOfColumns({ columns, indices, values }: Csr): Float64Array {
  const sums = new Float64Array(columns);
  const counts = new Int32Array(columns);
  for (let n = 0; n < indices.length; n++) {
    sums[indices[n]] += values[n];
    counts[indices[n]]++;
  }
  return sums.map((sum, column) => (counts[column] > 0 ? sum / counts[column] : 0));
}
