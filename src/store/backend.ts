/** A database with tables of a store: what SQLite and PostgreSQL have to offer alike. */
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export interface Backend {
  readonly kind: "sqlite" | "postgresql";
  /** Its name in messages, without a password. */
  readonly place: string;
  /** The schema that its tables are in. */
  readonly schema?: string;
  readonly writes: Kysely<Tables>;
  /**
   * Lets a transaction begin that may be beside those of other processes, or waits until it is alone and keeps others out. Missing where there is
   * one writer at any time.
   */
  readonly takeTurn?: (transaction: Kysely<Tables>, alone: boolean) => Promise<void>;
  /** For short reading. */
  readonly reads: Kysely<Tables>;
  /** For reading that takes its time. */
  readonly scans: Kysely<Tables>;
  /** A connection of its own for reading all of a table. */
  openSnapshot(): { readonly db: Kysely<Tables>; close(): Promise<void> };
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
