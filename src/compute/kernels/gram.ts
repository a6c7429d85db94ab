import type { Engine } from "../engine.ts";

/** Rows of one partial sum. */
export const gramBlockRows = 1024;

interface GramArguments {
  /** float32 [rows × f] */
  readonly y: Float32Array;
  /** float32 [⌈rows / gramBlockRows⌉ × f × f]: receives a partial sum of YᵀY for each block, of its lower triangle. */
  readonly partials: Float32Array;
  /** A multiple of 8. */
  readonly f: number;
}

/** Sums YᵀY in blocks of rows (assembly/gram.ts), which the caller adds in order. */
export async function gram(engine: Engine, { y, partials, f }: GramArguments): Promise<void> {
  const blockRows = gramBlockRows;
  await engine.run("gram", { rows: y.length / f, blockRows, scratch: 0, args: [y, partials, f, blockRows] });
}

interface DoubleGramArguments {
  /** float32 [rows × f] */
  readonly y: Float32Array;
  /** float64 [f × f]: receives the lower triangle of YᵀY in addition to what it holds; elsewhere, what has no meaning. */
  readonly sums: Float64Array;
  /** A multiple of 4. */
  readonly f: number;
}

/** Adds YᵀY in double precision, at once. Each sum takes the rows in their order, so portions may be added one after another. */
export function gramDouble(engine: Engine, { y, sums, f }: DoubleGramArguments): void {
  engine.call("gramDouble", { rows: y.length / f, blockRows: 64, scratch: 512 * f, args: [y, sums, f] });
}
