/** Ratings of single users. */
import type { Csr } from "../../matrix/csr.ts";
import type { Profile } from "../model.ts";

/** The profile of somebody who has rated nothing. */
export const emptyProfile: Profile = { items: new Int32Array(0), values: new Float32Array(0) };

/** One row of ratings as a profile, without copying it. */
export function profileOf({ offsets, indices, values, times }: Csr, row: number): Profile {
  const range = [offsets[row], offsets[row + 1]] as const;
  return {
    items: indices.subarray(...range),
    values: values.subarray(...range),
    ...(times ? { times: times.subarray(...range) } : {}),
  };
}
