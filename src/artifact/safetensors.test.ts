import assert from "node:assert/strict";
import { test } from "node:test";
import { build, edited, failure, fileOf, forge, plain, sample, split } from "../../test/helpers/artifact-bytes.ts";
import type { ErrorCode } from "../errors.ts";
import { decodeArtifact } from "./format.ts";

const file = await fileOf(sample());
const { text, section } = split(file);
const names = Object.keys(JSON.parse(text));
const bias = "state/bias";
const last = names.at(-1)!;
const { shape, data_offsets } = JSON.parse(text)[last];
const open = text.slice(0, -1);
const none = new Uint8Array(0);
const utf8 = (value: string) => new TextEncoder().encode(value);
const bytes = (...parts: (string | Uint8Array)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)));

test("a file built by hand without changes is read", async () => {
  assert.deepEqual(build(text, section), file);
  assert.deepEqual(edited(file), file);
  assert.deepEqual(
    forge(file, () => {}),
    file,
  );
  assert.deepStrictEqual(plain(await decodeArtifact(build(text, section))), plain(sample()));
});

/** The header's text edited. */
function replaced(from: string, to: string): Uint8Array {
  assert.ok(text.includes(from), from);
  return build(
    text.replace(from, () => to),
    section,
  );
}
/** One field of one tensor. */
function field(key: string, value: unknown): Uint8Array {
  return edited(file, [[bias, key], value]);
}
/** The length prefix. */
function lengthened(length: bigint): Uint8Array {
  const copy = file.slice();
  new DataView(copy.buffer).setBigUint64(0, length, true);
  return copy;
}
/** The last tensor longer than the file. */
function beyond(more: number): Uint8Array {
  const [begin, end] = data_offsets;
  return edited(file, [[last], { dtype: "U8", shape: [shape[0] + more], data_offsets: [begin, end + more] }]);
}

type Case = readonly [string, RegExp, Uint8Array];
const header: readonly Case[] = [
  ["a table", /not a matinee model file/, utf8("userId,movieId,rating\n1,2,3\n")],
  ["another safetensors file", /not a matinee model file/, build('{"x":{"dtype":"U8","shape":[0]}}', none)],
  ["another format", /not a matinee model file/, replaced('"format":"matinee"', '"format":"pt"')],
  ["a header longer than any", /header length 18446744073709551615 is more than/, lengthened(2n ** 64n - 1n)],
  ["a header longer than allowed", /header length 100000001 is more than 100000000/, lengthened(100_000_001n)],
  ["a header of no length", /header does not begin|is not JSON/, lengthened(0n)],
  ["a header cut short", /is not JSON/, lengthened(BigInt(text.length - 8))],
  ["a header that is not UTF-8", /not UTF-8/, build(bytes(open, Uint8Array.of(0xff), "}"), section)],
  ["a header with a byte order mark", /not a matinee/, build(`\ufeff${text}`, section)],
  ["a deep header", /64 levels at character/, build(`${open},"x":${"[".repeat(1e6)}${"]".repeat(1e6)}}`, section)],
  ["a repeated tensor", /repeats a key/, replaced(`"${bias}":`, `"${bias}":{"dtype":"F64"},"${bias}":`)],
  ["a repeated metadata key", /repeats a key/, replaced('"seed":"7"', '"seed":"7","seed":"8"')],
  ["a second __metadata__", /repeats a key/, build(`${open},"__metadata__":{}}`, section)],
  ["a tensor called __proto__", /the key "__proto__"/, build(`${open},"__proto__":{"dtype":"U8"}}`, section)],
  ["metadata that are no text", /"seed" is 7, not a text/, edited(file, [["__metadata__", "seed"], 7])],
  ["no checksum", /no checksum/, replaced('"checksum"', '"chekcsum"')],
  ["a checksum elsewhere", /no checksum/, replaced('"version":"1",', '"version":"1","x":"",')],
  ["a short checksum", /no checksum/, edited(file, [["__metadata__", "checksum"], "00"])],
  ["a tensor that is a list", /expected an object/, edited(file, [[bias], [0, 8]])],
  ["a tensor that is null", /found null/, edited(file, [[bias], null])],
  ["a tensor without a shape", /expected an object of dtype, shape/, field("shape", undefined)],
  ["a tensor with a field more", /expected an object of dtype, shape/, field("strides", [])],
  ["an unknown dtype", /dtype is "BF16"/, field("dtype", "BF16")],
  ["an inherited dtype", /dtype is "constructor"/, field("dtype", "constructor")],
  ["a dtype of another type", /dtype is \["F64"\]/, field("dtype", ["F64"])],
  ["a shape that is a number", /shape is 1,/, field("shape", 1)],
  ["a negative shape", /shape is \[-1,-1\]/, field("shape", [-1, -1])],
  ["a shape with a fraction", /shape is \[0.5,2\]/, field("shape", [0.5, 2])],
  ["a shape of texts", /shape is \["1"\]/, field("shape", ["1"])],
  ["a shape beyond whole numbers", /shape is \[9007199254740992\]/, field("shape", [2 ** 53])],
  ["a shape whose product overflows to 0", /is too large/, field("shape", [2 ** 32, 2 ** 32])],
  ["a shape whose product overflows before a 0", /is too large/, field("shape", [2 ** 52, 2 ** 52, 0])],
  ["a shape whose bytes overflow", /is too large/, field("shape", [2 ** 52])],
  ["one offset", /data_offsets is \[0\]/, field("data_offsets", [0])],
  ["negative offsets", /data_offsets is \[-8,0\]/, field("data_offsets", [-8, 0])],
  ["offsets with a fraction", /data_offsets is \[0.5,8.5\]/, field("data_offsets", [0.5, 8.5])],
  ["offsets of texts", /data_offsets is \["0","8"\]/, field("data_offsets", ["0", "8"])],
  ["offsets that overlap", /begins at 0, the tensor before it ends at 24/, field("data_offsets", [0, 8])],
  ["offsets with a hole", /begins at 32, the tensor before it ends at 24/, field("data_offsets", [32, 40])],
  ["offsets backwards", /takes 8 bytes, data_offsets \[24,16\] -8/, field("data_offsets", [24, 16])],
  ["offsets that do not fit the shape", /F64 of shape \[2\] takes 16 bytes/, field("shape", [2])],
  [
    "tensors out of order",
    /begins at 32, the tensor before it ends at 24/,
    edited(file, [[bias], undefined], [[bias], JSON.parse(text)[bias]]),
  ],
  ["bytes without a tensor", /bytes follow the last tensor/, edited(file, [[last], undefined])],
];
const truncated: readonly Case[] = [
  ["an empty file", /0 bytes/, none],
  ["a header longer than the file", /the header ends at byte 100000008/, lengthened(100_000_000n)],
  ["a tensor beyond the end", /the tensors end at byte/, beyond(1)],
  ["a tensor of 4 PB", /the tensors end at byte/, beyond(2 ** 52)],
];
const otherVersion = text.replace('"version":"1"', '"version":"2"');
const version: readonly Case[] = [
  ["another version", /format version "2", this matinee reads version "1"/, build(otherVersion, section)],
  ["a longer version", /format version "10"/, replaced('"version":"1"', '"version":"10"')],
  ["a later version with new tensors", /format version "2"/, build(otherVersion.replaceAll("F64", "F8"), section)],
];

const tables = { ARTIFACT_HEADER: header, ARTIFACT_TRUNCATED: truncated, ARTIFACT_VERSION: version };
for (const [code, cases] of Object.entries(tables) as [ErrorCode, readonly Case[]][]) {
  for (const [what, message, wrong] of cases) {
    test(`${what}: ${code}`, async () => {
      const error = await failure(() => decodeArtifact(wrong));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.match(error.message, /^artifact: .{1,480}$/);
    });
  }
}

test("structure is checked before the checksum", async () => {
  const wrong = field("dtype", "BF16");
  wrong[wrong.length - 1] ^= 1;
  assert.equal((await failure(() => decodeArtifact(wrong))).code, "ARTIFACT_HEADER");
});
