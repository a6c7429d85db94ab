/** Panels of similarities of sparse rows: assembly/neighbours.ts, which has the formulas. */
import type { Engine, KernelWork, Step } from "../engine.ts";

/** Whose cosine: of rows as they are, of rows centred by their means, or centred over the columns that both have. */
export type SimilarityKind = "cosine" | "centred" | "pearson";

const kinds = { cosine: 0, centred: 1, pearson: 2 } as const;

/** A panel, and what it is to hold. */
export interface PanelArguments {
  /** Position of the first target among the queries. */
  readonly first: number;
  /** Queries and targets are the same rows: of each query only the targets before it are wanted. */
  readonly symmetric: boolean;
  /** float64 [queries × stride]: receives the similarity of each query with target first + n at place n. */
  readonly panel: Float64Array;
  readonly stride: number;
  readonly kind: SimilarityKind;
  readonly shrinkage: number;
}

/** Query rows whose values are 1 .. `levels`, their columns grouped by value: heads and tails apart. */
export interface ByteQueries {
  readonly levels: number;
  readonly queries: number;
  /** int32 [queries × (levels + 1)]: where the columns of each value begin in `lists`. */
  readonly starts: Int32Array;
  /** int32: columns among heads. */
  readonly lists: Int32Array;
  /** Likewise for tails, where there are any. */
  readonly tailStarts?: Int32Array | undefined;
  readonly tailLists?: Int32Array | undefined;
  /** float64 [queries × 3]: number of entries, their sum, and the squared length as the similarity has it. */
  readonly queryFacts: Float64Array;
}

/** Target rows in blocks of `pitch`: a byte a cell where the column is a head, inverted lists of tails. */
export interface ByteTargets {
  readonly count: number;
  /** Targets of a block, a multiple of 128. */
  readonly pitch: number;
  /** uint8 [blocks × columns × pitch] */
  readonly bytes: Uint8Array;
  /** Columns that are heads, and that are tails. */
  readonly columns: number;
  readonly tails: number;
  /** int32 [blocks × tails + 1]: where a block's entries of each tail begin. */
  readonly tailOffsets: Int32Array;
  /** uint16: target within the block · 16 + value. */
  readonly entries: Uint8Array;
  /** float64 [blocks × pitch × 3], as `queryFacts` */
  readonly targetFacts: Float64Array;
}

/** Query rows of any values. */
export interface SumQueries {
  readonly queries: number;
  /** int32 [queries + 1], int32 and float64 [entries]; columns ascend. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  /** float64 [queries × 3]: the third of each is the squared length as the similarity has it. */
  readonly queryFacts: Float64Array;
}

/** Target rows as inverted lists. */
export interface SumTargets {
  readonly count: number;
  /** int32 [columns]: the first entry of each list that belongs to the panel, and where the list ends. */
  readonly cursors: Int32Array;
  readonly stops: Int32Array;
  /** int32 and float64 [entries]: positions, ascending within a list, and values. */
  readonly targets: Int32Array;
  readonly targetValues: Float64Array;
  /** float64 [count × 3], as `queryFacts` */
  readonly targetFacts: Float64Array;
}

export interface ByteComparison extends PanelArguments {
  readonly queries: ByteQueries;
  readonly targets: ByteTargets;
}

export interface SumComparison extends PanelArguments {
  readonly queries: SumQueries;
  readonly targets: SumTargets;
}

/**
 * Fills a panel by byte sums.
 *
 * @param step is called with numbers of blocks of targets
 */
export async function neighbourBytes(engine: Engine, comparison: ByteComparison, step?: Step): Promise<void> {
  await engine.run("neighbourBytes", bytesWork(comparison), step);
}

/** Does what `neighbourBytes` does at once, on the calling thread. */
export function neighbourBytesNow(engine: Engine, comparison: ByteComparison): void {
  engine.call("neighbourBytes", bytesWork(comparison));
}

/**
 * Fills a panel by sums over inverted lists.
 *
 * @param step is called with numbers of queries
 */
export async function neighbourSums(engine: Engine, comparison: SumComparison, step?: Step): Promise<void> {
  await engine.run("neighbourSums", sumsWork(comparison), step);
}

/** Does what `neighbourSums` does at once, on the calling thread. */
export function neighbourSumsNow(engine: Engine, comparison: SumComparison): void {
  engine.call("neighbourSums", sumsWork(comparison));
}

function bytesWork(comparison: ByteComparison): KernelWork {
  const { queries: rows, targets, first, symmetric, panel, stride, kind, shrinkage } = comparison;
  const { pitch, bytes, columns, tails, tailOffsets, entries, targetFacts } = targets;
  const { levels, queries, starts, lists, tailStarts, tailLists, queryFacts } = rows;
  const dense = [pitch, bytes, columns, tails, tailOffsets, entries];
  const asked = [levels, queries, starts, lists, tailStarts ?? 0, tailLists ?? 0];
  const filled = [first, Number(symmetric), panel, stride, kinds[kind], shrinkage];
  const args = [...dense, ...asked, ...filled, queryFacts, targetFacts];
  return { rows: Math.ceil(targets.count / pitch), blockRows: 1, scratch: 26 * pitch, args };
}

function sumsWork(comparison: SumComparison): KernelWork {
  const { queries: rows, targets: columns, first, symmetric, panel, stride, kind, shrinkage } = comparison;
  const { queries, offsets, indices, values, queryFacts } = rows;
  const { count, cursors, stops, targets, targetValues, targetFacts } = columns;
  const sparse = [offsets, indices, values, cursors, stops, targets, targetValues];
  const filled = [first, count, Number(symmetric), panel, stride, kinds[kind], shrinkage];
  const args = [...sparse, ...filled, queryFacts, targetFacts];
  return { rows: queries, blockRows: 32, scratch: 48 * count, args };
}
