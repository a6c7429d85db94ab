/** The three models of study 003, each trained in stages of another learning rate; what the study printed, by the cell that printed it. */
import { type ModelSpec, mf, neural } from "../../core.ts";

/** One training: `train_epocs` of the study. */
export interface PrintedStage {
  readonly epochs: number;
  /** Learning rate of Adam, which each stage starts anew. */
  readonly rate: number;
  /** Where the study printed it: "In [126]". */
  readonly cell: string;
  /** Loss of each epoch. */
  readonly losses: readonly number[];
  /** "test loss": of the validation ratings by film codes that were made twice. */
  readonly test: number;
}

export interface StudyModel {
  readonly name: string;
  readonly stages: readonly PrintedStage[];
  /** @param ratings the number of training ratings, as weight decay is λ by their number */
  spec(stage: PrintedStage, ratings: number): ModelSpec;
}

/** As the study ranks: by the prediction, of ratings as they are, and from the users' own vectors. */
const asTheStudy = { dislike: 0, caution: 0, scale: "data", keepUsers: true, batch: 0 } as const;
/** The study starts at 0 to .05, uniformly. */
const spread = 0.05 / Math.sqrt(12);

/**
 * PyTorch's weight decay w, beside the mean of N squared errors, is λ = w N / 2 for every row (docs/models.md, mf). λ must be above 0.
 */
function factorisation(biases: "none" | "user+item", decay: number): StudyModel["spec"] {
  return ({ epochs, rate }, ratings) =>
    mf({
      factors: 100,
      biases,
      optimiser: "adam",
      epochs,
      rate,
      regularisation: Math.max(1e-6, (decay * ratings) / 2),
      scaling: 0,
      spread,
      ...asTheStudy,
    });
}

export const studyModels: readonly StudyModel[] = [
  {
    name: "products of vectors",
    spec: factorisation("none", 0),
    stages: [
      {
        epochs: 10,
        rate: 0.1,
        cell: "In [126]",
        losses: [12.914, 4.8572, 2.5778, 3.1057, 0.8492, 1.8183, 2.6539, 2.1326, 1.0869, 0.974],
        test: 3.0683,
      },
      {
        epochs: 15,
        rate: 0.1,
        cell: "In [127]",
        losses: [
          1.6437, 5.709, 4.1261, 1.0724, 2.8327, 2.4845, 0.7608, 1.2345, 2.0833, 1.9896, 1.1983, 0.694, 1.0968, 1.4018,
          0.9383,
        ],
        test: 1.4314,
      },
      {
        epochs: 15,
        rate: 0.01,
        cell: "In [128]",
        losses: [
          0.6304, 0.5552, 0.5358, 0.5259, 0.5131, 0.4974, 0.4814, 0.4658, 0.4507, 0.4357, 0.4205, 0.405, 0.3889, 0.3726,
          0.3561,
        ],
        test: 1.4054,
      },
    ],
  },
  {
    name: "with biases",
    spec: factorisation("user+item", 1e-5),
    stages: [
      {
        epochs: 10,
        rate: 0.05,
        cell: "In [131]",
        losses: [12.9126, 9.155, 4.389, 1.1587, 2.4673, 3.743, 2.4491, 1.0787, 0.8159, 1.3178],
        test: 2.8496,
      },
      {
        epochs: 10,
        rate: 0.01,
        cell: "In [132]",
        losses: [1.8932, 1.3251, 0.9354, 0.7452, 0.7225, 0.7772, 0.8225, 0.8215, 0.7811, 0.7274],
        test: 1.224,
      },
      {
        epochs: 10,
        rate: 0.001,
        cell: "In [133]",
        losses: [0.6853, 0.6711, 0.6592, 0.6494, 0.6416, 0.6355, 0.6308, 0.6273, 0.6248, 0.623],
        test: 1.216,
      },
    ],
  },
  {
    name: "a network",
    spec: ({ epochs, rate }) =>
      neural({ embedding: 100, hidden: 10, dropout: 0.1, epochs, rate, decay: 1e-6, start: "random", ...asTheStudy }),
    stages: [
      {
        epochs: 15,
        rate: 0.05,
        cell: "In [136]",
        losses: [
          11.0653, 5.7462, 1.3388, 3.2856, 2.7545, 1.3073, 1.2815, 1.9777, 1.5293, 0.936, 1.016, 1.3137, 1.3448, 1.0803,
          0.7891,
        ],
        test: 1.0431,
      },
      {
        epochs: 10,
        rate: 0.01,
        cell: "In [137]",
        losses: [0.791, 0.9388, 0.7961, 0.7277, 0.8083, 0.7846, 0.7158, 0.7126, 0.7488, 0.7465],
        test: 1.0677,
      },
      {
        epochs: 10,
        rate: 0.001,
        cell: "In [138]",
        losses: [0.7108, 0.6964, 0.6903, 0.6917, 0.6943, 0.6953, 0.6941, 0.6905, 0.6877, 0.6863],
        test: 1.0497,
      },
    ],
  },
];
