/** What a workload is, and how work is timed. */
import type { Engine } from "../compute/engine.ts";
import type { Dataset } from "../data/dataset.ts";
import type { State } from "../models/model.ts";
import type { ShapeName } from "./data-shapes.ts";

/** A piece of work that is timed. Its peers are timed under the same name (see peers.ts). */
export interface Workload {
  readonly name: string;
  readonly shape: ShapeName;
  /** What is done in these seconds. */
  readonly unit: string;
  /** Floating-point operations of one unit; a multiplication and an addition count as two. Absent for other kinds of work. */
  flops?(data: Dataset): number;
  /** Bytes of one unit that are read from memory, where memory rather than arithmetic limits the work. */
  bytes?(data: Dataset): number;
  /** Times it, after warming up. */
  time(data: Dataset, engine: Engine): Promise<WorkloadTimes>;
  /** The result of a short run, which must not depend on the engine's threads. */
  result(data: Dataset, engine: Engine): Promise<readonly ArrayBufferView[]>;
}

export interface WorkloadTimes {
  /** One number for each unit. */
  readonly seconds: readonly number[];
  /** Peak memory, where it matters. */
  readonly memory?: { readonly bytes: number; readonly of: "arrays" | "process" };
  readonly remark?: string;
}

/** Seconds of each of several runs, after `warmUp` runs that are not counted. */
export async function timeRepeatedly(runs: number, work: () => Promise<unknown>, warmUp = 1): Promise<number[]> {
  const seconds: number[] = [];
  for (let n = 0; n < warmUp + runs; n++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.slice(warmUp);
}

/** Times the units of a piece of work by its calls of `step`. A unit ends at the first call after which it is done. */
export function stopwatch(units: number) {
  const ends: number[] = [];
  return {
    async step(done: number, total: number): Promise<void> {
      const unit = (done * units) / total;
      if (Number.isInteger(unit)) ends[unit] ??= performance.now();
    },
    /** Seconds of each unit except the first. */
    seconds: () => ends.flatMap((end, n) => (n > 1 ? [(end - ends[n - 1]) / 1000] : [])),
  };
}

/** All arrays of a state and its parts. */
export function arraysOf({ tensors, parts = {} }: State): ArrayBufferView[] {
  return [...Object.values(tensors).map(({ data }) => data), ...Object.values(parts).flatMap(arraysOf)];
}
