/** A store in an SQLite file: one connection that writes, on a thread of its own, and connections that read beside it. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Kysely } from "kysely";
import { MatineeError } from "../errors.ts";
import { replaceFile } from "../replace-file.ts";
import type { Backend } from "./backend.ts";
import type { SqliteSetup } from "./sqlite-connection.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { runHere, runOnThread, type SqliteRunner } from "./sqlite-runners.ts";
import { StoreFailure } from "./store-failure.ts";
import type { Tables } from "./tables.ts";

/** Milliseconds that a write waits for another program. */
const writeTimeout = 5000;
/** Milliseconds that a read on the thread of the server may wait; in a write-ahead log it hardly ever does. */
const readTimeout = 1000;

/** @throws STORE_FAILED where the file cannot be one */
export function sqliteBackend(place: string, synchronous: SqliteSetup["synchronous"]): Backend {
  const file = resolve(place);
  checkPlace(file);
  const setup = (readOnly: boolean, timeout: number): SqliteSetup => ({ file, readOnly, timeout, synchronous });
  const kysely = (runner: SqliteRunner, begin: "begin" | "begin immediate") =>
    new Kysely<Tables>({ dialect: sqliteDialect(runner, begin) });
  const writes = kysely(runOnThread(setup(false, writeTimeout)), "begin immediate");
  const reads = kysely(runHere(setup(true, readTimeout)), "begin");
  const scans = kysely(runOnThread(setup(true, writeTimeout)), "begin");
  return {
    kind: "sqlite",
    place: file,
    writes,
    reads,
    scans,
    openSnapshot() {
      const db = kysely(runHere(setup(true, readTimeout)), "begin");
      return { db, close: () => db.destroy() };
    },
    backup: (target) => backUp(setup(true, writeTimeout), target),
    async close() {
      await reads.destroy();
      await scans.destroy();
      // The last connection to be closed takes the write-ahead log into the file.
      await writes.destroy();
    },
  };
}

function checkPlace(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw new StoreFailure(file, {
      code: "STORE_FAILED",
      what: `its folder cannot be made: ${(error as Error).message}`,
      fix: "name a file in a folder that can be written",
      endsTransaction: true,
    });
  }
  if (!existsSync(file) || statSync(file).isFile()) return;
  throw new StoreFailure(file, {
    code: "STORE_FAILED",
    what: "is not a file",
    fix: "name a file",
    endsTransaction: true,
  });
}

/** A copy of what is committed as the copy begins, on a thread of its own. */
async function backUp(setup: SqliteSetup, target: string): Promise<void> {
  if (existsSync(target)) {
    throw new MatineeError("USAGE", `${target} is already there`, { fix: "name a new file for the backup" });
  }
  await replaceFile(target, async (temporary) => {
    const runner = runOnThread(setup);
    try {
      await runner.run("vacuum into ?", [resolve(temporary)]);
    } finally {
      await runner.close();
    }
  });
}
