/** What was measured, kept in a folder, so that a comparison that was stopped goes on where it was. For Node alone. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { replaceFile } from "../replace-file.ts";
import type { Journal } from "./kept-measurements.ts";
import type { Measurements } from "./measure.ts";

/** Older measurements are removed, in milliseconds: they are quickly made again. */
const maxAge = 30 * 24 * 3600 * 1000;

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
      const bytes = await readFile(join(folder, key)).catch(() => undefined);
      try {
        return bytes && (deserialize(bytes) as Measurements);
      } catch {
        return undefined; // damaged, so it is measured again
      }
    },
    async write(key, measurements) {
      const write = async (temporary: string) => {
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, serialize(measurements));
      };
      const fix = "name a folder that can be written in MATINEE_CACHE";
      await replaceFile(join(folder, key), write, { about: folder, fix });
    },
  };
}

async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > maxAge) await rm(path, { force: true });
  }
}
