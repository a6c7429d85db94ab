import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { build, failure, fileOf, sample, split } from "../../test/helpers/artifact-bytes.ts";
import type { MatineeError } from "../errors.ts";
import { decodeArtifact } from "./format.ts";

const file = await fileOf(sample());
const codes = ["TRUNCATED", "HEADER", "VERSION", "CHECKSUM", "CONTENT"].map((code) => `ARTIFACT_${code}`);

test("a change of any single byte is found", async () => {
  const counts = new Map<string, number>();
  for (let at = 0; at < file.length; at++) {
    for (const bits of [0x01, 0x02, 0x08, 0x20, 0x80, 0xff]) {
      const copy = file.slice();
      copy[at] ^= bits;
      const { code } = await failure(() => decodeArtifact(copy));
      assert.ok(codes.includes(code), code);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  // most of the file is covered by nothing but the checksum
  assert.ok(counts.get("ARTIFACT_CHECKSUM")! > file.length, JSON.stringify([...counts]));
});

test("a file cut at any length is found, and said to be cut", async () => {
  for (let length = 0; length < file.length; length++) {
    assert.equal((await failure(() => decodeArtifact(file.subarray(0, length)))).code, "ARTIFACT_TRUNCATED");
  }
});

test("bytes after the end are found", async () => {
  const error = await failure(() => decodeArtifact(Uint8Array.of(...file, 0)));
  assert.equal(error.code, "ARTIFACT_HEADER");
  assert.match(error.message, /1 bytes follow the last tensor/);
});

test("messages name the file", async () => {
  const error = await failure(() => decodeArtifact(file.subarray(0, 100), "als.safetensors"));
  assert.match(error.message, /^als\.safetensors: 100 bytes, the header ends at byte \d+$/);
});

/** Whatever the bytes: a model, or one of our errors, with a short message. */
async function survives(bytes: Uint8Array): Promise<MatineeError | undefined> {
  let read = false;
  const error = await failure(async () => {
    await decodeArtifact(bytes);
    read = true;
    throw new Error("read");
  }).catch((other: Error) => {
    if (!read) throw other;
  });
  if (error) {
    assert.ok(codes.includes(error.code), error.code);
    assert.ok(error.message.length < 500, error.message);
  }
  return error as MatineeError | undefined;
}

test("random bytes are refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      assert.ok(await survives(bytes));
    }),
    { numRuns: 2000 },
  );
});

test("random bytes behind a true opening are refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: file.length }), fc.uint8Array({ maxLength: 300 }), async (keep, bytes) => {
      const made = Uint8Array.of(...file.subarray(0, keep), ...bytes);
      // now and then they are the file's own last bytes
      assert.equal((await survives(made)) === undefined, Buffer.compare(made, file) === 0);
    }),
    { numRuns: 2000 },
  );
});

const { text, section } = split(file);
const pieces = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "-1",
  "1e999",
  "9007199254740993",
  "0",
  "null",
  "\\",
  "__proto__",
  "é",
];
const edit = fc.record({
  at: fc.nat({ max: text.length - 1 }),
  drop: fc.nat({ max: 12 }),
  insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })),
});

test("edits of the header with a true checksum give a model or one of our errors", async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      let changed = text;
      for (const { at, drop, insert } of edits) changed = changed.slice(0, at) + insert + changed.slice(at + drop);
      met.add((await survives(build(changed, section)))?.code ?? "read");
    }),
    { numRuns: 5000 },
  );
  assert.ok(met.has("ARTIFACT_HEADER") && met.has("ARTIFACT_CONTENT"), [...met].join());
});

test("edits of the tensors with a true checksum give a model or one of our errors", async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: section.length - 1 }),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      async (at, bytes) => {
        const changed = Uint8Array.from(section);
        changed.set(bytes.subarray(0, changed.length - at), at);
        met.add((await survives(build(text, changed)))?.code ?? "read");
      },
    ),
    { numRuns: 3000 },
  );
  assert.deepEqual([...met].sort(), ["ARTIFACT_CONTENT", "read"]);
});
