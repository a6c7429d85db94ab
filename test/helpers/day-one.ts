/** A data set as it was at an earlier time: fewer ratings, users and films, and so other indices. */
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { filterRatings } from "../../src/data/filter.ts";

/** The first `share` of the ratings by time, with the users and films among them alone. */
export function dayOne(data: Dataset, share: number): Dataset {
  const { offsets, indices, values, rows, times } = data.byUser;
  const last = Float64Array.from(times!).sort()[Math.floor(share * values.length) - 1];
  const kept = Int32Array.from(indices.keys()).filter((n) => times![n] <= last);
  const userOf = new Int32Array(values.length);
  for (let user = 0; user < rows; user++) userOf.fill(user, offsets[user], offsets[user + 1]);
  const early = datasetFrom({
    ...data,
    name: `${data.name}, day 1`,
    ratings: {
      userOf: kept.map((n) => userOf[n]),
      itemOf: kept.map((n) => indices[n]),
      values: Float32Array.from(kept, (n) => values[n]),
      times: Float64Array.from(kept, (n) => times![n]),
    },
  });
  return filterRatings(early, { minItemRatings: 1 });
}
