/**
 * Versions of a store, each a step from the one before. A step that was released is never changed: another follows.
 * Texts of ids are ordered by their bytes in UTF-8 on both databases.
 */
import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Backend } from "./backend.ts";
import { StoreFailure } from "./store-failure.ts";

type Kind = Backend["kind"];
type Step = (db: Kysely<unknown>, kind: Kind) => Promise<void>;

const steps: Readonly<Record<string, Step>> = {
  "0001-ratings-marks-events-items-settings": async (db, kind) => {
    const text = idType(kind);
    await keyedTable(db, kind, "ratings", ["user_id", "item_id"], (table) =>
      table
        .addColumn("user_id", text, (column) => column.notNull())
        .addColumn("item_id", text, (column) => column.notNull())
        .addColumn("rating", "double precision", (column) => column.notNull())
        .addColumn("time", "double precision", (column) => column.notNull()),
    );
    await keyedTable(db, kind, "marks", ["user_id", "item_id", "kind"], (table) =>
      table
        .addColumn("user_id", text, (column) => column.notNull())
        .addColumn("item_id", text, (column) => column.notNull())
        .addColumn("kind", text, (column) => column.notNull())
        .addColumn("time", "double precision", (column) => column.notNull()),
    );
    await db.schema
      .createTable("events")
      .addColumn("id", kind === "sqlite" ? "integer" : "bigint", (column) =>
        kind === "sqlite" ? column.primaryKey().autoIncrement() : column.generatedAlwaysAsIdentity().primaryKey(),
      )
      .addColumn("arrived", "double precision", (column) => column.notNull())
      .addColumn("type", text, (column) => column.notNull())
      .addColumn("user_id", text, (column) => column.notNull())
      .addColumn("item_id", text, (column) => column.notNull())
      .addColumn("value", "double precision", (column) => column.notNull())
      .addColumn("time", "double precision", (column) => column.notNull())
      .addColumn("recommendation", text)
      .addColumn("model", text)
      .addColumn("scenario", text)
      .addColumn("test_group", text)
      .addColumn("position", "integer")
      .execute();
    await db.schema.createIndex("events_by_user").on("events").columns(["user_id", "id"]).execute();
    await db.schema.createIndex("events_by_arrival").on("events").column("arrived").execute();
    await keyedTable(db, kind, "items", ["id"], (table) =>
      table
        .addColumn("id", text, (column) => column.notNull())
        .addColumn("title", "text", (column) => column.notNull())
        .addColumn("year", "integer", (column) => column.notNull())
        .addColumn("genres", "text", (column) => column.notNull())
        .addColumn("tags", "text", (column) => column.notNull())
        .addColumn("attributes", "text", (column) => column.notNull()),
    );
    await keyedTable(db, kind, "settings", ["name"], (table) =>
      table
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("value", "text", (column) => column.notNull()),
    );
  },
  "0002-once": async (db, kind) => {
    await keyedTable(db, kind, "once", ["key"], (table) =>
      table
        .addColumn("key", idType(kind), (column) => column.notNull())
        .addColumn("request", "text", (column) => column.notNull())
        .addColumn("answer", "text")
        .addColumn("time", "double precision", (column) => column.notNull()),
    );
    await db.schema.createIndex("once_by_time").on("once").column("time").execute();
  },
};

/** SQLite compares texts by their bytes unless told otherwise; PostgreSQL by the language of the database. */
function idType(kind: Kind) {
  return kind === "sqlite" ? sql`text` : sql`text collate "C"`;
}

/** A table that lies in the order of its key. */
async function keyedTable(
  db: Kysely<unknown>,
  kind: Kind,
  name: string,
  key: readonly string[],
  columns: (table: CreateTableBuilder<string, never>) => CreateTableBuilder<string, string>,
): Promise<void> {
  const table = columns(db.schema.createTable(name) as CreateTableBuilder<string, never>);
  const keyed = table.addPrimaryKeyConstraint(`${name}_key`, key as string[] as never);
  await (kind === "sqlite" ? keyed.modifyEnd(sql`without rowid`) : keyed).execute();
}

const tableNames = { migrationTableName: "matinee_migration", migrationLockTableName: "matinee_migration_lock" };

/**
 * Brings a store to this version.
 *
 * @param upTo the step to stop after, for tests; the last unless given
 * @throws STORE_FAILED where a later version of Matinee made it
 */
export async function migrate({ kind, place, schema, writes }: Backend, upTo?: string): Promise<void> {
  const migrations = Object.fromEntries(
    Object.entries(steps).map(([name, step]): [string, Migration] => [
      name,
      { up: (db: Kysely<unknown>) => step(schema === undefined ? db : db.withSchema(schema), kind) },
    ]),
  );
  const migrator = new Migrator({
    db: writes.withoutPlugins(),
    provider: { getMigrations: async () => migrations },
    ...tableNames,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error === undefined) return;
  const later = /previously executed migration (\S+) is missing/.exec(error instanceof Error ? error.message : "")?.[1];
  if (later === undefined) throw error;
  throw new StoreFailure(place, {
    code: "STORE_FAILED",
    what: `a later version of Matinee made it: it has the change ${later}`,
    fix: "use that version, or a copy from before the change",
    endsTransaction: true,
  });
}

/** The names of all steps, in their order. */
export const migrationNames: readonly string[] = Object.keys(steps);
