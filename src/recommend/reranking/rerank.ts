/** The second stage: a list that a model has ranked is rearranged by something else. */
import type { Step } from "../../compute/engine.ts";
import type { DatasetInfo, ItemIndex } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { Csr } from "../../matrix/csr.ts";
import { type FitOptions, stepper } from "../../models/fit.ts";
import type { Model, Query } from "../../models/model.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import type { Lists } from "../recommend-all.ts";

/** A film that the first stage proposes, and its score there. */
export interface Candidate {
  readonly item: ItemIndex;
  readonly score: number;
}

export interface RerankContext {
  readonly info: DatasetInfo;
  /** The first stage. */
  readonly model: Model;
  /** How many films are wanted; the order of those behind matters to nobody. */
  readonly k: number;
  readonly signal?: AbortSignal;
}

export interface Reranked {
  /** Candidates, each at most once, best first; those left out follow as the first stage has them. */
  readonly order: readonly { readonly item: ItemIndex; readonly score?: number }[];
  /** Why the order is the first stage's after all. */
  readonly failure?: string;
}

export interface Reranker {
  readonly name: string;
  /** @param candidates by falling score, none of them rated by the asker, at least one */
  rerank(query: Query, candidates: readonly Candidate[], context: RerankContext): Promise<Reranked>;
  /** What it has cost so far, in a line for people. */
  spent?(): string;
}

/** How a second stage placed a film. */
export interface Placement {
  /** Name of the second stage. */
  readonly by: string;
  /** Rank in the first stage, from 1. */
  readonly from: number;
  /** The second stage's score, where it gives one; on its own scale. */
  readonly score?: number;
  /** Why the second stage could not rank, so that the order is the first stage's. */
  readonly failure?: string;
}

/** Length of the list that a second stage is given unless more films are wanted. */
export const defaultPool = 50;

/**
 * Candidates in the order of a second stage, all of them.
 * @throws INTERNAL where it names a film twice, or one that is no candidate: nothing may be invented
 */
export async function applyReranker<T extends Candidate>(
  { name, rerank }: Reranker,
  query: Query,
  candidates: readonly T[],
  context: RerankContext,
): Promise<{ readonly candidate: T; readonly placing: Placement }[]> {
  if (candidates.length === 0) return [];
  const { order, failure } = await rerank(query, candidates, context);
  const left = new Map(candidates.map((candidate, n) => [candidate.item, { candidate, from: n + 1 }]));
  const placed = (item: ItemIndex, score?: number) => {
    const found = left.get(item);
    if (!found)
      throw new MatineeError("INTERNAL", `${name} puts ${item} in the list, which is no candidate or there twice`);
    left.delete(item);
    const placing = {
      by: name,
      from: found.from,
      ...(score === undefined ? {} : { score }),
      ...(failure ? { failure } : {}),
    };
    return { candidate: found.candidate, placing };
  };
  const first = order.map(({ item, score }) => placed(item, score));
  return [...first, ...[...left.keys()].map((item) => placed(item))];
}

export interface RerankAllOptions extends Pick<FitOptions, "onProgress" | "signal"> {
  /** Length of the lists that are wanted; 10 unless given, and never more than the first stage's. */
  readonly k?: number;
  /** Which row of the ratings that the model was fitted on each of the people is, or −1; row for row unless given. */
  readonly users?: Int32Array;
}

/** Lists, and how often the second stage failed, so that its lists are the first stage's. */
export interface RerankedLists extends Lists {
  readonly failures: number;
  /** The first reason. */
  readonly failure?: string;
}

/**
 * Rearranges everybody's list, one after the other, and cuts it to k. What the fallback chose stays behind what the model chose.
 * Scores are those of the first stage, so they no longer fall.
 *
 * @param lists as `recommendAll` makes them, with the pool as their length
 * @param people the same people's ratings, in the model's own index space of films
 */
export async function rerankAll(
  lists: Lists,
  { model, info }: { readonly model: Model; readonly info: DatasetInfo },
  people: Csr,
  reranker: Reranker,
  options: RerankAllOptions = {},
): Promise<RerankedLists> {
  const k = Math.min(options.k ?? 10, lists.k);
  const { users, signal } = options;
  const context: RerankContext = { info, model, k, ...(signal ? { signal } : {}) };
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
    const profile = profileOf(people, row);
    const query = user < 0 ? { profile } : { profile, user };
    const own = await applyReranker(reranker, query, all.slice(0, lists.chosen[row]), context);
    const reason = own[0]?.placing.failure;
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
  return { ...out, failures, ...(failure === undefined ? {} : { failure }) };
}
