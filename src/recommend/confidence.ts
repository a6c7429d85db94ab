/**
 * How sure a recommendation is (docs/adr/0036-a-confidence-is-earned.md).
 *
 * probability = 1 / (1 + e^−wx), where x is what can be said of any model's lists: how readily the user likes films, and users like this
 * one; whether the user likes what users like; how many of them rated it; how much of the score speaks for it. `scripts/confidence.ts` fits w to lists of held-out users, and checks it.
 */
import { type DatasetInfo, leniently, likedFrom } from "../data/dataset.ts";
import { sum } from "../matrix/dense.ts";
import type { ExplanationPart, Profile } from "../models/model.ts";
import { confidenceWeights } from "./confidence-weights.ts";

/** The levels of confidence, the surest first. */
export const confidenceLevels = ["likely", "possible", "guess"] as const;

/** One of `confidenceLevels`. */
export type ConfidenceLevel = (typeof confidenceLevels)[number];

/** How sure a recommendation is. */
export interface Confidence {
  /**
   * "likely" from a probability of 0.7, "possible" from 0.5, else "guess". It is a guess, too, where there is next to no evidence: where the
   * user liked no film that is known well, where fewer than ten users rated this one, where the score is the same for everybody, and where the
   * user dislikes what most like, and likes what they dislike, as next to nobody does.
   */
  readonly level: ConfidenceLevel;
  /**
   * Of films listed on such evidence which their users then rated, the share that these users liked (from three quarters up the scale): from 0
   * to 1, in steps of 0.01. It says nothing of films that nobody comes to rate.
   */
  readonly probability: number;
}

/** What a confidence rests on. */
export interface Evidence {
  /** The share of likes among the user's ratings, damped. Of events, which are all likes, the usual share. */
  readonly likedShare: number;
  /** How many films the user liked. Each counts by how well it is known: by c / (c + 10), for c ratings. */
  readonly support: number;
  /** The share of the score that speaks for the film, from 0 to 1; undefined where no part is about a single rating. */
  readonly speaking: number | undefined;
  /** Whether the ratings of the user have a say in the score. */
  readonly personal: boolean;
  /** How many users rated the film. */
  readonly ratings: number;
  /**
   * How much more readily users like the film than films at large: its share of likes, damped, less the share of likes among all ratings, both
   * as the logarithm of their odds. Where likes were not counted, as of events, what is usual for listed films.
   */
  readonly lift: number;
  /**
   * How far the user likes what users at large like: by how much the chance that the user likes a film grows with its lift, among the films that
   * the user rated. Damped towards what is usual; below 0, the user dislikes what others like. Of events, what is usual.
   */
  readonly agreement: number;
}

/** As many ratings, half of them likes, are added to the user's own. */
const damping = 4;
const usualShare = 0.5;
/** As many ratings, with likes at the share of all ratings, are added to those of the listed film. */
const filmDamping = 10;
/** The agreement of most users, and the sum of squared lifts, about their mean, by which a user's own counts half. */
const [usualAgreement, agreementDamping] = [0.2, 4];
/** Of films that `ease` and `als` list. */
const usualLift = 0.65;
/** Numbers of ratings by which a film of the profile, and the listed one, are known half as well as they can be. */
const [knownFrom, filmKnownFrom] = [10, 20];
const [likelyFrom, possibleFrom] = [0.7, 0.5];
/** Half of a film that is known well. */
const leastSupport = 0.5;
const leastRatings = 10;
/** Of one film in 500 that was judged is the agreement lower: of users like these, next to nothing is known. */
const leastAgreement = -0.1;

/** A listed film, and the parts of its score; no parts where the model gives none. */
interface ListedFilm {
  readonly item: number;
  readonly parts: readonly (Pick<ExplanationPart, "kind" | "value"> & { readonly rating?: number })[] | undefined;
}

/** What there is to say for a film that is listed for a user. */
export function evidenceOf(info: DatasetInfo, profile: Profile, film: ListedFilm): Evidence {
  return evidenceFrom(info, profile)(film);
}

/** What there is to say for each film of a user's list. */
export function evidenceFrom(info: DatasetInfo, profile: Profile): (film: ListedFilm) => Evidence {
  const from = leniently(likedFrom(info));
  let [likes, support] = [0, 0];
  profile.items.forEach((item, n) => {
    if (profile.values[n] < from) return;
    likes++;
    support += info.counts[item] / (info.counts[item] + knownFrom);
  });
  const damped = (likes + damping * usualShare) / (profile.items.length + damping);
  const likedShare = info.feedback === "events" ? usualShare : damped;
  const liftOf = liftIn(info);
  const agreement = agreementOf(profile, from, info.feedback === "events" || !info.likes ? undefined : liftOf);

  return ({ item, parts }) => {
    let [all, speaking, personal] = [0, 0, parts === undefined];
    for (const { kind, value, rating } of parts ?? []) {
      personal ||= rating !== undefined || kind === "genre";
      if (rating === undefined) continue;
      all += Math.abs(value);
      if (rating >= from) speaking += Math.max(0, value);
    }
    return {
      likedShare,
      support,
      speaking: all > 0 ? speaking / all : undefined,
      personal,
      ratings: info.counts[item],
      lift: liftOf(item),
      agreement,
    };
  };
}

/** The slope of likes over lifts, by least squares. */
function agreementOf({ items, values }: Profile, from: number, liftOf: ((item: number) => number) | undefined): number {
  if (!liftOf) return usualAgreement;
  let [covariance, variance] = [agreementDamping * usualAgreement, agreementDamping];
  const lifts = Float64Array.from(items, liftOf);
  const mean = sum(lifts) / items.length;
  lifts.forEach((lift, n) => {
    variance += (lift - mean) ** 2;
    if (values[n] >= from) covariance += lift - mean;
  });
  return covariance / variance;
}

/** The share of likes among all ratings of a data set, which is the same for every list. */
const usualShares = new WeakMap<Int32Array, number>();

/** The lift of each film. */
function liftIn({ counts, likes }: DatasetInfo): (item: number) => number {
  if (!likes) return () => usualLift;
  // A like and another rating are added, so that neither is 0.
  const usual = usualShares.get(likes) ?? (sum(likes) + 1) / (sum(counts) + 2);
  usualShares.set(likes, usual);
  return (item) => {
    const share = (likes[item] + filmDamping * usual) / (counts[item] + filmDamping);
    return logOdds(share) - logOdds(usual);
  };
}

function logOdds(share: number): number {
  return Math.log(share / (1 - share));
}

/** What `confidenceWeights` are multiplied with. */
export function confidenceFeatures({ likedShare, speaking, ratings, lift, agreement }: Evidence): readonly number[] {
  const known = ratings / (ratings + filmKnownFrom);
  return [1, logOdds(likedShare), lift, lift * agreement, known, speaking ?? 0, speaking === undefined ? 1 : 0];
}

/** How sure a recommendation is that rests on this evidence. */
export function confidenceOf(evidence: Evidence, weights = confidenceWeights): Confidence {
  const sum = confidenceFeatures(evidence).reduce((total, feature, n) => total + weights[n] * feature, 0);
  const probability = Math.round(100 / (1 + Math.exp(-sum))) / 100;
  return { level: levelOf(evidence, probability), probability };
}

function levelOf({ personal, support, ratings, agreement }: Evidence, probability: number): ConfidenceLevel {
  if (!personal || support < leastSupport || ratings < leastRatings || agreement < leastAgreement) return "guess";
  if (probability < possibleFrom) return "guess";
  return probability < likelyFrom ? "possible" : "likely";
}
