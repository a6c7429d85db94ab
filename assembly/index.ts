// Every kernel, by the name under which src/compute/kernels.ts knows it. Pointers are byte addresses; arrays are row-major.
export { alsCholesky, alsConjugate } from "./als";
export { gram } from "./gram";
export { mfCholesky, mfSgd } from "./mf";
