/** Flags of a reranker, and the reranker that they name. */
import type { Command } from "commander";
import { MatineeError } from "../../errors.ts";
import { boundsOf, settingsOf } from "../../models/shared/settings.ts";
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
}

/** What `recommend` takes of it. */
export type Reranking = Required<Pick<RecommendOptions, "rerank" | "pool" | "signal">>;

export function addRerankOptions(command: Command): Command {
  return command
    .optionsGroup("Second stage:")
    .option("--rerank <name>", `what rearranges the list: ${rerankers.map(({ name }) => name).join(", ")}`)
    .option("--rerank-set <key=value...>", "settings of the second stage", parseKeyValue)
    .option("--pool <n>", `how many films it is given to choose from (default: ${defaultPool})`, parsePositive)
    .optionsGroup("Other options:")
    .addHelpText("after", () => `\nSettings of second stages (--rerank-set key=value):\n${settingsHelp()}`);
}

/** Makes the reranker, so that what is wrong with it is said before anything is read; undefined where none is named. */
export function makeReranking({ rerank, rerankSet, pool }: RerankFlags): Reranking | undefined {
  if (rerank === undefined) {
    const alone = rerankSet ? "--rerank-set" : pool !== undefined ? "--pool" : undefined;
    if (alone) throw new MatineeError("USAGE", `${alone} is for a second stage`, { fix: "name one with --rerank" });
    return undefined;
  }
  const stage = rerankerNamed(rerank).make(rerankSet ?? {});
  return { rerank: stage, pool: pool ?? defaultPool, signal: cancellation };
}

/** Says what a list cost, and why the reranker failed where it did. */
export function noteReranking(model: string, stage: Reranking | undefined, [first]: readonly Recommendation[]): void {
  const { failure } = first?.reranked ?? {};
  if (failure !== undefined) note(`${stage?.rerank.name} did not rank: ${failure}. The list is as ${model} ranks it.`);
  const spent = stage?.rerank.spent?.();
  if (spent !== undefined) note(spent);
}

function settingsHelp(): string {
  return rerankers
    .flatMap(({ name, config }) =>
      Object.entries(settingsOf(config)).map(([key, setting]) => {
        const value = setting.default === "" ? "" : ` = ${setting.default}`;
        return `  ${name}: ${key}${value}   ${setting.description} (${boundsOf(setting)})`;
      }),
    )
    .join("\n");
}
