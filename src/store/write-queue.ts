/** Group commit: writes that wait together are carried out in one transaction, and acknowledged after its commit. */
import type { Kysely } from "kysely";
import { MatineeError } from "../errors.ts";
import type { Backend } from "./backend.ts";
import { carryOutOnce, forgetOldKeys } from "./once.ts";
import type { OnceOnly, StoreActivity, StoreWriter, WriteAnswer } from "./store.ts";
import { StoreFailure } from "./store-failure.ts";
import type { Tables } from "./tables.ts";
import { openWriter } from "./writer.ts";

/** The most writes in one transaction: the first of them waits for the last. */
const mostInBatch = 500;
/** How often a transaction that was in the way of another is tried again. */
const mostRetries = 3;
/** Seconds between two looks for old idempotency keys. */
const forgetEvery = 3600;

/** What writes do. */
type Work = (writer: StoreWriter) => Promise<WriteAnswer>;

interface Waiting {
  readonly work: Work;
  readonly once: OnceOnly | undefined;
  resolve(value: WriteAnswer): void;
  reject(error: unknown): void;
}

type Outcome = { readonly value: WriteAnswer } | { readonly error: unknown };

export interface WriteQueue {
  write(work: Work, once?: OnceOnly): Promise<WriteAnswer>;
  activity(): StoreActivity;
  /** Takes no more writes, and waits for the end of those that it has. */
  close(): Promise<void>;
}

export interface WriteQueueOptions {
  /** Writes that may wait; beyond them, OVERLOADED. */
  readonly mostWaiting: number;
  /** Told of each commit: how many writes it had. */
  readonly onCommit?: (writes: number) => void;
}

export function createWriteQueue(
  { place, writes, takeTurn }: Backend,
  { mostWaiting, onCommit }: WriteQueueOptions,
): WriteQueue {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  let forgotten = 0;
  let [written, commits] = [0, 0];

  async function run(): Promise<void> {
    // Writes of this turn of the event loop wait for each other.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.splice(0, mostInBatch);
      try {
        const outcomes = await carryOut(batch);
        commits++;
        written += batch.length;
        onCommit?.(batch.length);
        batch.forEach(({ resolve, reject }, n) => {
          const outcome = outcomes[n];
          if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.value);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = undefined;
  }

  async function carryOut(batch: readonly Waiting[]): Promise<Outcome[]> {
    for (let retries = 0; ; retries++) {
      try {
        return await inTransaction(batch, retries > 0);
      } catch (error) {
        if (!(error instanceof StoreFailure && error.retry && retries < mostRetries)) throw error;
      }
    }
  }

  /** @param alone with no other transaction beside it, so that none can be in its way again */
  async function inTransaction(batch: readonly Waiting[], alone: boolean): Promise<Outcome[]> {
    const now = Date.now() / 1000;
    const transaction = await writes.startTransaction().execute();
    try {
      await takeTurn?.(transaction, alone);
      const outcomes: Outcome[] = [];
      for (const job of batch) {
        const point = await transaction.savepoint("work").execute();
        const outcome = await outcomeOf(point, job, now);
        if ("error" in outcome) await point.rollbackToSavepoint("work").execute();
        await point.releaseSavepoint("work").execute();
        outcomes.push(outcome);
      }
      if (now - forgotten > forgetEvery) await forgetOldKeys(transaction, now);
      await transaction.commit().execute();
      if (now - forgotten > forgetEvery) forgotten = now;
      return outcomes;
    } catch (error) {
      if (!transaction.isRolledBack)
        await transaction
          .rollback()
          .execute()
          .catch(() => {});
      throw error;
    }
  }

  return {
    write(work, once) {
      if (closed) return Promise.reject(closedError(place));
      if (waiting.length >= mostWaiting) {
        const what = `the store ${place} has ${waiting.length} writes waiting`;
        return Promise.reject(new MatineeError("OVERLOADED", what, { fix: "try again a little later" }));
      }
      const { promise, resolve, reject } = Promise.withResolvers<WriteAnswer>();
      waiting.push({ work, once, resolve, reject });
      running ??= run();
      return promise;
    },
    activity: () => ({ writes: written, commits, waiting: waiting.length }),
    async close() {
      closed = true;
      await running;
    },
  };
}

/** The error for whoever asks a store that was disposed of. */
export function closedError(place: string): MatineeError {
  return new MatineeError("USAGE", `the store ${place} is closed`, { fix: "open it again: openStore" });
}

/** What became of one work. @throws StoreFailure where the transaction is lost */
async function outcomeOf(db: Kysely<Tables>, { work, once }: Waiting, now: number): Promise<Outcome> {
  const { writer, finish } = openWriter(db, now);
  const carryOut = async () => {
    try {
      return await work(writer);
    } finally {
      await finish();
    }
  };
  try {
    return { value: await (once ? carryOutOnce(db, once, now, carryOut) : carryOut()) };
  } catch (error) {
    if (error instanceof StoreFailure && error.endsTransaction) throw error;
    return { error };
  }
}
