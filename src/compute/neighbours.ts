/**
 * Exact nearest neighbours among sparse rows: of all rows, or of profiles. Panels of similarities come from one form of
 * comparison (similarity-forms.ts); the kernels of assembly/nearest.ts keep the k highest. Why this way:
 * docs/adr/0009-neighbours-by-byte-sums.md.
 */
import type { Csr } from "../matrix/csr.ts";
import type { Arena, Engine, Step } from "./engine.ts";
import {
  type NeighbourHeaps,
  nearestInOrder,
  nearestInOrderNow,
  nearestOfColumns,
  nearestOfRows,
  nearestOfRowsNow,
} from "./kernels/nearest.ts";
import { levelsOf, onLevels } from "./levels.ts";
import {
  type ByteLayout,
  bytesForm,
  type ScaledProduct,
  type SimilarityForm,
  type SimilarityOptions,
  sumsForm,
} from "./similarity-forms.ts";

export type { ScaledProduct, SimilarityOptions } from "./similarity-forms.ts";

/** Neighbours of row r: entries offsets[r] .. offsets[r + 1], most similar first, equal ones by index; all above 0. */
export interface Neighbours {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly similarities: Float64Array;
}

/** Targets of a block that all rows are compared with: few enough to stay in the nearest caches. */
export const near = 128;
/** Targets of a block that is held for queries, at least and at most: an entry has 12 bits for its target. */
const far = { least: 512, most: 4096 } as const;
/** Bytes of a block that is held for queries, where `far` allows it: few enough to stay in a cache between queries. */
const blockBytes = 2 ** 21;
/** Blocks that there are at least, for threads to share. */
const fewestBlocks = 8;
/** A column that fewer than one target in so many has is not held dense for queries. */
export const tailRatio = 16;
/** Bytes of similarities that are computed before the highest are taken from them. */
const panelBytes = 2 ** 25;

/**
 * Finds the k rows most similar to each row; a row is not its own neighbour. In bytes this takes a byte addition for every entry
 * of a row and every row that has more entries, 16 at a time.
 */
export async function allNeighbours(
  engine: Engine,
  csr: Csr,
  { k, ...options }: SimilarityOptions & { readonly k: number },
  step: Step = async () => {},
): Promise<Neighbours> {
  using arena = engine.arena();
  // Rows with many entries come first: each row is then compared as a list with the dense ones that have more.
  const order = byEntries(csr);
  const levels = options.similarity === "adjusted" ? undefined : levelsOf(csr.values);
  // awaited here, as the arena ends with this function
  return levels && bytesPay(lengthsOfRows(csr, order), csr.columns, () => lengthsOf(csr.columns, csr.indices))
    ? await nearestOfAll(engine, arena, csr, order, bytesForm(csr, order, options, levels, { pitch: near }), k, step)
    : await nearestOfAll(engine, arena, csr, order, sumsForm(arena, csr, order, options), k, step);
}

/** Finds the k rows of the greatest products with each row. */
export async function allProducts(
  engine: Engine,
  csr: Csr,
  { k, ...product }: ScaledProduct & { readonly k: number },
  step: Step = async () => {},
): Promise<Neighbours> {
  using arena = engine.arena();
  const order = byEntries(csr);
  // awaited here, as the arena ends with this function
  return await nearestOfAll(engine, arena, csr, order, sumsForm(arena, csr, order, product), k, step);
}

/** Compares all rows panel by panel, each pair once. */
async function nearestOfAll<Queries, Targets>(
  engine: Engine,
  arena: Arena,
  csr: Csr,
  order: Int32Array,
  form: SimilarityForm<Queries, Targets>,
  k: number,
  step: Step,
): Promise<Neighbours> {
  const queries = form.queriesOf(arena, csr, order);
  const names = arena.place(order);
  const heaps = heapsIn(arena, csr.rows, Math.min(k, csr.rows));
  {
    using room = engine.arena();
    const stride = panelStride(csr.rows);
    const panel = room.float64(csr.rows * stride);
    for (let first = 0; first < csr.rows; first += stride) {
      using own = engine.arena();
      const count = Math.min(stride, csr.rows - first);
      const targets = form.targetsOf(own, first, count);
      const placed = { first, symmetric: true, panel, stride };
      const report: Step = (done, total) => step(first + count * (done / total) * 0.9, csr.rows);
      await form.fillPanel(engine, { queries, targets, ...placed }, report);
      const entered = { ...heaps, ...placed, count, queries: csr.rows };
      await nearestOfRows(engine, { ...entered, names: names.subarray(first), selves: names });
      await nearestOfColumns(engine, { ...entered, allNames: names });
    }
  }
  await step(csr.rows, csr.rows);
  return await sortedLists(engine, heaps, order);
}

/** Peak bytes of the arrays of `allNeighbours`, its result included. */
export function neighboursBytes(rows: number, columns: number, entries: number, k: number, adjusted: boolean): number {
  const kept = Math.min(k, rows);
  const stride = panelStride(rows);
  const lists = rows * kept * (12 + 12) + rows * (4 + 4 + 4 + 4);
  const panel = 8 * rows * stride;
  const form = adjusted
    ? 24 * entries + rows * (24 + 24 + 4) + columns * (8 + 4 + 4) + 24 * stride
    : 4 * entries + rows * (24 + 44) + stride * (columns + 24);
  return lists + panel + form;
}

/** Rows of a matrix in the engine's memory, ready for queries until disposed of. */
export interface PreparedNeighbours extends Disposable {
  /**
   * Finds the k rows nearest to each profile.
   *
   * @param profiles sparse rows over the same columns
   * @param selves for each profile the row that it is itself, which is not its neighbour, or −1
   */
  neighboursOf(profiles: Csr, k: number, selves?: Int32Array): Promise<Neighbours>;
  /** Finds the k rows nearest to one profile, at once on the calling thread. */
  nearestTo(profile: Csr, k: number, self?: number): Nearest;
}

/** One list of neighbours: most similar first, equal ones by index; all above 0. */
export type Nearest = Omit<Neighbours, "offsets">;

export function prepareNeighbours(engine: Engine, csr: Csr, options: SimilarityOptions): PreparedNeighbours {
  const arena = engine.arena();
  const order = byEntries(csr);
  const names = arena.place(order);
  const levels = options.similarity === "adjusted" ? undefined : levelsOf(csr.values);
  const layout = farLayout(csr);
  const stride = Math.ceil(csr.rows / layout.pitch) * layout.pitch;
  const bytes = levels && holding(bytesForm(csr, order, options, levels, layout));
  let sums: HeldRows | undefined;

  function holding<Queries, Targets>(form: SimilarityForm<Queries, Targets>): HeldRows {
    const targets = form.targetsOf(arena, 0, csr.rows);
    const comparison = (own: Arena, profiles: Csr, rows: Int32Array, panel: Float64Array) => {
      return { queries: form.queriesOf(own, profiles, rows), targets, first: 0, symmetric: false, panel, stride };
    };
    return {
      fillPanel: (...given) => form.fillPanel(engine, comparison(...given)),
      fillPanelNow: (...given) => form.fillPanelNow(engine, comparison(...given)),
    };
  }

  /** Profiles with values that no row has, such as a mean of several, are compared by sums. */
  function formFor(profiles: Csr): HeldRows {
    if (levels && bytes && onLevels(profiles.values, levels)) return bytes;
    sums ??= holding(sumsForm(arena, csr, order, options));
    return sums;
  }

  return {
    async neighboursOf(profiles, k, selves = new Int32Array(profiles.rows).fill(-1)) {
      const form = formFor(profiles);
      using own = engine.arena();
      const kept = Math.min(k, csr.rows);
      const heaps = heapsIn(own, profiles.rows, kept);
      const placed = own.place(selves);
      const together = Math.max(1, Math.floor(panelBytes / (8 * stride)));
      const panel = own.float64(Math.min(together, profiles.rows) * stride);
      for (let from = 0; from < profiles.rows; from += together) {
        using few = engine.arena();
        const some = Int32Array.from({ length: Math.min(together, profiles.rows - from) }, (_, n) => from + n);
        await form.fillPanel(few, profiles, some, panel);
        const entered = { panel, stride, first: 0, count: csr.rows, symmetric: false, names };
        await nearestOfRows(engine, {
          ...entered,
          queries: some.length,
          selves: placed.subarray(from),
          k: kept,
          sizes: heaps.sizes.subarray(from),
          heapNames: heaps.heapNames.subarray(from * kept),
          heap: heaps.heap.subarray(from * kept),
        });
      }
      return await sortedLists(engine, heaps);
    },
    nearestTo(profile, k, self = -1) {
      const form = formFor(profile);
      using own = engine.arena();
      const heaps = heapsIn(own, 1, Math.min(k, csr.rows));
      const panel = own.float64(stride);
      form.fillPanelNow(own, profile, Int32Array.of(0), panel);
      const selves = own.place(Int32Array.of(self));
      const entered = { queries: 1, panel, stride, first: 0, count: csr.rows, symmetric: false, names, selves };
      nearestOfRowsNow(engine, { ...heaps, ...entered });
      nearestInOrderNow(engine, heaps);
      const size = heaps.sizes[0];
      return { indices: heaps.heapNames.slice(0, size), similarities: heaps.heap.slice(0, size) };
    },
    [Symbol.dispose]: () => arena[Symbol.dispose](),
  };
}

/** All rows of a matrix as targets of one form: fills a panel with their similarities to some rows of profiles. */
interface HeldRows {
  fillPanel(arena: Arena, profiles: Csr, rows: Int32Array, panel: Float64Array): Promise<void>;
  fillPanelNow(arena: Arena, profiles: Csr, rows: Int32Array, panel: Float64Array): void;
}

/** Rows by descending number of entries, equal ones by index. */
function byEntries({ rows, offsets }: Csr): Int32Array {
  const entries = (row: number) => offsets[row + 1] - offsets[row];
  return Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => entries(b) - entries(a) || a - b);
}

/**
 * Whether byte sums (every cell, 16 at a time) cost less than scattering (only entries that meet, one at a time).
 *
 * @param counts the number of entries of each row, descending
 * @param columnCounts tells that of each column
 */
export function bytesPay(counts: Int32Array, columns: number, columnCounts: () => Int32Array): boolean {
  const cells = counts.reduce((total, count, position) => total + count * position, 0);
  const entries = counts.reduce((total, count) => total + count, 0);
  // Entries meet least often where all columns are of one length; most often that settles it without counting.
  if (cells / 16 < entries ** 2 / columns) return true;
  const meetings = columnCounts().reduce((total, length) => total + (length * length) / 2, 0);
  return cells / 16 < 2 * meetings;
}

function lengthsOfRows({ offsets }: Csr, order: Int32Array): Int32Array {
  return order.map((row) => offsets[row + 1] - offsets[row]);
}

/** Blocks as wide as the cache allows: they cut the list of a rare column, and a short piece costs as much as a long one. */
function farLayout(csr: Csr): ByteLayout & { readonly tails: Int32Array } {
  const tails = tailsOf(csr);
  const heads = tails.reduce((total, tail) => total + (tail < 0 ? 1 : 0), 0);
  const wide = Math.min(blockBytes / Math.max(1, heads), csr.rows / fewestBlocks, far.most);
  return { pitch: Math.max(far.least, far.least * Math.floor(wide / far.least)), tails };
}

/** Numbers the columns that few rows have; −1 for the others. */
function tailsOf({ rows, columns, indices }: Csr): Int32Array {
  const lengths = lengthsOf(columns, indices);
  let tail = 0;
  return lengths.map((length) => (length * tailRatio < rows ? tail++ : -1));
}

/** Entries of each column. */
function lengthsOf(columns: number, indices: Int32Array): Int32Array {
  const lengths = new Int32Array(columns);
  for (let n = 0; n < indices.length; n++) lengths[indices[n]]++;
  return lengths;
}

function panelStride(rows: number): number {
  const fitting = Math.max(1, Math.floor(panelBytes / (8 * near * Math.max(1, rows))));
  return near * Math.min(fitting, Math.ceil(rows / near));
}

export function heapsIn(arena: Arena, rows: number, k: number): NeighbourHeaps {
  return { k, sizes: arena.int32(rows), heapNames: arena.int32(rows * k), heap: arena.float64(rows * k) };
}

/**
 * Sorts the lists and copies them out of the engine's memory.
 *
 * @param order the row of each list; row for row unless given
 */
export async function sortedLists(engine: Engine, heaps: NeighbourHeaps, order?: Int32Array): Promise<Neighbours> {
  await nearestInOrder(engine, heaps);
  const { k, sizes, heapNames, heap } = heaps;
  const rows = sizes.length;
  const positions = new Int32Array(rows);
  for (let position = 0; position < rows; position++) positions[order ? order[position] : position] = position;
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + sizes[positions[row]];
  const out = { offsets, indices: new Int32Array(offsets[rows]), similarities: new Float64Array(offsets[rows]) };
  positions.forEach((position, row) => {
    const end = position * k + sizes[position];
    out.indices.set(heapNames.subarray(position * k, end), offsets[row]);
    out.similarities.set(heap.subarray(position * k, end), offsets[row]);
  });
  return out;
}
