import type { Engine } from "./engine.ts";
import { gramBlockRows, gram as gramOfBlocks } from "./kernels/gram.ts";

interface GramSums {
  /** float32 [rows × f], in the engine's memory. */
  readonly y: Float32Array;
  /** A multiple of 8. */
  readonly f: number;
  /** float32 [gramPartials(rows, f)], in the engine's memory. */
  readonly partials: Float32Array;
}

/** How many numbers the partial sums of so many rows take. */
export function gramPartials(rows: number, f: number): number {
  return Math.ceil(rows / gramBlockRows) * f * f;
}

/** Writes YᵀY: partial sums of blocks of rows, in single precision, are added in the order of blocks in double precision. */
export async function sumGram(
  engine: Engine,
  { y, f, partials }: GramSums,
  out: Float32Array | Float64Array,
): Promise<void> {
  await gramOfBlocks(engine, { y, partials, f });
  for (let i = 0; i < f; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let n = i * f + j; n < partials.length; n += f * f) sum += partials[n];
      out[i * f + j] = sum;
      out[j * f + i] = sum;
    }
  }
}
