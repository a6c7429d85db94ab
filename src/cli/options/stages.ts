/** Flags of a retriever and of a reranker, and what they name. */
import type { Command } from "commander";
import { MatineeError } from "../../errors.ts";
import { type Contender, withReranker } from "../../evaluate/contender.ts";
import { present } from "../../present.ts";
import type { Recommendation, RecommendOptions } from "../../recommend/recommend.ts";
import { defaultPool } from "../../recommend/reranking/rerank.ts";
import { rerankerNamed, rerankers } from "../../recommend/reranking/rerankers.ts";
import { llmRetriever } from "../../recommend/retrieval/llm.ts";
import { note } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";
import { parseKeyValue, parsePositive } from "./parse.ts";

export interface StageFlags {
  retrieve?: string;
  retrieveSet?: Record<string, string>;
  rerank?: string;
  rerankSet?: Record<string, string>;
  pool?: number;
  device?: string;
}

/** What `recommend` takes of a reranker. */
export type Reranking = Required<Pick<RecommendOptions, "rerank" | "pool" | "signal">>;
/** What it takes of a retriever. */
export type Retrieval = Required<Pick<RecommendOptions, "retrieve" | "pool" | "signal">>;

export function addStageOptions(command: Command): Command {
  command
    .optionsGroup("Stages before and after the model:")
    .option("--retrieve <name>", "let a language model propose films first: llm")
    .option("--retrieve-set <setting...>", "settings of the retriever; see matinee help llm", parseKeyValue);
  return addRerankOptions(command, "are proposed, and chosen from");
}

/** The flags of a reranker alone. @param pooled what becomes of the pool */
export function addRerankOptions(command: Command, pooled = "it chooses from"): Command {
  return command
    .option("--rerank <name>", `reorder the model's list: ${rerankers.map(({ name }) => name).join(", ")}`)
    .option("--rerank-set <name=value...>", "settings of the reranker; see matinee help RERANKER", parseKeyValue)
    .option("--pool <n>", `how many films ${pooled} (default: ${defaultPool})`, parsePositive);
}

/** Makes the reranker, so that what is wrong with it is said before anything is read; undefined where none is named. */
export function makeReranking({ rerank, rerankSet, retrieve, pool, device }: StageFlags): Reranking | undefined {
  if (rerank === undefined) {
    const alone = rerankSet ? "--rerank-set" : pool !== undefined && !retrieve ? "--pool" : undefined;
    if (alone) throw new MatineeError("USAGE", `${alone} is for a second stage`, { fix: "name one with --rerank" });
    return undefined;
  }
  const stage = rerankerNamed(rerank).make(rerankSet ?? {}, present({ device }));
  return { rerank: stage, pool: pool ?? defaultPool, signal: cancellation };
}

/** Makes the retriever, likewise. */
export function makeRetrieval({ retrieve, retrieveSet, pool }: StageFlags): Retrieval | undefined {
  if (retrieve === undefined) {
    if (retrieveSet) {
      throw new MatineeError("USAGE", "--retrieve-set is for a first stage", { fix: "name one with --retrieve" });
    }
    return undefined;
  }
  if (retrieve !== "llm")
    throw new MatineeError("USAGE", `there is no first stage "${retrieve}"`, { fix: "there is llm" });
  return { retrieve: llmRetriever(retrieveSet), pool: pool ?? defaultPool, signal: cancellation };
}

/** Each contender, and behind it the same with its lists reranked, where there is a second stage. */
export function besideReranked(contenders: readonly Contender[], stage: Reranking | undefined): readonly Contender[] {
  if (!stage) return contenders;
  return contenders.flatMap((base) => [base, withReranker(base, stage.rerank, stage.pool)]);
}

/** Says what a retrieval cost, and why it proposed nothing where it did. */
export function noteRetrieval(model: string, stage: Retrieval | undefined, [first]: readonly Recommendation[]): void {
  const { retrievalFailure: failure } = first ?? {};
  if (failure !== undefined)
    note(`${stage?.retrieve.name} proposed nothing: ${failure}. The list is that of ${model}.`);
  const spent = stage?.retrieve.spent?.();
  if (spent !== undefined) note(spent);
}

/** Says what a list cost, and why the reranker failed where it did. */
export function noteReranking(model: string, stage: Reranking | undefined, [first]: readonly Recommendation[]): void {
  const { failure } = first?.reranked ?? {};
  if (failure !== undefined) note(`${stage?.rerank.name} did not rank: ${failure}. The list is as ${model} ranks it.`);
  const spent = stage?.rerank.spent?.();
  if (spent !== undefined) note(spent);
}
