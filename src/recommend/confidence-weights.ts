/** Made by `node scripts/confidence.ts --write`, from the data that docs/results/confidence.md names; for `confidenceFeatures`. */
export const confidenceWeights: readonly number[] = [-0.608, 0.637, 0.054, 1.149, 0.489, 0.299, 1.069];
