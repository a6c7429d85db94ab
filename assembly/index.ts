// Every kernel, by the name under which src/compute/kernels.ts knows it. Pointers are byte addresses; arrays are row-major.
export { alsCholesky, alsConjugate } from "./als";
export { ceilingBytes, ceilingFlops } from "./ceiling";
export { easeWeights, sparseGram } from "./ease";
export { gram } from "./gram";
export { inverseFactor, inversePivot, inverseProduct, inverseTriangle } from "./inverse";
export { mfCholesky, mfSgd } from "./mf";
export { nearestInOrder, nearestOfColumns, nearestOfRows } from "./nearest";
export { neighbourBytes, neighbourSums } from "./neighbours";
export { topk } from "./topk";
