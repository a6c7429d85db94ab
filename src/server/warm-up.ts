import { asItemIndex, likedFrom } from "../data/dataset.ts";
import { topK } from "../matrix/topk.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import { queryFromRatings } from "../recommend/query.ts";
import { recommend } from "../recommend/recommend.ts";

/** Films that the first request rates. */
const mostRated = 1000;

/** Makes before the first request what a model and the search for titles make at their first use: a list for somebody of many ratings. */
export async function warmUp(opened: OpenModel): Promise<void> {
  const { info } = opened;
  const rating = likedFrom(info);
  const films = Array.from(topK(Float64Array.from(info.counts), mostRated), asItemIndex);
  await recommend(
    opened,
    queryFromRatings(
      info,
      films.map((film) => [film, rating]),
    ),
  );
  opened.search.find("a", 1);
}
