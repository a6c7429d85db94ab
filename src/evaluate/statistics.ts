/**
 * What can be said of a mean over people, each of whom adds a sum and a weight: R = Σ s / Σ w, then `finish` (the root, for RMSE).
 *
 * Standard error by linearisation: √( n/(n−1) Σ (s_i − R w_i)² ) / Σ w, times the slope of `finish` at R. For weights of 1 it is
 * the standard deviation (n − 1) / √n: W. Cochran, "Sampling techniques", 1977, section 6.4.
 * Interval: percentiles of the bootstrap over people: B. Efron, R. Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
 * Two models: permutation test of the paired differences, whose signs are flipped at random: R. A. Fisher, "The design of
 * experiments", 1935; for rankings M. Smucker, J. Allan, B. Carterette, CIKM 2007.
 *
 * People are the sample. More than 4,000 of them are put together at random in 4,000 groups of equal size, one more or less, which
 * stand for people in the bootstrap and in the test. That moves the width of an interval less than 2,000 other samples do.
 */
import { MatineeError } from "../errors.ts";
import { type Random, random } from "../random.ts";
import type { Estimate } from "./evaluation.ts";
import type { UserMetric } from "./metric.ts";

/** What each person adds, one entry for everybody judged; a weight of 0: not averaged. */
export interface UserTerms {
  readonly sums: Float64Array;
  readonly weights: Float64Array;
}

const resamples = 2000;
const permutations = 9999;
const mostGroups = 4000;

/** @throws METRIC_EMPTY where nobody is averaged */
export function estimate(metric: UserMetric, parts: UserTerms, seed: number): Estimate {
  const finish = metric.finish ?? ((mean) => mean);
  const people = Int32Array.from(parts.weights.keys()).filter((person) => parts.weights[person] > 0);
  const n = people.length;
  if (n === 0) {
    const message = `${metric.name} has nobody to average: it takes ${metric.averages}, there are none among ${parts.weights.length}`;
    throw new MatineeError("METRIC_EMPTY", message);
  }
  const sums = Float64Array.from(people, (person) => parts.sums[person]);
  const weights = Float64Array.from(people, (person) => parts.weights[person]);
  const ratio = total(sums) / total(weights);
  const mean = finish(ratio);
  // one person says nothing of the others
  if (n === 1) return { mean, n };
  let squares = 0;
  for (let person = 0; person < n; person++) squares += (sums[person] - ratio * weights[person]) ** 2;
  const se = Math.sqrt((n / (n - 1)) * squares) / total(weights);
  const [low, high] = interval({ sums, weights }, random(seed)).map(finish);
  return { mean, se: metric.finish ? se * slope(finish, ratio) : se, low, high, n };
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function slope(finish: (mean: number) => number, at: number): number {
  const step = 1e-5 * Math.abs(at);
  return step === 0 ? 1 : (finish(at + step) - finish(at - step)) / (2 * step);
}

/** Columns of one number a person, as such of one number a group. */
function grouped(columns: readonly Float64Array[], { int }: Random): readonly Float64Array[] {
  const people = columns[0].length;
  if (people <= mostGroups) return columns;
  const order = Int32Array.from({ length: people }, (_, person) => person);
  for (let n = people - 1; n > 0; n--) {
    const other = int(n + 1);
    [order[n], order[other]] = [order[other], order[n]];
  }
  return columns.map((values) => {
    const groups = new Float64Array(mostGroups);
    for (let n = 0; n < people; n++) groups[n % mostGroups] += values[order[n]];
    return groups;
  });
}

/** The 2.5th and the 97.5th percentile of Σ s / Σ w over samples of the same size, drawn with replacement. */
function interval(ofPeople: UserTerms, random: Random): [low: number, high: number] {
  const [sums, weights] = grouped([ofPeople.sums, ofPeople.weights], random);
  const scale = sums.length / 2 ** 32;
  const ratios = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    let [sum, weight] = [0, 0];
    for (let n = 0; n < sums.length; n++) {
      const drawn = Math.floor(random.uint32() * scale);
      sum += sums[drawn];
      weight += weights[drawn];
    }
    ratios[sample] = sum / weight;
  }
  ratios.sort();
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}

/** Of ascending values, by linear interpolation. */
function quantile(values: Float64Array, share: number): number {
  const at = share * (values.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, values.length - 1);
  return values[below] + (at - below) * (values[above] - values[below]);
}

/**
 * How likely a total difference as large as this, either way, would be if every person's difference might as well have the other
 * sign. All signs are tried where there are no more than 9,999 ways, else 9,999 at random, and p = (1 + as large) / 10,000.
 */
export function permutationTest(differences: Float64Array, seed: number): number {
  const generator = random(seed);
  const [differing] = grouped([differences.filter((difference) => difference !== 0)], generator);
  const sum = total(differing);
  const magnitude = differing.reduce((all, difference) => all + Math.abs(difference), 0);
  // sums in another order are equal but for rounding
  const least = Math.abs(sum) - 1e-12 * magnitude;
  const ways = 2 ** differing.length;
  let large = 0;
  if (ways <= permutations) {
    for (let signs = 0; signs < ways; signs++) {
      let flipped = 0;
      for (let n = 0; n < differing.length; n++) flipped += differing[n] * ((signs >>> n) & 1);
      if (Math.abs(sum - 2 * flipped) >= least) large++;
    }
    return large / ways;
  }
  for (let permutation = 0; permutation < permutations; permutation++) {
    let [flipped, signs] = [0, 0];
    for (let n = 0; n < differing.length; n++) {
      signs = n % 32 === 0 ? generator.uint32() : signs >>> 1;
      flipped += differing[n] * (signs & 1);
    }
    if (Math.abs(sum - 2 * flipped) >= least) large++;
  }
  return (1 + large) / (1 + permutations);
}

/** p-values adjusted so that all tests together err no more often than one: S. Holm, Scandinavian Journal of Statistics 6, 1979. */
export function holm(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((a, b) => ps[a] - ps[b]);
  const adjusted = new Array<number>(ps.length);
  let highest = 0;
  for (const [n, test] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (ps.length - n) * ps[test]));
    adjusted[test] = highest;
  }
  return adjusted;
}
