/** Squared errors of predicted ratings, by how active users are and how popular films are. */
import type { Csr } from "../matrix/csr.ts";
import { present } from "../present.ts";
import { total } from "./estimate.ts";
import type { ModelResult, Slice } from "./evaluation.ts";

/** One entry for each class of `classEnds`. */
export interface ErrorSums {
  readonly squares: Float64Array;
  readonly counts: Float64Array;
}

/** Errors by training ratings of the user, and of the film. */
export interface SlicedErrors {
  readonly activity: ErrorSums;
  readonly popularity: ErrorSums;
}

/** The most training ratings in each class of users or films; the last class has no upper end. */
export const classEnds = [0, 4, 9, 19, 49, 99, 199, 499, 999, Number.POSITIVE_INFINITY];

/**
 * @param predicted one prediction for each entry of `test`
 * @param profiles rows as in `test`: a user's activity is the length of their profile
 * @param counts training ratings of each item
 */
export function sumErrors(test: Csr, predicted: Float32Array, profiles: Csr, counts: Int32Array): SlicedErrors {
  const [activity, popularity] = [noErrors(), noErrors()];
  for (let row = 0; row < test.rows; row++) {
    const known = profiles.offsets[row + 1] - profiles.offsets[row];
    for (let n = test.offsets[row]; n < test.offsets[row + 1]; n++) {
      const square = (predicted[n] - test.values[n]) ** 2;
      addError(activity, known, square);
      addError(popularity, counts[test.indices[n]], square);
    }
  }
  return { activity, popularity };
}

function noErrors(): ErrorSums {
  return { squares: new Float64Array(classEnds.length), counts: new Float64Array(classEnds.length) };
}

function addError({ squares, counts }: ErrorSums, ratings: number, square: number): void {
  const at = classEnds.findIndex((end) => ratings <= end);
  squares[at] += square;
  counts[at]++;
}

/** The root mean squared error of each class that has ratings, over all folds. */
export function slicesOf(folds: readonly SlicedErrors[]): NonNullable<ModelResult["slices"]> {
  return {
    activity: classSlices(folds.map(({ activity }) => activity)),
    popularity: classSlices(folds.map(({ popularity }) => popularity)),
  };
}

function classSlices(folds: readonly ErrorSums[]): Slice[] {
  return classEnds.flatMap((end, at) => {
    const n = total(folds.map(({ counts }) => counts[at]));
    const squares = total(folds.map((fold) => fold.squares[at]));
    if (n === 0) return [];
    const from = at === 0 ? 0 : classEnds[at - 1] + 1;
    return [{ from, ...present({ to: end === Infinity ? undefined : end }), n, rmse: Math.sqrt(squares / n) }];
  });
}
