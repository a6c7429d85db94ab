import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import { zip } from "../../../test/helpers/zip.ts";
import { unzipEntry, zipEntries } from "./zip.ts";

const text = "Date,Name,Year\n".repeat(500);

interface Changes {
  readonly method?: number;
  readonly flags?: number;
  readonly size?: number;
  readonly checksum?: number;
  readonly extra?: number;
  readonly comment?: string;
  readonly count?: number;
}

/** An archive of one deflated file, as programs write it that do not know its size beforehand: only the directory has it. */
function deflated(content: string, changes: Changes = {}): Uint8Array {
  const packed = deflateRawSync(content);
  const { method = 8, flags = 8, size = content.length, checksum = crc32(content) } = changes;
  const { extra = 9, comment = "a comment with PK\x05\x06 in it", count = 1 } = changes;
  const name = Buffer.from("lists/ratings.csv");
  const common = (sizes: readonly number[], extraLength: number) => {
    const bytes = Buffer.alloc(26);
    bytes.writeUInt16LE(flags, 2);
    bytes.writeUInt16LE(method, 4);
    for (const [n, number] of sizes.entries()) bytes.writeUInt32LE(number, 10 + 4 * n);
    bytes.writeUInt16LE(name.length, 22);
    bytes.writeUInt16LE(extraLength, 24);
    return bytes;
  };
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common([0, 0, 0], extra), name, Buffer.alloc(extra), packed]);
  const sizes = common([checksum, packed.length, size], 0);
  const directory = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), sizes, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(local.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([local, directory, end, Buffer.from(comment)]);
}

const unzipFirst = async (archive: Uint8Array) => unzipEntry(archive, zipEntries(archive)[0]);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("an archive in memory", () => {
  it("has files, stored or deflated, and folders, which are none", async () => {
    const stored = zip({ "a/": "", "a/one.csv": "1,2\n", "b.json": "[]" });
    const entries = zipEntries(stored);
    assert.deepEqual(
      entries.map(({ path, size }) => [path, size]),
      [
        ["a/one.csv", 4],
        ["b.json", 2],
      ],
    );
    assert.equal(textOf(await unzipEntry(stored, entries[1])), "[]");
    assert.equal(textOf(await unzipFirst(deflated(text))), text);
    assert.equal(textOf(await unzipFirst(deflated("", { comment: "" }))), "");
  });

  it("may lie anywhere in other bytes", async () => {
    const archive = deflated(text);
    const around = new Uint8Array(archive.length + 20);
    around.set(archive, 7);
    assert.equal(textOf(await unzipFirst(around.subarray(7, 7 + archive.length))), text);
  });

  it("without files is empty", () => assert.deepEqual(zipEntries(zip({})), []));

  const refused: [what: string, archive: Uint8Array, message: RegExp][] = [
    ["another checksum", deflated(text, { checksum: 1 }), /ratings\.csv is damaged/],
    ["more than it declares", deflated(text, { size: 20 }), /ratings\.csv is damaged/],
    ["less than it declares", deflated(text, { size: 20_000 }), /ratings\.csv is damaged/],
    ["a password", deflated(text, { flags: 9 }), /ratings\.csv has a password/],
    ["another packing", deflated(text, { method: 14 }), /unknown way \(14\)/],
    ["an end too early", deflated(text).subarray(0, -1), /end is missing/],
    ["a start too late", deflated(text).subarray(9), /directory is damaged/],
    ["ZIP64", deflated(text, { count: 0xffff }), /ZIP64/],
    ["fewer files than it says", deflated(text, { count: 2 }), /directory is damaged/],
    ["no bytes", new Uint8Array(0), /end is missing/],
  ];
  for (const [what, archive, message] of refused) {
    it(`is refused with ${what}`, () => assert.rejects(async () => unzipFirst(archive), { message }));
  }
});
