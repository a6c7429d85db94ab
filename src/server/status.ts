/** How the server is doing, for people. */
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import type { Store } from "../store/store.ts";
import { version } from "../version.ts";
import type { LatencySummary } from "./latencies.ts";
import type { OpenRequests } from "./load.ts";
import type { Models } from "./models/models.ts";
import type { ShapeOf } from "./shapes.ts";
import type { TakeTurn } from "./turns.ts";

/** What the status is told from. */
export interface ServerParts {
  readonly models: Pick<Models, "status" | "folder">;
  readonly store: Store | undefined;
  readonly open: Pick<OpenRequests, "count">;
  readonly turns: { readonly short: TakeTurn; readonly long: TakeTurn };
  /** What has been counted: requests by the class of their status, those that failed inside, lists, and seconds of delay. */
  counted(): {
    readonly byClass: ShapeOf<"RequestCounts">["byStatus"];
    readonly failures: number;
    readonly lists: LatencySummary;
    readonly eventLoopDelay: { readonly p50: number; readonly p99: number };
  };
}

type HeldCounts = Omit<ShapeOf<"StoreUse">, "waitingWrites">;

/** Seconds for which counts of the store are kept: it reads whole tables for them. */
const countEvery = 30;

/** Makes the function that tells the status. */
export function statusOf({ models, store, open, turns, counted }: ServerParts): () => Promise<ShapeOf<"ServerStatus">> {
  const counts = store && keptFor(countEvery, () => countStore(store));
  return async () => {
    const { byClass, failures, lists, eventLoopDelay } = counted();
    const { model: name, since, problem } = models.status();
    const { open: opened, unsentBytes } = open.count();
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const problems: ShapeOf<"ServerProblem">[] = [];
    if (problem) problems.push({ code: problem.code, detail: `the model ${problem.model}: ${problem.detail}` });
    if (failures > 0) {
      problems.push({
        code: "INTERNAL",
        detail: `${failures} requests failed inside since the start; the log says why`,
      });
    }
    const held = await counts?.().catch((error: unknown) => {
      // The text of the error may name the place of the store.
      problems.push({ code: codeOf(error), detail: "the store does not answer" });
      return undefined;
    });
    return {
      version,
      uptime: process.uptime(),
      requests: {
        answered: Object.values(byClass).reduce((sum, count) => sum + count, 0),
        byStatus: { ...byClass },
        open: opened,
        waiting: turns.short.waiting() + turns.long.waiting(),
        unsentBytes,
      },
      lists,
      ...present({
        model: name === undefined ? undefined : { name, ...present({ since }) },
        trial: models.folder?.setting().trial,
      }),
      process: {
        residentBytes: rss,
        heapBytes: heapUsed,
        externalBytes: external,
        processorSeconds: (user + system) / 1e6,
        eventLoopDelay: { p50: 1000 * eventLoopDelay.p50, p99: 1000 * eventLoopDelay.p99 },
      },
      ...present({ store: held && store && { ...held, waitingWrites: store.activity.waiting } }),
      problems,
    };
  };
}

async function countStore(store: Store): Promise<HeldCounts> {
  const now = Date.now() / 1000;
  const [counts, eventsOfLastHour, eventsOfLastDay] = await Promise.all([
    store.counts(),
    store.eventsSince(now - 3600),
    store.eventsSince(now - 86_400),
  ]);
  return { kind: store.kind, ...counts, eventsOfLastHour, eventsOfLastDay };
}

/** What work gave within the last seconds; it is done once for all who ask meanwhile, and again after a failure. */
function keptFor<T>(seconds: number, work: () => Promise<T>): () => Promise<T> {
  let [kept, until] = [undefined as Promise<T> | undefined, 0];
  return () => {
    if (kept && performance.now() < until) return kept;
    const made = work();
    [kept, until] = [made, performance.now() + 1000 * seconds];
    made.catch(() => {
      if (kept === made) kept = undefined;
    });
    return made;
  };
}

function codeOf(error: unknown): ShapeOf<"ServerProblem">["code"] {
  return error instanceof MatineeError ? error.code : "INTERNAL";
}
