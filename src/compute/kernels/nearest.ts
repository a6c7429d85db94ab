/** The k highest similarities of every row, gathered panel by panel: assembly/nearest.ts. */
import type { Engine, KernelWork } from "../engine.ts";

/** Lists of neighbours while they are gathered: heaps of k entries a row. */
export interface NeighbourHeaps {
  readonly k: number;
  /** int32 [rows]: entries of each list. */
  readonly sizes: Int32Array;
  /** int32 [rows × k] */
  readonly heapNames: Int32Array;
  /** float64 [rows × k]: similarities. */
  readonly heap: Float64Array;
}

interface NearestOfRowsArguments extends NeighbourHeaps {
  readonly queries: number;
  /** float64 [queries × stride] */
  readonly panel: Float64Array;
  readonly stride: number;
  /** Position of the panel's first target among the queries, and number of targets. */
  readonly first: number;
  readonly count: number;
  /** Queries and targets are the same rows: of each query only the targets before it are read. */
  readonly symmetric: boolean;
  /** int32 [count]: names of the panel's targets. */
  readonly names: Int32Array;
  /** int32 [queries]: a name to be left out of each list, or −1. */
  readonly selves: Int32Array;
}

interface NearestOfColumnsArguments extends NeighbourHeaps {
  readonly queries: number;
  /** float64 [queries × stride], symmetric */
  readonly panel: Float64Array;
  readonly stride: number;
  readonly first: number;
  readonly count: number;
  /** int32 [queries]: names of all queries. */
  readonly allNames: Int32Array;
}

/** Enters each query's row of a panel in the query's list. */
export async function nearestOfRows(engine: Engine, entered: NearestOfRowsArguments): Promise<void> {
  await engine.run("nearestOfRows", rowsWork(entered));
}

/** Does what `nearestOfRows` does at once, on the calling thread. */
export function nearestOfRowsNow(engine: Engine, entered: NearestOfRowsArguments): void {
  engine.call("nearestOfRows", rowsWork(entered));
}

/** Enters each target's column of a symmetric panel in the target's list. */
export async function nearestOfColumns(
  engine: Engine,
  { queries, panel, stride, first, count, allNames, k, sizes, heapNames, heap }: NearestOfColumnsArguments,
): Promise<void> {
  const args = [panel, stride, first, count, queries, allNames, k, sizes, heapNames, heap];
  await engine.run("nearestOfColumns", { rows: Math.ceil(count / 8), blockRows: 4, scratch: 64, args });
}

/** Sorts every list, highest similarity first. */
export async function nearestInOrder(engine: Engine, heaps: NeighbourHeaps): Promise<void> {
  await engine.run("nearestInOrder", orderWork(heaps));
}

/** Does what `nearestInOrder` does at once, on the calling thread. */
export function nearestInOrderNow(engine: Engine, heaps: NeighbourHeaps): void {
  engine.call("nearestInOrder", orderWork(heaps));
}

function rowsWork(entered: NearestOfRowsArguments): KernelWork {
  const { queries, panel, stride, first, count, symmetric, names, selves, k, sizes, heapNames, heap } = entered;
  const args = [panel, stride, first, count, Number(symmetric), names, selves, k, sizes, heapNames, heap];
  return { rows: queries, blockRows: 256, scratch: 0, args };
}

function orderWork({ k, sizes, heapNames, heap }: NeighbourHeaps): KernelWork {
  return { rows: sizes.length, blockRows: 1024, scratch: 0, args: [k, sizes, heapNames, heap] };
}
