/** A store over its database. */
import { sql } from "kysely";
import { quoteArgument } from "../check-arguments.ts";
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
import { closedError, createWriteQueue, type WriteQueueOptions } from "./write-queue.ts";

/** Options of `openStore`. */
export interface StoreOptions {
  /** How many writes may wait for those before them; beyond, a write is OVERLOADED. 10,000 unless given. */
  readonly mostWaiting?: number;
}

/** What tests of the store look into. */
export interface StoreHooks extends Pick<WriteQueueOptions, "onCommit"> {
  /** OFF: SQLite does not wait for the disk. */
  readonly synchronous?: "FULL" | "OFF";
  /** Milliseconds that SQLite waits for other programs that write. */
  readonly timeout?: number;
}

/** Opens a store as `openStore` does, with hooks of tests. */
export async function openStoreWith(
  place: string,
  { mostWaiting = 10_000 }: StoreOptions,
  { onCommit, ...sqlite }: StoreHooks,
): Promise<Store> {
  if (typeof place !== "string" || place === "" || place === ":memory:") {
    throw new MatineeError("USAGE", `the place of the store is ${quoteArgument(place)}`, {
      fix: "give the path of a file, or an address that begins with postgresql://",
    });
  }
  const backend = isPostgresAddress(place) ? postgresBackend(place) : sqliteBackend(place, sqlite);
  try {
    await migrate(backend);
  } catch (error) {
    await backend.close();
    throw error;
  }
  return storeOver(backend, { mostWaiting, ...(onCommit && { onCommit }) });
}

function storeOver(backend: Backend, options: WriteQueueOptions): Store {
  const { kind, place } = backend;
  const queue = createWriteQueue(backend, options);
  let closing: Promise<void> | undefined;
  /** What is being read whole: each holds a connection, which would keep the store from closing. */
  const readings = new Set<AsyncGenerator<unknown>>();
  async function* reading<T>(rows: AsyncGenerator<T>): AsyncGenerator<T> {
    readings.add(rows);
    try {
      yield* rows;
    } finally {
      readings.delete(rows);
    }
  }
  const endReadings = () => Promise.all([...readings].map((rows) => rows.return(undefined)));
  /** The database, as long as the store is open. */
  const open = (): Backend => {
    if (closing) throw closedError(place);
    return backend;
  };
  return {
    kind,
    get activity() {
      return queue.activity();
    },
    async check() {
      await sql`select 1`.execute(open().reads);
    },
    write: <T extends WriteAnswer>(work: (writer: StoreWriter) => Promise<T>, once?: OnceOnly) =>
      queue.write(work, once) as Promise<T>,
    readUser: async (user, wanted) => readUser(open().reads, user, wanted),
    hasUser: async (user) => hasUser(open().reads, user),
    readItem: async (id) => readItem(open().reads, id),
    listItems: async (wanted) => listItems(open().reads, wanted),
    readSetting: async (name) => readSettingOf(open().reads, name),
    counts: async () => readCounts(open().scans),
    eventsSince: async (time) => countEvents(open().scans, time),
    clickCounts: async (since) => countClicks(open().scans, since),
    userClicks: async (since) => countUserClicks(open().scans, since),
    allRatings: () => reading(allRatings(open())),
    allEvents: () => reading(allEvents(open())),
    backup: async (file) => open().backup(file),
    async [Symbol.asyncDispose]() {
      closing ??= Promise.all([queue.close(), endReadings()]).then(() => backend.close());
      await closing;
    },
  };
}
