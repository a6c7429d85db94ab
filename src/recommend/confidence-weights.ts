/** Made by `node scripts/confidence.ts --write`, from the data that docs/results/confidence.md names; for `confidenceFeatures`. */
export const confidenceWeights: readonly number[] = [-0.288, 0.714, 0.414, 2.103, 0.45, 0.407, 0.061];
