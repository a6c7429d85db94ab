/** Three passes over a batch of B ratings, the fold-in of users, and scores: assembly/neural.ts, which has the formulas. */
import type { Engine, Step } from "../engine.ts";

/** Each side is cut into as many blocks, at most, whose partial sums the caller adds in order. */
export const neuralBlocks = 32;

/** Rows of each block of a side. */
export function neuralBlockRows(rows: number): number {
  return Math.ceil(rows / neuralBlocks);
}

interface NeuralArguments {
  /** Rows of the side that the pass is over: users, or items. */
  readonly rows: number;
  /** int32 [ratings], ascending: the row of each rating. */
  readonly rowOf: Int32Array;
  /** The batch: ratings from .. to. */
  readonly from: number;
  readonly to: number;
  /** float32 [rows × e] */
  readonly embeddings: Float32Array;
  /** float32 [e × h]: what leaves each unit of an embedding. */
  readonly weights: Float32Array;
  /** float32 [B × h]: of each rating in the order of users, sums for the hidden layer on the way forward, ∂L/∂z backwards. */
  readonly hidden: Float32Array;
  readonly e: number;
  /** A multiple of 4. */
  readonly h: number;
  /** 1 / (1 − p): what remaining units are multiplied by. */
  readonly keep: number;
  /** 65536 p, a whole number. */
  readonly threshold: number;
  readonly seed: number;
}

interface NeuralLossArguments extends NeuralArguments {
  /** int32 [ratings]: where each rating stands in the order of users. */
  readonly byItem: Int32Array;
  /** float32 [ratings] */
  readonly values: Float32Array;
  /** float32 [2 h + 4]: biases of the hidden layer, weights of the output, its bias. */
  readonly output: Float32Array;
  /** float32 [rows × e]: receives the gradients of embeddings. */
  readonly gradients: Float32Array;
  /** float32 [neuralBlocks × (e h + 2 h + 4)]: receives each block's sums for `weights` and `output`. */
  readonly partials: Float32Array;
  /** float64 [rows]: receives Σ (r̂ − r)². */
  readonly losses: Float64Array;
  /** 2 / B */
  readonly scale: number;
}

interface NeuralBackwardArguments extends NeuralArguments {
  /** float32 [rows × e]: receives the gradients of embeddings. */
  readonly gradients: Float32Array;
  /** float32 [neuralBlocks × e h]: receives each block's sums for `weights`. */
  readonly partials: Float32Array;
}

/** Fills `hidden` with what users add to the hidden layer. */
export async function neuralForward(
  engine: Engine,
  { rows, rowOf, from, to, embeddings, weights, hidden, e, h, keep, threshold, seed }: NeuralArguments,
): Promise<void> {
  const args = [rowOf, from, to, embeddings, weights, hidden, e, h, keep, threshold, seed];
  const scratch = 4 * (e * h + h + e);
  await engine.run("neuralForward", { rows, blockRows: neuralBlockRows(rows), scratch, args });
}

/** Adds items' part, finds the loss, and goes back as far as the items. */
export async function neuralLoss(
  engine: Engine,
  {
    rows,
    rowOf,
    byItem,
    values,
    from,
    to,
    embeddings,
    weights,
    output,
    hidden,
    gradients,
    partials,
    losses,
    e,
    h,
    scale,
    keep,
    threshold,
    seed,
  }: NeuralLossArguments,
): Promise<void> {
  const blockRows = neuralBlockRows(rows);
  const ratings = [rowOf, byItem, values, from, to];
  const found = [hidden, gradients, partials, losses, blockRows];
  const args = [...ratings, embeddings, weights, output, ...found, e, h, scale, keep, threshold, seed];
  const scratch = 4 * (2 * e * h + 2 * h + e);
  await engine.run("neuralLoss", { rows, blockRows, scratch, args });
}

/** Goes the rest of the way back, to the users. */
export async function neuralBackward(
  engine: Engine,
  {
    rows,
    rowOf,
    from,
    to,
    embeddings,
    weights,
    hidden,
    gradients,
    partials,
    e,
    h,
    keep,
    threshold,
    seed,
  }: NeuralBackwardArguments,
): Promise<void> {
  const blockRows = neuralBlockRows(rows);
  const ratings = [rowOf, from, to, embeddings, weights, hidden];
  const args = [...ratings, gradients, partials, blockRows, e, h, keep, threshold, seed];
  const scratch = 4 * (e * h + h + e);
  await engine.run("neuralBackward", { rows, blockRows, scratch, args });
}

interface NeuralFoldInArguments {
  /** int32 [rows + 1], int32 and float32 [ratings]: the ratings by user. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** float64 [e × h], [e], [h] and [items × h] */
  readonly weights: Float64Array;
  readonly newcomer: Float64Array;
  readonly weightsOut: Float64Array;
  readonly films: Float64Array;
  /** float64 [rows × h]: receives users' halves of the hidden layer. */
  readonly halves: Float64Array;
  readonly e: number;
  readonly h: number;
  readonly constant: number;
  /** Weight decay times the number of ratings in training. */
  readonly decay: number;
  readonly steps: number;
  readonly rate: number;
}

/** Folds users in. */
export async function neuralFoldIn(
  engine: Engine,
  {
    offsets,
    indices,
    values,
    weights,
    newcomer,
    weightsOut,
    films,
    halves,
    e,
    h,
    constant,
    decay,
    steps,
    rate,
  }: NeuralFoldInArguments,
  step?: Step,
): Promise<void> {
  const ratings = [offsets, indices, values];
  const args = [...ratings, weights, newcomer, weightsOut, films, halves, e, h, constant, decay, steps, rate];
  const scratch = 8 * (3 * e + h);
  await engine.run("neuralFoldIn", { rows: offsets.length - 1, blockRows: 16, scratch, args }, step);
}

interface NeuralScoresArguments {
  readonly rows: number;
  /** float32 [rows × h] */
  readonly halves: Float32Array;
  /** float32 [⌈columns / 8⌉ × h × 8] */
  readonly panels: Float32Array;
  /** float32 [h] */
  readonly weightsOut: Float32Array;
  /** float32 [rows × columns]: receives the scores. */
  readonly out: Float32Array;
  readonly h: number;
  readonly columns: number;
  readonly constant: number;
}

/** Scores every film for users. */
export async function neuralScores(
  engine: Engine,
  { rows, halves, panels, weightsOut, out, h, columns, constant }: NeuralScoresArguments,
): Promise<void> {
  const args = [halves, panels, weightsOut, out, h, columns, constant];
  await engine.run("neuralScores", { rows, blockRows: 16, scratch: 32, args });
}
