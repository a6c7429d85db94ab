/** Requests that are carried out once, however often they are sent. */
import type { Kysely } from "kysely";
import { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";
import { checkId, jsonText } from "./check-input.ts";
import type { OnceOnly, WriteAnswer } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Seconds that answers are kept. */
const keptFor = 48 * 3600;

/**
 * Carries out work, unless its key is known; then returns what it returned. Where another process is carrying it out, the row of the key
 * makes this one wait for the end of that transaction.
 *
 * @param db the transaction that the work belongs to. @param now seconds since 1970
 * @throws IDEMPOTENCY_CONFLICT
 */
export async function carryOutOnce<T extends WriteAnswer>(
  db: Kysely<Tables>,
  { key, request, onReplay }: OnceOnly,
  now: number,
  work: () => Promise<T>,
): Promise<T> {
  checkId("the key of a request", key);
  checkId("the hash of a request", request);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("once")
    .values({ key, request, answer: null, time: now })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) {
    const known = await db
      .selectFrom("once")
      .select(["request", "answer"])
      .where("key", "=", key)
      .executeTakeFirstOrThrow();
    if (known.request !== request) {
      throw new MatineeError("IDEMPOTENCY_CONFLICT", "the idempotency key was used for another request");
    }
    onReplay?.();
    return (known.answer === null ? undefined : JSON.parse(known.answer)) as T;
  }
  const answer = await work();
  if (answer !== undefined) {
    await db
      .updateTable("once")
      .set({ answer: jsonText("the answer of a request", answer as Json) })
      .where("key", "=", key)
      .execute();
  }
  return answer;
}

/** Deletes answers that were kept long enough. */
export async function forgetOldKeys(db: Kysely<Tables>, now: number): Promise<void> {
  await db
    .deleteFrom("once")
    .where("time", "<", now - keptFor)
    .execute();
}
