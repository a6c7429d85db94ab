/** Changes of a store, in a transaction. */
import { randomUUID } from "node:crypto";
import type { DeleteResult, Kysely } from "kysely";
import { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";
import {
  checkEvent,
  checkId,
  checkMark,
  checkMarkKind,
  checkRating,
  checkStoredItem,
  jsonText,
} from "./check-input.ts";
import { readItem } from "./reads.ts";
import { rowOfEvent, rowOfItem } from "./rows.ts";
import { itemsVersion, type StoredEvent, type StoredMark, type StoredRating, type StoreWriter } from "./store.ts";
import { StoreFailure } from "./store-failure.ts";
import type { Tables } from "./tables.ts";

/** Rows in one statement: their values stay below the 32,766 parameters of SQLite. */
const rowsAtOnce = 500;

/** A writer for one work, and what became of it. */
export interface WorkWriter {
  readonly writer: StoreWriter;
  /** Waits for every change that was asked for, and takes no more. @throws the database's first failure, though the work may have caught it */
  finish(): Promise<void>;
}

/** @param db a transaction. @param now seconds since 1970 */
export function openWriter(db: Kysely<Tables>, now: number): WorkWriter {
  let last: Promise<unknown> = Promise.resolve();
  let failure: StoreFailure | undefined;
  let finished = false;

  /** Changes follow one another, though the work may not have waited. */
  async function inTurn<T>(change: () => Promise<T>): Promise<T> {
    if (finished) {
      throw new MatineeError("USAGE", "a writer of the store was used after its write had ended", {
        fix: "await every change within the work",
      });
    }
    const turn = last.then(async () => {
      if (failure) throw failure;
      try {
        return await change();
      } catch (error) {
        if (error instanceof StoreFailure) failure ??= error;
        throw error;
      }
    });
    last = turn.catch(() => {});
    return turn;
  }

  async function setSetting(name: string, value: Json | undefined): Promise<void> {
    checkId("the name of a setting", name);
    if (value === undefined) {
      await inTurn(() => db.deleteFrom("settings").where("name", "=", name).execute());
      return;
    }
    const row = { name, value: jsonText(`the setting ${name}`, value) };
    const query = db
      .insertInto("settings")
      .values(row)
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: row.value }));
    await inTurn(() => query.execute());
  }

  /** Tells those who keep items of a change, and lets no other write change items until this one has ended. */
  let held: Promise<void> | undefined;
  const holdItems = () => (held ??= setSetting(itemsVersion, randomUUID()));

  const writer: StoreWriter = {
    async setRatings(user, ratings) {
      checkId("the user of ratings", user);
      const rows = new Map<string, StoredRating>();
      for (const rating of ratings) {
        checkRating(rating);
        rows.set(rating.item, rating);
      }
      await inTurn(() => putRatings(db, user, [...rows.values()]));
    },
    async deleteRating(user, item) {
      checkId("the user of a rating", user);
      checkId("the item of a rating", item);
      const query = db.deleteFrom("ratings").where("user_id", "=", user).where("item_id", "=", item);
      return inTurn(async () => counted(await query.execute()) > 0);
    },
    async setMark(user, mark) {
      checkId("the user of a mark", user);
      checkMark(mark);
      await inTurn(() => putMarks(db, user, [mark]));
    },
    async deleteMark(user, item, kind) {
      checkId("the user of a mark", user);
      checkId("the item of a mark", item);
      checkMarkKind(kind);
      const query = db.deleteFrom("marks").where("user_id", "=", user).where("item_id", "=", item);
      return inTurn(async () => counted(await query.where("kind", "=", kind).execute()) > 0);
    },
    async addEvents(events) {
      const list = [...events];
      for (const event of list) checkEvent(event);
      await inTurn(() => insertEvents(db, list, now));
    },
    async putItems(items) {
      const rows = new Map<string, ReturnType<typeof rowOfItem>>();
      for (const item of items) {
        checkStoredItem(item);
        rows.set(item.id, rowOfItem(item));
      }
      await holdItems();
      await inTurn(() => putItemRows(db, [...rows.values()]));
    },
    async readItem(id) {
      await holdItems();
      return inTurn(() => readItem(db, id));
    },
    async deleteItem(id) {
      checkId("the id of an item", id);
      await holdItems();
      return inTurn(async () => counted(await db.deleteFrom("items").where("id", "=", id).execute()) > 0);
    },
    async mergeUsers(from, into) {
      checkId("the user to take from", from);
      checkId("the user to give to", into);
      if (from === into) {
        throw new MatineeError("REQUEST_INVALID", "a user cannot be merged into themselves", {
          fix: "name two different users",
        });
      }
      return inTurn(() => giveEverything(db, from, into));
    },
    async eraseUser(user) {
      checkId("the user to erase", user);
      return inTurn(async () => ({
        ratings: counted(await db.deleteFrom("ratings").where("user_id", "=", user).execute()),
        marks: counted(await db.deleteFrom("marks").where("user_id", "=", user).execute()),
        events: counted(await db.deleteFrom("events").where("user_id", "=", user).execute()),
      }));
    },
    setSetting,
  };
  return {
    writer,
    async finish() {
      finished = true;
      await last;
      if (failure) throw failure;
    },
  };
}

function counted(results: readonly DeleteResult[]): number {
  return results.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}

function* batches<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) yield rows.slice(at, at + rowsAtOnce);
}

async function putRatings(db: Kysely<Tables>, user: string, ratings: readonly StoredRating[]): Promise<void> {
  for (const batch of batches(ratings)) {
    await db
      .insertInto("ratings")
      .values(batch.map(({ item, rating, time }) => ({ user_id: user, item_id: item, rating, time })))
      .onConflict((conflict) =>
        conflict.columns(["user_id", "item_id"]).doUpdateSet(({ ref }) => ({
          rating: ref("excluded.rating"),
          time: ref("excluded.time"),
        })),
      )
      .execute();
  }
}

async function putMarks(db: Kysely<Tables>, user: string, marks: readonly StoredMark[]): Promise<void> {
  for (const batch of batches(marks)) {
    await db
      .insertInto("marks")
      .values(batch.map(({ item, kind, time }) => ({ user_id: user, item_id: item, kind, time })))
      .onConflict((conflict) =>
        conflict.columns(["user_id", "item_id", "kind"]).doUpdateSet(({ ref }) => ({ time: ref("excluded.time") })),
      )
      .execute();
  }
}

async function insertEvents(db: Kysely<Tables>, events: readonly StoredEvent[], now: number): Promise<void> {
  for (const batch of batches(events)) {
    await db
      .insertInto("events")
      .values(batch.map((event) => rowOfEvent(event, now)))
      .execute();
  }
}

async function putItemRows(db: Kysely<Tables>, rows: readonly ReturnType<typeof rowOfItem>[]): Promise<void> {
  for (const batch of batches(rows)) {
    await db
      .insertInto("items")
      .values([...batch])
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet(({ ref }) => ({
          title: ref("excluded.title"),
          year: ref("excluded.year"),
          genres: ref("excluded.genres"),
          tags: ref("excluded.tags"),
          attributes: ref("excluded.attributes"),
        })),
      )
      .execute();
  }
}

/** What is taken is what is given, whatever another process writes meanwhile: rows are deleted first, and read by that. */
async function giveEverything(db: Kysely<Tables>, from: string, into: string) {
  const ratings = await db
    .deleteFrom("ratings")
    .where("user_id", "=", from)
    .returning(["item_id", "rating", "time"])
    .execute();
  const marks = await db
    .deleteFrom("marks")
    .where("user_id", "=", from)
    .returning(["item_id", "kind", "time"])
    .execute();
  let [givenRatings, givenMarks] = [0, 0];
  for (const batch of batches(ratings)) {
    const results = await db
      .insertInto("ratings")
      .values(batch.map((row) => ({ ...row, user_id: into })))
      .onConflict((conflict) =>
        conflict
          .columns(["user_id", "item_id"])
          .doUpdateSet(({ ref }) => ({ rating: ref("excluded.rating"), time: ref("excluded.time") }))
          .whereRef("ratings.time", "<", "excluded.time"),
      )
      .execute();
    for (const { numInsertedOrUpdatedRows } of results) givenRatings += Number(numInsertedOrUpdatedRows);
  }
  for (const batch of batches(marks)) {
    const results = await db
      .insertInto("marks")
      .values(batch.map((row) => ({ ...row, user_id: into })))
      .onConflict((conflict) =>
        conflict
          .columns(["user_id", "item_id", "kind"])
          .doUpdateSet(({ ref }) => ({ time: ref("excluded.time") }))
          .whereRef("marks.time", "<", "excluded.time"),
      )
      .execute();
    for (const { numInsertedOrUpdatedRows } of results) givenMarks += Number(numInsertedOrUpdatedRows);
  }
  const events = await db.updateTable("events").set({ user_id: into }).where("user_id", "=", from).executeTakeFirst();
  return { ratings: givenRatings, marks: givenMarks, events: Number(events.numUpdatedRows) };
}
