/**
 * Who retrains the models of a store: one process at a time, on whatever machine. The store's setting "retraining" has a number that goes up with every
 * change. Each change is a write that is carried out once under the next number (`OnceOnly`), so that of two processes that saw the same one
 * succeeds. A lease is renewed while its process lives; one that has run out, or whose process is gone, goes to whoever asks next. A process
 * that comes back after that changes nothing: its number has been used.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";
import { isAlive, machine } from "../processes.ts";
import type { Store, StoreWriter } from "../store/store.ts";

/** How the latest retraining ended. */
export type LastRetraining = {
  /** Seconds since 1970. */
  readonly started: number;
  readonly ended: number;
  readonly outcome: "switched" | "kept" | "failed";
  /** What happened, in a sentence. */
  readonly message: string;
  /** The error of a failure. */
  readonly code?: string;
  /** How many ratings the store had. */
  readonly ratings?: number;
};

/** Who has the lease. */
type Holder = {
  readonly by: string;
  /** The machine and the namespace of its process ids. */
  readonly machine: string;
  readonly host: string;
  readonly pid: number;
  readonly since: number;
  /** Seconds since 1970. */
  readonly until: number;
};

/** What the store's setting "retraining" holds. */
export type RetrainingSetting = { readonly turn: number; readonly holder?: Holder; readonly last?: LastRetraining };

const setting = "retraining";

/** Seconds that a lease lasts unless it is renewed, which is done four times as often. */
const lasting = 60;

/** A lease that this process has. */
export interface Lease {
  readonly since: number;
  /** Aborted with the error once the lease has been lost. */
  readonly lost: AbortSignal;
  /**
   * Gives the lease back, and in the same transaction writes what the retraining ends with.
   * @throws RETRAINING_BUSY where another process has taken the lease meanwhile; nothing is written then
   */
  release(how: Omit<LastRetraining, "started" | "ended">, work?: (writer: StoreWriter) => Promise<void>): Promise<void>;
}

/** @returns what is known of the retraining of a store's models */
export async function readRetraining(store: Store): Promise<RetrainingSetting> {
  return ((await store.readSetting(setting)) as RetrainingSetting | undefined) ?? { turn: 0 };
}

/** Takes the lease. @throws RETRAINING_BUSY where another process has it */
export async function takeLease(store: Store): Promise<Lease> {
  const by = randomUUID();
  const before = await readRetraining(store);
  if (before.holder && !isLeft(before.holder)) throw busy(before.holder);
  const since = now();
  const holder = () => ({ by, machine, host: hostname(), pid: process.pid, since, until: now() + lasting });
  let current = await advance(store, by, { ...before, turn: before.turn + 1, holder: holder() });

  const loss = new AbortController();
  let changing: Promise<unknown> = Promise.resolve();
  let released = false;
  const change = (next: () => RetrainingSetting, work?: (writer: StoreWriter) => Promise<void>) => {
    const turn = changing.then(async () => {
      current = await advance(store, by, { ...next(), turn: current.turn + 1 }, work);
    });
    changing = turn.catch(() => {});
    return turn;
  };
  const renewal = setInterval(
    () => {
      if (released) return;
      // A store that is away for a moment may be back before the lease runs out.
      change(() => ({ ...current, holder: holder() })).catch((error) => {
        if (error instanceof MatineeError && error.code === "RETRAINING_BUSY") loss.abort(error);
      });
    },
    (1000 * lasting) / 4,
  ).unref();
  return {
    since,
    lost: loss.signal,
    async release(how, work) {
      released = true;
      clearInterval(renewal);
      await change(() => ({ turn: current.turn, last: { started: since, ended: now(), ...how } }), work);
    },
  };
}

/** Changes the setting to one with the next number. @throws RETRAINING_BUSY where another process has used the number */
async function advance(
  store: Store,
  by: string,
  next: RetrainingSetting,
  work?: (writer: StoreWriter) => Promise<void>,
): Promise<RetrainingSetting> {
  try {
    await store.write(
      async (writer) => {
        await writer.setSetting(setting, next as unknown as Json);
        await work?.(writer);
        return undefined;
      },
      { key: `${setting} ${next.turn}`, request: randomUUID() },
    );
    return next;
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code !== "IDEMPOTENCY_CONFLICT") throw error;
    const { holder, turn } = await readRetraining(store);
    // A renewal of one's own may have been carried out, though its answer was lost.
    if (holder?.by === by && turn >= next.turn) return advance(store, by, { ...next, turn: turn + 1 }, work);
    throw busy(holder);
  }
}

function busy(holder: Holder | undefined): MatineeError {
  const who =
    holder && `process ${holder.pid} on ${holder.host} retrains since ${new Date(1000 * holder.since).toISOString()}`;
  return new MatineeError("RETRAINING_BUSY", who ?? "another process has retrained meanwhile");
}

/** Whether nobody can have the lease any more: it has run out, or its process on this machine is gone. */
function isLeft(holder: Holder): boolean {
  if (now() > holder.until) return true;
  // A clock that was set back must not keep a lease for long.
  if (holder.until > now() + 10 * lasting) return true;
  return holder.machine === machine && !isAlive(holder.pid);
}

function now(): number {
  return Date.now() / 1000;
}
