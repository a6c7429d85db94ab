/** Implicit ALS learns from ratings above 0: others are no evidence that a film is liked. See als.ts. */
import { type Csr, entriesWhere } from "../../matrix/csr.ts";
import type { Profile } from "../model.ts";

/** The ratings above 0; the same matrix where all of them are. */
export function positiveEntries(ratings: Csr): Csr {
  const { values } = ratings;
  for (let entry = 0; entry < values.length; entry++) {
    if (!(values[entry] > 0)) return entriesWhere(ratings, (own) => values[own] > 0);
  }
  return ratings;
}

/** The ratings of a profile above 0; the same profile where all of them are. */
export function positiveProfile(profile: Profile): Profile {
  const { items, values } = profile;
  if (values.every((value) => value > 0)) return profile;
  return { items: items.filter((_, n) => values[n] > 0), values: values.filter((value) => value > 0) };
}
