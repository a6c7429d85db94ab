/** Opens a store. What a database needs is loaded only then. */
import { checkNumber, checkOptions } from "../check-arguments.ts";
import type { StoreOptions } from "./opening.ts";
import type { Store } from "./store.ts";

/**
 * Opens a store, and makes it where there is none: tables of an earlier version are brought to this one. Any number of processes
 * may have a store open.
 *
 * @param place the path of an SQLite file, or the address of a PostgreSQL database, `postgresql://USER:PASSWORD@HOST/DATABASE`, which
 *   takes the package `pg`; there, tables are in the schema `matinee`
 * @returns dispose of it to finish what is being written and to close it
 * @throws STORE_UNAVAILABLE, STORE_FAILED, PACKAGE_MISSING, USAGE
 * @example
 * import { openStore } from "matinee/server";
 * await using store = await openStore("store.sqlite");
 * const time = Date.now() / 1000;
 * await store.write((writer) => writer.setRatings("ann", [{ item: "260", rating: 5, time }]));
 * console.log((await store.readUser("ann")).ratings);
 */
export async function openStore(place: string, options: StoreOptions = {}): Promise<Store> {
  checkOptions("openStore", options, ["mostWaiting"]);
  checkNumber("openStore", "mostWaiting", options.mostWaiting, { least: 1, whole: true });
  const { openStoreWith } = await import("./opening.ts");
  return openStoreWith(place, options, {});
}
