/** Made by `node scripts/confidence.ts --write`, from the data that docs/results/confidence.md names; for `confidenceFeatures`. */
export const confidenceWeights: readonly number[] = [-0.011, 0.691, 0.047, 0.95, 0.155, -0.091, 0.832];
