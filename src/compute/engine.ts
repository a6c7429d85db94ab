/**
 * Where a model's arrays live and how its loops run. Models allocate through it, so that the arrays can be placed in
 * memory that several threads share.
 */
export interface Engine {
  /** Threads that fitting may use. The result is the same for any number of them. */
  readonly threads: number;
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
  int32(length: number): Int32Array;
}

/** Everything on the calling thread, in ordinary memory; runs in Node and in a page. */
export function localEngine(threads = 1): Engine {
  return {
    threads,
    float32: (length) => new Float32Array(length),
    float64: (length) => new Float64Array(length),
    int32: (length) => new Int32Array(length),
  };
}
