/**
 * The neighbours of `item-knn` from column blocks. Films are compared in panels, each pair once, as in memory (compute/neighbours.ts): the films of a
 * panel with each other, and with the films after them, which come from disk segment by segment, ready for the kernels. The lists of all films
 * are in the engine's memory. Users are numbered by index, so that sums have the order of training in memory, and similarities are the same bytes.
 *
 * The lists are written to a file after some panels, each time that several times as much has been read; an interrupted training goes on there.
 */
import type { Arena, Engine } from "../../compute/engine.ts";
import { nearestOfColumns, nearestOfRows } from "../../compute/kernels/nearest.ts";
import type { ByteQueries, ByteTargets, SumQueries, SumTargets } from "../../compute/kernels/neighbours.ts";
import { type Levels, levelsOf } from "../../compute/levels.ts";
import { bytesPay, heapsIn, type Neighbours, near, sortedLists } from "../../compute/neighbours.ts";
import { bytesForm, type SimilarityForm, type SimilarityOptions, sumsForm } from "../../compute/similarity-forms.ts";
import type { PieceFile, RatingBlocks, TrainingFiles } from "../../data/blocks/rating-blocks.ts";
import { cutRows, rowsByIndex } from "../../data/blocks/rows-by-index.ts";
import type { Shape } from "../../data/dataset.ts";
import { type Csr, meansOfRows } from "../../matrix/csr.ts";
import { sum } from "../../matrix/dense.ts";
import { biasesAbout } from "../bias.ts";
import type { BlocksContext } from "../model.ts";
import { sumsOfItems } from "../shared/block-sums.ts";
import { openSegments } from "../shared/half-steps.ts";

/** What is found of films by index, and the mean of all ratings. */
export interface BlockNeighbours {
  readonly neighbours: Neighbours;
  readonly itemMeans: Float64Array;
  readonly itemBias: Float64Array;
  readonly mean: number;
}

interface Options extends SimilarityOptions {
  readonly k: number;
  /** Of the films' biases. */
  readonly damping: number;
}

const listsFile = "neighbours.lists";
/** The lists are written once this many times their bytes have been read since. */
const readPerWritten = 4;
/** Targets of a panel, at most. */
const mostTargets = 8 * near;
/** The share of the work that writing segments takes, about. */
const preparation = 0.1;

/** Bytes beside column blocks and segments, and those of them in the engine's memory. */
export function blockNeighboursBytes({ users, items }: Shape, k: number): { bytes: number; engineBytes: number } {
  const lists = items * Math.min(k, items) * 12;
  const engineBytes = lists + 8 * items + near * (users + 24);
  // The lists sorted; of users their means and a row of all of them; of films what is found of each.
  return { bytes: engineBytes + lists + 40 * users + 64 * items, engineBytes };
}

/** Finds the neighbours of all films, or those that an interrupted training has not found yet. */
export async function neighboursOfBlocks(
  blocks: RatingBlocks,
  { k, damping, ...options }: Options,
  { engine, files, segmentBytes, step }: BlocksContext,
): Promise<BlockNeighbours> {
  const { users, items } = blocks.order;
  const counts = blocks.counts.items;
  const columnMeans = options.similarity === "adjusted" ? await meansOfUsers(blocks) : undefined;
  const levels = options.similarity === "adjusted" ? undefined : levelsOfValues(blocks);
  const byBytes = levels && bytesPay(counts, users.length, () => blocks.counts.users);
  const measure = { ...options, ...(columnMeans && { columnMeans }) };
  const size = sizesOf(users.length, segmentBytes);
  const room = { ...size, files, engine, k, step };
  // awaited here, so that each comparison keeps its own kinds of queries and targets
  return byBytes
    ? await compareAll(blocks, comparisonOfBytes(measure, levels), damping, room)
    : await compareAll(blocks, comparisonOfSums(measure), damping, room);

  function sizesOf(columns: number, bytes: number) {
    const fitting = Math.floor(bytes / (near * (columns + 24)));
    const square = Math.floor(Math.sqrt(bytes / 32) / near);
    const stride = near * Math.max(1, Math.min(1 + fitting, square, mostTargets / near));
    const rowBytes = (levels ? 4 * (levels.levels + 1) : 4) + 24 + 8 * stride;
    const entryBytes = byBytes ? 4 : 12;
    return {
      stride,
      starts: cutRows(counts, (rows, ratings) => rows * rowBytes + ratings * entryBytes > bytes),
      panels: cutRows(counts, (rows, ratings) => rows > stride || 32 * ratings > bytes),
      items,
    };
  }
}

/** One form of rows (similarity-forms.ts), and its queries as the bytes of a segment. */
interface Comparison<Queries, Targets> {
  form(arena: Arena, csr: Csr): SimilarityForm<Queries, Targets>;
  /** float64 first, so that all lie as their kinds need it. */
  arraysOf(queries: Queries): readonly ArrayBufferView[];
  /** The queries of a segment of so many rows, without the first `skipped`. */
  queriesIn(bytes: Uint8Array, rows: number, skipped: number): Queries;
}

function comparisonOfBytes(options: SimilarityOptions, levels: Levels): Comparison<ByteQueries, ByteTargets> {
  const width = levels.levels + 1;
  return {
    form: (_, csr) => bytesForm(csr, rowsOf(csr), options, levels, { pitch: near }),
    arraysOf: ({ queryFacts, starts, lists }) => [queryFacts, starts, lists],
    queriesIn({ buffer, byteOffset, byteLength }, rows, skipped) {
      const queryFacts = new Float64Array(buffer, byteOffset, 3 * rows).subarray(3 * skipped);
      const words = new Int32Array(buffer, byteOffset + 24 * rows, (byteLength - 24 * rows) / 4);
      const starts = words.subarray(width * skipped, width * rows);
      return { levels: width - 1, queries: rows - skipped, starts, lists: words.subarray(width * rows), queryFacts };
    },
  };
}

function comparisonOfSums(options: SimilarityOptions): Comparison<SumQueries, SumTargets> {
  return {
    form: (arena, csr) => sumsForm(arena, csr, rowsOf(csr), options),
    arraysOf: ({ queryFacts, values, offsets, indices }) => [queryFacts, values, offsets, indices],
    queriesIn({ buffer, byteOffset, byteLength }, rows, skipped) {
      const entries = (byteLength - 24 * rows - 4 * (rows + 1)) / 12;
      const queryFacts = new Float64Array(buffer, byteOffset, 3 * rows).subarray(3 * skipped);
      const values = new Float64Array(buffer, byteOffset + 24 * rows, entries);
      const words = new Int32Array(buffer, byteOffset + 24 * rows + 8 * entries, rows + 1 + entries);
      const offsets = words.subarray(skipped, rows + 1);
      return { queries: rows - skipped, offsets, indices: words.subarray(rows + 1), values, queryFacts };
    },
  };
}

interface Room {
  readonly engine: Engine;
  readonly files: TrainingFiles;
  readonly step: BlocksContext["step"];
  readonly k: number;
  /** Places of a row of a panel. */
  readonly stride: number;
  /** The first row of each segment, and of each panel. */
  readonly starts: readonly number[];
  readonly panels: readonly number[];
  /** The film of each row. */
  readonly items: Int32Array;
}

async function compareAll<Queries, Targets>(
  blocks: RatingBlocks,
  comparison: Comparison<Queries, Targets>,
  damping: number,
  room: Room,
): Promise<BlockNeighbours> {
  const { engine, files, k, stride, panels, items, step } = room;
  const rows = items.length;
  const file = await openSegments(files, "items", (append) => writeSegments(append, blocks, comparison, damping, room));
  try {
    const starts = file.meta.starts as readonly number[];
    using arena = engine.arena();
    const names = arena.place(items);
    const heaps = heapsIn(arena, rows, Math.min(k, rows));
    const lists = [heaps.heap, heaps.sizes, heaps.heapNames];
    const listBytes = lists.reduce((total, { byteLength }) => total + byteLength, 0);
    const first = await readLists(files, lists);
    const longest = greatest(panels.slice(1).map((to, n) => to - panels[n]));
    const most = greatest(starts.slice(1).map((to, n) => to - starts[n]));
    const panel = arena.float64((longest + most) * stride);
    const buffers = [0, 1].map(() => arena.uint8(greatest(file.lengths.slice(0, -1))));
    let read = 0;
    for await (const { from, csr } of rowsByIndex(blocks, "items", panels.slice(panels.indexOf(first)))) {
      const to = from + csr.rows;
      const report = (row: number) =>
        step(preparation * rows + (1 - preparation) * (from + csr.rows * (row / rows)), rows);
      using own = engine.arena();
      const form = comparison.form(own, csr);
      const targets = form.targetsOf(own, 0, csr.rows);
      const compared = { targets, first: 0, stride };
      const listsFrom = (row: number) => ({
        k: heaps.k,
        sizes: heaps.sizes.subarray(row),
        heapNames: heaps.heapNames.subarray(row * heaps.k),
        heap: heaps.heap.subarray(row * heaps.k),
      });
      const entered = { stride, first: 0, count: csr.rows };
      // The films of the panel with each other.
      const among = { queries: form.queriesOf(own, csr, rowsOf(csr)), symmetric: true, panel };
      await form.fillPanel(engine, { ...compared, ...among });
      const ownRows = { ...entered, ...listsFrom(from), panel, queries: csr.rows };
      const [ownNames, selves] = [names.subarray(from), names.subarray(from)];
      await nearestOfRows(engine, { ...ownRows, symmetric: true, names: ownNames, selves });
      await nearestOfColumns(engine, { ...ownRows, allNames: ownNames });
      // Then with those after them: in the panel these have the places of queries, after rows of zeros for the targets themselves.
      panel.fill(0, 0, csr.rows * stride);
      const part = panel.subarray(csr.rows * stride);
      for await (const { bytes, segment } of segmentsFrom(file, starts, to, buffers)) {
        const start = Math.max(to, starts[segment]);
        const count = starts[segment + 1] - start;
        const queries = comparison.queriesIn(bytes, starts[segment + 1] - starts[segment], start - starts[segment]);
        await form.fillPanel(engine, { ...compared, queries, symmetric: false, panel: part });
        const others = { ...entered, ...listsFrom(start), panel: part, queries: count, symmetric: false };
        await nearestOfRows(engine, { ...others, names: ownNames, selves: names.subarray(start) });
        const allNames = names.subarray(start - csr.rows);
        await nearestOfColumns(engine, { ...entered, ...listsFrom(from), panel, queries: csr.rows + count, allNames });
        read += bytes.length;
        await report(start);
      }
      if (to < rows && read >= readPerWritten * listBytes) {
        await writeLists(files, lists, to);
        read = 0;
      }
    }
    const ofItems = new Float64Array(2 * rows);
    await file.read(file.lengths.length - 1, ofItems);
    return {
      neighbours: await sortedLists(engine, heaps, items),
      itemMeans: byItem(items, ofItems.subarray(0, rows)),
      itemBias: byItem(items, ofItems.subarray(rows)),
      mean: file.meta.mean as number,
    };
  } finally {
    await file.close();
  }
}

/** Queries in segments and, as the last piece, means and biases of films. */
async function writeSegments<Queries, Targets>(
  append: Parameters<Parameters<TrainingFiles["write"]>[1]>[0],
  blocks: RatingBlocks,
  { form, arraysOf }: Comparison<Queries, Targets>,
  damping: number,
  { engine, starts, items, step }: Room,
) {
  const mean = sum(await sumsOfItems(blocks, async () => {})) / blocks.ratings;
  const means = new Float64Array(items.length);
  const biases = new Float64Array(items.length);
  for await (const { from, csr } of rowsByIndex(blocks, "items", starts)) {
    using arena = engine.arena();
    await append(...arraysOf(form(arena, csr).queriesOf(arena, csr, rowsOf(csr))));
    means.set(meansOfRows(csr), from);
    biases.set(biasesAbout(csr, mean, damping), from);
    await step(preparation * from, items.length);
  }
  await append(means, biases);
  return { starts, mean };
}

/** The segments with rows from `first` on; while one is worked on, the next is read. */
async function* segmentsFrom(
  file: PieceFile,
  starts: readonly number[],
  first: number,
  buffers: readonly Uint8Array[],
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly segment: number }> {
  const load = async (segment: number) => {
    const bytes = buffers[segment % 2].subarray(0, file.lengths[segment]);
    await file.read(segment, bytes);
    return { bytes, segment };
  };
  const segments = starts.length - 1;
  let segment = starts.findLastIndex((start) => start <= first);
  let next = segment < segments ? load(segment) : undefined;
  try {
    while (next) {
      const loaded: Awaited<typeof next> = await next;
      segment++;
      next = segment < segments ? load(segment) : undefined;
      next?.catch(() => {}); // it is told when it is waited for
      yield loaded;
    }
  } finally {
    await next?.catch(() => {}); // it writes into the engine's memory
  }
}

/** Reads the lists that an interrupted training has written, and returns the row that it had come to. */
async function readLists(files: TrainingFiles, lists: readonly ArrayBufferView[]): Promise<number> {
  const file = await files.open(listsFile);
  if (!file) return 0;
  try {
    for (const [piece, array] of lists.entries()) await file.read(piece, array);
    return file.meta.row as number;
  } finally {
    await file.close();
  }
}

async function writeLists(files: TrainingFiles, lists: readonly ArrayBufferView[], row: number): Promise<void> {
  await files.write(listsFile, async (append) => {
    for (const array of lists) await append(array);
    return { row };
  });
}

/** The mean rating of each user, by index; 0 without ratings. */
async function meansOfUsers(blocks: RatingBlocks): Promise<Float64Array> {
  const means = new Float64Array(blocks.order.users.length);
  const starts = cutRows(blocks.counts.users, (_, ratings) => ratings > 2 ** 20);
  for await (const { from, csr } of rowsByIndex(blocks, "users", starts)) {
    meansOfRows(csr, 0).forEach((mean, row) => {
      means[blocks.order.users[from + row]] = mean;
    });
  }
  return means;
}

function levelsOfValues({ histogram }: RatingBlocks): Levels | undefined {
  return histogram && levelsOf(Float32Array.from(histogram, ({ value }) => value));
}

/** All rows, in their order. */
function rowsOf({ rows }: Csr): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

/** Numbers of rows as those of films by index. */
function byItem(items: Int32Array, ofRows: Float64Array): Float64Array {
  const ofItems = new Float64Array(items.length);
  for (const [row, item] of items.entries()) ofItems[item] = ofRows[row];
  return ofItems;
}
