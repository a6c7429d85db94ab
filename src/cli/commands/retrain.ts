import { Command } from "commander";
import { onnxEmbedder } from "../../content/sentences.ts";
import { parseHalfLife } from "../../data/reading/layout.ts";
import { MatineeError } from "../../errors.ts";
import { count, metricDecimal } from "../../numbers.ts";
import { present } from "../../present.ts";
import { type RetrainOptions, type RetrainResult, retrain } from "../../retraining/retrain.ts";
import { addTrainingOptions, type ModelFlags } from "../options/model.ts";
import { parseKeyValue, parseNumber, parsePositive, parseWeights } from "../options/parse.ts";
import { readServeConfiguration } from "../options/serve-config.ts";
import { openStoreOf, storeFlag, storeHelp } from "../options/store.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { withProgressByLabel } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";

interface RetrainFlags
  extends Pick<ModelFlags, "model" | "set" | "seed" | "threads" | "arithmetic" | "memory" | "device"> {
  store?: string | true;
  config?: string;
  models?: string;
  margin?: number;
  keep?: number;
  weights?: Record<string, number>;
  halfLife?: string;
  sign?: string;
  force?: true;
  json?: true;
}

export function retrainCommand(): Command {
  const command = new Command("retrain")
    .description(
      "Trains a model on what a store holds now, judges it beside the active one, and activates it unless it is worse. Servers of the store follow by themselves.",
    )
    .option(storeFlag, storeHelp)
    .option("--config <file>", "the server's configuration, which may name the store and what events count")
    .option("--models <folder>", "the folder of models, made where there is none")
    .option("--model <name>", "see matinee models (default: that of the active model, or by the size of the data)")
    .option(
      "--set <name=value...>",
      "settings that differ from the active model's, or from the defaults of --model",
      parseKeyValue,
    )
    .option("--margin <share>", "how far its NDCG@10 may be below the active model's (default: 0.05)", parseNumber)
    .option("--keep <n>", "how many models of retraining stay in the folder (default: 5)", parsePositive)
    .option(
      "--weights <type=n,...>",
      "learn from events, of which each type counts so much; others are left out",
      parseWeights,
    )
    .option("--half-life <time>", "time after which an event counts half: 90d, or h, w, y")
    .option("--sign <key>", "sign the model with this private key, for servers with --trust; see matinee sign")
    .option("--force", "activate it even if it is worse, or cannot be judged")
    .option("--json", "print one JSON document")
    .action(run);
  return addTrainingOptions(command);
}

async function run(flags: RetrainFlags): Promise<void> {
  const { model, set: settings, margin, keep, sign: signingKey, force, memory, device } = flags;
  const configured = flags.config === undefined ? {} : await readServeConfiguration(flags.config);
  const events = learningFrom(flags) ?? configured.events;
  const place = flags.store ?? configured.store;
  const folder = flags.models ?? configured.models;
  if (place === undefined || folder === undefined) {
    throw new MatineeError("USAGE", `no ${place === undefined ? "store" : "folder of models"} is named`, {
      fix: "give --store and --models, or --config FILE that names them",
    });
  }
  await using store = await openStoreOf(place);
  const result = await withProgressByLabel(
    (what) => what,
    (onProgress) =>
      retrain({
        ...{ store, folder, seed: flags.seed, threads: flags.threads, arithmetic: flags.arithmetic },
        ...present({ model, settings, margin, keep, events, force, memory, signingKey }),
        embedder: onnxEmbedder({ signal: cancellation, ...present({ device }) }),
        onProgress: (what, share) => onProgress(what, "", share),
        signal: cancellation,
      }),
  );
  if (flags.json) printJson(result);
  else if (result.outcome === "switched") printLines(summary(result));
  if (result.outcome === "kept") throw new MatineeError("MODEL_KEPT", result.message);
}

/** What is learnt from: events where they have weights, otherwise ratings. @throws USAGE */
function learningFrom({ weights, halfLife }: RetrainFlags): RetrainOptions["events"] {
  const halfLifeDays = halfLife === undefined ? undefined : parseHalfLife(halfLife) / 86_400;
  if (weights) return { learnFrom: "events", weights, ...present({ halfLifeDays }) };
  if (halfLife === undefined) return undefined;
  throw new MatineeError("USAGE", "--half-life is of events, which have no weights", {
    fix: "add --weights view=1,purchase=5",
  });
}

function summary({ message, data, evaluation, file, bytes, removed }: RetrainResult): string[] {
  const measured = evaluation?.models.map(({ name, metrics }) => `${name} ${metricDecimal(metrics["ndcg@10"].mean)}`);
  return [
    message,
    `Learnt from ${count(data.ratings)} ratings of ${count(data.items)} films by ${count(data.users)} users, ${count(data.newItems)} and ${count(data.newUsers)} of them new.`,
    ...(measured ? [`NDCG@10 on ${evaluation!.split.name}: ${measured.join(", ")}`] : []),
    `${file}: ${(bytes! / 1e6).toFixed(1)} MB`,
    ...(removed.length > 0 ? [`Removed: ${removed.join(", ")}`] : []),
  ];
}
