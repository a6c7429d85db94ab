/** Which models of a folder answer: the setting "models" of the store, which all servers on it follow. */
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";
import type { Store } from "./store.ts";

/** The name of the setting. */
const settingName = "models";

/** What a model of a folder may be called: `<name>.matinee` is its file. */
export const modelName = Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{0,99}$" });

const Trial = Type.Object({
  model: modelName,
  share: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  since: Type.Number({ minimum: 0 }),
});
const Setting = Type.Object({
  active: Type.Optional(modelName),
  previous: Type.Optional(modelName),
  trial: Type.Optional(Trial),
  shadow: Type.Optional(modelName),
});

/** Which model is active, which one was before, which one is on trial for a share of the users since when (seconds), and which one answers unseen. */
export type ModelSetting = Readonly<Static<typeof Setting>>;

/**
 * Which models of the folder answer.
 * @throws STORE_FAILED where the setting is none that Matinee writes
 * @example
 * import { openStore, readModelSetting } from "matinee/server";
 * await using store = await openStore("models.sqlite");
 * (await readModelSetting(store)).active; // undefined: none has been activated
 */
export async function readModelSetting(store: Store): Promise<ModelSetting> {
  const value = (await store.readSetting(settingName)) ?? {};
  if (Check(Setting, value)) return value;
  throw new MatineeError(
    "STORE_FAILED",
    `the setting "${settingName}" names no models: ${JSON.stringify(value).slice(0, 200)}`,
    {
      fix: "activate a model",
    },
  );
}

export async function writeModelSetting(store: Store, setting: ModelSetting): Promise<void> {
  await store.write((writer) => writer.setSetting(settingName, setting as Json));
}
