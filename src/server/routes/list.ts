import { MatineeError } from "../../errors.ts";
import type { Query } from "../../models/model.ts";
import { type Recommendation, type RecommendOptions, recommend } from "../../recommend/recommend.ts";
import type { Caller, RouteContext } from "./route.ts";

/** Ratings × films from which a list is long work: a few milliseconds. */
const longFrom = 10_000;

/** What a list is asked for with; `ratings`: how many the query has. */
interface ListSize {
  readonly ratings: number;
  readonly k?: number | undefined;
  readonly explain?: boolean | undefined;
}

/**
 * A list, made in its turn.
 *
 * @param ask makes the query and the options, in that turn too: of many ratings it takes some milliseconds
 * @throws REQUEST_INVALID for too many ratings, and where `explain` would give too many parts
 */
export async function listFor(
  { limits, turns, catalog }: RouteContext,
  { opened, signal, scope }: Caller,
  { ratings, k = 10, explain = false }: ListSize,
  ask: () => { readonly query: Query; readonly options: RecommendOptions },
): Promise<Recommendation[]> {
  if (ratings > limits.ratings) {
    throw new MatineeError("REQUEST_INVALID", `there are ${ratings} ratings`, {
      fix: `this server takes at most ${limits.ratings} ratings: give the latest`,
    });
  }
  const work = ratings * k;
  if (explain && work > limits.parts) {
    throw new MatineeError("REQUEST_INVALID", `explain of ${k} films for ${ratings} ratings may give ${work} parts`, {
      fix: `ask for fewer films, so that ratings × films are at most ${limits.parts}; or leave out explain`,
    });
  }
  const missing = await catalog.missing(opened.info);
  const takeTurn = work < longFrom ? turns.short : turns.long;
  const list = await takeTurn(signal, async (step) => {
    const { query, options } = ask();
    await step(0, k);
    return recommend(opened, query, { ...options, exclude: [...missing, ...(options.exclude ?? [])], step });
  });
  return scope === "admin" ? list : list.map(withoutUsers);
}

/** A film without parts that tell what users of the data rated. */
function withoutUsers(film: Recommendation): Recommendation {
  if (!film.parts?.some((part) => part.kind === "neighbour")) return film;
  const { parts: _, ...others } = film;
  return others;
}
