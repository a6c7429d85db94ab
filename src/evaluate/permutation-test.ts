/**
 * A test of two models on the same users: a permutation test of the paired differences, whose signs are flipped at random. R. A.
 * Fisher, "The design of experiments", 1935; for rankings M. Smucker, J. Allan, B. Carterette, CIKM 2007.
 */
import { sumInGroups } from "../bootstrap.ts";
import { type Random, random } from "../random.ts";
import { total } from "./estimate.ts";

const permutations = 9999;

/**
 * The two-sided p of the total difference, under the hypothesis that each user's difference could as well have the other sign.
 * Tries all combinations of signs where there are at most 9,999; otherwise draws 9,999 at random, and p = (1 + as large) /
 * 10,000.
 */
export function permutationTest(differences: Float64Array, seed: number): number {
  const generator = random(seed);
  const [differing] = sumInGroups([differences.filter((difference) => difference !== 0)], generator);
  const sum = total(differing);
  const magnitude = differing.reduce((all, difference) => all + Math.abs(difference), 0);
  // the same sum, added in another order, may be rounded otherwise
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
  const flipped = flippedTotals(differing, drawSigns(differing.length, generator));
  for (const half of flipped) if (Math.abs(sum - 2 * half) >= least) large++;
  return (1 + large) / (1 + permutations);
}

/** A bit for each of some numbers in every permutation: uint32 [⌈numbers / 32⌉ × permutations]. */
function drawSigns(numbers: number, { uint32 }: Random): Uint32Array {
  const groups = Math.ceil(numbers / 32);
  const signs = new Uint32Array(groups * permutations);
  for (let permutation = 0; permutation < permutations; permutation++) {
    for (let group = 0; group < groups; group++) signs[group * permutations + permutation] = uint32();
  }
  return signs;
}

/** For every permutation the sum of the numbers whose bit is set, eight at a time. */
function flippedTotals(numbers: Float64Array, signs: Uint32Array): Float64Array {
  const totals = new Float64Array(permutations);
  for (let eight = 0; 8 * eight < numbers.length; eight++) {
    const sums = subsetSums(numbers.subarray(8 * eight, 8 * eight + 8));
    const [start, shift] = [(eight >>> 2) * permutations, 8 * (eight & 3)];
    const last = sums.length - 1;
    for (let permutation = 0; permutation < permutations; permutation++) {
      totals[permutation] += sums[(signs[start + permutation] >>> shift) & last];
    }
  }
  return totals;
}

/** The sum of every subset of a few values, at the number that has a bit for each value in the subset. */
function subsetSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** values.length);
  for (const [n, value] of values.entries()) {
    for (let subset = 0; subset < 2 ** n; subset++) sums[2 ** n + subset] = sums[subset] + value;
  }
  return sums;
}

/**
 * p-values, adjusted so that all tests together err no more often than one. S. Holm, Scandinavian Journal of Statistics 6,
 * 1979.
 */
export function holmAdjusted(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((a, b) => ps[a] - ps[b]);
  const adjusted = new Array<number>(ps.length);
  let highest = 0;
  for (const [n, test] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (ps.length - n) * ps[test]));
    adjusted[test] = highest;
  }
  return adjusted;
}
