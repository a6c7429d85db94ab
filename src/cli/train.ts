import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Command } from "commander";
import { checkTarget, writeArtifact } from "../artifact/file.ts";
import { MatineeError } from "../errors.ts";
import { addModelOptions, type ModelFlags } from "./options.ts";
import { printJson, printLines } from "./output.ts";
import { cancellation } from "./run.ts";
import { train } from "./source.ts";

interface Flags extends ModelFlags {
  out: string;
  json?: true;
}

export function trainCommand(): Command {
  return addModelOptions(new Command("train"))
    .description("Train a model on ratings and save it in one file.")
    .requiredOption("--out <file>", "where the model is saved")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  await ensureWritable(flags.out);
  const { trained } = await train(flags);
  await writeArtifact(flags.out, trained, { signal: cancellation });
  const { size: bytes } = await stat(flags.out);
  const { space, state, record } = trained;
  if (flags.json) printJson({ model: state.algorithm, ...record, data: space.name, file: flags.out, bytes });
  else printLines([`${flags.out}: ${state.algorithm} on ${space.name}, ${(bytes / 1e6).toFixed(1)} MB`]);
}

/** Training may take a while: that the file cannot be written is said before it, not after. */
async function ensureWritable(file: string): Promise<void> {
  await checkTarget(file);
  const folder = dirname(file);
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new MatineeError("WRITE_FAILED", `the folder ${folder} is not there or not writable`, { cause });
  }
}
