import type { Dataset, ItemIndex, Space } from "../data/dataset.ts";
import { type Id, idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Subject } from "../models/model.ts";

/**
 * Somebody who was not in the training data, by their ratings. Of several ratings of one film the last counts.
 *
 * @param ratings film and rating, on the data's scale
 * @throws RATING_INVALID
 */
export function subjectFrom(space: Space, ratings: Iterable<readonly [ItemIndex, number]>): Subject {
  const { min, max } = space.scale;
  const last = new Map<ItemIndex, number>();
  for (const [item, rating] of ratings) {
    if (!(rating >= min && rating <= max)) {
      throw new MatineeError(
        "RATING_INVALID",
        `rating ${rating} of film ${idText(space.items.id(item))} is outside ${min}–${max}`,
      );
    }
    last.set(item, rating);
  }
  const items = Int32Array.from(last.keys()).sort();
  return { profile: { items, values: Float32Array.from(items, (item) => last.get(item)!) } };
}

/** Somebody from the data, with all their ratings; throws USER_UNKNOWN. */
export function subjectOf(dataset: Dataset, user: Id): Subject {
  const index = dataset.users.index(user);
  if (index < 0) {
    const { users } = dataset;
    throw new MatineeError("USER_UNKNOWN", `no user has the id ${idText(user)} in ${dataset.name}`, {
      fix: `its ${users.size} users run from ${users.id(0)} to ${users.id(users.size - 1)}`,
    });
  }
  const { offsets, indices, values, times } = dataset.byUser;
  const row = [offsets[index], offsets[index + 1]] as const;
  return {
    user: index,
    profile: {
      items: indices.subarray(...row),
      values: values.subarray(...row),
      ...(times ? { times: times.subarray(...row) } : {}),
    },
  };
}
