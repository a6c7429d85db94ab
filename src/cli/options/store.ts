/** The store that a command works on. */
import { MatineeError } from "../../errors.ts";
import type { Store } from "../../store/store.ts";

/** What help says of the flag. */
export const storeFlag = "--store [place]";
export const storeHelp = "a file of SQLite, or the address of a PostgreSQL database (without a value: DATABASE_URL)";

/** The place that the flag means. @param place true: the flag has no value @throws USAGE */
export function storePlaceOf(place: string | true): string {
  const { DATABASE_URL } = process.env;
  const where = place === true ? DATABASE_URL : place;
  if (where) return where;
  throw new MatineeError("USAGE", "--store names no place, and DATABASE_URL is not set", {
    fix: "give a file of SQLite, or the address of a PostgreSQL database",
  });
}

/** Opens the store of the flag. @throws USAGE, and what `openStore` throws */
export async function openStoreOf(place: string | true): Promise<Store> {
  const where = storePlaceOf(place);
  const { openStore } = await import("../../store/open-store.ts"); // here, so that a server without one starts without it
  return openStore(where);
}
