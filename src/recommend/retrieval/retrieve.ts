/** Retrieval: a first stage in a model's place proposes films, and the model's own list follows where they are too few. */
import type { Step } from "../../compute/engine.ts";
import type { DatasetInfo } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import { type FitOptions, stepper } from "../../models/fit.ts";
import type { Model, Query } from "../../models/model.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { present } from "../../present.ts";
import type { Lists } from "../lists.ts";
import { type FilmSearch, filmSearch } from "../search.ts";

/** What a retriever may use besides the query. */
export interface RetrieveContext {
  readonly info: DatasetInfo;
  readonly search: FilmSearch;
  /** How many films are wanted. */
  readonly wanted: number;
  /** What they must be, where that is asked for. Others are dropped from the list. */
  readonly genres?: readonly string[];
  readonly years?: { readonly from?: number; readonly to?: number };
  readonly signal?: AbortSignal;
}

/** What a retriever returns. */
export interface Retrieved {
  /** Items, each once, best first. */
  readonly items: readonly number[];
  /** Why there are none, so that the list is the model's own. */
  readonly failure?: string;
}

/** A first stage that proposes films by itself, where a model scores all of them. */
export interface Retriever {
  readonly name: string;
  retrieve(query: Query, context: RetrieveContext): Promise<Retrieved>;
  /** For the end of much work. @throws LANGUAGE_MODEL where it was asked and never answered, or is asked no more */
  checkAnswers?(): void;
  /** What it has cost and dropped so far, as one line of text. */
  spent?(): string;
}

/** The score of each of so many retrieved films: 1 for the first, and less by equal steps. */
export function retrievalScore(place: number, count: number): number {
  return (count - place) / count;
}

/** Options of `retrieveAll`. */
interface RetrieveAllOptions extends Pick<FitOptions, "onProgress" | "signal"> {
  /** How many films each user's retrieval is asked for. */
  readonly wanted: number;
}

/**
 * Puts the films that a retriever proposes before those of every list, which keep its length. A film that the model does not rank is left
 * out.
 *
 * @param lists of the model, as `recommendAll` makes them
 * @param ratings of the same users, in the model's own index space of items
 */
export async function retrieveAll(
  lists: Lists,
  { model, info }: { readonly model: Model; readonly info: DatasetInfo },
  ratings: Csr,
  retriever: Retriever,
  { wanted, ...progress }: RetrieveAllOptions,
): Promise<Lists> {
  const step: Step = stepper("retrieving", progress);
  const context = { info, search: filmSearch(info), wanted, ...present({ signal: progress.signal }) };
  const { users, k } = lists;
  const out = {
    users,
    k,
    items: new Int32Array(users * k).fill(-1),
    scores: new Float32Array(users * k).fill(-Infinity),
  };
  const chosen = new Int32Array(users);
  const ranked = new Float32Array(info.items.size);
  for (let row = 0; row < users; row++) {
    const profile = profileOf(ratings, row);
    const query = { profile };
    model.ask(query).score(ranked);
    const { items } = await retriever.retrieve(query, context);
    const proposed = items.filter((item) => ranked[item] > -Infinity && !profile.items.includes(item)).slice(0, k);
    const [from, to] = [row * k, row * k + lists.chosen[row]];
    const rest = Array.from(lists.items.subarray(from, to), (item, n) => ({ item, score: lists.scores[from + n] }));
    const own = [
      ...proposed.map((item, n) => ({ item, score: retrievalScore(n, proposed.length) })),
      ...rest.filter(({ item }) => !proposed.includes(item)),
    ].slice(0, k);
    for (const [n, { item, score }] of own.entries()) {
      out.items[from + n] = item;
      out.scores[from + n] = score;
    }
    chosen[row] = own.length;
    await step(row + 1, users);
  }
  progress.onProgress?.(1);
  return { ...out, chosen };
}
