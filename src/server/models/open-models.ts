/** Models in a folder, of which a setting of the store says which ones answer. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { checkPublicKey } from "../../artifact/signature.ts";
import { checkOptions } from "../../check-arguments.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { type ModelSetting, readModelSetting, writeModelSetting } from "../../store/model-setting.ts";
import type { Store } from "../../store/store.ts";
import { describeOpened } from "./describe-model.ts";
import { type ModelFolder, modelFolder } from "./folder.ts";
import { type ModelLimits, modelLimits } from "./limits.ts";
import { type ListedModels, modelLister, modelPath, problemText, stampOf } from "./list-models.ts";
import { loadWarmModel } from "./load-model.ts";
import { type CountedModel, countModel, type ModelProblem, type ModelStatus, type Models } from "./models.ts";

/** Where the models of a server are, and what is taken. */
export interface ModelsOptions {
  /** The folder of model files, `NAME.matinee`; made where there is none. */
  readonly folder: string;
  /** The store, whose setting says which of them answer. */
  readonly store: Store;
  /** What a model may take while it is read and tried. */
  readonly limits?: ModelLimits;
  /** PEM of an Ed25519 key: with it, models that it has not signed are refused. */
  readonly publicKey?: string;
}

/** Models of a folder; closing them ends the look-out for others. */
export interface FolderModels extends Models, AsyncDisposable {
  readonly folder: ModelFolder;
}

/** Milliseconds between two looks at the setting. */
const lookEvery = 1000;

/**
 * Opens a folder of models, and loads those that the store's setting names. Each second it looks whether the setting names others: a model is
 * loaded, checked and tried in another thread, and takes over once it is warm; the former one is let go when its last request has
 * ended. A model that cannot be loaded leaves the former one in its place.
 *
 * @returns close the server before it
 * @throws USAGE for options that are unknown or make no sense, and where the folder cannot be made; STORE_UNAVAILABLE, STORE_FAILED
 * @example
 * import { createApp, openModels, openStore } from "matinee/server";
 * await using store = await openStore("store.sqlite");
 * await using models = await openModels({ folder: "models", store });
 * const app = await createApp(models, { store });
 * await app.close();
 */
export async function openModels(options: ModelsOptions): Promise<FolderModels> {
  checkOptions("openModels", options, ["folder", "store", "limits", "publicKey"]);
  const { folder, store, limits, publicKey } = options;
  if (publicKey !== undefined) checkPublicKey(publicKey);
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw new MatineeError("USAGE", `the folder of models cannot be made: ${cause.message}`, {
      fix: "name a folder, or where one can be made",
      cause,
    });
  });
  const check = { limits: modelLimits(limits), ...present({ publicKey }) };
  const listFiles = modelLister(folder);
  const closing = new AbortController();
  const loaded = new Map<string, CountedModel>();
  /** Of models that could not be loaded: why, and the stamp of the file, which is not tried again until it is another. */
  const failed = new Map<string, ModelProblem & { readonly stamp: string | undefined }>();
  let setting: ModelSetting = {};
  let active: { readonly model: CountedModel; readonly since: number } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One change after another. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  }

  /** Loads a model unless it is there. @throws what `loadWarmModel` throws */
  async function load(name: string): Promise<void> {
    if (loaded.has(name)) return;
    const path = modelPath(folder, name);
    const stamp = await stampOf(path);
    try {
      const { opened } = await loadWarmModel(path, check, closing.signal);
      loaded.set(
        name,
        countModel({ name, opened }, () => opened[Symbol.dispose]()),
      );
      failed.delete(name);
    } catch (error) {
      if (!closing.signal.aborted) failed.set(name, { model: name, ...problemText(path, name, error), stamp });
      throw error;
    }
  }

  /** Loads a model unless it is there, or its file failed before. */
  async function tryToLoad(name: string | undefined): Promise<CountedModel | undefined> {
    if (name === undefined) return undefined;
    const before = failed.get(name);
    if (before && before.stamp === (await stampOf(modelPath(folder, name)))) return undefined;
    await load(name).catch(() => {});
    return loaded.get(name);
  }

  /** Brings the models that answer to what the setting says. */
  async function follow(next: ModelSetting): Promise<void> {
    const wanted = (await tryToLoad(next.active)) ?? (active ? undefined : await tryToLoad(next.previous));
    if (wanted && wanted !== active?.model) active = { model: wanted, since: Math.floor(Date.now() / 1000) };
    setting = next;
    await tryToLoad(next.trial?.model);
    await tryToLoad(next.shadow);
    retireOthers();
  }

  function retireOthers(): void {
    const kept = [active?.model.name, setting.trial?.model, setting.shadow];
    for (const [name, model] of loaded) {
      if (kept.includes(name)) continue;
      loaded.delete(name);
      model.retire();
    }
    const named = [setting.active, setting.previous, setting.trial?.model, setting.shadow];
    for (const name of failed.keys()) if (!named.includes(name)) failed.delete(name);
  }

  async function look(): Promise<void> {
    await follow(await readModelSetting(store));
  }

  async function lookOut(): Promise<void> {
    while (!closing.signal.aborted) {
      await wait(lookEvery, undefined, { ref: false, signal: closing.signal }).catch(() => {});
      // A store that does not answer leaves the models as they are; /readyz says so.
      if (!closing.signal.aborted) await inTurn(look).catch(() => {});
    }
  }

  await inTurn(look);
  void lookOut();

  return {
    hold({ user } = {}) {
      if (!active) throw new MatineeError("NOT_READY", noModel());
      const trial = setting.trial && loaded.get(setting.trial.model);
      if (!trial || user === undefined) return active.model.hold("");
      return isInTrial(user, setting.trial!) ? trial.hold("b") : active.model.hold("a");
    },
    holdShadow: () => (setting.shadow === undefined ? undefined : loaded.get(setting.shadow)?.hold("")),
    status: () => statusNow(),
    list: listAll,
    refresh: () =>
      inTurn(async () => {
        failed.clear();
        await look();
      }),
    folder: modelFolder({
      folder,
      check,
      store,
      inTurn,
      served: () => active?.model.name,
      load,
      setting: () => setting,
      read: () => readModelSetting(store),
      async write(next) {
        await writeModelSetting(store, next);
        await follow(next);
      },
      giveUp: retireOthers,
    }),
    async [Symbol.asyncDispose]() {
      closing.abort(new MatineeError("CANCELLED", "the models were closed"));
      await last;
      for (const model of loaded.values()) model.retire();
      loaded.clear();
    },
  };

  function noModel(): string {
    if (setting.active === undefined) return "no model is active";
    return failed.get(setting.active)?.detail ?? `the model ${setting.active} is not loaded yet`;
  }

  function statusNow(): ModelStatus {
    const named = [setting.active, setting.trial?.model, setting.shadow].find((name) => name && failed.has(name));
    const problem = named === undefined ? undefined : failed.get(named);
    return {
      ...present({ model: active?.model.name, since: active?.since }),
      ...(problem && { problem: { model: problem.model, code: problem.code, detail: problem.detail } }),
    };
  }

  async function listAll(): Promise<ListedModels> {
    const { models, refused } = await listFiles();
    // A model goes on answering when its file is gone.
    const gone = active && !models.some(({ name }) => name === active?.model.name);
    const all = gone ? [describeOpened(active!.model.name, active!.model.opened), ...models] : models;
    return {
      models: all.filter(({ name }) => !failed.has(name)),
      refused: [
        ...refused,
        ...all.flatMap(({ name, bytes = 0, created = 0 }) => {
          const problem = failed.get(name);
          return problem ? [{ name, bytes, created, code: problem.code, detail: problem.detail }] : [];
        }),
      ],
    };
  }
}

/** Whether a user belongs to the group of a trial: the same answer each time and everywhere, and another draw for another trial. */
export function isInTrial(user: string, { model, since, share }: Required<ModelSetting>["trial"]): boolean {
  const digest = createHash("sha256")
    .update(JSON.stringify([user, model, since]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48 < share;
}
