// Every kernel, by the name under which src/compute/kernels.ts knows it. Pointers are byte addresses; arrays are row-major.
export { alsCholesky, alsConjugate } from "./als";
export { easeWeights, sparseGram } from "./ease";
export { gram } from "./gram";
export { inverseFactor, inversePivot, inverseProduct, inverseTriangle } from "./inverse";
