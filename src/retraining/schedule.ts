/** Retraining by a server: on a schedule or after so many events, in a process of low priority, one at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { checkNumber, checkOptions } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import type { Store } from "../store/store.ts";
import type { Job, JobEnd } from "./child.ts";
import { giveWay } from "./give-way.ts";
import { type LastRetraining, type RetrainingSetting, readRetraining } from "./lease.ts";
import { checkRetrainSettings, type RetrainSettings, retrainSettingNames } from "./settings.ts";

/** When models are retrained, and how. */
export interface RetrainSchedule extends RetrainSettings {
  /** Hours from the beginning of one retraining to that of the next. */
  readonly everyHours?: number;
  /** How many events and ratings may come before the next. */
  readonly afterEvents?: number;
}

/** Options of `scheduleRetraining`. */
export interface ScheduleOptions extends RetrainSchedule {
  /** What says when a retraining is due. */
  readonly store: Store;
  /** The place of the same store, as `openStore` takes it: the process opens it for itself. */
  readonly place: string;
  /** The folder of models. */
  readonly folder: string;
  /** Whether it learns from ratings or from events, and what these count. */
  readonly events?: Job["options"]["events"];
  /** Told of every end of a retraining, in one line, with its error's code where it failed. */
  readonly log?: (line: string, code?: string) => void;
}

/** How the retraining of a server stands. */
export interface RetrainingStatus {
  /** Whether this server retrains now, and since when (seconds since 1970). */
  readonly running: boolean;
  readonly since?: number;
  /** How the latest one ended, on this server or another. */
  readonly last?: LastRetraining;
  /** How many have failed on this server since one succeeded. */
  readonly failures: number;
}

/** A schedule that runs. */
export interface Retraining {
  /** As of now. */
  readonly status: RetrainingStatus;
  /** Retrains now, where it does not already. Resolves when the retraining that runs has ended. */
  run(): Promise<void>;
  /** Ends the schedule, and a retraining that runs: the active model stays. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks at whether a retraining is due. */
const lookEvery = 10_000;
/** Milliseconds that a process has to end by itself. */
const endWithin = 5000;

/**
 * Retrains models while a server runs. Each retraining is a process of the lowest priority, so that requests go first; several servers of one store
 * do not retrain at the same time, and count from the same latest one. A failure leaves the active model, and is tried again when the next retraining
 * is due.
 *
 * @throws USAGE, CONFIG_INVALID, MODEL_UNKNOWN
 * @example
 * import { openStore, scheduleRetraining } from "matinee/server";
 * await using store = await openStore("films.db");
 * const retraining = scheduleRetraining({ store, place: "films.db", folder: "models", everyHours: 24 });
 * await retraining.stop();
 */
export function scheduleRetraining(options: ScheduleOptions): Retraining {
  const { store, place, folder, events, log, everyHours, afterEvents, ...settings } = options;
  checkOptions("scheduleRetraining", options, scheduleOptions);
  checkNumber("scheduleRetraining", "everyHours", everyHours, { least: 1e-6 });
  checkNumber("scheduleRetraining", "afterEvents", afterEvents, { least: 1, whole: true });
  checkRetrainSettings("scheduleRetraining", settings);
  if (everyHours === undefined && afterEvents === undefined) {
    throw new MatineeError("USAGE", "scheduleRetraining: nothing says when", {
      fix: "give everyHours, afterEvents, or both",
    });
  }
  let [failures, stopped, looking] = [0, false, false];
  /** Also of a process that was killed, and so could not say that it began. */
  let began = 0;
  let last: LastRetraining | undefined;
  let running: { readonly child: ChildProcess; readonly ended: Promise<void>; readonly since: number } | undefined;
  const timer = setInterval(look, lookEvery).unref();
  setImmediate(look);

  return {
    get status() {
      return { running: running !== undefined, ...present({ since: running?.since, last }), failures };
    },
    async run() {
      await begin();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      if (!running) return;
      const { child, ended } = running;
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), endWithin);
      await ended;
      clearTimeout(kill);
    },
  };

  async function look(): Promise<void> {
    if (looking || running || stopped) return;
    looking = true;
    try {
      const retraining = await readRetraining(store);
      last = retraining.last ?? last;
      const due = await isDue(present({ everyHours, afterEvents }), retraining, began, Date.now() / 1000, store);
      if (due && !stopped) void begin();
    } catch {
      // A store that does not answer says so where it is asked for more.
    } finally {
      looking = false;
    }
  }

  function begin(): Promise<void> {
    if (running) return running.ended;
    if (stopped) return Promise.resolve();
    began = Date.now() / 1000;
    const script = new URL(import.meta.url.endsWith(".ts") ? "child.ts" : "child.js", import.meta.url);
    // Without the flags of the program: --input-type and --test hold for it alone.
    const child = fork(script, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    if (child.pid !== undefined) giveWay(child.pid); // Node's start too; the threads that it has by then follow by themselves
    const ended = watch(child).then(async (end) => {
      running = undefined;
      if (stopped) return;
      failures = end.outcome === "failed" && end.code !== "RETRAINING_BUSY" ? failures + 1 : 0;
      log?.(`retraining: ${end.message}`, end.outcome === "failed" ? end.code : undefined);
      last = (await readRetraining(store).catch(() => undefined))?.last ?? last;
      if (!last || last.started < began - 1) last = { started: began, ended: Date.now() / 1000, ...end };
    });
    running = { child, ended, since: began };
    const job: Job = { place, options: { folder, ...settings, ...present({ events }) } };
    child.send(job, () => {}); // a process that has ended already is seen by its end
    return ended;
  }
}

/**
 * Whether a retraining is due.
 *
 * @param began when this server began its latest one: one that was killed could not say so itself
 * @param now seconds since 1970, as is `began`
 * @param store says what has come since
 */
export async function isDue(
  { everyHours, afterEvents }: Pick<RetrainSchedule, "everyHours" | "afterEvents">,
  { holder, last }: RetrainingSetting,
  began: number,
  now: number,
  store: Pick<Store, "eventsSince" | "counts">,
): Promise<boolean> {
  if (holder && holder.until > now) return false; // another server retrains
  const since = Math.max(last?.started ?? 0, began);
  // The first one; or the clock was set back.
  if (since === 0 || since > now + 60) return true;
  if (everyHours !== undefined && now - since >= 3600 * everyHours) return true;
  if (afterEvents === undefined) return false;
  const came = await store.eventsSince(since);
  if (came >= afterEvents) return true;
  const { ratings } = await store.counts();
  return came + Math.max(0, ratings - (last?.ratings ?? ratings)) >= afterEvents;
}

/** How a process ends: as it says, or by its exit. */
function watch(child: ChildProcess): Promise<JobEnd> {
  let said: JobEnd | undefined;
  return new Promise((resolve) => {
    child.on("message", (end: JobEnd) => {
      said = end;
    });
    const failed = (message: string) => resolve(said ?? { outcome: "failed", code: "INTERNAL", message });
    child.once("error", (error) => failed(`the process could not be started: ${error.message}`));
    child.once("exit", (code, signal) => failed(`the process ended by ${signal ?? `exit code ${code}`}`));
  });
}

const ownNames = Object.keys({
  store: true,
  place: true,
  folder: true,
  events: true,
  log: true,
  everyHours: true,
  afterEvents: true,
} satisfies Record<Exclude<keyof ScheduleOptions, keyof RetrainSettings>, true>);
const scheduleOptions = [...retrainSettingNames, ...ownNames];
