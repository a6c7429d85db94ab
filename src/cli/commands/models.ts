import { Command } from "commander";
import { type Capability, capabilitiesOf } from "../../models/capabilities.ts";
import { algorithms } from "../../models/registry.ts";
import { alignColumns, describeTerm, printJson, printLines } from "../terminal/output.ts";

export function modelsCommand(): Command {
  return new Command("models")
    .description("Lists the models and what each of them can do.")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nSettings of a model: matinee help MODEL.")
    .action(run);
}

function run({ json }: { json?: true }): void {
  if (json) {
    const models = algorithms.map(({ name, summary, learnsFrom, foldIn }) => {
      return { name, summary, learnsFrom, foldIn, capabilities: capabilitiesOf(name) };
    });
    printJson(models);
    return;
  }
  const width = 2 + Math.max(...algorithms.map(({ name }) => name.length));
  const head = ["", "learns from", "predicts ratings", "explains", "similar films", "fold-in"];
  const rows = algorithms.map(({ name, learnsFrom, foldIn }) => {
    const can = capabilitiesOf(name);
    const yes = (capability: Capability) => (can.includes(capability) ? "yes" : "");
    return [
      name,
      learnsFrom === "both" ? "ratings, content" : learnsFrom,
      yes("predicts ratings"),
      ["scores", "ratings"].filter((what) => can.includes(`explains ${what}` as Capability)).join(", "),
      yes("finds similar items"),
      foldIn,
    ];
  });
  printLines([
    ...alignColumns([head, ...rows], () => false, ""),
    "",
    "The fold-in is exact if a new user gets the scores of a known user with the same ratings.",
    "",
    ...algorithms.flatMap(({ name, summary }) => describeTerm(name, summary, width)),
    "",
    "matinee help MODEL shows a model's settings.",
  ]);
}
