/** Times a workload, and the ceiling of the machine that it is held against. */
import type { Engine } from "../compute/engine.ts";
import { ceilingBytes, ceilingFlops } from "../compute/kernels/ceiling.ts";
import type { Dataset } from "../data/dataset.ts";
import { median } from "../numbers.ts";
import type { Workload, WorkloadTimes } from "./workload.ts";

/** Seconds of several runs. */
export interface Timing {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly runs: number;
}

/** What plain loops reach on this machine with a number of threads. */
export interface Ceiling {
  readonly gflops: number;
  readonly gbytes: number;
}

export interface BenchResult {
  readonly workload: string;
  readonly unit: string;
  readonly threads: number;
  readonly seconds: Timing;
  /** Present where the work is floating-point arithmetic, or reading memory. */
  readonly gflops?: number;
  readonly gbytes?: number;
  /** Share of the ceiling of either, from 0 to 1. */
  readonly fraction?: number;
  readonly memory?: WorkloadTimes["memory"];
  readonly remark?: string;
}

export async function runWorkload(
  workload: Workload,
  data: Dataset,
  engine: Engine,
  ceiling: Ceiling,
): Promise<BenchResult> {
  const { seconds: all, ...rest } = await workload.time(data, engine);
  const seconds = timingOf(all);
  const { name, unit, flops, bytes } = workload;
  const result = { workload: name, unit, threads: engine.threads, seconds, ...rest };
  if (flops) {
    const gflops = flops(data) / seconds.min / 1e9;
    return { ...result, gflops, fraction: gflops / ceiling.gflops };
  }
  if (bytes) {
    const gbytes = bytes(data) / seconds.min / 1e9;
    return { ...result, gbytes, fraction: gbytes / ceiling.gbytes };
  }
  return result;
}

/** Times the plain loops of assembly/ceiling.ts. Takes the best of five, since disturbances only slow them down. */
export async function measureCeiling(engine: Engine): Promise<Ceiling> {
  const rounds = 20_000_000;
  const flops = await bestOfFive(() => ceilingFlops(engine, { rounds }));
  using arena = engine.arena();
  const lines = 4_000_000;
  const numbers = arena.float32(16 * lines).fill(1);
  const bytes = await bestOfFive(() => ceilingBytes(engine, { numbers }));
  return { gflops: (80 * rounds) / flops / 1e9, gbytes: (64 * lines) / bytes / 1e9 };
}

export function timingOf(seconds: readonly number[]): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { min: sorted[0], median: median(sorted), max: sorted.at(-1)!, runs: sorted.length };
}

/** Seconds of the fastest of five runs. */
async function bestOfFive(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return Math.min(...times);
}
