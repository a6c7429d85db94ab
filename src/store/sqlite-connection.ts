/** A connection to an SQLite database, on the thread that calls. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqliteError } from "./sqlite-errors.ts";

/** How a connection is opened. */
export interface SqliteSetup {
  readonly file: string;
  readonly readOnly: boolean;
  /** Milliseconds that it waits for others. */
  readonly timeout: number;
  /** FULL, except in the test that sees what goes wrong without. */
  readonly synchronous: "FULL" | "OFF";
}

/** What a statement gave. */
export interface SqliteResult {
  readonly rows: unknown[];
  /** Rows inserted, updated or deleted; undefined of a statement that reads. */
  readonly changes?: number;
}

/** Values of parameters. */
export type SqliteValue = string | number | null;

export interface SqliteConnection extends Disposable {
  run(sql: string, parameters: readonly SqliteValue[]): SqliteResult;
  /** Rolls back, unless SQLite has already done so. */
  rollBack(): void;
}

/** Statements that are kept ready: more than there are, but for bulk inserts of odd lengths. */
const mostStatements = 200;

/** The first version without a fault by which a checkpoint beside a write could damage a WAL database (https://sqlite.org/wal.html). */
const oldestSqlite = [3, 51, 3];

/** Opens a database. @throws the errors of SQLite; an Error where its version is too old or it keeps no WAL */
export function openSqlite({ file, readOnly, timeout, synchronous }: SqliteSetup): SqliteConnection {
  const database = new DatabaseSync(file, { readOnly, timeout });
  try {
    prepareDatabase(database, readOnly, synchronous);
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string) => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      if (statements.size >= mostStatements) statements.clear();
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    run(sql, parameters) {
      const statement = prepared(sql);
      if (statement.columns().length > 0) return { rows: statement.all(...parameters).map((row) => ({ ...row })) };
      return { rows: [], changes: Number(statement.run(...parameters).changes) };
    },
    rollBack() {
      if (database.isTransaction) database.exec("rollback");
    },
    [Symbol.dispose]() {
      if (database.isOpen) database.close();
    },
  };
}

function prepareDatabase(database: DatabaseSync, readOnly: boolean, synchronous: string): void {
  const { version } = database.prepare("select sqlite_version() as version").get() as { version: string };
  checkSqliteVersion(version);
  if (readOnly) return;
  const { journal_mode: mode } = database.prepare("pragma journal_mode = wal").get() as { journal_mode: string };
  if (mode !== "wal") throw new Error("its file system cannot keep a write-ahead log; put it on a local disk");
  database.exec(`pragma synchronous = ${synchronous}`);
}

/** @throws Error for a version with known faults */
export function checkSqliteVersion(version: string): void {
  const parts = version.split(".").map(Number);
  const n = oldestSqlite.findIndex((part, at) => part !== (parts[at] ?? 0));
  if (n < 0 || (parts[n] ?? 0) > oldestSqlite[n]) return;
  throw new Error(`this Node brings SQLite ${version}; ${oldestSqlite.join(".")} or later is needed: update Node`);
}

/** An error as it can be sent between threads. */
export function plainError(error: unknown): SqliteError {
  const { message = String(error), errcode } = error as Partial<SqliteError>;
  return errcode === undefined ? { message } : { message, errcode };
}
