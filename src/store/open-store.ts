/** Opens a store, in SQLite or PostgreSQL. */
import { sql } from "kysely";
import { checkNumber, checkOptions, quoteArgument } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import type { Backend } from "./backend.ts";
import { migrate } from "./migrations.ts";
import { isPostgresAddress, postgresBackend } from "./postgresql.ts";
import { allEvents, allRatings } from "./read-all.ts";
import {
  countClicks,
  countEvents,
  countUserClicks,
  hasUser,
  listItems,
  readCounts,
  readItem,
  readSettingOf,
  readUser,
} from "./reads.ts";
import { sqliteBackend } from "./sqlite.ts";
import type { OnceOnly, Store, StoreWriter, WriteAnswer } from "./store.ts";
import { createWriteQueue, type WriteQueueOptions } from "./write-queue.ts";

/** Options of `openStore`. */
export interface StoreOptions {
  /** How many writes may wait for those before them; beyond, a write is OVERLOADED. 10,000 unless given. */
  readonly mostWaiting?: number;
}

/** What tests of the store look into. */
export interface StoreHooks extends Pick<WriteQueueOptions, "onCommit"> {
  /** OFF: SQLite does not wait for the disk. */
  readonly synchronous?: "FULL" | "OFF";
  /** The migration to stop after. */
  readonly upTo?: string;
}

/**
 * Opens a store, and makes it where there is none: tables of an earlier version are brought to this one. Any number of processes
 * may have a store open.
 *
 * @param place the path of an SQLite file, or the address of a PostgreSQL database, `postgresql://USER:PASSWORD@HOST/DATABASE`, which
 *   takes the package `pg`; there, tables are in the schema `matinee`
 * @returns dispose of it to finish what is being written and to close it
 * @throws STORE_UNAVAILABLE, STORE_FAILED, PACKAGE_MISSING, USAGE
 * @example
 * import { openStore } from "matinee/server";
 * await using store = await openStore("store.sqlite");
 * const time = Date.now() / 1000;
 * await store.write((writer) => writer.setRatings("ann", [{ item: "260", rating: 5, time }]));
 * console.log((await store.readUser("ann")).ratings);
 */
export async function openStore(place: string, options: StoreOptions = {}): Promise<Store> {
  checkOptions("openStore", options, ["mostWaiting"]);
  checkNumber("openStore", "mostWaiting", options.mostWaiting, { least: 1, whole: true });
  return openStoreWith(place, options, {});
}

/** Opens a store as `openStore` does, with hooks of tests. */
export async function openStoreWith(
  place: string,
  { mostWaiting = 10_000 }: StoreOptions,
  { synchronous = "FULL", upTo, onCommit }: StoreHooks,
): Promise<Store> {
  if (typeof place !== "string" || place === "" || place === ":memory:") {
    throw new MatineeError("USAGE", `the place of the store is ${quoteArgument(place)}`, {
      fix: "give the path of a file, or an address that begins with postgresql://",
    });
  }
  const backend = isPostgresAddress(place) ? postgresBackend(place) : sqliteBackend(place, synchronous);
  try {
    await migrate(backend, upTo);
  } catch (error) {
    await backend.close();
    throw error;
  }
  return storeOver(backend, { mostWaiting, ...(onCommit && { onCommit }) });
}

function storeOver(backend: Backend, options: WriteQueueOptions): Store {
  const { kind, reads, scans } = backend;
  const queue = createWriteQueue(backend, options);
  let closing: Promise<void> | undefined;
  return {
    kind,
    async check() {
      await sql`select 1`.execute(reads);
    },
    write: <T extends WriteAnswer>(work: (writer: StoreWriter) => Promise<T>, once?: OnceOnly) =>
      queue.write(work, once) as Promise<T>,
    readUser: (user, wanted) => readUser(reads, user, wanted),
    hasUser: (user) => hasUser(reads, user),
    readItem: (id) => readItem(reads, id),
    listItems: (wanted) => listItems(reads, wanted),
    readSetting: (name) => readSettingOf(reads, name),
    counts: () => readCounts(scans),
    eventsSince: (time) => countEvents(scans, time),
    clickCounts: (since) => countClicks(scans, since),
    userClicks: (since) => countUserClicks(scans, since),
    allRatings: () => allRatings(backend),
    allEvents: () => allEvents(backend),
    backup: (file) => backend.backup(file),
    async [Symbol.asyncDispose]() {
      closing ??= queue.close().then(() => backend.close());
      await closing;
    },
  };
}
