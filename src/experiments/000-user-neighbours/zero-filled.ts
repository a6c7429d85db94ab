/** The deviations of five neighbours, as study 000's exact index uses them, and without its mistakes. */
import { type Dataset, type OpenModel, profileOf, userKnn } from "../../core.ts";
import { type Split, usersWithRatings } from "../../index.ts";
import { type ExperimentContext, mean } from "../experiment.ts";

/** Five neighbours by the cosine of ratings; their deviations from their own means predict. */
export const fiveNeighbours = userKnn({
  preset: "deviation",
  similarity: "cosine",
  k: 5,
});
/** The study keeps ratings to these, whatever the scale of the data. */
const [least, most] = [1, 5];
/** Added to similarities before the division. */
const epsilon = 1e-10;

interface ZeroFilled {
  /** For each film, what the study predicts. */
  readonly predicted: Float64Array;
  /** For each film, how many of the neighbours rated it. */
  readonly raters: Int32Array;
}

/**
 * What In [26] predicts of all films for a user: m(u) + Σ (r − m(v)) / s(v) over Σ 1 / s(v), over all neighbours v, with r = 0 for a film
 * that v has not rated, and zeros counted in the means m.
 *
 * @param knn a model of `fiveNeighbours`, trained on these data
 */
export function zeroFilledRatings({ byUser, counts }: Dataset, knn: OpenModel, user: number): ZeroFilled {
  const films = counts.reduce((rated, count) => rated + (count > 0 ? 1 : 0), 0);
  const zeroMean = ({ values }: { readonly values: Float32Array }) => {
    return values.reduce((sum, value) => sum + value, 0) / films;
  };
  const profile = profileOf(byUser, user);
  const sums = new Float64Array(byUser.columns);
  const raters = new Int32Array(byUser.columns);
  let [total, means] = [0, 0];
  for (const { user: other, similarity } of knn.model.ask({ profile, user }).neighbours!()) {
    const weight = 1 / (similarity + epsilon);
    const theirs = profileOf(byUser, other);
    total += weight;
    means += weight * zeroMean(theirs);
    theirs.items.forEach((item, n) => {
      sums[item] += weight * theirs.values[n];
      raters[item]++;
    });
  }
  const base = zeroMean(profile);
  return { predicted: sums.map((sum) => clamped(total > 0 ? base + (sum - means) / total : base)), raters };
}

/** Errors of the held-out ratings of films that any of five neighbours rated. */
export interface DeviationErrors {
  /** As the study ran. */
  readonly zeros: readonly number[];
  /** Raters only, by weights of 1 / similarity. */
  readonly inverse: readonly number[];
  /** Raters only, by weights of similarity. */
  readonly right: readonly number[];
}

/** @param knn a model of `fiveNeighbours`, trained on the training part */
export function deviationErrors(
  { step }: ExperimentContext,
  { train, test }: Split,
  knn: OpenModel,
): Promise<DeviationErrors> {
  const errors = { zeros: [], inverse: [], right: [] } as Record<keyof DeviationErrors, number[]>;
  return step("Predicting with zeros", async (tools) => {
    const users = usersWithRatings(test);
    for (const [n, user] of users.entries()) {
      const profile = profileOf(train.byUser, user);
      const { predicted, raters } = zeroFilledRatings(train, knn, user);
      const own = mean(profile.values);
      const neighbours = knn.model.ask({ profile, user }).neighbours!();
      const held = profileOf(test, user);
      for (const [m, item] of held.items.entries()) {
        if (raters[item] === 0) continue;
        const deviations = neighbours.flatMap(({ user: other, similarity }) => {
          const { items, values } = profileOf(train.byUser, other);
          const at = items.indexOf(item);
          return at < 0 ? [] : [{ similarity, deviation: values[at] - mean(values) }];
        });
        const weighted = (weightOf: (similarity: number) => number) => {
          const weights = deviations.map(({ similarity }) => weightOf(similarity));
          const sum = deviations.reduce((sum, { deviation }, k) => sum + weights[k] * deviation, 0);
          return clamped(own + sum / weights.reduce((a, b) => a + b)) - held.values[m];
        };
        errors.zeros.push(predicted[item] - held.values[m]);
        errors.inverse.push(weighted((similarity) => 1 / similarity));
        errors.right.push(weighted((similarity) => similarity));
      }
      await tools.step(n + 1, users.length);
    }
    return errors;
  });
}

function clamped(rating: number): number {
  return Math.min(most, Math.max(least, rating));
}
