/** Stores for tests, in both databases. */
import { join } from "node:path";
import { after, before } from "node:test";
import { openStoreWith, type StoreHooks } from "../../src/store/opening.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "./command.ts";
import { needsPostgres, type PostgresServer, startPostgres } from "./postgres.ts";

/** A kind of store, and what its tests need. */
export const storeKinds = [
  { kind: "sqlite", needs: {} },
  { kind: "postgresql", needs: needsPostgres() },
] as const;

export type StoreKind = (typeof storeKinds)[number]["kind"];

/** Within a `describe`: makes places of stores. For PostgreSQL, a server runs meanwhile. */
export function storePlaces(kind: StoreKind) {
  let server: PostgresServer | undefined;
  if (kind === "postgresql") {
    before(async () => {
      server = await startPostgres();
    });
    after(() => server?.[Symbol.asyncDispose]());
  }
  const place = async () =>
    kind === "sqlite" ? join(temporaryFolder(), "store.sqlite") : await (server as PostgresServer).createDatabase();
  return {
    place,
    open: async (hooks: StoreHooks = {}): Promise<Store> => openStoreWith(await place(), {}, hooks),
    server: () => server as PostgresServer,
  };
}

/** All that an iterable gives. */
export async function listOf<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of iterable) list.push(one);
  return list;
}
