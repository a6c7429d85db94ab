import { stat } from "node:fs/promises";
import { Command } from "commander";
import { writeArtifact } from "../../artifact/file.ts";
import { present } from "../../present.ts";
import { ensureWritable } from "../../replace-file.ts";
import { addModelOptions, type ModelFlags, trainModel } from "../options/model.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";

interface TrainFlags extends ModelFlags {
  out: string;
  json?: true;
}

export function trainCommand(): Command {
  const command = new Command("train")
    .description("Trains a model on ratings and saves it in a file.")
    .requiredOption("--out <file>", "where the model is saved")
    .option("--json", "print one JSON document")
    .action(run);
  return addModelOptions(command, undefined, true);
}

async function run(flags: TrainFlags): Promise<void> {
  await ensureWritable(flags.out);
  const { trained } = await trainModel(flags);
  await writeArtifact(flags.out, trained, { signal: cancellation });
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
