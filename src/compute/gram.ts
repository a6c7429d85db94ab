import { type Engine, localEngine } from "./engine.ts";
import { gramBlockRows, gramDouble, gram as gramOfBlocks } from "./kernels/gram.ts";

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

/** Bytes of vectors whose products are added at a time. */
const doublePortion = 2 ** 20;

/** YᵀY in double precision, of vectors that come in portions. */
export interface PortionedGram extends Disposable {
  /** Adds the products of more vectors, float32 [rows × f]; zeros for those that `leaveOut` names. */
  add(vectors: Float32Array, leaveOut?: (row: number) => boolean): void;
  /** float64 [f × f] */
  sums(): Float64Array;
}

/** Sums products in the order of the rows, so that the result is the same for portions of any length. */
export function portionedGram(f: number): PortionedGram {
  const width = 4 * Math.ceil(f / 4);
  const most = Math.max(1, Math.floor(doublePortion / (4 * width)));
  const engine = localEngine(2 * doublePortion + 16 * width * width + 1024 * width);
  const arena = engine.arena();
  const [y, sums] = [arena.float32(most * width), arena.float64(width * width)];
  return {
    add(vectors, leaveOut = () => false) {
      const rows = vectors.length / f;
      for (let from = 0; from < rows; from += most) {
        const count = Math.min(most, rows - from);
        if (width === f) y.set(vectors.subarray(from * f, (from + count) * f));
        for (let n = 0; n < count; n++) {
          if (width !== f) y.set(vectors.subarray((from + n) * f, (from + n + 1) * f), n * width);
          if (leaveOut(from + n)) y.fill(0, n * width, (n + 1) * width);
        }
        gramDouble(engine, { y: y.subarray(0, count * width), sums, f: width });
      }
    },
    sums() {
      const all = new Float64Array(f * f);
      for (let i = 0; i < f; i++) {
        for (let j = 0; j <= i; j++) all[i * f + j] = all[j * f + i] = sums[i * width + j];
      }
      return all;
    },
    [Symbol.dispose]() {
      arena[Symbol.dispose]();
      engine[Symbol.dispose]();
    },
  };
}
