import { Command } from "commander";
import type { TObject } from "typebox";
import { didYouMean } from "../../did-you-mean.ts";
import { MatineeError } from "../../errors.ts";
import { type Capability, capabilitiesOf } from "../../models/capabilities.ts";
import { algorithms } from "../../models/registry.ts";
import { boundsOf, conditionOf, settingsOf } from "../../models/shared/settings.ts";
import { rerankers } from "../../recommend/reranking/rerankers.ts";
import { splitsHelp } from "../options/evaluation.ts";
import { describeTerm, printLines } from "../terminal/output.ts";

export function helpCommand(): Command {
  return new Command("help")
    .description("Shows the options of a command, or the settings of a model or a reranker.")
    .argument("[name]", "a command, a model or a reranker; without one, lists the commands")
    .action(run);
}

function run(name: string | undefined, _flags: unknown, { parent: program }: Command): void {
  const command = name === undefined ? program! : program!.commands.find((listed) => listed.name() === name);
  if (command) command.outputHelp();
  else printLines(linesAbout(name!, program!));
}

function linesAbout(name: string, program: Command): string[] {
  const algorithm = algorithms.find((model) => model.name === name);
  if (algorithm) {
    const { summary, settings } = algorithm;
    return [
      ...describeTerm(`${name}:`, summary, name.length + 2),
      "",
      ...modelLines(algorithm),
      "",
      ...settingsLines("--set", settings),
    ];
  }
  if (name === "splits") return [...splitsHelp()];
  const reranker = rerankers.find((kind) => kind.name === name);
  if (reranker) {
    const flags = name === "llm" ? "--rerank-set or --retrieve-set" : "--rerank-set";
    return [`${name}: ${reranker.summary}`, "", ...settingsLines(flags, reranker.config)];
  }
  const topics = [
    ...program.commands.map((listed) => listed.name()),
    "splits",
    ...[...algorithms, ...rerankers].map((other) => other.name),
  ];
  throw new MatineeError("USAGE", `there is no command, model or reranker "${name}"`, {
    fix: `${didYouMean(name, topics)}matinee --help lists the commands, matinee models the models`,
  });
}

/** Capabilities, in words that are not about the code. */
const inWords: Partial<Record<Capability, string>> = {
  "predicts ratings": "predicts ratings",
  "explains scores": "explains scores",
  "explains ratings": "explains predicted ratings",
  "names neighbours": "names neighbours",
  "names liked genres": "names the genres that the user likes",
  "finds similar items": "finds similar films",
  "names top terms": "names the terms that mark a film",
  "gives vectors": "lists by an index (--approximate)",
  "keeps ratings": "keeps the ratings it learned from",
  "blends models": "blends other models",
};

function modelLines({ name, learnsFrom, foldIn, learnsInEpochs }: (typeof algorithms)[number]): string[] {
  const can = capabilitiesOf(name).flatMap((capability) => inWords[capability] ?? []);
  const from = learnsFrom === "both" ? "ratings and content" : learnsFrom;
  return [
    ...describeTerm("Learns from", from, 13),
    ...describeTerm("Can", can.join("; "), 13),
    ...describeTerm(
      "Fold-in",
      `${foldIn}: a new user gets ${foldIn === "exact" ? "" : "nearly "}the scores of a known user with the same ratings`,
      13,
    ),
    ...(learnsInEpochs?.fixed
      ? describeTerm(
          "Goes on",
          `from a trained ${name} (train --from), with the same ${learnsInEpochs.fixed.join(", ")}`,
          13,
        )
      : []),
  ];
}

function settingsLines(flag: string, schema: TObject): string[] {
  const settings = Object.entries(settingsOf(schema));
  if (settings.length === 0) return ["It has no settings."];
  const terms = settings.map(([name, setting]) => `  ${name}=${setting.default}`);
  const at = 2 + Math.max(...terms.map((term) => term.length));
  return [
    `Settings and their defaults (${flag} name=value):`,
    ...settings.flatMap(([, setting], n) => {
      const takes = [boundsOf(setting), conditionOf(setting)].filter(Boolean).join("; ");
      return describeTerm(terms[n], `${setting.description} (${takes})`, at);
    }),
  ];
}
