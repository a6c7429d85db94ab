/** Splitters of published splits: files of ratings, or a mask over the rows of a file. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Dataset } from "../data/dataset.ts";
import { type DataSource, type ReadOptions, readRatingEntries, resolveSource, sourceOf } from "../data/read.ts";
import { MatineeError } from "../errors.ts";
import { makeOnce } from "../make-once.ts";
import { checkPart, role, type Split, type Splitter, splitOf } from "./split.ts";

/** The published folds of MovieLens 100K, and the five that hold out every rating once. */
export const movieLensFolds = ["u1", "u2", "u3", "u4", "u5", "ua", "ub", "u1-u5"] as const;
/** The name of a published fold of MovieLens 100K, or of five. */
export type MovieLensFold = (typeof movieLensFolds)[number];

/** How the files of a published split are read. By default, as `readRatings` read the data set. */
export interface FileSplitOptions extends Omit<ReadOptions, "filter" | "onProgress"> {
  /** The folder or file that the data are in. By default, the one that `readRatings` was given. */
  readonly source?: string;
}

/**
 * The splitter of a fold of MovieLens 100K, whose files are beside the data; of "u1-u5", which needs no files but the ratings.
 *
 * @throws SPLIT_INVALID for another fold
 */
export function movieLensSplitter(fold: MovieLensFold, options: FileSplitOptions = {}): Splitter {
  if (!movieLensFolds.includes(fold)) {
    throw new MatineeError("SPLIT_INVALID", `MovieLens 100K has no fold "${fold}"`, {
      fix: `choose one of ${movieLensFolds.join(", ")}`,
    });
  }
  if (fold === "u1-u5") return fifthsSplitter(fold, options);
  return fileSplitter(fold, async (dataset) => {
    const madeUp = `${fold} is a split of MovieLens 100K, and ${dataset.name} was made up`;
    const path = await resolveDataPath(dataSourceOf(dataset, fold, options), madeUp);
    const folder = (await stat(path)).isDirectory() ? path : dirname(path);
    return rolesByFiles(
      dataset,
      fold,
      [`${fold}.base`, `${fold}.test`].map((file) => join(folder, file)),
      {},
    );
  });
}

/** The rows of u.data, of which fold n of u1 to u5 holds out the n-th fifth. */
const movieLensRows = 100_000;

function fifthsSplitter(name: string, options: FileSplitOptions): Splitter {
  const count = 5;
  return {
    name,
    apply(dataset, seed) {
      const readRows = makeOnce(() => entriesOfRows(dataset, name, options));
      return {
        name,
        seed,
        count,
        async split(n): Promise<Split> {
          checkPart(name, n, count);
          const entries = await readRows();
          if (entries.length !== movieLensRows) {
            const message = `${name} are folds of MovieLens 100K, and ${dataset.name} has ${entries.length} rows of ratings`;
            throw new MatineeError("SPLIT_INVALID", message, { fix: "choose another split, such as kfold:5" });
          }
          const roles = new Uint8Array(dataset.byUser.indices.length).fill(role.train);
          const [from, to] = [n, n + 1].map((part) => (part * movieLensRows) / count);
          for (const entry of entries.subarray(from, to)) if (entry >= 0) roles[entry] = role.test;
          return splitOf(dataset, `${name} ${n + 1}/${count}`, roles);
        },
      };
    },
  };
}

/** The splitter by two tables of ratings that are also in the data. */
export function filesSplitter(
  train: string,
  test: string,
  options: FileSplitOptions = {},
  name = `files:${train},${test}`,
): Splitter {
  return fileSplitter(name, (dataset) => {
    return rolesByFiles(dataset, name, [train, test], { ...sourceOf(dataset)?.options, ...options });
  });
}

/** The splitter by a bit for every row of the data's own table. */
export function maskSplitter(file: string, options: FileSplitOptions = {}, name = `mask:${file}`): Splitter {
  return fileSplitter(name, (dataset) => rolesByMask(dataset, name, file, options));
}

/** Files are read when the split is asked for: once, unless that fails. */
function fileSplitter(name: string, readRoles: (dataset: Dataset) => Promise<Uint8Array>): Splitter {
  return {
    name,
    apply(dataset, seed) {
      const split = makeOnce(async () => splitOf(dataset, name, await readRoles(dataset)));
      return { name, seed, count: 1, split: () => split() };
    },
  };
}

function dataSourceOf(dataset: Dataset, name: string, { source, ...options }: FileSplitOptions): DataSource {
  if (source !== undefined) return { source, options };
  const known = sourceOf(dataset);
  if (known) return { source: known.source, options: { ...known.options, ...options } };
  throw new MatineeError("SPLIT_INVALID", `${name} refers to files, and ${dataset.name} was not read from any`, {
    fix: "say where the data were read from, with the option source",
  });
}

/** @param madeUp says what is wrong where the data are generated, not read */
async function resolveDataPath({ source, options }: DataSource, madeUp: string): Promise<string> {
  const path = await resolveSource(source, options);
  if (path === undefined) throw new MatineeError("SPLIT_INVALID", madeUp);
  return path;
}

async function rolesByFiles(
  dataset: Dataset,
  name: string,
  files: readonly string[],
  options: ReadOptions,
): Promise<Uint8Array> {
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
  return roles;
}

function ratingInBoth({ byUser, users, items }: Dataset, name: string, entry: number): MatineeError {
  let user = 0;
  while (byUser.offsets[user + 1] <= entry) user++;
  const pair = `user ${users.id(user)} and film ${items.id(byUser.indices[entry])}`;
  return new MatineeError("LEAK", `${name}: the rating of ${pair} is in the training file and in the test file`);
}

/** Reads packed bits, least significant first, in base64: alone in a file, or in JSON under trainMask or testMask. */
async function rolesByMask(dataset: Dataset, name: string, file: string, given: FileSplitOptions): Promise<Uint8Array> {
  const { bits, set } = await readMask(name, file);
  const entries = await entriesOfRows(dataset, name, given);
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
  return roles;
}

/** The entry of each row of the data's own table; −1 of one that a filter left out. */
async function entriesOfRows(dataset: Dataset, name: string, given: FileSplitOptions): Promise<Int32Array> {
  const data = dataSourceOf(dataset, name, given);
  const path = await resolveDataPath(data, `${name}: ${dataset.name} was made up and has no rows`);
  return readRatingEntries(path, dataset, data.options);
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
