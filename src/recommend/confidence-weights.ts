/** Made by `node scripts/confidence.ts --write`, from the data that docs/results/confidence.md names; for `confidenceFeatures`. */
export const confidenceWeights: readonly number[] = [-0.308, 0.701, 0.858, 0.448, 0.458, 0.076];
