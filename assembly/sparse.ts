import { axpy } from "./vector";

/**
 * Rows begin .. end of the product of a sparse matrix and a dense one: out_r = Σ value · dense_column. offsets int32 [rows + 1],
 * indices int32 and values float32 [entries]; dense float32 [columns × width], out float32 [rows × width]; width a multiple
 * of 4. 2 · width flops an entry.
 */
export function sparseProduct(
  begin: i32,
  end: i32,
  _scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  dense: usize,
  out: usize,
  width: i32,
): void {
  const size = <usize>width << 2;
  for (let row = begin; row < end; row++) {
    const to = <usize>load<i32>(offsets + (<usize>row << 2), 4) << 2;
    const sum = out + <usize>row * size;
    memory.fill(sum, 0, size);
    for (let n = <usize>load<i32>(offsets + (<usize>row << 2)) << 2; n < to; n += 4) {
      axpy(load<f32>(values + n), dense + <usize>load<i32>(indices + n) * size, sum, size);
    }
  }
}
