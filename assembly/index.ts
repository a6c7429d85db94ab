// Every kernel, by the name under which src/compute/kernels.ts knows it. Pointers are byte addresses; arrays are row-major.
export { alsCholesky, alsConjugate } from "./als";
export { gram } from "./gram";
export { ceilingBytes, ceilingFlops } from "./ceiling";
export { topk } from "./topk";
export { mfCholesky, mfSgd } from "./mf";
export { nearestInOrder, nearestOfColumns, nearestOfRows } from "./nearest";
export { neighbourBytes, neighbourSums } from "./neighbours";
