/** The files that a personal export is made of. Nothing of Node. */
import { MatineeError } from "../../errors.ts";
import { unzipEntry, type ZipEntry, zipEntries } from "./zip.ts";

/** A file in memory. */
export interface FileInMemory {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** More than the largest personal export unpacks to. */
const maxBytes = 2e8;

/**
 * The files of a personal export, for `importProfile`: the file itself, or, if it is a zip archive, the tables and lists in it that lie
 * least deep; others are of deleted entries, or lists.
 *
 * @throws DATA_LAYOUT for a workbook, a damaged archive, or one that unpacks to more than 200 MB
 * @example
 * import { importProfile, unpackExport } from "matinee/core";
 * const bytes = new TextEncoder().encode('Date,Name,Year,Letterboxd URI,Rating\n2024-01-01,Toy Story,1995,https://boxd.it/1,4.5\n');
 * const files = await unpackExport({ name: "ratings.csv", bytes });
 * importProfile(files, "ratings.csv", recommender.opened).ratings;
 */
export async function unpackExport(file: FileInMemory): Promise<FileInMemory[]> {
  const { name, bytes } = file;
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (start === "\xD0\xCF\x11\xE0") throw workbookError(name);
  if (!["PK\x03\x04", "PK\x05\x06"].includes(start)) return [file];
  try {
    const entries = zipEntries(bytes);
    const paths = entries.map(({ path }) => path);
    if (paths.includes("[Content_Types].xml") || paths.includes("content.xml")) throw workbookError(name);
    const files: FileInMemory[] = [];
    for (const entry of leastDeep(entries)) files.push({ name: entry.path, bytes: await unzipEntry(bytes, entry) });
    return files;
  } catch (cause) {
    if (cause instanceof MatineeError) throw cause;
    throw new MatineeError("DATA_LAYOUT", `${name} cannot be unpacked: ${(cause as Error).message}`, {
      cause,
      fix: "check that the file is complete",
    });
  }
}

/** @throws Error where they unpack to too much */
function leastDeep(entries: readonly ZipEntry[]): ZipEntry[] {
  const depthOf = ({ path }: ZipEntry) => path.split("/").length;
  const tables = entries.filter(({ path }) => /\.(csv|json)$/i.test(path) && !/^__MACOSX\//.test(path));
  const depth = Math.min(...tables.map(depthOf));
  const chosen = tables.filter((entry) => depthOf(entry) === depth);
  const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
  if (bytes > maxBytes) throw new Error(`it unpacks to more than ${maxBytes / 1e6} MB`);
  return chosen;
}

function workbookError(name: string): MatineeError {
  return new MatineeError("DATA_LAYOUT", `${name} is a workbook of a spreadsheet`, {
    fix: "save it as CSV, and give that file",
  });
}
