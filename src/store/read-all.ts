/** Reading of whole tables, in pages of one transaction: what is written meanwhile is not in them. */
import type { Kysely } from "kysely";
import type { Backend } from "./backend.ts";
import { type EventRow, eventColumns, eventOf } from "./rows.ts";
import type { StoredEvent, StoredRating } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Rows of a page: few milliseconds of reading. */
const pageRows = 4000;

type UserRating = StoredRating & { readonly user: string };

export async function* allRatings(backend: Backend): AsyncGenerator<UserRating> {
  yield* pages(backend, (db, last: UserRating | undefined) => {
    const query = db
      .selectFrom("ratings")
      .select(["user_id as user", "item_id as item", "rating", "time"])
      .orderBy("user_id")
      .orderBy("item_id");
    if (last === undefined) return query.limit(pageRows).execute();
    return query
      .where(({ eb, refTuple, tuple }) => eb(refTuple("user_id", "item_id"), ">", tuple(last.user, last.item)))
      .limit(pageRows)
      .execute();
  });
}

type NumberedEvent = EventRow & { readonly id: number | string };

export async function* allEvents(backend: Backend): AsyncGenerator<StoredEvent> {
  const rows = pages(backend, (db, last: NumberedEvent | undefined) =>
    db
      .selectFrom("events")
      .select([...eventColumns, "id"])
      .where("id", ">", last?.id ?? -1)
      .orderBy("id")
      .limit(pageRows)
      .execute(),
  );
  for await (const row of rows) yield eventOf(row);
}

async function* pages<Row>(
  backend: Backend,
  read: (db: Kysely<Tables>, last: Row | undefined) => Promise<Row[]>,
): AsyncGenerator<Row> {
  const { db, close } = backend.openSnapshot();
  try {
    const begin = db.startTransaction();
    const transaction = await (backend.kind === "sqlite"
      ? begin
      : begin.setIsolationLevel("repeatable read").setAccessMode("read only")
    ).execute();
    try {
      for (let last: Row | undefined; ; ) {
        const rows: Row[] = await read(transaction, last);
        yield* rows;
        if (rows.length < pageRows) return;
        last = rows[rows.length - 1];
        // Others have their turn between two pages.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      await transaction.rollback().execute();
    }
  } finally {
    await close();
  }
}
