/** A store in a PostgreSQL database, in the schema `matinee`. */
import { CompiledQuery, type DatabaseConnection, Kysely, PostgresDialect, type PostgresPool } from "kysely";
import type { Pool, PoolClient } from "pg";
import { MatineeError } from "../errors.ts";
import { loadOptionalPackage } from "../optional-package.ts";
import type { Backend } from "./backend.ts";
import { postgresFailure } from "./postgresql-errors.ts";
import { StoreFailure } from "./store-failure.ts";
import type { Tables } from "./tables.ts";

const schema = "matinee";
/** Connections of one process at most. */
const mostConnections = 10;
/** Milliseconds to wait for a connection. */
const connectTimeout = 5000;
/** Milliseconds that a query may take: a server that has gone without a word is noticed by it. */
const queryTimeout = 60_000;

/** The number of the lock of `takeTurn`: "matinee" in ASCII, so that no other program is likely to have it. */
const turnLock = "30787925074404709";

/** Whether a place is the address of a PostgreSQL database. */
export function isPostgresAddress(place: string): boolean {
  return /^postgres(ql)?:/i.test(place);
}

/** @throws PACKAGE_MISSING; USAGE for an address that is none */
export function postgresBackend(address: string): Backend {
  const place = placeOf(address);
  const { Pool } = loadOptionalPackage<typeof import("pg")>("pg");
  const pool = new Pool({
    connectionString: address,
    max: mostConnections,
    connectionTimeoutMillis: connectTimeout,
    query_timeout: queryTimeout,
    keepAlive: true,
    application_name: "matinee",
  });
  // A connection that breaks says so where it is used next. Without these listeners, it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const dialect = new PostgresDialect({
    pool: guardedPool(pool, place),
    onCreateConnection: (connection) => prepareConnection(connection, place),
  });
  const db = new Kysely<Tables>({ dialect }).withSchema(schema);
  return {
    kind: "postgresql",
    place,
    schema,
    writes: db,
    takeTurn,
    reads: db,
    scans: db,
    openSnapshot: () => ({ db, close: async () => {} }),
    async backup() {
      throw new MatineeError("USAGE", "a store in PostgreSQL is not copied by matinee", {
        fix: `use pg_dump --schema=${schema}`,
      });
    },
    close: () => db.destroy(),
  };
}

/** By one lock of the database, which is let go at the end of the transaction: most share it, and who is alone does not. */
async function takeTurn(transaction: Kysely<Tables>, alone: boolean): Promise<void> {
  const take = alone ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared";
  await transaction.executeQuery(CompiledQuery.raw(`select ${take}(${turnLock})`));
}

/** The address for messages: without user, password and options. */
function placeOf(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new MatineeError("USAGE", "the address of the PostgreSQL database is not valid", {
      fix: "give postgresql://USER:PASSWORD@HOST/DATABASE, with % in place of special characters",
    });
  }
  const host = url.searchParams.get("host");
  return `postgresql://${url.host}${url.pathname}${host === null ? "" : ` at ${host}`}`;
}

/** Texts are kept in UTF-8, and a commit is acknowledged once it is on disk, whatever the settings of the user say. */
async function prepareConnection(connection: DatabaseConnection, place: string): Promise<void> {
  const asked = "select current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as waits";
  const { rows } = await connection.executeQuery<{ encoding: string; waits: string }>(CompiledQuery.raw(asked));
  if (rows[0].encoding !== "UTF8") {
    throw new StoreFailure(place, {
      code: "STORE_FAILED",
      what: `the database keeps texts in ${rows[0].encoding}`,
      fix: "make one that keeps them in UTF-8: createdb --encoding=UTF8 --template=template0 NAME",
      endsTransaction: true,
    });
  }
  if (rows[0].waits === "off") await connection.executeQuery(CompiledQuery.raw("set synchronous_commit = on"));
}

type GuardedClient = Awaited<ReturnType<PostgresPool["connect"]>>;

/** The pool as Kysely sees it: its errors are StoreFailures, and a connection that broke is not used again. */
function guardedPool(pool: Pool, place: string): PostgresPool {
  const guarded = new WeakMap<PoolClient, GuardedClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error) => {
        throw postgresFailure(place, error);
      });
      const known = guarded.get(client);
      if (known) return known;
      let broken = false;
      const guardedClient: Pick<GuardedClient, "release"> & { readonly query: unknown } = {
        async query(text: string, parameters: readonly unknown[]) {
          try {
            return await client.query(text, [...parameters]);
          } catch (error) {
            const failure = postgresFailure(place, error);
            broken ||= failure.endsTransaction && !failure.retry;
            throw failure;
          }
        },
        release: (destroy?: boolean) => client.release(destroy || broken),
      };
      guarded.set(client, guardedClient as GuardedClient);
      return guardedClient as GuardedClient;
    },
  };
}
