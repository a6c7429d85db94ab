import type { Evidence } from "../../src/recommend/confidence.ts";

/** Good evidence, apart from what is given. */
export function toyEvidence(given: Partial<Evidence>): Evidence {
  return {
    likedShare: 0.8,
    support: 5,
    speaking: 0.9,
    personal: true,
    ratings: 100,
    lift: 0.6,
    agreement: 0.2,
    ...given,
  };
}
