/** Errors of PostgreSQL by their codes (https://www.postgresql.org/docs/current/errcodes-appendix.html), and of the way to it. */
import { oneLine } from "../errors.ts";
import { type FailureKind, StoreFailure } from "./store-failure.ts";

const away: FailureKind = {
  code: "STORE_UNAVAILABLE",
  what: "the database cannot be reached",
  fix: "see that PostgreSQL runs at this address; then try again",
  endsTransaction: true,
};
const refused: FailureKind = {
  code: "STORE_FAILED",
  what: "the database lets this user not in",
  fix: "check the user, the password and pg_hba.conf",
  endsTransaction: true,
};
const inTheWay: FailureKind = {
  code: "STORE_UNAVAILABLE",
  what: "other writes were in the way",
  fix: "try again",
  endsTransaction: true,
  retry: true,
};

/** By code, or by the class that its first two characters name. */
const kinds: Readonly<Record<string, FailureKind>> = {
  "08": away,
  "57": away,
  "28": refused,
  "40": inTheWay,
  "25006": { ...away, what: "the database takes no writes", fix: "give the address of the primary server" },
  "3D000": {
    code: "STORE_FAILED",
    what: "there is no such database",
    fix: "make it: createdb NAME",
    endsTransaction: true,
  },
  "42501": {
    code: "STORE_FAILED",
    what: "this user may not do that in the database",
    fix: "let it create a schema, or give it the schema matinee",
    endsTransaction: true,
  },
  "53100": { ...away, what: "the disk of the database is full", fix: "make space on the disk" },
  "53": { ...away, what: "the database has too much to do", fix: "try again; or allow it more connections and memory" },
  "55P03": { ...away, what: "a table is locked", fix: "try again; or end what holds it" },
  "58": { code: "STORE_FAILED", what: "the disk of the database failed", endsTransaction: true },
  XX: { code: "STORE_FAILED", what: "the database is damaged", fix: "restore a backup", endsTransaction: true },
};

/** @returns the error of a store for one of PostgreSQL, of its client, or of the network */
export function postgresFailure(place: string, error: unknown): StoreFailure {
  const { code = "", message = String(error) } = error as { readonly code?: string; readonly message?: string };
  const known = kinds[code] ?? (/^[0-9A-Z]{5}$/.test(code) ? kinds[code.slice(0, 2)] : undefined);
  if (known) return new StoreFailure(place, known);
  if (/^E[A-Z_]+$/.test(code) || /connection|connect|timeout/i.test(message)) {
    return new StoreFailure(place, code === "" ? away : { ...away, what: `${away.what} (${code})` });
  }
  const what = code === "" ? oneLine(message) : `${oneLine(message)} (${code})`;
  return new StoreFailure(place, { code: "STORE_FAILED", what, endsTransaction: code === "" });
}
