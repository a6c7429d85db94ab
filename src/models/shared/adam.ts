/** Adam's steps for all numbers of a model at once, by the kernel adam (assembly/adam.ts). */
import type { Arena, Engine } from "../../compute/engine.ts";
import { adam } from "../../compute/kernels/adam.ts";

export interface AdamStep {
  /** γ: length of the step. */
  readonly rate: number;
  /** Weight decay: as much of each number is added to its gradient. */
  readonly decay: number;
}

/**
 * A step that changes `parameters` by `gradients`, each time it is called; its moments start at 0.
 *
 * @param parameters, gradients float32 in the engine's memory, of one length: a multiple of 4
 */
export function createAdam(engine: Engine, arena: Arena, parameters: Float32Array, gradients: Float32Array) {
  const [first, second] = [arena.float32(parameters.length), arena.float32(parameters.length)];
  let steps = 0;
  return async ({ rate, decay }: AdamStep): Promise<void> => {
    steps++;
    const [length, correction] = [rate / (1 - 0.9 ** steps), 1 / Math.sqrt(1 - 0.999 ** steps)];
    await adam(engine, { parameters, gradients, first, second, decay, rate: length, correction });
  };
}
