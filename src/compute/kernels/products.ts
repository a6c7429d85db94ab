import type { Engine } from "../engine.ts";

/** All in the engine's memory. */
interface RowProductsArguments {
  /** float32 [rows × width] */
  readonly y: Float32Array;
  /** float32 [width] */
  readonly x: Float32Array;
  /** float32 [rows]: receives the products. */
  readonly out: Float32Array;
  /** A multiple of 4. */
  readonly width: number;
}

/** Multiplies each row by a vector (assembly/products.ts), on the calling thread: for one user. */
export function rowProducts(engine: Engine, { y, x, out, width }: RowProductsArguments): void {
  const args = [y, x, out, width];
  engine.call("rowProducts", { rows: out.length, blockRows: out.length, scratch: 0, args });
}
