/** What an A/B test has found: two groups of different users, compared by how often they clicked what they were shown. */
import { middleInterval, type RatioTerms, resampledRatios } from "../../bootstrap.ts";
import { random } from "../../random.ts";
import type { UserClicks } from "../../store/store.ts";

/** One group of an A/B test. */
export interface TrialCounts {
  readonly model: string;
  /** Users who were shown anything, how often items were shown to them, and how often those were clicked. */
  readonly users: number;
  readonly impressions: number;
  readonly clicks: number;
  /** Clicks by impressions; absent where nothing was shown. */
  readonly clickThrough?: number;
}

/** What an A/B test has found. */
export interface TrialResult {
  /** When the test began, in seconds since 1970, and the share of the users in group `b`. */
  readonly since: number;
  readonly share: number;
  readonly a: TrialCounts;
  readonly b: TrialCounts;
  /** Click-through of `b` above that of `a`, with an interval of 95 %; absent where there are too few. */
  readonly difference?: { readonly value: number; readonly low: number; readonly high: number };
  /** `too few`, or what the interval says of the model on trial. */
  readonly verdict: "too few" | "better" | "worse" | "no difference";
}

/** Users, and clicks, that each group needs: with fewer, an interval of resampled users is too narrow. */
const [fewestUsers, fewestClicks] = [30, 10];
const seed = 0;

/**
 * Compares the groups of an A/B test. Users are the sample: one who clicks often is one user. The groups have different users, so that nothing is
 * paired: both are resampled, and the interval is that of the differences.
 */
export function trialResult(
  clicks: readonly UserClicks[],
  trial: { readonly active: string; readonly model: string; readonly share: number; readonly since: number },
): TrialResult {
  const { active, model, since, share } = trial;
  const termsOf = (group: string) => {
    const shown = clicks.filter((user) => user.group === group && user.impressions > 0);
    return {
      sums: Float64Array.from(shown, (user) => user.clicks),
      weights: Float64Array.from(shown, (user) => user.impressions),
    };
  };
  const [termsA, termsB] = [termsOf("a"), termsOf("b")];
  const [a, b] = [countsOf(active, termsA), countsOf(model, termsB)];
  const result = { since, share, a, b };
  if ([a, b].some(({ users, clicks: all }) => users < fewestUsers || all < fewestClicks)) {
    return { ...result, verdict: "too few" };
  }
  const generator = random(seed);
  const ratiosA = resampledRatios(termsA, generator);
  const ratiosB = resampledRatios(termsB, generator);
  const [low, high] = middleInterval(ratiosB.map((ratio, sample) => ratio - ratiosA[sample]));
  const difference = { value: b.clickThrough! - a.clickThrough!, low, high };
  return { ...result, difference, verdict: low > 0 ? "better" : high < 0 ? "worse" : "no difference" };
}

function countsOf(model: string, { sums, weights }: RatioTerms): TrialCounts {
  const sum = (values: Float64Array) => values.reduce((all, value) => all + value, 0);
  const [clicks, impressions] = [sum(sums), sum(weights)];
  return {
    model,
    users: sums.length,
    impressions,
    clicks,
    ...(impressions > 0 && { clickThrough: clicks / impressions }),
  };
}
