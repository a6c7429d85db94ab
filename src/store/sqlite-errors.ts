/** Errors of SQLite by their numbers (https://sqlite.org/rescode.html). */
import { type FailureKind, StoreFailure } from "./store-failure.ts";

/** An error of SQLite as it comes from its thread. */
export interface SqliteError {
  readonly message: string;
  /** The extended result code; absent where the error is not SQLite's. */
  readonly errcode?: number;
}

const permissions = "check the permissions of the file and its folder";

/** By primary result code. */
const kinds: Readonly<Record<number, FailureKind>> = {
  3: { code: "STORE_FAILED", what: "access is denied", fix: permissions, endsTransaction: true },
  5: {
    code: "STORE_UNAVAILABLE",
    what: "it is locked by another program",
    fix: "try again; or end the program that holds it",
    endsTransaction: true,
  },
  6: { code: "STORE_UNAVAILABLE", what: "a table is locked", endsTransaction: true },
  7: { code: "STORE_UNAVAILABLE", what: "there is not enough memory", endsTransaction: true },
  8: { code: "STORE_FAILED", what: "it cannot be written", fix: permissions, endsTransaction: true },
  10: {
    code: "STORE_FAILED",
    what: "reading or writing the disk failed",
    fix: "check the disk",
    endsTransaction: true,
  },
  11: { code: "STORE_FAILED", what: "the file is damaged", fix: "restore a backup", endsTransaction: true },
  13: { code: "STORE_UNAVAILABLE", what: "the disk is full", fix: "make space on the disk", endsTransaction: true },
  14: { code: "STORE_FAILED", what: "the file cannot be opened", fix: permissions, endsTransaction: true },
  26: {
    code: "STORE_FAILED",
    what: "the file is no database",
    fix: "name another file, or one that is not there yet",
    endsTransaction: true,
  },
};

/** @returns the error of a store for one of SQLite */
export function sqliteFailure(file: string, { message, errcode }: SqliteError): StoreFailure {
  const known = errcode === undefined ? undefined : kinds[errcode & 0xff];
  return new StoreFailure(file, known ?? { code: "STORE_FAILED", what: message, endsTransaction: false });
}
