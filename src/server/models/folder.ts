/** What can be changed of a folder of models, and of which of them answer. */
import { open, rm, writeFile } from "node:fs/promises";
import { signatureFile } from "../../artifact/signature.ts";
import { MatineeError } from "../../errors.ts";
import { moveDurably, replaceFile, withTemporary, writeError } from "../../replace-file.ts";
import type { ModelSetting } from "../../store/model-setting.ts";
import type { Store } from "../../store/store.ts";
import { checkModel, type ModelCheck } from "./check-model.ts";
import { modelPath, problemText, stampOf } from "./list-models.ts";
import { type TrialResult, trialResult } from "./trial-result.ts";

/** A model that is uploaded. */
export interface UploadedModel {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** The signature of its bytes, where the server takes signed models only. */
  readonly signature?: Uint8Array;
}

/** Changes of a folder of models, and of which of them answer. Every server on the store follows within a second or two. */
export interface ModelFolder {
  /** Which models answer, by the store's setting as this server last followed it. */
  readonly setting: () => ModelSetting;
  /** Loads a model, and then answers by it. The one before can be rolled back to. @throws MODEL_UNKNOWN, MODEL_REFUSED */
  activate(name: string): Promise<ModelSetting>;
  /** Activates the model that was active before. @throws MODEL_UNKNOWN, MODEL_REFUSED */
  rollBack(): Promise<ModelSetting>;
  /** Begins an A/B test: a model answers a share of the users. @throws MODEL_UNKNOWN, MODEL_REFUSED, MODEL_IN_USE for the active model */
  startTrial(name: string, share: number): Promise<ModelSetting>;
  endTrial(): Promise<ModelSetting>;
  /** Lets a model answer the same requests, unseen. @throws MODEL_UNKNOWN, MODEL_REFUSED */
  startShadow(name: string): Promise<ModelSetting>;
  endShadow(): Promise<ModelSetting>;
  /** What the groups of the A/B test clicked until now. @throws NOT_FOUND where there is no test */
  trialResult(): Promise<TrialResult>;
  /** Takes a model into the folder, checked and whole or not at all. @throws MODEL_EXISTS, MODEL_REFUSED, OVERLOADED, WRITE_FAILED */
  upload(model: UploadedModel, signal: AbortSignal): Promise<void>;
  /** Deletes the file of a model. @throws MODEL_UNKNOWN; MODEL_IN_USE for one that answers, or that can be rolled back to */
  remove(name: string): Promise<void>;
}

/** What a folder's changes are made with. */
interface FolderParts {
  readonly folder: string;
  readonly check: ModelCheck;
  readonly store: Store;
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** The name of the model that answers. */
  served(): string | undefined;
  load(name: string): Promise<void>;
  setting(): ModelSetting;
  read(): Promise<ModelSetting>;
  /** Writes the setting, and follows it. */
  write(setting: ModelSetting): Promise<void>;
  /** Lets go of what was loaded in vain. */
  giveUp(): void;
}

export function modelFolder(parts: FolderParts): ModelFolder {
  const { folder, check, store, inTurn, served, load, setting, read, write, giveUp } = parts;
  let uploading = false;

  /** Changes the setting, after the model that it will name has been loaded. */
  function change(name: string | undefined, to: (setting: ModelSetting) => ModelSetting): Promise<ModelSetting> {
    return inTurn(async () => {
      try {
        if (name !== undefined) await loadNamed(name);
        await write(to(await read()));
        return setting();
      } finally {
        giveUp();
      }
    });
  }

  async function loadNamed(name: string): Promise<void> {
    const path = modelPath(folder, name);
    if ((await stampOf(path)) === undefined) throwUnknown(name);
    await load(name).catch((error) => {
      throw refusal(path, name, error);
    });
  }

  function activated(name: string, { active, previous, trial, shadow }: ModelSetting): ModelSetting {
    const before = active === name ? previous : active;
    return {
      active: name,
      ...(before === undefined ? {} : { previous: before }),
      ...(trial && trial.model !== name ? { trial } : {}),
      ...(shadow !== undefined && shadow !== name ? { shadow } : {}),
    };
  }

  return {
    setting,
    activate: (name) => change(name, (before) => activated(name, before)),
    async rollBack() {
      const { previous } = await read();
      if (previous === undefined) {
        throw new MatineeError("MODEL_UNKNOWN", "no model was active before this one", {
          fix: "activate one by its name",
        });
      }
      return change(previous, (before) => activated(previous, before));
    },
    startTrial: (name, share) =>
      change(name, (before) => {
        if (before.active === name) {
          throw new MatineeError("MODEL_IN_USE", `the model ${name} is the active one`, {
            fix: "put another model on trial against it",
          });
        }
        return { ...before, trial: { model: name, share, since: Date.now() / 1000 } };
      }),
    endTrial: () => change(undefined, ({ trial: _, ...others }) => others),
    startShadow: (name) => change(name, (before) => ({ ...before, shadow: name })),
    endShadow: () => change(undefined, ({ shadow: _, ...others }) => others),

    async trialResult() {
      const { active, trial } = setting();
      if (!trial)
        throw new MatineeError("NOT_FOUND", "no model is on trial", { fix: "PUT /api/v1/models/trial begins one" });
      const clicks = await store.userClicks(trial.since);
      return trialResult(clicks, { active: active ?? "", ...trial });
    },

    async upload({ name, content, signature }, signal) {
      if (uploading) throw new MatineeError("OVERLOADED", "another model is being uploaded");
      uploading = true;
      try {
        const path = modelPath(folder, name);
        if ((await stampOf(path)) !== undefined) throwExists(name);
        await withTemporary(path, async (temporary) => {
          await receive(name, temporary, content, check.limits.fileBytes);
          await checkModel(temporary, { ...check, ...(signature && { signature }) }, signal).catch((error) => {
            throw refusal(temporary, name, error);
          });
          if ((await stampOf(path)) !== undefined) throwExists(name);
          if (signature) await replaceFile(signatureFile(path), (file) => writeFile(file, signature, { flag: "wx" }));
          await moveDurably(temporary, path).catch((error) => {
            throw writeError(name, error);
          });
        });
      } finally {
        uploading = false;
      }
    },

    remove: (name) =>
      inTurn(async () => {
        const path = modelPath(folder, name);
        if ((await stampOf(path)) === undefined) throwUnknown(name);
        const { active, previous, trial, shadow } = await read();
        const uses = { active, previous, "on trial": trial?.model, "a shadow": shadow, "answering requests": served() };
        const [use] = Object.entries(uses).find(([, one]) => one === name) ?? [];
        if (use !== undefined) throw new MatineeError("MODEL_IN_USE", `the model ${name} is ${use}`);
        await rm(path).catch((error) => {
          throw writeError(name, error);
        });
        await rm(signatureFile(path), { force: true });
      }),
  };
}

/** Writes what is received to a file. @throws MODEL_REFUSED beyond the most bytes */
async function receive(name: string, path: string, content: AsyncIterable<Uint8Array>, most: number): Promise<void> {
  await using file = await open(path, "wx").catch((error) => {
    throw writeError(name, error);
  });
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > most) throw new MatineeError("MODEL_REFUSED", `${name}: the file has more than ${most} bytes`);
    await file.writeFile(chunk).catch((error) => {
      throw writeError(name, error);
    });
  }
}

function throwUnknown(name: string): never {
  throw new MatineeError("MODEL_UNKNOWN", `there is no model ${name} in the folder`, { fix: "see GET /api/v1/models" });
}

function throwExists(name: string): never {
  throw new MatineeError("MODEL_EXISTS", `there is a model ${name} already`);
}

function refusal(path: string, name: string, error: unknown): MatineeError {
  const { code, detail } = problemText(path, name, error);
  return new MatineeError("MODEL_REFUSED", `${code}: ${detail}`, { cause: error });
}
