import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { MatineeError } from "./errors.ts";
import { ensureWritable, replaceFile, replaceText } from "./replace-file.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "matinee-replace-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("a file is replaced, a long name too, and nothing else is left", async (t) => {
  const folder = await folderFor(t);
  const name = "f".repeat(250);
  await replaceText(join(folder, name), "old");
  await replaceText(join(folder, name), "new");
  assert.equal(await readFile(join(folder, name), "utf8"), "new");
  assert.deepEqual(await readdir(folder), [name]);
});

test("a folder appears with all that is in it, and replaces none that holds something", async (t) => {
  const folder = join(await folderFor(t), "made");
  const write = async (path: string) => {
    await mkdir(path);
    await writeFile(join(path, "inside"), "");
  };
  await replaceFile(folder, write);
  assert.deepEqual(await readdir(folder), ["inside"]);
  await assert.rejects(replaceFile(folder, write), { code: "WRITE_FAILED" });
  assert.deepEqual(await readdir(join(folder, "..")), ["made"]);
});

test("a failure leaves the old file, says what it is about, and lets errors with a code through", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "file");
  await replaceText(path, "old");
  const failing = (error: Error) => async (temporary: string) => {
    await writeFile(temporary, "half");
    throw error;
  };
  const options = { about: "the list", fix: "name another" };
  const full = new Error("no space");
  await assert.rejects(replaceFile(path, failing(full), options), {
    code: "WRITE_FAILED",
    message: "the list: no space",
    fix: "name another",
    cause: full,
  });
  const cancelled = new MatineeError("CANCELLED", "stopped");
  await assert.rejects(replaceFile(path, failing(cancelled)), cancelled);
  assert.equal(await readFile(path, "utf8"), "old");
  assert.deepEqual(await readdir(folder), ["file"]);
});

test("what a killed process left is removed after a day, and nothing else", async (t) => {
  let temporary = "";
  await replaceFile(join(await folderFor(t), "file"), (given) => {
    temporary = given;
    return writeFile(given, "");
  });
  const folder = await folderFor(t);
  const name = basename(temporary);
  const others = [
    name.replace("-tmp", "-tmp2"),
    name.slice(1),
    `.file.${name.split(".").at(-2)}.tmp`,
    ".file.matinee-tmp",
  ];
  const fresh = name.replace(".file.", ".fresh.");
  const made = name.replace(".file.", ".folder.");
  await mkdir(join(folder, made, "inside"), { recursive: true });
  await symlink(tmpdir(), join(folder, made, "link"));
  for (const file of [name, ...others, fresh]) await writeFile(join(folder, file), "");
  const daysAgo = new Date(Date.now() - 25 * 3600 * 1000);
  for (const file of [name, ...others, made]) await utimes(join(folder, file), daysAgo, daysAgo);
  await replaceText(join(folder, "file"), "");
  assert.deepEqual((await readdir(folder)).sort(), [...others, fresh, "file"].sort());
});

test("a pipe is refused, not replaced", { skip: process.platform === "win32" }, async (t) => {
  const path = join(await folderFor(t), "pipe");
  execFileSync("mkfifo", [path]);
  await assert.rejects(replaceText(path, "text"), { code: "WRITE_FAILED", message: `${path}: is not a file` });
  assert.ok((await stat(path)).isFIFO());
});

test("what cannot be written is refused beforehand", async (t) => {
  const folder = await folderFor(t);
  await ensureWritable(join(folder, "file"));
  await ensureWritable(join(folder, "new", "folder", "file"));
  await replaceText(join(folder, "file"), "text");
  for (const path of ["", folder, join(folder, "file", "below", "it")]) {
    await assert.rejects(ensureWritable(path), { code: "WRITE_FAILED" }, path);
  }
});
