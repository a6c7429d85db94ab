import type { Engine } from "../compute/engine.ts";
import type { Dataset } from "../data/dataset.ts";
import type { State } from "../models/model.ts";
import type { ShapeName } from "./data-shapes.ts";

/** A piece of work that is timed, and whose peers are timed under the same name (src/bench/peers.ts). */
export interface Workload {
  readonly name: string;
  readonly shape: ShapeName;
  /** What the seconds are for. */
  readonly unit: string;
  /** Floating-point operations of one unit; multiply and add count as two. Absent where the work is of another kind. */
  flops?(data: Dataset): number;
  /** Bytes of one unit that come from memory, where these and not flops are what the work is. */
  bytes?(data: Dataset): number;
  /** Runs it, warmed up. */
  time(data: Dataset, engine: Engine): Promise<WorkloadTimes>;
  /** All that a short run of it makes, which must not depend on the engine's threads. */
  result(data: Dataset, engine: Engine): Promise<readonly ArrayBufferView[]>;
}

export interface WorkloadTimes {
  /** Of each unit. */
  readonly seconds: readonly number[];
  /** The most memory it took, where that matters. */
  readonly memory?: { readonly bytes: number; readonly of: "arrays" | "process" };
  readonly remark?: string;
}

/** Seconds of each of several runs, after one that is not counted unless told so. */
export async function timeRepeatedly(runs: number, work: () => Promise<unknown>, warmUp = 1): Promise<number[]> {
  const seconds: number[] = [];
  for (let n = 0; n < warmUp + runs; n++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.slice(warmUp);
}

/** Times units of a piece of work by its calls of `step`: those that come when a whole number of all units is done. */
export function stopwatch(units: number) {
  const ends: number[] = [];
  return {
    async step(done: number, total: number): Promise<void> {
      const unit = (done * units) / total;
      if (Number.isInteger(unit)) ends[unit] ??= performance.now();
    },
    /** Seconds of each unit but the first. */
    seconds: () => ends.flatMap((end, n) => (n > 1 ? [(end - ends[n - 1]) / 1000] : [])),
  };
}

export function arraysOf({ tensors, parts = {} }: State): ArrayBufferView[] {
  return [...Object.values(tensors).map(({ data }) => data), ...Object.values(parts).flatMap(arraysOf)];
}
