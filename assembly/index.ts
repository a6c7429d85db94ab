// Every kernel, by the name under which src/compute/kernels/ binds it. Pointers are byte addresses; arrays are row-major.
export { adam } from "./adam";
export { alsCholesky, alsConjugate } from "./als";
export { ceilingBytes, ceilingFlops, ceilingProduct } from "./ceiling";
export { easeWeights, regressions, sparseGram } from "./ease";
export { gibbsRows, gibbsWeights } from "./gibbs";
export { gram, gramDouble } from "./gram";
export { inverseLevel, inversePivot, inverseProduct } from "./inverse";
export { mfCholesky, mfGradient, mfSgd } from "./mf";
export { nearestInOrder, nearestOfColumns, nearestOfRows } from "./nearest";
export { neighbourBytes, neighbourSums } from "./neighbours";
export { neuralBackward, neuralFoldIn, neuralForward, neuralLoss, neuralScores } from "./neural";
export { parseNumbers } from "./numbers";
export { rowProducts } from "./products";
export { bestScores, denseScores, scatterScores, sparseScores } from "./scores";
export { sparseProduct } from "./sparse";
export { svdppSgd } from "./svdpp";
export { topk, topkCoarse } from "./topk";
export { userKnnScores } from "./user-knn";
