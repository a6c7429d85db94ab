/** Published splits: files of ratings, or a mask over the rows of a file. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Dataset } from "../data/dataset.ts";
import { type ReadOptions, readRatingEntries, resolveSource } from "../data/read.ts";
import { MatineeError } from "../errors.ts";
import { role, type Splits, splitOf } from "./split.ts";
import { splitRatings } from "./splitters.ts";

/**
 * Splits by name. Besides the names that `splitRatings` knows: "u1" … "u5", "ua", "ub" of a MovieLens 100K folder;
 * "files:TRAIN,TEST", two tables of ratings that are also in the data; "mask:FILE", a bit for every row of the data's own
 * table.
 *
 * @param source where the data were read from
 * @param options how they were read
 * @throws SPLIT_INVALID, and what reading throws
 */
export async function splitRatingsAs(
  dataset: Dataset,
  source: string,
  name: string,
  seed = 0,
  options: ReadOptions = {},
): Promise<Splits> {
  const folder = /^u([1-5]|a|b)$/.test(name) ? await sourceFolder(dataset, source, name, options) : undefined;
  if (folder !== undefined) {
    return splitByFiles(dataset, name, seed, [join(folder, `${name}.base`), join(folder, `${name}.test`)], {});
  }
  const [kind, given = ""] = name.split(/:(.*)/s);
  if (kind === "files") {
    const files = given.split(",").map((file) => file.trim());
    if (files.length === 2 && files.every((file) => file !== ""))
      return splitByFiles(dataset, name, seed, files, options);
    throw new MatineeError("SPLIT_INVALID", `${name} does not name two files`, { fix: "write files:TRAIN,TEST" });
  }
  if (kind === "mask") return splitByMask(dataset, source, name, seed, given, options);
  return splitRatings(dataset, name, seed);
}

async function sourceFolder(dataset: Dataset, source: string, name: string, options: ReadOptions): Promise<string> {
  const path = await resolveSource(source, options);
  if (path === undefined) {
    throw new MatineeError("SPLIT_INVALID", `${name} is a split of MovieLens 100K, and ${dataset.name} was made up`);
  }
  return /\.\w+$/.test(path) ? dirname(path) : path;
}

async function splitByFiles(
  dataset: Dataset,
  name: string,
  seed: number,
  files: readonly string[],
  options: ReadOptions,
): Promise<Splits> {
  const roles = new Uint8Array(dataset.byUser.indices.length).fill(role.unused);
  for (const [file, part] of [
    [files[0], role.train],
    [files[1], role.test],
  ] as const) {
    const entries = await readRatingEntries(file, dataset, options);
    let missing = 0;
    for (const entry of entries) {
      if (entry < 0) missing++;
      else if (roles[entry] === role.train && part === role.test) throw ratingInBoth(dataset, name, entry);
      else roles[entry] = part;
    }
    // filters leave ratings out of the data on purpose
    if (missing > 0 && dataset.report.filtered === 0) {
      throw new MatineeError("SPLIT_INVALID", `${file} holds ${missing} ratings that ${dataset.name} does not`, {
        fix: "give the data that the files were taken from",
      });
    }
  }
  return singleSplit(dataset, name, seed, roles);
}

function ratingInBoth({ byUser, users, items }: Dataset, name: string, entry: number): MatineeError {
  let user = 0;
  while (byUser.offsets[user + 1] <= entry) user++;
  const pair = `user ${users.id(user)} and film ${items.id(byUser.indices[entry])}`;
  return new MatineeError("LEAK", `${name}: the rating of ${pair} is in the training file and in the test file`);
}

/** Reads packed bits, least significant first, in base64: alone in a file, or in JSON under trainMask or testMask. */
async function splitByMask(
  dataset: Dataset,
  source: string,
  name: string,
  seed: number,
  file: string,
  options: ReadOptions,
): Promise<Splits> {
  const { bits, set } = await readMask(name, file);
  const path = await resolveSource(source, options);
  if (path === undefined)
    throw new MatineeError("SPLIT_INVALID", `${name}: ${dataset.name} was made up and has no rows`);
  const entries = await readRatingEntries(path, dataset, options);
  if (bits.length !== Math.ceil(entries.length / 8)) {
    const rows = `${bits.length * 8 - 7} to ${bits.length * 8}`;
    throw new MatineeError(
      "SPLIT_INVALID",
      `${name} is a mask of ${rows} rows, and ${dataset.name} has ${entries.length}`,
      {
        fix: "give the data that the mask was made for",
      },
    );
  }
  const roles = new Uint8Array(dataset.byUser.indices.length).fill(role.unused);
  entries.forEach((entry, row) => {
    const bit = ((bits[row >> 3] >> (row & 7)) & 1) === 1;
    if (entry >= 0) roles[entry] = bit === (set === "train") ? role.train : role.test;
  });
  return singleSplit(dataset, name, seed, roles);
}

async function readMask(name: string, file: string): Promise<{ bits: Buffer; set: "train" | "test" }> {
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new MatineeError("DATA_NOT_FOUND", `${name}: ${file} cannot be read`, { cause, fix: "check the path" });
  });
  const found = text.trimStart().startsWith("{") ? parseMask(text) : { set: "train" as const, mask: text.trim() };
  if (!found || found.mask === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(found.mask)) {
    throw new MatineeError("SPLIT_INVALID", `${name}: ${file} holds no mask`, {
      fix: "write packed bits in base64, or JSON with them under trainMask or testMask",
    });
  }
  return { bits: Buffer.from(found.mask, "base64"), set: found.set };
}

function parseMask(text: string): { set: "train" | "test"; mask: string } | undefined {
  let fields: [string, unknown][];
  try {
    fields = Object.entries(JSON.parse(text) as Record<string, unknown>);
  } catch {
    return undefined;
  }
  const [key, mask] = fields.find(([field]) => /^(train|test)Mask/.test(field)) ?? [];
  return typeof mask === "string" ? { set: key!.startsWith("train") ? "train" : "test", mask } : undefined;
}

function singleSplit(dataset: Dataset, name: string, seed: number, roles: Uint8Array): Splits {
  return { name, seed, count: 1, split: () => splitOf(dataset, name, roles) };
}
