/** The file of API keys: what `matinee key` adds to, and `matinee serve --keys` reads. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { MatineeError } from "../../errors.ts";
import { replaceFile } from "../../replace-file.ts";
import { type ApiKey, isApiKey } from "../../server/keys.ts";

/** The keys of a file. @throws USAGE */
export async function readKeys(path: string): Promise<readonly ApiKey[]> {
  const problem = (what: string, cause?: unknown) =>
    new MatineeError("USAGE", `${path}: ${what}`, { fix: `make keys with matinee key --keys ${path}`, cause });
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw problem(error.code === "ENOENT" ? "there is no such file of keys" : "the keys cannot be read", error);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw problem("the file of keys is no JSON", error);
  }
  const { keys, ...more } = Object(content) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || Object.keys(more).length > 0) throw problem('the file of keys is not { "keys": [ … ] }');
  const wrong = keys.findIndex((key) => !isApiKey(key));
  if (wrong >= 0) throw problem(`key ${wrong + 1} is not { "name": …, "scope": "read" or "admin", "hash": 64 digits }`);
  return keys;
}

/** Adds a key to a file, which is made where there is none, for its owner's eyes alone. @throws USAGE, WRITE_FAILED */
export async function addKey(path: string, key: ApiKey): Promise<void> {
  const keys = existsSync(path) ? await readKeys(path) : [];
  if (keys.some(({ name }) => name === key.name)) {
    throw new MatineeError("USAGE", `${path} has a key of the name "${key.name}" already`, {
      fix: "choose another --name, or delete that key from the file",
    });
  }
  const text = `${JSON.stringify({ keys: [...keys, key] }, undefined, 2)}\n`;
  await replaceFile(path, (temporary) => writeFile(temporary, text, { mode: 0o600, flush: true }));
}
