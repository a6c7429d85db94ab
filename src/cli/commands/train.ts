import { stat } from "node:fs/promises";
import { Command } from "commander";
import { readArtifact, writeArtifact } from "../../artifact/file.ts";
import { createEngine } from "../../compute/pool.ts";
import type { Ids } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { configureOnCluster, namesOnCluster } from "../../models/configure.ts";
import { checkFitsOnCluster, fitOnCluster } from "../../models/fit-on-cluster.ts";
import { goOnWith } from "../../models/go-on.ts";
import type { ModelSpec } from "../../models/model.ts";
import type { Trained } from "../../models/trained.ts";
import { count } from "../../numbers.ts";
import { present } from "../../present.ts";
import { ensureWritable } from "../../replace-file.ts";
import type { SparkCluster } from "../../spark/cluster.ts";
import { isAddress } from "../../spark/prepare.ts";
import { dataSource, readData } from "../options/data.ts";
import { addModelOptions, fitWithProgress, type ModelFlags, trainModel } from "../options/model.ts";
import { addSparkOptions, openCluster, prepareOnSpark, type SparkFlags } from "../options/spark.ts";
import { beginOnDisk, trainOnDisk } from "../options/train-on-disk.ts";
import { note, printJson, printLines } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";

interface TrainFlags extends ModelFlags, SparkFlags {
  out: string;
  from?: string;
  work?: string;
  json?: true;
}

export function trainCommand(): Command {
  const command = new Command("train")
    .description("Trains a model on ratings and saves it in a file.")
    .requiredOption("--out <file>", "where the model is saved")
    .option("--json", "print one JSON document")
    .action(run);
  return addSparkOptions(
    addModelOptions(command, undefined, true)
      .option(
        "--from <file>",
        "go on with the training of this model (mf, neural or als), with its settings and those of --set",
      )
      .option("--work <folder>", "where training out of core keeps its files (default: the file's name and .work)"),
  );
}

async function run(flags: TrainFlags): Promise<void> {
  await ensureWritable(flags.out);
  await using cluster = await openCluster(flags);
  await using onDisk =
    flags.from === undefined && !cluster ? await beginOnDisk(flags, flags.work ?? `${flags.out}.work`) : undefined;
  if (flags.work !== undefined && !onDisk) note("--work is not needed: training is in memory.");
  const trained = cluster
    ? await trainOn(cluster, flags)
    : onDisk
      ? await trainOnDisk(onDisk, flags)
      : await trainHere(flags);
  await writeArtifact(flags.out, trained, { signal: cancellation });
  await onDisk?.removeFiles();
  const { size: bytes } = await stat(flags.out);
  const { info, state, record, predictor } = trained;
  const second = predictor && { model: predictor.state.algorithm, config: predictor.config };
  if (flags.json) {
    const more = present({ predictor: second });
    printJson({ model: state.algorithm, ...record, ...more, data: info.name, file: flags.out, bytes });
  } else {
    const beside = second ? `, with ${second.model} for ratings,` : "";
    printLines([`${flags.out}: ${state.algorithm}${beside} on ${info.name}, ${(bytes / 1e6).toFixed(1)} MB`]);
  }
}

async function trainHere(flags: TrainFlags): Promise<Trained> {
  return flags.from === undefined ? (await trainModel(flags)).trained : await goOn(flags.from, flags);
}

async function trainOn(cluster: SparkCluster, flags: TrainFlags): Promise<Trained> {
  if (flags.model === undefined || flags.from !== undefined) {
    throw new MatineeError("USAGE", "a model that is trained on a cluster is named, and starts anew", {
      fix: `give --model, one of ${namesOnCluster().join(", ")}, and no --from`,
    });
  }
  const spec = configureOnCluster(flags.model, flags.set); // checked before the data are read
  const source = dataSource(flags);
  if (flags.sparkPrepare || isAddress(source)) return await prepareAndTrain(cluster, source, spec, flags);
  const dataset = await readData(flags);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  return await fitWithProgress(dataset, spec, flags, engine, { cluster });
}

/** Trains on ratings that Spark reads and prepares. */
function prepareAndTrain(cluster: SparkCluster, source: string, spec: ModelSpec, flags: TrainFlags): Promise<Trained> {
  checkFitsOnCluster(spec);
  const { seed, threads, arithmetic } = flags;
  return prepareOnSpark(cluster, source, flags, async (ratings, watch) => {
    using engine = await createEngine({ threads, arithmetic });
    return await fitOnCluster(ratings, spec, { cluster, engine, seed, ...watch(`Training ${spec.model}`) });
  });
}

async function goOn(file: string, flags: TrainFlags): Promise<Trained> {
  if (flags.model !== undefined) {
    throw new MatineeError("USAGE", "--from already says which model is trained", {
      fix: "leave out --model; --set changes settings",
    });
  }
  const from = await readArtifact(file);
  const spec = goOnWith(from, flags.set); // checked before the data are read
  const dataset = await readData(flags);
  const [films, people] = [shareKnown(from.info.items, dataset.items), shareKnown(from.info.users, dataset.users)];
  note(`${file} knows ${films} films and ${people} people of ${dataset.name}.`);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  return await fitWithProgress(dataset, spec, flags, engine, { from });
}

/** "9,000 of 9,724" */
function shareKnown(before: Ids, now: Ids): string {
  let known = 0;
  for (let index = 0; index < now.size; index++) if (before.index(now.id(index)) >= 0) known++;
  return `${count(known)} of ${count(now.size)}`;
}
