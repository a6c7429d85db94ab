import { Command } from "commander";
import { checkSiteFolder, writeSite } from "../../../site/write-site.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../../options/model.ts";
import { note, printJson, printLines } from "../../terminal/output.ts";
import { cancellation } from "../../terminal/run.ts";

interface SiteFlags extends ModelFlags {
  json?: true;
}

/** Bytes of a model's file from which the command says that a smaller one would come sooner: a minute by a slow telephone network. */
const slowBytes = 12e6;

export function siteCommand(): Command {
  const command = new Command("site")
    .description(
      "Writes the page and a model into a folder that any web host serves. The page answers by itself: ratings never leave the visitor's device, and it opens without a network once it has been there.",
    )
    .argument("<folder>", "where the site is written; an earlier one there is replaced")
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(command);
}

async function run(folder: string, flags: SiteFlags): Promise<void> {
  await checkSiteFolder(folder);
  const { trained } = await loadModel(flags);
  const { files, bytes } = await writeSite(folder, trained, { signal: cancellation });
  if (flags.json) printJson({ folder, model: trained.state.algorithm, files, bytes });
  else {
    const size = `${megabytes(bytes.site)} MB in ${files} files, ${megabytes(bytes.model)} MB of them the model ${trained.state.algorithm}`;
    printLines([`${folder}: ${size}`]);
  }
  if (bytes.model > slowBytes) {
    note("Each visitor loads the model once. Others are smaller: --model item-knn, or --model als.");
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
