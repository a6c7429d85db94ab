import type { ItemIndex } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { Query } from "../../models/model.ts";
import { withContent } from "../../recommend/content.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import { listPage, type Recommendation, type RecommendOptions } from "../../recommend/recommend.ts";
import type { CatalogNow } from "../catalog.ts";
import { stepUntil, type TakeTurn } from "../load.ts";
import type { ServerSettings } from "../options.ts";
import type { Caller, RouteContext } from "./route.ts";

/** Ratings × films from which a list is long work: a few milliseconds. */
const longFrom = 10_000;

/** What a list is asked for with; `ratings`: how many the query has. */
export interface ListSize {
  readonly ratings: number;
  readonly k?: number | undefined;
  readonly explain?: boolean | undefined;
}

/** Refuses what would take too long, or give too much. Of several lists, their sums count. @throws REQUEST_INVALID */
export function checkListSizes(limits: ServerSettings["limits"], sizes: readonly ListSize[]): void {
  const [ratings, parts] = [
    sizes.reduce((sum, size) => sum + size.ratings, 0),
    sizes.reduce((sum, size) => sum + partsOf(size), 0),
  ];
  if (ratings > limits.ratings) {
    throw new MatineeError("REQUEST_INVALID", `there are ${ratings} ratings`, {
      fix: `this server takes at most ${limits.ratings} ratings: give the latest`,
    });
  }
  if (parts > limits.parts) {
    const films = sizes.reduce((sum, { k = usualLength, explain }) => sum + (explain ? k : 0), 0);
    throw new MatineeError(
      "REQUEST_INVALID",
      `explain of ${films} films for ${ratings} ratings may give ${parts} parts`,
      {
        fix: `ask for fewer films, so that ratings × films are at most ${limits.parts}; or leave out explain`,
      },
    );
  }
}

const usualLength = 10;

function partsOf({ ratings, k = usualLength, explain = false }: ListSize): number {
  return explain ? ratings * k : 0;
}

/** The turn that a list takes. */
export function turnFor(turns: RouteContext["turns"], { ratings, k = usualLength }: ListSize): TakeTurn {
  return ratings * k < longFrom ? turns.short : turns.long;
}

/** What a model is asked for a list. */
interface AskedList {
  readonly query: Query;
  readonly options: RecommendOptions;
  /** Films that the user does not want to see, even pinned. */
  readonly unwanted?: readonly ItemIndex[];
}

/** A list, and whether more films could follow it. */
interface ListedPage {
  readonly items: readonly Recommendation[];
  readonly more: boolean;
}

/**
 * A list, made in its turn.
 *
 * @param ask makes the query and the options, in that turn too: of many ratings it takes some milliseconds. It is given the store's catalog
 * @throws REQUEST_INVALID for too many ratings, and where `explain` would give too many parts
 */
export async function listFor(
  { limits, turns }: RouteContext,
  { opened, signal, scope, catalog }: Caller,
  size: ListSize,
  ask: (catalog: CatalogNow) => AskedList,
): Promise<ListedPage> {
  checkListSizes(limits, [size]);
  const { k = usualLength } = size;
  const now = await catalog;
  const { films, more } = await turnFor(turns, size)(signal, async (step) => {
    const { query, options, unwanted = [] } = ask(now);
    await step(0, k);
    return listPage(opened, query, { ...withoutFilms(options, [...now.missing(opened.info), ...unwanted]), step });
  });
  return { items: scope === "admin" ? films : films.map(withoutUsers), more };
}

/** The model with content beside it. What is known of content is made once, while other requests are answered. */
export function byContent(opened: OpenModel, content = 0): Promise<OpenModel> {
  return withContent(opened, content, stepUntil(forAll));
}

/** Whoever asks first makes it for all, and need not wait for it. */
const forAll = new AbortController().signal;

/** Options by which some films are neither listed nor pinned. */
function withoutFilms(options: RecommendOptions, films: readonly ItemIndex[]): RecommendOptions {
  const { pin = [], exclude = [] } = options;
  const left = new Set(films);
  return { ...options, exclude: [...exclude, ...films], pin: pin.filter(({ item }) => !left.has(item)) };
}

/** A film without parts that tell what users of the data rated. */
function withoutUsers(film: Recommendation): Recommendation {
  if (!film.parts?.some((part) => part.kind === "neighbour")) return film;
  const { parts: _, ...others } = film;
  return others;
}
