/** One model, which may be a file that is watched. */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { MatineeError } from "../../errors.ts";
import type { Trained } from "../../models/trained.ts";
import { present } from "../../present.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import type { UserRatings } from "../../recommend/query.ts";
import type { ModelCheck } from "./check-model.ts";
import { describeOpened } from "./describe-model.ts";
import { problemText, stampOf } from "./list-models.ts";
import { loadWarmModel } from "./load-model.ts";
import { countModel, type ModelProblem, type Models, type ServedModel } from "./models.ts";

/** A model that answers all requests, and may be exchanged for another. */
export interface ExchangeableModel extends Models {
  /** Answers all requests from now on by another model. What disposes of the former one is called once its last request has ended. */
  exchange(next: ServedModel, dispose?: () => void): void;
  /** Says what is wrong with a model that should answer. */
  report(problem: ModelProblem | undefined): void;
}

/** @param dispose called once the model has been exchanged for another, and its last request has ended */
export function exchangeableModel(first: ServedModel, dispose?: () => void): ExchangeableModel {
  const now = () => Math.floor(Date.now() / 1000);
  let [active, since] = [countModel(first, dispose), now()];
  let problem: ModelProblem | undefined;
  return {
    hold: () => active.hold(""),
    holdShadow: () => undefined,
    status: () => ({ model: active.name, since, ...present({ problem }) }),
    list: async () => ({ models: [describeOpened(active.name, active.opened)], refused: [] }),
    refresh: async () => {},
    exchange(next, disposeNext) {
      const former = active;
      [active, since] = [countModel(next, disposeNext), now()];
      former.retire();
    },
    report(found) {
      problem = found;
    },
  };
}

/** A model file that answers, and what belongs to it. */
export interface WatchedModel extends ModelCheck {
  readonly file: string;
  /** The model of the file, as it is now. */
  readonly first: Omit<ServedModel, "name">;
  /** The users' ratings that another model of the file answers with. */
  usersOf(opened: OpenModel, trained: Trained): Promise<UserRatings | undefined>;
}

/** The model of a file; closing it ends the look-out for another. */
export interface FileModel extends Models, AsyncDisposable {}

/** Milliseconds between two looks at the file, and until one that has changed must have stayed as it is. */
const [lookEvery, settledAfter] = [2000, 250];

/**
 * Answers by the model of a file, and by another one once the file is replaced: it is loaded, checked and tried in another thread, and takes
 * over once it is warm. A file that is no model leaves the former one in its place.
 */
export async function watchModel({ file, first, usersOf, ...check }: WatchedModel): Promise<FileModel> {
  const name = basename(file).replace(/\.matinee$/, "");
  const dispose = (opened: OpenModel) => () => opened[Symbol.dispose]();
  const models = exchangeableModel({ name, ...first }, dispose(first.opened));
  const closing = new AbortController();
  let seen = await stampOf(file);
  let last: Promise<unknown> = Promise.resolve();

  async function look(again: boolean): Promise<void> {
    const stamp = await settledStamp(file, closing.signal);
    if (stamp === seen && !again) return;
    seen = stamp;
    try {
      const { opened, trained } = await loadWarmModel(file, check, closing.signal);
      const users = await usersOf(opened, trained).catch((error) => {
        opened[Symbol.dispose]();
        throw error;
      });
      models.exchange({ name, opened, ...present({ users }) }, dispose(opened));
      models.report(undefined);
    } catch (error) {
      if (!closing.signal.aborted) models.report({ model: name, ...problemText(file, name, error) });
    }
  }

  function lookInTurn(again = false): Promise<void> {
    const turn = last.then(() => look(again));
    last = turn.catch(() => {});
    return turn;
  }

  let waiting = false;
  const changed = async () => {
    if (waiting || closing.signal.aborted) return;
    waiting = true;
    await lookInTurn().catch(() => {});
    waiting = false;
  };
  const watcher = watchFolder(dirname(resolve(file)), changed);
  const timer = setInterval(changed, lookEvery).unref();

  return {
    ...models,
    refresh: () => lookInTurn(true),
    async [Symbol.asyncDispose]() {
      closing.abort(new MatineeError("CANCELLED", "the model was closed"));
      clearInterval(timer);
      watcher?.close();
      await last;
    },
  };
}

/** The stamp of a file that nobody is writing. */
async function settledStamp(file: string, signal: AbortSignal): Promise<string | undefined> {
  for (;;) {
    const stamp = await stampOf(file);
    await wait(settledAfter, undefined, { signal, ref: false });
    if (stamp === (await stampOf(file))) return stamp;
  }
}

/** Tells of changes in a folder sooner than looking every two seconds does, where the system can. */
function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, changed).on("error", () => {});
  } catch {
    return undefined;
  }
}
