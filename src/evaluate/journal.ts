/** What was measured, kept in the cache folder, so that a comparison that was stopped goes on where it was. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { defaultCacheFolder } from "../data/download/cache-folder.ts";
import { MatineeError } from "../errors.ts";
import type { Journal } from "./evaluate.ts";
import type { Measurements } from "./measure.ts";

/** Older verdicts are removed: they are quickly made anew. */
const keptFor = 30 * 24 * 3600 * 1000;

/** @param fresh nothing that is kept is used, though what is measured is kept */
export async function journalIn(fresh = false, folder = join(defaultCacheFolder(), "evaluations")): Promise<Journal> {
  await clean(folder);
  return {
    async read(key) {
      if (fresh) return undefined;
      const bytes = await readFile(join(folder, key)).catch(() => undefined);
      try {
        return bytes && (deserialize(bytes) as Measurements);
      } catch {
        return undefined; // damaged: measured again
      }
    },
    async write(key, verdict) {
      try {
        await mkdir(folder, { recursive: true });
        const part = join(folder, `${key}.${randomUUID()}`);
        await writeFile(part, serialize(verdict));
        await rename(part, join(folder, key));
      } catch (cause) {
        throw new MatineeError("WRITE_FAILED", `${folder}: ${(cause as Error).message}`, {
          cause,
          fix: "name a folder that can be written in MATINEE_CACHE",
        });
      }
    },
  };
}

async function clean(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > keptFor) await rm(path, { force: true });
  }
}
