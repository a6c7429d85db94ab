import { type Dataset, type Id, type OpenModel, queryOfUser, type Recommendation, recommend } from "../../core.ts";

/** At most five films for a user, of those that the model itself can predict, with the parts of their scores. */
export async function ownList(data: Dataset, opened: OpenModel, user: Id): Promise<Recommendation[]> {
  const list = await recommend(opened, queryOfUser(data, user), { k: 5, explain: true });
  return list.filter(({ source }) => source === opened.name);
}
