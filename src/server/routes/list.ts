import { MatineeError } from "../../errors.ts";
import type { Query } from "../../models/model.ts";
import { type Recommendation, type RecommendOptions, recommend } from "../../recommend/recommend.ts";
import type { Caller, RouteContext } from "./route.ts";

/** Ratings × films from which a list is long work: a few milliseconds. */
const longFrom = 10_000;

/**
 * A list for a query, made in its turn.
 * @throws REQUEST_INVALID where `explain` would give too many parts
 */
export async function listFor(
  { recommender, limits, turns }: RouteContext,
  { signal, seesUsers }: Caller,
  query: Query,
  options: RecommendOptions,
): Promise<Recommendation[]> {
  const { k = 10, explain = false } = options;
  const ratings = query.profile.items.length;
  const work = ratings * k;
  if (explain && work > limits.parts) {
    throw new MatineeError("REQUEST_INVALID", `explain of ${k} films for ${ratings} ratings may give ${work} parts`, {
      fix: `ask for fewer films, so that ratings × films are at most ${limits.parts}; or leave out explain`,
    });
  }
  const takeTurn = work < longFrom ? turns.short : turns.long;
  const list = await takeTurn(signal, (step) => recommend(recommender, query, { ...options, step }));
  return seesUsers ? list : list.map(withoutUsers);
}

/** A film without parts that tell what users of the data rated. */
function withoutUsers(film: Recommendation): Recommendation {
  if (!film.parts?.some((part) => part.kind === "neighbour")) return film;
  const { parts: _, ...others } = film;
  return others;
}
