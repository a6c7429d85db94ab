/** Statements of SQLite, run on the calling thread or on one of their own. */
import { Worker } from "node:worker_threads";
import {
  openSqlite,
  plainError,
  type SqliteConnection,
  type SqliteResult,
  type SqliteSetup,
  type SqliteValue,
} from "./sqlite-connection.ts";
import { type SqliteError, sqliteFailure } from "./sqlite-errors.ts";
import type { ThreadReply, ThreadRequest } from "./sqlite-thread.ts";

/** A connection. Its errors are StoreFailures. */
export interface SqliteRunner {
  run(sql: string, parameters: readonly SqliteValue[]): Promise<SqliteResult>;
  rollBack(): Promise<void>;
  close(): Promise<void>;
}

/** Runs statements on this thread: for short reading. */
export function runHere(setup: SqliteSetup): SqliteRunner {
  let connection: SqliteConnection | undefined;
  const guarded = <T>(work: (open: SqliteConnection) => T): T => {
    try {
      connection ??= openSqlite(setup);
      return work(connection);
    } catch (error) {
      throw sqliteFailure(setup.file, plainError(error));
    }
  };
  return {
    run: async (sql, parameters) => guarded((open) => open.run(sql, parameters)),
    rollBack: async () => guarded((open) => open.rollBack()),
    async close() {
      connection?.[Symbol.dispose]();
    },
  };
}

interface Waiting {
  resolve(result: SqliteResult): void;
  reject(error: unknown): void;
}

type RequestBody = ThreadRequest extends infer R ? (R extends ThreadRequest ? Omit<R, "id"> : never) : never;

/** Runs statements on a thread of their own, one after the other. The thread keeps the process alive only while it is asked. */
export function runOnThread(setup: SqliteSetup): SqliteRunner {
  const script = new URL(import.meta.url.endsWith(".ts") ? "sqlite-thread.ts" : "sqlite-thread.js", import.meta.url);
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let asked = 0;

  const fail = (error: SqliteError) => {
    for (const { reject } of waiting.values()) reject(sqliteFailure(setup.file, error));
    waiting.clear();
  };

  function start(): Worker {
    // Without the flags of the program: --input-type holds for its own text alone.
    const started = new Worker(script, { workerData: setup, execArgv: [] });
    started.unref();
    started.on("message", (reply: ThreadReply) => {
      const asker = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (waiting.size === 0) started.unref();
      if ("result" in reply) asker?.resolve(reply.result);
      else asker?.reject(sqliteFailure(setup.file, reply.error));
    });
    started.on("error", (error: Error) => fail({ message: `its thread failed: ${error.message}` }));
    started.on("exit", () => {
      worker = undefined;
      fail({ message: "its thread ended" });
    });
    return started;
  }

  function ask(body: RequestBody): Promise<SqliteResult> {
    worker ??= start();
    const id = asked++;
    const { promise, resolve, reject } = Promise.withResolvers<SqliteResult>();
    waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ ...body, id });
    return promise;
  }

  return {
    run: (sql, parameters) => ask({ sql, parameters }),
    async rollBack() {
      if (worker) await ask({ action: "roll back" });
    },
    async close() {
      if (!worker) return;
      await ask({ action: "close" });
      await worker?.terminate();
    },
  };
}
