import type { Csr } from "../../matrix/csr.ts";
import type { Engine } from "../engine.ts";

interface SparseProductArguments {
  /** In the engine's memory. */
  readonly matrix: Csr;
  /** float32 [columns × width] */
  readonly dense: Float32Array;
  /** float32 [rows × width]: receives the product. */
  readonly out: Float32Array;
  /** A multiple of 4. */
  readonly width: number;
}

/** Multiplies a sparse matrix by a dense one (assembly/sparse.ts). */
export async function sparseProduct(
  engine: Engine,
  { matrix: { rows, offsets, indices, values }, dense, out, width }: SparseProductArguments,
): Promise<void> {
  const args = [offsets, indices, values, dense, out, width];
  await engine.run("sparseProduct", { rows, blockRows: 256, scratch: 0, args });
}
