// Sums over the columns of one sparse row against a tile of bytes [columns × pitch] of `pitch` targets, a multiple of 128, for
// neighbours.ts. The row's columns lie grouped by its value there, 1 .. levels: it has the value r at the columns
// lists[starts[r − 1] .. starts[r]].

/** sums = Σ_c r_c x_cj as words [pitch]; halves [pitch] follow six rows of words. Inlined, so that a constant pitch is folded in. */
@inline
export function products(tile: usize, pitch: usize, starts: usize, lists: usize, levels: i32, sums: usize): void {
  const halves = sums + 24 * pitch;
  memory.fill(sums, 0, pitch * 4);
  memory.fill(halves, 0, pitch * 2);
  const run = 255 / levels;
  let most = 0; // an upper bound of every half
  let n = load<i32>(starts);
  for (let level = 1; level <= levels; level++) {
    const r = i8x16.splat(<i8>level);
    const stop = load<i32>(starts + (<usize>level << 2));
    while (n < stop) {
      const until = min(stop, n + run);
      const more = (until - n) * level * levels;
      if (most + more > 65535) {
        widen(halves, sums, pitch);
        most = 0;
      }
      most += more;
      const from = lists + (<usize>n << 2);
      const to = lists + (<usize>until << 2);
      for (let part: usize = 0; part < pitch; part += 128) {
        let a0 = i8x16.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        for (let list = from; list < to; list += 4) {
          const at = tile + part + <usize>load<u32>(list) * pitch;
          a0 = i8x16.add(a0, v128.load(at));
          a1 = i8x16.add(a1, v128.load(at, 16));
          a2 = i8x16.add(a2, v128.load(at, 32));
          a3 = i8x16.add(a3, v128.load(at, 48));
          a4 = i8x16.add(a4, v128.load(at, 64));
          a5 = i8x16.add(a5, v128.load(at, 80));
          a6 = i8x16.add(a6, v128.load(at, 96));
          a7 = i8x16.add(a7, v128.load(at, 112));
        }
        const out = halves + 2 * part;
        weigh(a0, r, out);
        weigh(a1, r, out + 32);
        weigh(a2, r, out + 64);
        weigh(a3, r, out + 96);
        weigh(a4, r, out + 128);
        weigh(a5, r, out + 160);
        weigh(a6, r, out + 192);
        weigh(a7, r, out + 224);
      }
      n = until;
    }
  }
  widen(halves, sums, pitch);
}

/** halves += r · a */
@inline
function weigh(a: v128, r: v128, halves: usize): void {
  v128.store(halves, i16x8.add(v128.load(halves), i16x8.extmul_low_i8x16_u(a, r)));
  v128.store(halves, i16x8.add(v128.load(halves, 16), i16x8.extmul_high_i8x16_u(a, r)), 16);
}

/** sums += halves; halves = 0 */
function widen(halves: usize, sums: usize, pitch: usize): void {
  for (let j: usize = 0; j < pitch * 2; j += 16) {
    addHalves(v128.load(halves + j), sums + 2 * j);
    v128.store(halves + j, i16x8.splat(0));
  }
}

/** Eight words += eight halves. */
@inline
function addHalves(a: v128, sums: usize): void {
  v128.store(sums, i32x4.add(v128.load(sums), i32x4.extend_low_i16x8_u(a)));
  v128.store(sums, i32x4.add(v128.load(sums, 16), i32x4.extend_high_i16x8_u(a)), 16);
}

/** sums = Σxy, Σx, Σy, n, Σx², Σy² as words [6 × pitch], 32 targets at a time; Σx² and Σy² only with `squares`. */
export function statistics(
  tile: usize,
  pitch: usize,
  starts: usize,
  lists: usize,
  levels: i32,
  sums: usize,
  squares: bool,
): void {
  memory.fill(sums, 0, 24 * pitch);
  const run = 255 / levels;
  const one = i8x16.splat(1);
  for (let part: usize = 0; part < pitch; part += 32) {
    const out = sums + (part << 2);
    let n = load<i32>(starts);
    for (let level = 1; level <= levels; level++) {
      const stop = load<i32>(starts + (<usize>level << 2));
      while (n < stop) {
        const until = min(stop, n + run);
        let y0 = i8x16.splat(0), y1 = y0, n0 = y0, n1 = y0, s0 = y0, s1 = y0, s2 = y0, s3 = y0;
        for (; n < until; n++) {
          const at = tile + part + <usize>load<u32>(lists + (<usize>n << 2)) * pitch;
          const a = v128.load(at);
          const b = v128.load(at, 16);
          y0 = i8x16.add(y0, a);
          y1 = i8x16.add(y1, b);
          n0 = i8x16.add(n0, i8x16.min_u(a, one));
          n1 = i8x16.add(n1, i8x16.min_u(b, one));
          if (!squares) continue;
          s0 = i16x8.add(s0, i16x8.extmul_low_i8x16_u(a, a));
          s1 = i16x8.add(s1, i16x8.extmul_high_i8x16_u(a, a));
          s2 = i16x8.add(s2, i16x8.extmul_low_i8x16_u(b, b));
          s3 = i16x8.add(s3, i16x8.extmul_high_i8x16_u(b, b));
        }
        gather(y0, n0, level, squares, out, pitch << 2);
        gather(y1, n1, level, squares, out + 64, pitch << 2);
        if (!squares) continue;
        addHalves(s0, out + 20 * pitch);
        addHalves(s1, out + 20 * pitch + 32);
        addHalves(s2, out + 20 * pitch + 64);
        addHalves(s3, out + 20 * pitch + 96);
      }
    }
  }
}

/** Adds Σy and n of one run of equal x to the sums of sixteen targets. */
function gather(y: v128, n: v128, level: i32, squares: bool, out: usize, row: usize): void {
  const r = i8x16.splat(<i8>level);
  const one = i8x16.splat(1);
  addBytes(y, r, out);
  addBytes(n, r, out + row);
  addBytes(y, one, out + 2 * row);
  addBytes(n, one, out + 3 * row);
  if (squares) addBytes(n, i8x16.splat(<i8>(level * level)), out + 4 * row);
}

/** Sixteen words += a · r. */
@inline
function addBytes(a: v128, r: v128, out: usize): void {
  addHalves(i16x8.extmul_low_i8x16_u(a, r), out);
  addHalves(i16x8.extmul_high_i8x16_u(a, r), out + 32);
}
