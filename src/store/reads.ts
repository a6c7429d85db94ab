/** Reading of one user, one item, or counts. */
import type { Kysely } from "kysely";
import { checkId } from "./check-input.ts";
import { eventColumns, eventOf, itemOf } from "./rows.ts";
import type { ClickCounts, Page, Store, StoreCounts, StoredItem, StoredUser, UserClicks } from "./store.ts";
import type { Tables } from "./tables.ts";

type Db = Kysely<Tables>;

export async function readUser(
  db: Db,
  user: string,
  { events = true }: Parameters<Store["readUser"]>[1] = {},
): Promise<StoredUser> {
  checkId("the user", user);
  const ratings = await db
    .selectFrom("ratings")
    .select(["item_id as item", "rating", "time"])
    .where("user_id", "=", user)
    .orderBy("item_id")
    .execute();
  const marks = await db
    .selectFrom("marks")
    .select(["item_id as item", "kind", "time"])
    .where("user_id", "=", user)
    .orderBy("item_id")
    .orderBy("kind")
    .execute();
  const rows = events
    ? await db.selectFrom("events").select(eventColumns).where("user_id", "=", user).orderBy("id").execute()
    : [];
  return { ratings, marks, events: rows.map(eventOf) };
}

export async function hasUser(db: Db, user: string): Promise<boolean> {
  checkId("the user", user);
  for (const table of ["ratings", "marks", "events"] as const) {
    const row = await db.selectFrom(table).select("user_id").where("user_id", "=", user).limit(1).executeTakeFirst();
    if (row) return true;
  }
  return false;
}

export async function readItem(db: Db, id: string): Promise<StoredItem | undefined> {
  checkId("the id of an item", id);
  const row = await db.selectFrom("items").selectAll().where("id", "=", id).executeTakeFirst();
  return row && itemOf(row);
}

export async function listItems(
  db: Db,
  { after, limit }: Parameters<Store["listItems"]>[0],
): Promise<Page<StoredItem>> {
  let query = db
    .selectFrom("items")
    .selectAll()
    .orderBy("id")
    .limit(limit + 1);
  if (after !== undefined) {
    checkId("the item to list from", after);
    query = query.where("id", ">", after);
  }
  const found = await query.execute();
  const rows = found.slice(0, limit).map(itemOf);
  return found.length > limit ? { rows, next: rows[limit - 1].id } : { rows };
}

export async function readSettingOf(db: Db, name: string) {
  checkId("the name of a setting", name);
  const row = await db.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirst();
  return row && JSON.parse(row.value);
}

export async function readCounts(db: Db): Promise<StoreCounts> {
  const users = db
    .selectFrom("ratings")
    .select("user_id")
    .union(db.selectFrom("marks").select("user_id"))
    .union(db.selectFrom("events").select("user_id"))
    .as("users");
  const count = (table: "ratings" | "events" | "items") =>
    db.selectFrom(table).select(({ fn }) => fn.countAll().as("count"));
  const [row, ratings, events, items] = [
    await db
      .selectFrom(users)
      .select(({ fn }) => fn.countAll().as("count"))
      .executeTakeFirstOrThrow(),
    await count("ratings").executeTakeFirstOrThrow(),
    await count("events").executeTakeFirstOrThrow(),
    await count("items").executeTakeFirstOrThrow(),
  ];
  return {
    users: Number(row.count),
    ratings: Number(ratings.count),
    events: Number(events.count),
    items: Number(items.count),
  };
}

export async function countEvents(db: Db, since: number): Promise<number> {
  const { count } = await db
    .selectFrom("events")
    .select(({ fn }) => fn.countAll().as("count"))
    .where("arrived", ">=", since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Events of lists whose model is known. */
export async function countClicks(db: Db, since: number): Promise<ClickCounts[]> {
  const rows = await shownAndClicked(db, since)
    .select(["model", "scenario", "test_group", "position"])
    .where("model", "is not", null)
    .groupBy(["model", "scenario", "test_group", "position"])
    .execute();
  return rows
    .map(({ model, scenario, test_group, position, impressions, clicks }) => ({
      model: model ?? "",
      scenario: scenario ?? "",
      group: test_group ?? "",
      position: position ?? 0,
      impressions: Number(impressions),
      clicks: Number(clicks),
    }))
    .sort(
      (a, b) =>
        order(a.model, b.model) || order(a.scenario, b.scenario) || order(a.group, b.group) || a.position - b.position,
    );
}

/** Events of groups. */
export async function countUserClicks(db: Db, since: number): Promise<UserClicks[]> {
  const rows = await shownAndClicked(db, since)
    .select(["test_group", "user_id"])
    .where("test_group", "is not", null)
    .groupBy(["test_group", "user_id"])
    .orderBy("test_group")
    .orderBy("user_id")
    .execute();
  return rows.map(({ test_group, user_id, impressions, clicks }) => ({
    group: test_group ?? "",
    user: user_id,
    impressions: Number(impressions),
    clicks: Number(clicks),
  }));
}

function shownAndClicked(db: Db, since: number) {
  return db
    .selectFrom("events")
    .where("arrived", ">=", since)
    .where("type", "in", ["impression", "click"])
    .select(({ fn, eb }) => [
      fn
        .sum<number | string>(eb.case().when("type", "=", "impression").then(eb.lit(1)).else(eb.lit(0)).end())
        .as("impressions"),
      fn.sum<number | string>(eb.case().when("type", "=", "click").then(eb.lit(1)).else(eb.lit(0)).end()).as("clicks"),
    ]);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
