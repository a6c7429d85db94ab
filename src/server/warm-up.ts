import { asItemIndex, likedFrom } from "../data/dataset.ts";
import { topK } from "../matrix/topk.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import { queryFromRatings } from "../recommend/query.ts";
import { type RecommendOptions, recommend } from "../recommend/recommend.ts";

/** Films that the first request rates. */
const mostRated = 1000;

/**
 * Makes before the first request what a model and the search for titles make at their first use: a list for somebody of many ratings.
 *
 * @param step awaited between parts of the work, so that requests have a look in
 */
export async function warmUp(opened: OpenModel, step: RecommendOptions["step"] = async () => {}): Promise<void> {
  const { info } = opened;
  const rating = likedFrom(info);
  const films = Array.from(topK(Float64Array.from(info.counts), mostRated), asItemIndex);
  await step(0, 1);
  await recommend(
    opened,
    queryFromRatings(
      info,
      films.map((film) => [film, rating]),
    ),
    { step },
  );
  await opened.prepareSearch(step);
}
