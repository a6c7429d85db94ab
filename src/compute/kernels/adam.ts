import type { Engine } from "../engine.ts";

interface AdamArguments {
  /** float32, all of one length: a multiple of 4. */
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  /** First and second moments: m and v. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Weight decay. */
  readonly decay: number;
  /** Length of step t over 1 − β₁ᵗ. */
  readonly rate: number;
  /** 1 / √(1 − β₂ᵗ) */
  readonly correction: number;
}

/** Changes the parameters and their moments by one step of Adam (assembly/adam.ts). */
export async function adam(
  engine: Engine,
  { parameters, gradients, first, second, decay, rate, correction }: AdamArguments,
): Promise<void> {
  const args = [parameters, gradients, first, second, decay, rate, correction];
  await engine.run("adam", { rows: parameters.length / 4, blockRows: 16384, scratch: 0, args });
}
