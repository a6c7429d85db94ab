import { dot } from "./vector";

/** The products of rows begin .. end with a vector. y: float32 [rows × width], x: float32 [width], out: float32 [rows]; width a multiple of 4. */
export function rowProducts(
  begin: i32,
  end: i32,
  _scratch: usize,
  y: usize,
  x: usize,
  out: usize,
  width: i32,
): void {
  const size = <usize>width << 2;
  for (let row = begin; row < end; row++) {
    store<f32>(out + (<usize>row << 2), dot(y + <usize>row * size, x, size));
  }
}
