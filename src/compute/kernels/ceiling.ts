/** Plain loops that show what a machine can do at best: assembly/ceiling.ts. */
import type { Engine } from "../engine.ts";
import { inverseScratch, tileRows } from "./inverse.ts";

/** Blocks that the work is cut into, for threads to share. */
const blocks = 40;

/** Computes 80 flops in each round. */
export async function ceilingFlops(engine: Engine, { rounds }: { readonly rounds: number }): Promise<void> {
  await engine.run("ceilingFlops", { rows: rounds, blockRows: Math.ceil(rounds / blocks), scratch: 64, args: [] });
}

/** Reads float32 numbers once, a multiple of 16 of them. */
export async function ceilingBytes(engine: Engine, { numbers }: { readonly numbers: Float32Array }): Promise<void> {
  const rows = numbers.length / 16;
  await engine.run("ceilingBytes", { rows, blockRows: Math.ceil(rows / blocks), scratch: 64, args: [numbers] });
}

/** Multiplies pairs of tiles of the inverse, in one precision or the other. Computes 2 · 192³ flops in each round. */
export async function ceilingProduct(
  engine: Engine,
  { rounds, double }: { readonly rounds: number; readonly double: boolean },
): Promise<void> {
  const args = [Number(double)];
  await engine.run("ceilingProduct", { rows: rounds, blockRows: 1, scratch: inverseScratch, args });
}

/** Flops of a round of `ceilingProduct`. */
export const productFlops = 2 * tileRows ** 3;
