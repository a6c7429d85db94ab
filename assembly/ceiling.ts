// What this machine can do at best, for the fraction that a benchmark reports.

import { bytes, multiplyTiles } from "./inverse";
import { lanes, madd } from "./vector";

/** end − begin rounds of 10 independent multiply-adds of four lanes: 80 flops each. Result to scratch. */
export function ceilingFlops(begin: i32, end: i32, scratch: usize): void {
  const a = v128.load(scratch);
  const b = v128.load(scratch, 16);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a;
  for (let n = begin; n < end; n++) {
    s0 = madd(a, b, s0);
    s1 = madd(a, b, s1);
    s2 = madd(a, b, s2);
    s3 = madd(a, b, s3);
    s4 = madd(a, b, s4);
    s5 = madd(a, b, s5);
    s6 = madd(a, b, s6);
    s7 = madd(a, b, s7);
    s8 = madd(a, b, s8);
    s9 = madd(a, b, s9);
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7)));
  store<f32>(scratch, lanes(f32x4.add(sum, f32x4.add(s8, s9))));
}

/** Reads rows begin .. end of 64 bytes. Sum to scratch. */
export function ceilingBytes(begin: i32, end: i32, scratch: usize, numbers: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let at = numbers + (<usize>begin << 6), to = numbers + (<usize>end << 6); at < to; at += 64) {
    s0 = f32x4.add(s0, v128.load(at));
    s1 = f32x4.add(s1, v128.load(at, 16));
    s2 = f32x4.add(s2, v128.load(at, 32));
    s3 = f32x4.add(s3, v128.load(at, 48));
  }
  store<f32>(scratch, lanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))));
}

/** end − begin products of two tiles that lie in the cache, as the inverse makes them: 2 · 192³ flops each. Scratch: three tiles. */
export function ceilingProduct(begin: i32, end: i32, scratch: usize, double: i32): void {
  for (let n = begin; n < end; n++) {
    if (double) multiplyTiles<f64>(scratch, scratch + bytes<f64>(), scratch + 2 * bytes<f64>());
    else multiplyTiles<f32>(scratch, scratch + bytes<f32>(), scratch + 2 * bytes<f32>());
  }
}
