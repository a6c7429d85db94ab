/** The folder of models that a server answers with. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readModelSetting } from "../store/model-setting.ts";
import type { Store } from "../store/store.ts";

const ending = ".matinee";

/** What retraining names its models: 2026-11-27-ease, and 2026-11-27-ease-2 for the second of a day. */
const ownName = /^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.matinee$/;

/** The file of a model. */
export function modelFile(folder: string, name: string): string {
  return join(folder, `${name}${ending}`);
}

/** A name that the folder has not: of the day, UTC, and the algorithm. Numbers of one day go up, so that no name is used for two models. */
export async function freeName(folder: string, time: Date, algorithm: string): Promise<string> {
  const day = `${time.toISOString().slice(0, 10)}-${algorithm}`;
  const numbers = (await readdir(folder)).map((file) => {
    const [, name, number = "1"] = /^(.+?)(?:-(\d+))?\.matinee$/.exec(file) ?? [];
    return name === day ? Number(number) : 0;
  });
  const last = Math.max(0, ...numbers);
  return last === 0 ? day : `${day}-${last + 1}`;
}

/**
 * Removes what retraining wrote before the last few models, but none that answers, answered last, or is tried.
 *
 * @param keep how many stay
 * @returns the names of what was removed
 */
export async function removeOldModels(folder: string, keep: number, store: Store): Promise<string[]> {
  const own = (await readdir(folder)).filter((name) => ownName.test(name));
  const written = await Promise.all(own.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  written.sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
  const { active, previous, trial, shadow } = await readModelSetting(store);
  const used = [active, previous, trial?.model, shadow].map((name) => `${name}${ending}`);
  const old = written.slice(keep).filter(({ name }) => !used.includes(name));
  for (const { name } of old) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.sig`), { force: true }); // its signature, where it has one
  }
  return old.map(({ name }) => name.slice(0, -ending.length));
}
