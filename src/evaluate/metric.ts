/** What a metric is. The metrics are in metrics/, with their formulas, and are listed in `metrics.ts`. */
import type { Dataset } from "../data/dataset.ts";
import type { Lists } from "../recommend/lists.ts";

/** All that a metric may look at for one user. */
export interface EvaluatedUser {
  readonly user: number;
  /** Items of the user's profile, ascending. */
  readonly profile: Int32Array;
  /** A list, best first, without items of the profile. Shorter than asked for where fewer items have a score. */
  readonly list: Int32Array;
  /**
   * For each place of the list, 1 where its film is tied with the one before it: the same model, or the fallback, scored both alike.
   * What a reranker put in order is never tied. Absent where nothing is.
   */
  readonly tied?: Uint8Array;
  /** The user's held-out ratings: item indices, ascending, and values. */
  readonly items: Int32Array;
  readonly values: Float32Array;
  /** Held-out items that are relevant. */
  readonly relevant: ReadonlySet<number>;
  /** How many items could have been listed. */
  readonly candidates: number;
  /**
   * For each held-out item, the predicted rating and the index in `predictionRules` of its rule. Absent where nothing is
   * predicted.
   */
  readonly predicted?: Float32Array;
  readonly rules?: Uint8Array;
}

/** One user's term of a mean, which is Σ sum / Σ weight over the users. */
export interface MetricTerm {
  readonly sum: number;
  /** Above 0. For metrics with a better direction it depends on the user alone, so that two models can be compared. */
  readonly weight: number;
}

/** A mean over users, or over their ratings. It has standard errors, intervals and tests. */
export interface OverUsers {
  readonly over: "users";
  /** Which users it averages, for messages: "people with a relevant film held out". */
  readonly averages: string;
  /** What it looks at: predicted ratings, which relevant items a list holds, or the items of a list whether relevant or not. */
  readonly judges: "predictions" | "relevance" | "lists";
  /** undefined where the user is not averaged. */
  of(user: EvaluatedUser): MetricTerm | undefined;
  /** A rising function of the mean, such as the root for RMSE. By default, the identity. */
  finish?(mean: number): number;
}

/** One number for all lists together. */
export interface OverLists {
  readonly over: "lists";
  /** @param lists one for each user evaluated; −1 in empty places */
  of(lists: Pick<Lists, "users" | "k" | "items">): number;
}

/** A metric that can be asked for by name, with or without a list length. */
export interface MetricKind {
  /** The part before the "@". */
  readonly name: string;
  /** What it says, in one line. */
  readonly summary: string;
  /** Its definition, in one line. */
  readonly formula: string;
  /** Which direction is better; absent where neither is. */
  readonly better?: "higher" | "lower";
  /** Whether a list length K must, may or must not be given. */
  readonly at: "required" | "optional" | "none";
  /**
   * The metric at K. Lists may be longer than K; the metric looks at their first K items.
   *
   * @param k Infinity where no length is given
   * @param train the training data, for catalog, genres and popularity
   */
  make(k: number, train: Dataset): OverUsers | OverLists;
}

interface NamedMetric extends Pick<MetricKind, "summary" | "better"> {
  /** As asked for: "ndcg@10". */
  readonly name: string;
  /** Length of the lists that it needs: 0 for none, Infinity for every item that could be listed. */
  readonly depth: number;
}

/** A metric that is a mean over users. */
export type UserMetric = NamedMetric & OverUsers;
/** A metric of all lists together. */
export type ListsMetric = NamedMetric & OverLists;
/** A metric that was asked for by name. */
export type Metric = UserMetric | ListsMetric;
