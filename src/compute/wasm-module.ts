/** Names of the kernels, as `assembly/index.ts` exports them. Each has a binding of the same name in `kernels/`. */
export type Kernel =
  | "adam"
  | "alsCholesky"
  | "alsConjugate"
  | "bestScores"
  | "ceilingBytes"
  | "ceilingFlops"
  | "ceilingProduct"
  | "denseScores"
  | "easeWeights"
  | "gibbsRows"
  | "gibbsWeights"
  | "gram"
  | "gramDouble"
  | "inverseLevel"
  | "inversePivot"
  | "inverseProduct"
  | "mfCholesky"
  | "mfGradient"
  | "mfSgd"
  | "nearestInOrder"
  | "nearestOfColumns"
  | "nearestOfRows"
  | "neighbourBytes"
  | "neighbourSums"
  | "neuralBackward"
  | "neuralFoldIn"
  | "neuralForward"
  | "neuralLoss"
  | "neuralScores"
  | "parseNumbers"
  | "regressions"
  | "rowProducts"
  | "scatterScores"
  | "sparseGram"
  | "sparseProduct"
  | "sparseScores"
  | "svdppSgd"
  | "topk"
  | "topkCoarse"
  | "userKnnScores";

/** Each kernel takes the begin and the end of its rows, the address of scratch memory, and then its own arguments. */
export type Kernels = Readonly<
  Record<Kernel, (begin: number, end: number, scratch: number, ...args: number[]) => void>
>;

/** A WebAssembly.Module and a WebAssembly.Memory: declarations name neither, as programs without `lib` dom do not know them. */
export type WasmModule = object;
export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  grow(pages: number): number;
}

/** Instantiates the kernels over a memory. */
export function instantiateKernels(module: WasmModule, memory: WasmMemory): Kernels {
  const imports = { env: { memory: memory as WebAssembly.Memory } };
  return new WebAssembly.Instance(module as WebAssembly.Module, imports).exports as unknown as Kernels;
}

const modules = new Map<string, WasmModule>();

/** The module that base64 text holds. Engines share it, because compiling it takes longer than the rest of making a small engine. */
export function compileModule(base64: string): WasmModule {
  let module = modules.get(base64);
  if (!module) {
    module = new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    modules.set(base64, module);
  }
  return module;
}
