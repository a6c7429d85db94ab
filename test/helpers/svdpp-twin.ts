import { dot } from "../../src/matrix/dense.ts";
import type { Rating } from "./mf-twin.ts";

/** Parameters of SVD++: float64 [rows × f] and [rows]. */
export interface SvdppParameters {
  readonly users: Float64Array;
  readonly items: Float64Array;
  readonly implicit: Float64Array;
  readonly userBias: Float64Array;
  readonly itemBias: Float64Array;
}

/**
 * The steps of Koren's equation 15 as they are written, every y_j of a user moved for every rating, in double precision; returns Σ e², e
 * before each step.
 */
export function svdppSteps(
  ratings: readonly Rating[],
  { users, items, implicit, userBias, itemBias }: SvdppParameters,
  { f, mean, rate, regularisation }: { f: number; mean: number; rate: number; regularisation: number },
): number {
  let loss = 0;
  for (const [user, item, value] of ratings) {
    const rated = ratings.filter(([of]) => of === user).map(([, other]) => other);
    const share = 1 / Math.sqrt(rated.length);
    const x = Float64Array.from({ length: f }, (_, k) => {
      return users[user * f + k] + share * rated.reduce((sum, other) => sum + implicit[other * f + k], 0);
    });
    const q = items.slice(item * f, (item + 1) * f);
    const e = value - mean - userBias[user] - itemBias[item] - dot(x, 0, q, 0, f);
    loss += e * e;
    userBias[user] += rate * (e - regularisation * userBias[user]);
    itemBias[item] += rate * (e - regularisation * itemBias[item]);
    for (let k = 0; k < f; k++) {
      items[item * f + k] += rate * (e * x[k] - regularisation * q[k]);
      users[user * f + k] += rate * (e * q[k] - regularisation * users[user * f + k]);
      for (const other of rated) {
        implicit[other * f + k] += rate * (e * share * q[k] - regularisation * implicit[other * f + k]);
      }
    }
  }
  return loss;
}
