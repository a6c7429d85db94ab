/** What was measured, kept in a folder, so that a comparison that was stopped goes on where it was. For Node alone. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { readCheckedFile, writeCheckedFile } from "../checked-file.ts";
import type { Journal } from "./kept-measurements.ts";
import type { Measurements } from "./measure.ts";

/** Older measurements are removed, in milliseconds: they are quickly made again. */
const maxAge = 30 * 24 * 3600 * 1000;

/** Nothing else in the folder is removed. */
const keyForm = /^[0-9a-f]{64}$/;

/** How a journal is used. */
export interface JournalOptions {
  /** Whether nothing that is kept is used, though what is measured is kept. */
  readonly fresh?: boolean;
}

/**
 * A journal in a folder, which is made when there is something to keep. Several processes may use it at once.
 *
 * @example
 * import { compare, ease, openJournal, popular, splits } from "matinee";
 * await compare(data, [popular(), ease()], splits.kFold(5), { journal: await openJournal("measured") });
 */
export async function openJournal(folder: string, { fresh = false }: JournalOptions = {}): Promise<Journal> {
  await removeOld(folder);
  return {
    async read(key) {
      if (fresh) return undefined;
      const bytes = await readCheckedFile(join(folder, key)); // one that is damaged is measured again
      return bytes && (deserialize(bytes) as Measurements);
    },
    async write(key, measurements) {
      const fix = "name a folder that can be written in MATINEE_CACHE";
      await writeCheckedFile(join(folder, key), serialize(measurements), { about: folder, fix });
    },
  };
}

async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => keyForm.test(name))) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > maxAge) await rm(path, { force: true });
  }
}
