/** Reranking: a second stage reorders the items that a model proposes, and cannot add any. */
import type { Step } from "../../compute/engine.ts";
import type { DatasetInfo } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { Csr } from "../../matrix/csr.ts";
import { type FitOptions, stepper } from "../../models/fit.ts";
import type { Model, Query } from "../../models/model.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { present } from "../../present.ts";
import type { Lists } from "../lists.ts";

/** An item that the model proposes, and its score there. */
export interface Candidate {
  readonly item: number;
  readonly score: number;
}

/** What a reranker may use besides the query and the candidates. */
export interface RerankContext {
  readonly info: DatasetInfo;
  /** The first stage. */
  readonly model: Model;
  /** How many items are wanted; the order of those behind them does not matter. */
  readonly k: number;
  readonly signal?: AbortSignal;
  /** Awaited between the parts of long work, where there is one: it may let other work run, or end this by an error. */
  readonly step?: Step;
}

/** What a reranker returns. */
export interface Reranked {
  /** Candidates, each at most once, best first. Those left out follow in the order of the first stage. */
  readonly order: readonly { readonly item: number; readonly score?: number }[];
  /** Why the reranker could not rank, so that the order is the first stage's. */
  readonly failure?: string;
}

/** A second stage: it reorders the items that a model proposes. */
export interface Reranker {
  readonly name: string;
  /** @param candidates by falling score, none of them rated by the user, at least one */
  rerank(query: Query, candidates: readonly Candidate[], context: RerankContext): Promise<Reranked>;
  /** For the end of much work. @throws LANGUAGE_MODEL where it was asked and never answered, or is asked no more */
  checkAnswers?(): void;
  /** What it has cost so far, as one line of text. */
  spent?(): string;
}

/** How a reranker placed an item. */
export interface Placement {
  /** Name of the reranker. */
  readonly by: string;
  /** Rank in the first stage, from 1. */
  readonly from: number;
  /** The reranker's score, where it gives one; on its own scale. */
  readonly score?: number;
  /** Why the reranker could not rank, so that the order is the first stage's. */
  readonly failure?: string;
}

/** How many candidates a reranker is given, unless more are wanted. */
export const defaultPool = 50;

/**
 * All candidates in the order of a reranker.
 * @throws INTERNAL where the reranker names an item twice, or one that is no candidate
 */
export async function applyReranker<T extends Candidate>(
  { name, rerank }: Reranker,
  query: Query,
  candidates: readonly T[],
  context: RerankContext,
): Promise<{ readonly candidate: T; readonly placement: Placement }[]> {
  if (candidates.length === 0) return [];
  const { order, failure } = await rerank(query, candidates, context);
  const left = new Map(candidates.map((candidate, n) => [candidate.item, { candidate, from: n + 1 }]));
  const place = (item: number, score?: number) => {
    const found = left.get(item);
    if (!found) {
      throw new MatineeError("INTERNAL", `${name} puts ${item} in the list, which is no candidate or there twice`);
    }
    left.delete(item);
    const placement = { by: name, from: found.from, ...present({ score, failure: failure || undefined }) };
    return { candidate: found.candidate, placement };
  };
  const first = order.map(({ item, score }) => place(item, score));
  return [...first, ...[...left.keys()].map((item) => place(item))];
}

/** Options of `rerankAll`. */
export interface RerankAllOptions extends Pick<FitOptions, "onProgress" | "signal"> {
  /** Length of the lists that are wanted; 10 unless given, and never more than the first stage's. */
  readonly k?: number;
  /** For each user the row of the ratings that the model was fitted on, or −1; row for row unless given. */
  readonly users?: Int32Array;
}

/** Lists, and for how many users the reranker failed, so that their lists are the first stage's. */
export interface RerankedLists extends Lists {
  readonly failures: number;
  /** The reason of the first failure. */
  readonly failure?: string;
}

/**
 * Reranks the list of every user and cuts it to k. The fallback's items stay behind the model's. Scores are those of the first
 * stage, so they no longer fall.
 *
 * @param lists as `recommendAll` makes them, with the pool as their length
 * @param ratings of the same users, in the model's own index space of items
 */
export async function rerankAll(
  lists: Lists,
  { model, info }: { readonly model: Model; readonly info: DatasetInfo },
  ratings: Csr,
  reranker: Reranker,
  options: RerankAllOptions = {},
): Promise<RerankedLists> {
  const k = Math.min(options.k ?? 10, lists.k);
  const { users, signal } = options;
  const context: RerankContext = { info, model, k, ...present({ signal }) };
  const step: Step = stepper("reranking", options);
  const out = {
    users: lists.users,
    k,
    items: new Int32Array(lists.users * k).fill(-1),
    scores: new Float32Array(lists.users * k).fill(-Infinity),
    chosen: lists.chosen.map((chosen) => Math.min(chosen, k)),
  };
  let failures = 0;
  let failure: string | undefined;
  for (let row = 0; row < lists.users; row++) {
    const range = [row * lists.k, (row + 1) * lists.k] as const;
    const [items, scores] = [lists.items.subarray(...range), lists.scores.subarray(...range)];
    const all = Array.from(items, (item, n) => ({ item, score: scores[n] })).filter(({ item }) => item >= 0);
    const user = users ? users[row] : row;
    const profile = profileOf(ratings, row);
    const query = user < 0 ? { profile } : { profile, user };
    const own = await applyReranker(reranker, query, all.slice(0, lists.chosen[row]), context);
    const reason = own[0]?.placement.failure;
    if (reason !== undefined) failures++;
    failure ??= reason;
    const list = [...own.map(({ candidate }) => candidate), ...all.slice(lists.chosen[row])].slice(0, k);
    for (const [n, { item, score }] of list.entries()) {
      out.items[row * k + n] = item;
      out.scores[row * k + n] = score;
    }
    await step(row + 1, lists.users);
  }
  options.onProgress?.(1);
  return { ...out, failures, ...present({ failure }) };
}
