import { stat } from "node:fs/promises";
import { Command } from "commander";
import { MatineeError } from "../../errors.ts";
import { count } from "../../numbers.ts";
import { importRatings } from "../../store/import.ts";
import { addDataOptions, type DataFlags, readData } from "../options/data.ts";
import { openStoreOf, storeFlag, storeHelp } from "../options/store.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";

interface StoreFlags extends DataFlags {
  store: string | true;
  import?: true;
  backup?: string;
  export?: string;
  erase?: string;
  json?: true;
}

export function storeCommand(): Command {
  const command = new Command("store")
    .description(
      "Counts what a store holds; takes a data set in, copies it, and gives out or erases what it has of a user.",
    )
    .requiredOption(storeFlag, storeHelp)
    .option("--import", "take the ratings and films of --data in; what is there already is replaced")
    .option("--backup <file>", "copy the whole store while it is in use (SQLite; of PostgreSQL, pg_dump does)")
    .option("--export <user>", "print everything that is kept of a user, as JSON")
    .option("--erase <user>", "erase everything that is kept of a user")
    .option("--json", "print one JSON document")
    .action(run);
  return addDataOptions(command, { group: "Data to import:" });
}

async function run(flags: StoreFlags): Promise<void> {
  const tasks = ["import", "backup", "export", "erase"].filter((name) => flags[name as keyof StoreFlags] !== undefined);
  if (tasks.length > 1) {
    throw new MatineeError("USAGE", `--${tasks.join(" and --")} are two tasks`, { fix: "give one of them at a time" });
  }
  const dataset = flags.import && (await readData(flags));
  await using store = await openStoreOf(flags.store);
  const tell = (result: object, line: string) => (flags.json ? printJson(result) : printLines([line]));
  if (dataset) {
    const taken = await withProgress(`Importing ${dataset.name}`, (onProgress) =>
      importRatings(store, dataset, { onProgress, signal: cancellation }),
    );
    tell(
      taken,
      `${count(taken.ratings)} ratings of ${count(taken.users)} users, and ${count(taken.items)} films, are in the store`,
    );
  } else if (flags.backup !== undefined) {
    await store.backup(flags.backup);
    const { size: bytes } = await stat(flags.backup);
    tell({ file: flags.backup, bytes }, `${flags.backup}: a copy of the store, ${(bytes / 1e6).toFixed(1)} MB`);
  } else if (flags.export !== undefined) {
    printJson({ user: flags.export, ...(await store.readUser(flags.export)) });
  } else if (flags.erase !== undefined) {
    const user = flags.erase;
    const erased = await store.write((writer) => writer.eraseUser(user));
    const { ratings, marks, events } = erased;
    tell(erased, `erased of ${user}: ${count(ratings)} ratings, ${count(marks)} marks, ${count(events)} events`);
  } else {
    const counts = await store.counts();
    const { users, ratings, events, items } = counts;
    tell(
      { kind: store.kind, ...counts },
      `${count(users)} users, ${count(ratings)} ratings, ${count(events)} events, ${count(items)} films`,
    );
  }
}
