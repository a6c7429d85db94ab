/** Files that the user drops or chooses. */
import type { FileInMemory } from "../../src/recommend/profile/unpack-export.ts";
import { FileProblem } from "./reader.ts";

/** Far more than the export of the keenest viewer. */
const mostBytes = 50e6;

/**
 * The content of files.
 * @throws FileProblem where they are no export by their sizes, before anything is read, or cannot be read
 */
export async function readFiles(files: readonly File[]): Promise<FileInMemory[]> {
  const large = files.find(({ size }) => size > mostBytes);
  if (large || files.reduce((sum, { size }) => sum + size, 0) > mostBytes) {
    throw new FileProblem({
      title: "This is too large to be a list of films",
      detail: `${large?.name ?? "All of it together"} has more than ${mostBytes / 1e6} MB.`,
      fix: "give the file that the site lets you download as your data: it is small",
    });
  }
  const empty = files.find(({ size }) => size === 0);
  if (files.length === 0 || empty) {
    throw new FileProblem({
      title: "There is nothing in it",
      detail: empty ? `${empty.name} is empty.` : "The folder has no .csv or .json file.",
      fix: "download the export again",
    });
  }
  return Promise.all(
    files.map(async (file) => {
      const content = await file.arrayBuffer().catch(() => {
        throw new FileProblem({
          title: "This file cannot be read",
          detail: `The browser does not open ${file.name}.`,
          fix: "see whether it is still there, then choose it again",
        });
      });
      return { name: file.name, bytes: new Uint8Array(content) };
    }),
  );
}

/** The dropped files; of a folder, as which some browsers unpack an archive, the tables and lists that lie directly in it. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<File[]> {
  // Both lists are empty as soon as the event is over.
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const plain = [...files];
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  const inside = await Promise.all(entries.map((entry) => (isFolder(entry) ? entriesIn(entry) : [entry])));
  const wanted = inside.flat().filter((entry) => isFile(entry) && /\.(csv|json|zip)$/i.test(entry.name));
  return Promise.all(
    (wanted as FileSystemFileEntry[]).map((entry) => new Promise<File>((found, fail) => entry.file(found, fail))),
  );
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** They come in batches, the last of which is empty. */
async function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((found, fail) => reader.readEntries(found, fail));
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}
