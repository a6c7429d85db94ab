/** Names of the kernels, as `assembly/index.ts` exports them. */
export type Kernel =
  | "adam"
  | "alsCholesky"
  | "alsConjugate"
  | "ceilingBytes"
  | "ceilingFlops"
  | "easeWeights"
  | "gram"
  | "inverseFactor"
  | "inversePivot"
  | "inverseProduct"
  | "inverseTriangle"
  | "mfCholesky"
  | "mfGradient"
  | "mfSgd"
  | "nearestInOrder"
  | "nearestOfColumns"
  | "nearestOfRows"
  | "neighbourBytes"
  | "neighbourSums"
  | "neuralBackward"
  | "neuralForward"
  | "neuralLoss"
  | "sparseGram"
  | "sparseProduct"
  | "topk"
  | "topkCoarse";

/** Each takes begin and end of its rows, an address of scratch memory, and then its own arguments. */
export type Kernels = Readonly<
  Record<Kernel, (begin: number, end: number, scratch: number, ...args: number[]) => void>
>;

/** The kernels over a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

const modules = new Map<string, WebAssembly.Module>();

/** The module that base64 text holds. Engines share it: compiling takes longer than all else that makes a small one. */
export function compile(base64: string): WebAssembly.Module {
  let module = modules.get(base64);
  if (!module) {
    module = new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    modules.set(base64, module);
  }
  return module;
}
