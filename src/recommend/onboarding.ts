/** A new user: films to ask them about, and the known user whom they agree with. */
import { asItemIndex, type DatasetInfo, type ItemIndex, type UserIndex } from "../data/dataset.ts";
import { entryAt } from "../matrix/csr.ts";
import { topK } from "../matrix/topk.ts";
import type { UserRatings } from "./query.ts";

/** The n most rated films, ties by item index; fewer where fewer are rated. */
export function mostRated({ counts }: Pick<DatasetInfo, "counts">, n: number): ItemIndex[] {
  return Array.from(topK(Float64Array.from(counts), n), asItemIndex).filter((item) => counts[item] > 0);
}

/**
 * The user who agrees with these ratings on most films. Of several, the one met first when users are gone through by index,
 * film after film in the order given. Undefined where nobody agrees on any film.
 *
 * @param agreement ratings agree that lie no further apart: a star, unless given
 */
export function lookAlike(
  { byUser }: Pick<UserRatings, "byUser">,
  ratings: Iterable<readonly [ItemIndex, number]>,
  agreement = 1,
): { readonly user: UserIndex; readonly agreed: number } | undefined {
  const agreed = new Map<UserIndex, number>(); // in the order in which they are met
  for (const [item, rating] of ratings) {
    for (let user = 0 as UserIndex; user < byUser.rows; user++) {
      const entry = entryAt(byUser, user, item);
      if (entry < 0 || Math.abs(byUser.values[entry] - rating) > agreement) continue;
      agreed.set(user, (agreed.get(user) ?? 0) + 1);
    }
  }
  let best: { user: UserIndex; agreed: number } | undefined;
  for (const [user, count] of agreed) if (count > (best?.agreed ?? 0)) best = { user, agreed: count };
  return best;
}
