import type { Engine } from "../engine.ts";

interface RowProductsArguments {
  /** float32 [rows × width], in the engine's memory. */
  readonly y: Float32Array;
  /** float32 [width], a multiple of 4. */
  readonly x: Float32Array;
  /** float32 [rows]: receives the products, in single precision. */
  readonly out: Float32Array;
}

/** Multiplies each row by a vector (assembly/products.ts), on the calling thread: for one user. */
export function rowProducts(engine: Engine, { y, x, out }: RowProductsArguments): void {
  using arena = engine.arena();
  const [vector, products] = [arena.place(x), arena.float32(out.length)];
  engine.call("rowProducts", {
    rows: out.length,
    blockRows: out.length,
    scratch: 0,
    args: [y, vector, products, x.length],
  });
  out.set(products);
}
