/** What a model that ranks by genres knows of a user's taste. */
import { nodeName } from "../content/graph.ts";
import { MatineeError } from "../errors.ts";
import type { Query } from "../models/model.ts";
import type { OpenModel } from "./open-model.ts";
import { checkQuery } from "./query.ts";

/** The genres that a user likes, and how many films they lead to. */
export interface Taste {
  /** Those of most weight first. */
  readonly genres: readonly { readonly genre: string; readonly weight: number }[];
  /** How many films the model scores for the user, rated ones included. */
  readonly reached: number;
  /** How many of these may be listed: those that the user has not rated. */
  readonly candidates: number;
}

/**
 * The genres that a user likes, as the model weighs them, and how many films it chooses from.
 *
 * @throws CAPABILITY_MISSING where the model does not rank by genres; USAGE for a query from other data than the model's
 * @example
 * import { fit, openModel, queryOfUser, tasteGraph, tasteOf } from "matinee/core";
 * using opened = openModel(await fit(data, tasteGraph()));
 * tasteOf(opened, queryOfUser(data, 3)).genres[0]; // such as { genre: "Drama", weight: 12 }
 */
export function tasteOf({ info, name, model }: OpenModel, query: Query): Taste {
  checkQuery(info, query);
  const answer = model.ask(query);
  if (!answer.taste) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} does not rank by liked genres`, {
      fix: "use one that does: taste-graph or genre-overlap",
    });
  }
  const scores = new Float32Array(model.items);
  answer.score(scores);
  const scored = (item: number) => Number.isFinite(scores[item]);
  const reached = scores.filter(Number.isFinite).length;
  return {
    genres: answer.taste().map(({ genre, weight }) => ({ genre: nodeName(info.catalog, "genre", genre), weight })),
    reached,
    candidates: reached - query.profile.items.filter(scored).length,
  };
}
