/** Kysely over an SQLite connection: its own dialect expects a package that is compiled for Node. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteValue } from "./sqlite-connection.ts";
import type { SqliteRunner } from "./sqlite-runners.ts";

/** @param begin "begin immediate" for a connection that writes: it waits for others at once, not in the middle of its work */
export function sqliteDialect(runner: SqliteRunner, begin: "begin" | "begin immediate"): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => new RunnerDriver(runner, begin),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Migrations in one transaction: two processes that open a store at once migrate it one after the other. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class RunnerConnection implements DatabaseConnection {
  readonly runner: SqliteRunner;

  constructor(runner: SqliteRunner) {
    this.runner = runner;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.runner.run(sql, parameters as readonly SqliteValue[]);
    return changes === undefined ? { rows: rows as R[] } : { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for it, and rows are read in pages
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("rows are read in pages");
  }
}

class RunnerDriver implements Driver {
  readonly #connection: RunnerConnection;
  readonly #begin: string;

  constructor(runner: SqliteRunner, begin: string) {
    this.#connection = new RunnerConnection(runner);
    this.#begin = begin;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    await this.#run(this.#begin);
  }

  async commitTransaction(): Promise<void> {
    await this.#run("commit");
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection.runner.rollBack();
  }

  async savepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    await this.#run(`savepoint ${name}`);
  }

  async rollbackToSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    await this.#run(`rollback to ${name}`);
  }

  async releaseSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    await this.#run(`release ${name}`);
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#connection.runner.close();
  }

  async #run(sql: string): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw(sql));
  }
}
