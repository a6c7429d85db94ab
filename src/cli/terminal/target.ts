import { randomUUID } from "node:crypto";
import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkTarget } from "../../artifact/file.ts";
import { MatineeError } from "../../errors.ts";

/** What takes a while is not begun for a file that cannot be written. @throws WRITE_FAILED */
export async function ensureWritable(file: string): Promise<void> {
  await checkTarget(file);
  const folder = dirname(file);
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new MatineeError("WRITE_FAILED", `the folder ${folder} is not there or not writable`, { cause });
  }
}

/**
 * Writes a file under names beside it, `write` gets the first of them, and renames what it returns: the file is there whole or
 * as it was. @throws WRITE_FAILED, and what `write` throws
 */
export async function replaced(
  file: string,
  write: (name: (ending: string) => string) => Promise<string>,
): Promise<void> {
  const made: string[] = [];
  const stem = `.${basename(file).slice(0, 100)}.${randomUUID()}`;
  const name = (ending: string) => {
    const path = join(dirname(file), `${stem}${ending}`);
    made.push(path);
    return path;
  };
  try {
    await rename(await write(name), file);
  } catch (error) {
    if (error instanceof MatineeError) throw error;
    throw new MatineeError("WRITE_FAILED", `${file}: ${(error as Error).message}`, { cause: error });
  } finally {
    for (const path of made) await rm(path, { force: true }).catch(() => {});
  }
}

/** The file holds the text or is as it was. @throws WRITE_FAILED */
export async function writeText(file: string, text: string): Promise<void> {
  await replaced(file, async (name) => {
    const path = name(".tmp");
    await writeFile(path, text, { flag: "wx", flush: true });
    return path;
  });
}
