/** What a metric is. Each is a file in metrics/, with its formula; `metrics.ts` lists them. */
import type { Dataset, ItemIndex, UserIndex } from "../data/dataset.ts";
import type { Lists } from "../recommend/lists.ts";

/** All that a metric may look at for one person. */
export interface EvaluatedUser {
  readonly user: UserIndex;
  /** Items that the model knew of when it was asked, ascending. */
  readonly profile: Int32Array;
  /** What the model lists for them, best first, nothing of their profile; shorter where it cannot score more. */
  readonly list: Int32Array;
  /** Their held-out ratings: item indices ascending, and values. */
  readonly items: Int32Array;
  readonly values: Float32Array;
  /** Held-out items rated at least as high as counts as relevant. */
  readonly relevant: ReadonlySet<ItemIndex>;
  /** How many items could have been listed: all but those of their profile. */
  readonly candidates: number;
  /** Predicted rating of each held-out item, and the index in `predictionRules` of what predicted it, where the model predicts. */
  readonly predicted?: Float32Array;
  readonly rules?: Uint8Array;
}

/** A person's part of a mean: Σ sum / Σ weight over the people. */
export interface MetricTerm {
  readonly sum: number;
  /** Above 0. Where one way is better, it depends on the person alone, so that two models can be compared. */
  readonly weight: number;
}

/** A mean over people (or over their ratings), with everything that follows from that: errors, intervals, tests. */
interface OverUsers {
  readonly over: "people";
  /** Whom it averages, for people: "people with a relevant film held out". */
  readonly averages: string;
  /** Whether it looks at predicted ratings. */
  readonly predicts: boolean;
  /** undefined: this person is not averaged. */
  of(person: EvaluatedUser): MetricTerm | undefined;
  /** What is made of the mean: the root, for RMSE. Rising. The identity unless given. */
  finish?(mean: number): number;
}

/** A number of all lists together. */
interface OverLists {
  readonly over: "lists";
  /** `lists` hold only what the model itself chose (−1 elsewhere), one for each person judged. */
  of(lists: Pick<Lists, "users" | "k" | "items">): number;
}

/** A metric that can be asked for by name. */
export interface MetricKind {
  /** Key, before the "@". */
  readonly name: string;
  /** One line for people: what it says. */
  readonly summary: string;
  /** The definition, and what is divided by. */
  readonly formula: string;
  /** Which way is better; absent where neither is. */
  readonly better?: "higher" | "lower";
  /** Whether a list length K is needed, may be given, or makes no sense. */
  readonly at: "required" | "optional" | "none";
  /**
   * What it looks at is cut to K here: lists may be longer.
   * @param k Infinity where none is given; @param train what the models were fitted on: films, popularity, genres
   */
  make(k: number, train: Dataset): OverUsers | OverLists;
}

interface Named extends Pick<MetricKind, "summary" | "better"> {
  /** As it was asked for: "ndcg@10". */
  readonly name: string;
  /** Length of the lists it looks at: 0 for none, Infinity for all that could be listed. */
  readonly depth: number;
}

export type UserMetric = Named & OverUsers;
export type ListsMetric = Named & OverLists;
export type Metric = UserMetric | ListsMetric;
