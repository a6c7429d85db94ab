/** Flags of a reranker, and the reranker that they name. */
import type { Command } from "commander";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { Recommendation, RecommendOptions } from "../../recommend/recommend.ts";
import { defaultPool } from "../../recommend/reranking/rerank.ts";
import { rerankerNamed, rerankers } from "../../recommend/reranking/rerankers.ts";
import { note } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";
import { parseKeyValue, parsePositive } from "./parse.ts";

export interface RerankFlags {
  rerank?: string;
  rerankSet?: Record<string, string>;
  pool?: number;
  device?: string;
}

/** What `recommend` takes of it. */
export type Reranking = Required<Pick<RecommendOptions, "rerank" | "pool" | "signal">>;

export function addRerankOptions(command: Command): Command {
  return command
    .optionsGroup("Reranking:")
    .option("--rerank <name>", `reorder the model's list: ${rerankers.map(({ name }) => name).join(", ")}`)
    .option("--rerank-set <name=value...>", "settings of the reranker; see matinee help RERANKER", parseKeyValue)
    .option("--pool <n>", `how many films it chooses from (default: ${defaultPool})`, parsePositive);
}

/** Makes the reranker, so that what is wrong with it is said before anything is read; undefined where none is named. */
export function makeReranking({ rerank, rerankSet, pool, device }: RerankFlags): Reranking | undefined {
  if (rerank === undefined) {
    const alone = rerankSet ? "--rerank-set" : pool !== undefined ? "--pool" : undefined;
    if (alone) throw new MatineeError("USAGE", `${alone} is for a second stage`, { fix: "name one with --rerank" });
    return undefined;
  }
  const stage = rerankerNamed(rerank).make(rerankSet ?? {}, present({ device }));
  return { rerank: stage, pool: pool ?? defaultPool, signal: cancellation };
}

/** Says what a list cost, and why the reranker failed where it did. */
export function noteReranking(model: string, stage: Reranking | undefined, [first]: readonly Recommendation[]): void {
  const { failure } = first?.reranked ?? {};
  if (failure !== undefined) note(`${stage?.rerank.name} did not rank: ${failure}. The list is as ${model} ranks it.`);
  const spent = stage?.rerank.spent?.();
  if (spent !== undefined) note(spent);
}
