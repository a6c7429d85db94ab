/**
 * Exact nearest neighbours among sparse rows: of all rows, or of profiles that ask. Kernels: assembly/neighbours.ts (panels of
 * similarities) and assembly/nearest.ts (the k highest). Why so: docs/adr/0009-neighbours-by-byte-sums.md.
 */
import type { Csr } from "../matrix/csr.ts";
import type { Arena, Engine, Step } from "./engine.ts";
import { levelsOf, onLevels } from "./levels.ts";
import { bytesForm, type Form, type Layout, type Likeness, type Product, sumsForm } from "./likeness.ts";

export type { Likeness, Product } from "./likeness.ts";

/** Neighbours of row r: entries offsets[r] .. offsets[r + 1], most similar first, equal ones by index; all above 0. */
export interface Neighbours {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly similarities: Float64Array;
}

/** Targets in a block of lists that all rows are compared with, to stay in the nearest caches. */
const near = 128;
/** Targets in a block of those that wait for askers, at least and at most: an entry has 12 bits for its target. */
const far = { least: 512, most: 4096 } as const;
/** Bytes of a block that waits for askers, where `far` allows it: to stay in a cache while several ask. */
const blockBytes = 2 ** 21;
/** Blocks that there are at least, so that threads have something to share. */
const fewestBlocks = 8;
/** A column that fewer than one target in so many has is not held dense for askers. */
export const sparse = 16;
/** Bytes of similarities that are computed before they are looked through. */
const panelBytes = 2 ** 25;

/**
 * The k rows most similar to each row; a row is not its own neighbour. Work in bytes: a byte addition for every entry of a row
 * and every row that has more entries than it, 16 at a time.
 */
export async function allNeighbours(
  engine: Engine,
  csr: Csr,
  { k, ...likeness }: Likeness & { readonly k: number },
  step: Step = async () => {},
): Promise<Neighbours> {
  using arena = engine.arena();
  // Rows with many entries come first: each row is then compared as a list with the dense ones that have more.
  const order = byEntries(csr);
  const levels = likeness.similarity === "adjusted" ? undefined : levelsOf(csr.values);
  const form =
    levels && bytesPay(csr, order)
      ? bytesForm(csr, order, likeness, levels, { pitch: near })
      : sumsForm(arena, csr, order, likeness);
  // awaited here, as the arena ends with this function
  return await nearestOfAll(engine, arena, csr, { order, form, k }, step);
}

/** The same by the greatest products. */
export async function allProducts(
  engine: Engine,
  csr: Csr,
  { k, ...product }: Product & { readonly k: number },
  step: Step = async () => {},
): Promise<Neighbours> {
  using arena = engine.arena();
  const order = byEntries(csr);
  const form = sumsForm(arena, csr, order, product);
  // awaited here, as the arena ends with this function
  return await nearestOfAll(engine, arena, csr, { order, form, k }, step);
}

interface Comparison {
  readonly order: Int32Array;
  readonly form: Form;
  readonly k: number;
}

/** Panel by panel, each pair once. */
async function nearestOfAll(engine: Engine, arena: Arena, csr: Csr, { order, form, k }: Comparison, step: Step) {
  const askers = form.askers(arena, csr, order);
  const names = arena.place(order);
  const nearest = nearestLists(engine, arena, csr.rows, Math.min(k, csr.rows));
  {
    using room = engine.arena();
    const stride = panelStride(csr.rows);
    const panel = room.float64(csr.rows * stride);
    for (let first = 0; first < csr.rows; first += stride) {
      using own = engine.arena();
      const count = Math.min(stride, csr.rows - first);
      const part = form.part(own, first, count);
      const told: Step = (done, total) => step(first + count * (done / total) * 0.9, csr.rows);
      await engine.run(...form.work(askers, part, true, panel, stride), told);
      await nearest.ofRows(panel, stride, { first, count, symmetric: true }, names.subarray(first), names);
      await nearest.ofColumns(panel, stride, { first, count }, names);
    }
  }
  await step(csr.rows, csr.rows);
  return nearest.lists(order);
}

/** Bytes of arrays that `allNeighbours` takes at its peak, what it returns included. */
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

/** Rows of a matrix in the engine's memory, ready to be asked for neighbours until disposed of. */
export interface Prepared extends Disposable {
  /**
   * The k rows nearest to each profile (a sparse row over the same columns). `selves`: for each profile a row that is the
   * same thing and no neighbour, or −1.
   */
  neighboursOf(profiles: Csr, k: number, selves?: Int32Array): Promise<Neighbours>;
  /** The same for one profile, at once and on the calling thread. */
  nearestTo(profile: Csr, k: number, self?: number): Nearest;
}

/** One list of neighbours: most similar first, equal ones by index; all above 0. */
export type Nearest = Omit<Neighbours, "offsets">;

export function prepareNeighbours(engine: Engine, csr: Csr, likeness: Likeness): Prepared {
  const arena = engine.arena();
  const order = byEntries(csr);
  const names = arena.place(order);
  const levels = likeness.similarity === "adjusted" ? undefined : levelsOf(csr.values);
  const layout = farLayout(csr);
  const stride = Math.ceil(csr.rows / layout.pitch) * layout.pitch;
  const bytes = levels && { levels, ...held(bytesForm(csr, order, likeness, levels, layout)) };
  let sums: ReturnType<typeof held> | undefined;

  function held(form: Form) {
    return { form, part: form.part(arena, 0, csr.rows) };
  }

  /** Profiles with values that no row has, as a mean of several, are compared by sums. */
  function formFor(profiles: Csr) {
    if (bytes && onLevels(profiles.values, bytes.levels)) return bytes;
    sums ??= held(sumsForm(arena, csr, order, likeness));
    return sums;
  }

  return {
    async neighboursOf(profiles, k, selves = new Int32Array(profiles.rows).fill(-1)) {
      const { form, part } = formFor(profiles);
      using own = engine.arena();
      const kept = Math.min(k, csr.rows);
      const nearest = nearestLists(engine, own, profiles.rows, kept);
      const placed = own.place(selves);
      const together = Math.max(1, Math.floor(panelBytes / (8 * stride)));
      const panel = own.float64(Math.min(together, profiles.rows) * stride);
      for (let from = 0; from < profiles.rows; from += together) {
        using few = engine.arena();
        const some = Int32Array.from({ length: Math.min(together, profiles.rows - from) }, (_, n) => from + n);
        await engine.run(...form.work(form.askers(few, profiles, some), part, false, panel, stride));
        const whole = { first: 0, count: csr.rows, symmetric: false };
        await nearest.ofRows(panel, stride, whole, names, placed, from, some.length);
      }
      return nearest.lists();
    },
    nearestTo(profile, k, self = -1) {
      const { form, part } = formFor(profile);
      using own = engine.arena();
      const kept = Math.min(k, csr.rows);
      const panel = own.float64(stride);
      engine.call(...form.work(form.askers(own, profile, Int32Array.of(0)), part, false, panel, stride));
      const [size, indices, similarities] = [own.int32(1), own.int32(kept), own.float64(kept)];
      const list = [kept, size, indices, similarities];
      const one = { rows: 1, blockRows: 1, scratch: 0 };
      const candidates = [panel, stride, 0, csr.rows, 0, names, own.place(Int32Array.of(self))];
      engine.call("nearestOfRows", { ...one, args: [...candidates, ...list] });
      engine.call("nearestInOrder", { ...one, args: list });
      return { indices: indices.slice(0, size[0]), similarities: similarities.slice(0, size[0]) };
    },
    [Symbol.dispose]: () => arena[Symbol.dispose](),
  };
}

/** Rows by descending number of entries, equal ones by index. */
function byEntries({ rows, offsets }: Csr): Int32Array {
  const entries = (row: number) => offsets[row + 1] - offsets[row];
  return Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => entries(b) - entries(a) || a - b);
}

/** Whether byte sums (16 cells an instruction, every cell) cost less than scattering (entries that meet, one at a time). */
function bytesPay({ offsets, columns, indices }: Csr, order: Int32Array): boolean {
  const cells = order.reduce((total, row, position) => total + (offsets[row + 1] - offsets[row]) * position, 0);
  // Meetings are fewest where all columns are alike; most often that settles it without counting.
  if (cells / 16 < indices.length ** 2 / columns) return true;
  const lengths = lengthsOf(columns, indices);
  const meetings = lengths.reduce((total, length) => total + (length * length) / 2, 0);
  return cells / 16 < 2 * meetings;
}

/** Blocks as wide as the cache allows: a list of a rare column is cut by them, and a short piece costs as much as a long one. */
function farLayout(csr: Csr): Layout & { readonly tails: Int32Array } {
  const tails = tailsOf(csr);
  const heads = tails.reduce((total, tail) => total + (tail < 0 ? 1 : 0), 0);
  const wide = Math.min(blockBytes / Math.max(1, heads), csr.rows / fewestBlocks, far.most);
  return { pitch: Math.max(far.least, far.least * Math.floor(wide / far.least)), tails };
}

/** Numbers those columns that few rows have; −1: not one of them. */
function tailsOf({ rows, columns, indices }: Csr): Int32Array {
  const lengths = lengthsOf(columns, indices);
  let tail = 0;
  return lengths.map((length) => (length * sparse < rows ? tail++ : -1));
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

interface Stretch {
  readonly first: number;
  readonly count: number;
}

/** The k highest of each row so far. */
function nearestLists(engine: Engine, arena: Arena, rows: number, k: number) {
  const sizes = arena.int32(rows);
  const indices = arena.int32(rows * k);
  const similarities = arena.float64(rows * k);

  return {
    /** Takes in a panel; its askers are rows `from` .. `from + askers`. */
    async ofRows(
      panel: Float64Array,
      stride: number,
      { first, count, symmetric }: Stretch & { readonly symmetric: boolean },
      names: Int32Array,
      selves: Int32Array,
      from = 0,
      askers = rows,
    ): Promise<void> {
      const own = [selves.subarray(from), k, sizes.subarray(from), indices.subarray(from * k)];
      const args = [panel, stride, first, count, Number(symmetric), names, ...own, similarities.subarray(from * k)];
      await engine.run("nearestOfRows", { rows: askers, blockRows: 256, scratch: 0, args });
    },
    async ofColumns(panel: Float64Array, stride: number, { first, count }: Stretch, names: Int32Array): Promise<void> {
      const args = [panel, stride, first, count, rows, names, k, sizes, indices, similarities];
      await engine.run("nearestOfColumns", { rows: Math.ceil(count / 8), blockRows: 4, scratch: 64, args });
    },
    /** The lists in order, out of the engine's memory; `order`: which row each of them is of. */
    async lists(order?: Int32Array): Promise<Neighbours> {
      const args = [k, sizes, indices, similarities];
      await engine.run("nearestInOrder", { rows, blockRows: 1024, scratch: 0, args });
      const positions = new Int32Array(rows);
      for (let position = 0; position < rows; position++) positions[order ? order[position] : position] = position;
      const offsets = new Int32Array(rows + 1);
      for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + sizes[positions[row]];
      const out = { offsets, indices: new Int32Array(offsets[rows]), similarities: new Float64Array(offsets[rows]) };
      positions.forEach((position, row) => {
        const end = position * k + sizes[position];
        out.indices.set(indices.subarray(position * k, end), offsets[row]);
        out.similarities.set(similarities.subarray(position * k, end), offsets[row]);
      });
      return out;
    },
  };
}
