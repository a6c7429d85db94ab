/** A thread with a connection to an SQLite database, so that no commit and no long reading holds up the thread of the server. */
import { parentPort, workerData } from "node:worker_threads";
import {
  openSqlite,
  plainError,
  type SqliteConnection,
  type SqliteResult,
  type SqliteSetup,
  type SqliteValue,
} from "./sqlite-connection.ts";
import type { SqliteError } from "./sqlite-errors.ts";

/** What the thread is asked: a statement, a rollback, or to close. */
export type ThreadRequest =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly SqliteValue[] }
  | { readonly id: number; readonly action: "roll back" | "close" };

/** What it answers. */
export type ThreadReply =
  | { readonly id: number; readonly result: SqliteResult }
  | { readonly id: number; readonly error: SqliteError };

let connection: SqliteConnection | undefined;

function answer(request: ThreadRequest): SqliteResult {
  if ("action" in request) {
    if (request.action === "close") connection?.[Symbol.dispose]();
    else connection?.rollBack();
    return { rows: [] };
  }
  connection ??= openSqlite(workerData as SqliteSetup);
  return connection.run(request.sql, request.parameters);
}

parentPort!.on("message", (request: ThreadRequest) => {
  let reply: ThreadReply;
  try {
    reply = { id: request.id, result: answer(request) };
  } catch (error) {
    reply = { id: request.id, error: plainError(error) };
  }
  parentPort!.postMessage(reply);
});
