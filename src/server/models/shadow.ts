/** A model that answers the same requests, unseen, so that it can be compared with the active one before anybody meets it. */
import { setImmediate } from "node:timers/promises";
import { MatineeError } from "../../errors.ts";
import type { HeldModel, Models } from "./models.ts";

/** What has been counted of a shadow since it began. */
export interface ShadowCounts {
  readonly model: string;
  /** Lists that both models made. */
  readonly compared: number;
  /** Requests that it did not answer, because others waited. */
  readonly skipped: number;
  /** Requests that it could not answer. */
  readonly failed: number;
  /** Sum over the lists: the share of the active model's films that are in its own. */
  readonly overlap: number;
  /** Seconds that its lists took in all. */
  readonly seconds: number;
}

/** Lets the shadow answer after the active model. */
export interface Shadows {
  /** Another request has come: what the shadow is doing is given up. */
  giveWay(): void;
  /**
   * After an answer has gone, makes it by the shadow too.
   *
   * @param made the answer of the active model. Only those with a list of films are compared
   * @param answer makes the answer by another model
   */
  compare(
    asker: { afterwards(work: () => void): void },
    made: unknown,
    answer: (held: HeldModel, signal: AbortSignal) => Promise<unknown>,
  ): void;
  counts(): ShadowCounts | undefined;
}

/** @param isBusy whether requests wait or are being answered */
export function shadowsOf(models: Models, isBusy: () => boolean): Shadows {
  let counted: { -readonly [Key in keyof ShadowCounts]: ShadowCounts[Key] } | undefined;
  let running: AbortController | undefined;

  async function run(made: readonly Item[], answer: (held: HeldModel, signal: AbortSignal) => Promise<unknown>) {
    using held = models.holdShadow();
    if (!held) {
      counted = undefined;
      return;
    }
    if (counted?.model !== held.name) {
      counted = { model: held.name, compared: 0, skipped: 0, failed: 0, overlap: 0, seconds: 0 };
    }
    const counts = counted;
    if (running || isBusy()) {
      counts.skipped++;
      return;
    }
    running = new AbortController();
    const from = performance.now();
    try {
      const items = itemsOf(await answer(held, running.signal)) ?? [];
      const ids = new Set(items.map(({ id }) => id));
      const shared = made.filter(({ id }) => ids.has(id)).length;
      counts.compared++;
      counts.overlap += made.length === 0 ? 1 : shared / made.length;
      counts.seconds += (performance.now() - from) / 1000;
    } catch {
      if (running.signal.aborted) counts.skipped++;
      else counts.failed++;
    } finally {
      running = undefined;
    }
  }

  return {
    giveWay: () => running?.abort(new MatineeError("CANCELLED", "the shadow gave way")),
    compare(asker, made, answer) {
      const items = itemsOf(made);
      if (!items) return;
      asker.afterwards(async () => {
        await setImmediate();
        await run(items, answer);
      });
    },
    counts: () => counted,
  };
}

interface Item {
  readonly id: unknown;
}

function itemsOf(answer: unknown): readonly Item[] | undefined {
  const { items } = Object(answer) as { items?: unknown };
  return Array.isArray(items) ? (items as Item[]) : undefined;
}
