import { Command } from "commander";
import { readArtifact } from "../artifact/file.ts";
import type { State } from "../models/model.ts";
import { count, printJson, printLines } from "./output.ts";

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("Say what is in a saved model.")
    .argument("<file>", "a file written by matinee train")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(file: string, flags: { json?: true }): Promise<void> {
  const { space, state, record } = await readArtifact(file);
  const tensors = tensorsOf(state);
  const summary = {
    model: state.algorithm,
    config: record.config,
    seed: record.seed,
    data: {
      name: space.name,
      users: space.users.size,
      items: space.items.size,
      scale: space.scale,
      fingerprint: record.data,
    },
    facts: state.facts,
    tensors,
  };
  if (flags.json) {
    printJson(summary);
    return;
  }
  printLines([
    `${file}: ${state.algorithm}`,
    `  settings  ${
      Object.entries(record.config)
        .map(([key, value]) => `${key} = ${value}`)
        .join(", ") || "none"
    }`,
    `  seed      ${record.seed}`,
    `  data      ${space.name}: ${count(space.items.size)} films, ${count(space.users.size)} people, ratings ${space.scale.min}–${space.scale.max}`,
    `            fingerprint ${record.data}`,
    "  arrays",
    ...tensors.map(
      ({ name, type, shape, bytes }) => `    ${name}  ${type} [${shape.join(" × ")}]  ${count(bytes)} bytes`,
    ),
  ]);
}

function tensorsOf(state: State, path = ""): { name: string; type: string; shape: readonly number[]; bytes: number }[] {
  const own = Object.entries(state.tensors).map(([name, { shape, data }]) => ({
    name: path + name,
    type: data.constructor.name.replace("Array", "").toLowerCase(),
    shape,
    bytes: data.byteLength,
  }));
  return [...own, ...Object.entries(state.parts ?? {}).flatMap(([name, part]) => tensorsOf(part, `${path}${name}/`))];
}
