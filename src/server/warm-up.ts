import { asItemIndex, likedFrom } from "../data/dataset.ts";
import { topK } from "../matrix/topk.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import { queryFromRatings } from "../recommend/query.ts";
import { type RecommendOptions, recommend } from "../recommend/recommend.ts";

/** Films that are rated, so many at a time: a model may have something to make for each that takes milliseconds. */
const [mostRated, atOnce] = [4000, 5];
/** Milliseconds after which requests are to make the rest. */
const longest = 3000;

/**
 * Makes before the first request what a model and the search for titles make at their first use, by lists for people who rated well-known
 * films.
 *
 * @param step awaited between parts of the work, so that requests have a look in
 */
export async function warmUp(opened: OpenModel, step: RecommendOptions["step"] = async () => {}): Promise<void> {
  const { info } = opened;
  const rating = likedFrom(info);
  const films = Array.from(topK(Float64Array.from(info.counts), mostRated), asItemIndex);
  const end = performance.now() + longest;
  for (let n = 0; n < films.length && performance.now() < end; n += atOnce) {
    await step(n, films.length);
    const ratings = films.slice(n, n + atOnce).map((film) => [film, rating] as const);
    await recommend(opened, queryFromRatings(info, ratings), { explain: true });
  }
  await opened.prepareSearch(step);
}
