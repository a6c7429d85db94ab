import { Command, Option } from "commander";
import { makeApiKey } from "../../server/keys.ts";
import { type KeyScope, keyScopes } from "../../server/scopes.ts";
import { addKey } from "../options/keys.ts";
import { note, printLines } from "../terminal/output.ts";

interface KeyFlags {
  keys: string;
  name: string;
  scope: KeyScope;
}

export function keyCommand(): Command {
  return new Command("key")
    .description(
      "Makes a key for the HTTP API. The key is printed; the file gets its hash alone, for matinee serve --keys.",
    )
    .requiredOption("--keys <file>", "the file of keys, made where there is none")
    .requiredOption("--name <name>", "whom the key is for")
    .addOption(
      new Option(
        "--scope <scope>",
        "read: films, and lists for given ratings; write: users, events and the catalog too; admin: all",
      )
        .choices([...keyScopes])
        .default("read"),
    )
    .action(run);
}

async function run({ keys, name, scope }: KeyFlags): Promise<void> {
  const { secret, apiKey } = makeApiKey(name, scope);
  await addKey(keys, apiKey);
  printLines([secret]);
  note(`${keys} has its hash. The key itself is kept nowhere: this is the only time that it is shown.`);
}
