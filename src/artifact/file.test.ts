import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { failure, fileOf, list, plain, sample } from "../../test/helpers/artifact-bytes.ts";
import type { Trained } from "../models/trained.ts";
import { readArtifact, writeArtifact } from "./file.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "matinee-artifact-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
function seeded(seed: number, bytes = 0): Trained {
  const model = sample();
  const tensors = { fill: list(new Uint8Array(bytes).fill(seed)) };
  return { ...model, state: { ...model.state, tensors }, record: { ...model.record, seed } };
}

test("a model is written, read, replaced, and nothing else is left in the folder", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "model.safetensors");
  await writeArtifact(path, sample());
  assert.deepEqual(new Uint8Array(await readFile(path)), await fileOf(sample()));
  assert.deepStrictEqual(plain(await readArtifact(path)), plain(sample()));
  await writeArtifact(path, seeded(8));
  assert.equal((await readArtifact(path)).record.seed, 8);
  assert.deepEqual(await readdir(folder), ["model.safetensors"]);
});

test("what cannot be read is said", async (t) => {
  const folder = await folderFor(t);
  const missing = await failure(() => readArtifact(join(folder, "none")));
  assert.equal(missing.code, "ARTIFACT_NOT_FOUND");
  assert.match(missing.message, /none: no such file$/);
  const directory = await failure(() => readArtifact(folder));
  assert.equal(directory.code, "ARTIFACT_NOT_FOUND");
  assert.match(directory.message, /: is a folder, not a model file$/);
  await writeFile(join(folder, "text"), "userId,movieId,rating\n1,2,3\n");
  assert.equal((await failure(() => readArtifact(join(folder, "text")))).code, "ARTIFACT_HEADER");
  await writeFile(join(folder, "cut"), (await fileOf(sample())).subarray(0, 500));
  const cut = await failure(() => readArtifact(join(folder, "cut")));
  assert.equal(cut.code, "ARTIFACT_TRUNCATED");
  assert.ok(cut.message.startsWith(join(folder, "cut")));
});

test("a named pipe is refused without waiting for somebody to write to it", async (t) => {
  const path = join(await folderFor(t), "pipe");
  execFileSync("mkfifo", [path]);
  assert.match((await failure(() => readArtifact(path))).message, /not a regular file/);
});

test("a huge file that is not ours is refused before memory is asked for", async (t) => {
  const path = join(await folderFor(t), "film.mkv");
  await writeFile(path, "");
  await truncate(path, 2 ** 42);
  assert.equal((await failure(() => readArtifact(path))).code, "ARTIFACT_HEADER");
});

test("a file that is longer or shorter than its header says is refused before memory is asked for", async (t) => {
  const path = join(await folderFor(t), "model");
  await writeArtifact(path, sample());
  await truncate(path, 2 ** 42);
  assert.match((await failure(() => readArtifact(path))).message, /\d{13} bytes follow the last tensor/);
});

test("a folder that is not there is made; below a file: WRITE_FAILED", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "new", "model");
  await writeArtifact(path, sample());
  assert.deepEqual(await readdir(join(folder, "new")), ["model"]);
  const error = await failure(() => writeArtifact(join(path, "below"), sample()));
  assert.equal(error.code, "WRITE_FAILED");
  assert.ok(error.message.startsWith(join(path, "below")));
});

test("a folder in the file's place: WRITE_FAILED, nothing is left", async (t) => {
  const folder = await folderFor(t);
  await mkdir(join(folder, "model"));
  assert.equal((await failure(() => writeArtifact(join(folder, "model"), sample()))).code, "WRITE_FAILED");
  assert.deepEqual(await readdir(folder), ["model"]);
});

test("a model that cannot be written leaves the old file", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "model");
  await writeArtifact(path, seeded(1));
  const error = await failure(() => writeArtifact(path, seeded(Number.NaN)));
  assert.equal(error.code, "ARTIFACT_CONTENT");
  assert.equal((await readArtifact(path)).record.seed, 1);
});

test("a write that is cancelled midway leaves the old file and nothing else", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "model");
  await writeArtifact(path, seeded(1));
  let asked = 0;
  let midway: string[] = [];
  const signal = {
    get aborted() {
      asked++;
      if (asked === 4) midway = readdirSync(folder);
      return asked === 4;
    },
  } as AbortSignal;
  const error = await failure(() => writeArtifact(path, seeded(2, 1000), { signal }));
  assert.equal(error.code, "CANCELLED");
  assert.equal(midway.length, 2, "there was a temporary file in the same folder");
  assert.deepEqual(await readdir(folder), ["model"]);
  assert.equal((await readArtifact(path)).record.seed, 1);
});

test("a disk that is full midway: WRITE_FAILED, the old file stays and nothing else", {
  skip: process.platform === "win32",
}, async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "model");
  await writeArtifact(path, seeded(1));
  // files of this process may have 64 KiB at most
  const here = new URL(".", import.meta.url).href;
  const program = `
    import { writeArtifact } from "${here}file.ts"; import { list, sample } from "${here}../../test/helpers/artifact-bytes.ts";
    const model = sample(); const tensors = { fill: list(new Uint8Array(1e6)) };
    await writeArtifact(process.argv[1], { ...model, state: { ...model.state, tensors } })
      .catch((error) => console.log(error.code, error.message));`;
  const shell = 'ulimit -f 64; exec "$0" --input-type=module-typescript -e "$1" "$2"';
  const { stdout } = await promisify(execFile)("bash", ["-c", shell, process.execPath, program, path]);
  assert.match(stdout, /^WRITE_FAILED .*EFBIG/);
  assert.deepEqual(await readdir(folder), ["model"]);
  assert.equal((await readArtifact(path)).record.seed, 1);
});

test("a link in the file's place is replaced, not followed", async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, "other"), "other");
  await symlink(join(folder, "other"), join(folder, "model"));
  await writeArtifact(join(folder, "model"), sample());
  assert.equal(await readFile(join(folder, "other"), "utf8"), "other");
});

test("a reader beside a writer sees the old model or the new one", async (t) => {
  const path = join(await folderFor(t), "model");
  const size = 300_000;
  await writeArtifact(path, seeded(0, size));
  let writing = true;
  const seen = new Set<number>();
  const writer = (async () => {
    for (let seed = 1; seed <= 30; seed++) await writeArtifact(path, seeded(seed, size + seed));
    writing = false;
  })();
  while (writing) {
    const { record, state } = await readArtifact(path);
    assert.equal(state.tensors.fill.data.length, size + record.seed);
    seen.add(record.seed);
  }
  await writer;
  assert.ok(seen.size > 1, `saw ${[...seen]}`);
});
