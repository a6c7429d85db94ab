import type { Engine } from "../compute/engine.ts";
import type { Dataset } from "../data/dataset.ts";
import { median } from "../numbers.ts";
import type { Timed, Workload } from "./workload.ts";

/** Seconds of several runs of the same work. */
export interface Timing {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly runs: number;
}

/** What this machine reaches at best with these threads, in plain loops. */
export interface Ceiling {
  readonly gflops: number;
  readonly gbytes: number;
}

export interface Result {
  readonly workload: string;
  readonly unit: string;
  readonly threads: number;
  readonly seconds: Timing;
  /** Where the work is floating-point arithmetic, or reading memory. */
  readonly gflops?: number;
  readonly gbytes?: number;
  /** Share of the ceiling of either. */
  readonly fraction?: number;
  readonly memory?: Timed["memory"];
  readonly remark?: string;
}

export async function runWorkload(
  workload: Workload,
  data: Dataset,
  engine: Engine,
  ceiling: Ceiling,
): Promise<Result> {
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

/** Times the plain loops of assembly/ceiling.ts: the best of five, since whatever disturbs them makes them slower. */
export async function measureCeiling(engine: Engine): Promise<Ceiling> {
  const rounds = 20_000_000;
  const blockRows = rounds / 40;
  const flops = await best(() => engine.run("ceilingFlops", { rows: rounds, blockRows, scratch: 64, args: [] }));
  using arena = engine.arena();
  const lines = 4_000_000;
  const numbers = arena.float32(16 * lines).fill(1);
  const work = { rows: lines, blockRows: lines / 40, scratch: 64, args: [numbers] };
  const bytes = await best(() => engine.run("ceilingBytes", work));
  return { gflops: (80 * rounds) / flops / 1e9, gbytes: (64 * lines) / bytes / 1e9 };
}

export function timingOf(seconds: readonly number[]): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { min: sorted[0], median: median(sorted), max: sorted.at(-1)!, runs: sorted.length };
}

async function best(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return Math.min(...times);
}
