/**
 * A test of two models on the same users: a permutation test of the paired differences, whose signs are flipped at random. R. A.
 * Fisher, "The design of experiments", 1935; for rankings M. Smucker, J. Allan, B. Carterette, CIKM 2007.
 */
import { random } from "../random.ts";
import { sumInGroups, total } from "./estimate.ts";

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
