/** What the server keeps of its users and items: ratings, events, marks, items, and a few settings. */
import type { Json } from "../models/model.ts";

/** A user's rating of an item. Ids in the store are texts; a number of the data is its digits. */
export interface StoredRating {
  readonly item: string;
  readonly rating: number;
  /** Seconds since 1970, UTC; may have a fraction. */
  readonly time: number;
}

/** What a user told the server of an item, besides ratings. */
export const markKinds = ["not-interested", "watchlist"] as const;

/** One of `markKinds`. */
export type MarkKind = (typeof markKinds)[number];

/** An item that a user marked. */
export interface StoredMark {
  readonly item: string;
  readonly kind: MarkKind;
  readonly time: number;
}

/** Something that a user did with an item, or that was shown to them. Its type is the application's own word: "view", "purchase". */
export interface StoredEvent {
  /** `impression` and `click` are counted for click-through; those and all others may weigh in profiles. */
  readonly type: string;
  readonly user: string;
  readonly item: string;
  /** An amount, such as seconds watched; 1 unless given. */
  readonly value: number;
  readonly time: number;
  /** The list that the item was shown in. */
  readonly recommendation?: string;
  /** Which model, scenario and group of an A/B test made that list, from its id. */
  readonly model?: string;
  readonly scenario?: string;
  readonly group?: string;
  /** Its place in that list, from 1. */
  readonly position?: number;
}

/** An item of the catalog. */
export interface StoredItem {
  readonly id: string;
  readonly title: string;
  /** 0 if unknown. */
  readonly year: number;
  readonly genres: readonly string[];
  readonly tags: readonly string[];
  /** Anything else that lists may be filtered by. */
  readonly attributes: Readonly<Record<string, Json>>;
}

/** Everything that is kept of one user. */
export interface StoredUser {
  /** By item id. */
  readonly ratings: readonly StoredRating[];
  readonly marks: readonly StoredMark[];
  /** In the order of arrival. */
  readonly events: readonly StoredEvent[];
}

/** How often items of lists were shown and clicked: of one model, scenario, group and place. */
export interface ClickCounts {
  readonly model: string;
  readonly scenario: string;
  readonly group: string;
  readonly position: number;
  readonly impressions: number;
  readonly clicks: number;
}

/** How often items were shown to one user of a group, and clicked: what an A/B test is judged by. */
export interface UserClicks {
  readonly group: string;
  readonly user: string;
  readonly impressions: number;
  readonly clicks: number;
}

/** How much the store holds. */
export interface StoreCounts {
  readonly users: number;
  readonly ratings: number;
  readonly events: number;
  readonly items: number;
}

/** What this process has written to the store since it opened it. */
export interface StoreActivity {
  /** Writes that were carried out, refused ones among them. */
  readonly writes: number;
  /** Transactions that they were carried out in. */
  readonly commits: number;
  /** Writes that wait for their turn. */
  readonly waiting: number;
}

/** A page of a listing, and where the next one begins; without `next`, it is the last. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next?: string;
}

/** The setting that is another text after every change of items, so that who keeps them knows. */
export const itemsVersion = "catalog-version";

/** Changes of the store. They are durable, all of them or none, once the `write` that they belong to has ended. */
export interface StoreWriter {
  /** Sets ratings; one that is there is replaced. */
  setRatings(user: string, ratings: Iterable<StoredRating>): Promise<void>;
  /** @returns whether there was one */
  deleteRating(user: string, item: string): Promise<boolean>;
  /** Sets a mark; a rating stays. */
  setMark(user: string, mark: StoredMark): Promise<void>;
  /** @returns whether there was one */
  deleteMark(user: string, item: string, kind: MarkKind): Promise<boolean>;
  addEvents(events: Iterable<StoredEvent>): Promise<void>;
  /** An item as it is within this write. No other write changes items until this one has ended. */
  readItem(id: string): Promise<StoredItem | undefined>;
  /** Sets items, replacing those that are there. */
  putItems(items: Iterable<StoredItem>): Promise<void>;
  /** Takes an item out of the catalog; ratings and events of it stay. @returns whether there was one */
  deleteItem(id: string): Promise<boolean>;
  /**
   * Gives everything of one user to another, who keeps their own where both have it and it is as late or later.
   * @returns how many ratings, marks and events were given
   */
  mergeUsers(from: string, into: string): Promise<{ ratings: number; marks: number; events: number }>;
  /** Deletes everything of one user. @returns how many ratings, marks and events there were */
  eraseUser(user: string): Promise<{ ratings: number; marks: number; events: number }>;
  /** Sets a setting; undefined deletes it. */
  setSetting(name: string, value: Json | undefined): Promise<void>;
}

/** What a write returns: JSON, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a work that only awaits its changes returns void
export type WriteAnswer = Json | undefined | void;

/** A request that is to be carried out once, however often it is sent. */
export interface OnceOnly {
  /** Who asks and the key they chose: together they name the request. */
  readonly key: string;
  /** A hash of what was asked. */
  readonly request: string;
  /** Told where the request had been carried out before, be it by another process that was faster. */
  readonly onReplay?: () => void;
}

/**
 * Ratings, events, marks, items and settings, kept in SQLite or PostgreSQL. Reads see every write that has ended, in any process.
 * Errors of the database are STORE_UNAVAILABLE, where another try may help, or STORE_FAILED.
 */
export interface Store extends AsyncDisposable {
  readonly kind: "sqlite" | "postgresql";
  /** As it is at the moment. */
  readonly activity: StoreActivity;
  /** Asks the database for a sign of life. @throws STORE_UNAVAILABLE */
  check(): Promise<void>;
  /**
   * Carries out changes in one transaction. Writes that arrive together share one commit, and a failing one leaves the others as they are.
   *
   * @param work waits for nothing but the writer, since others wait for it; it may be carried out again after another process was in its way
   * @param once with it, a request that has been carried out before is not carried out again: what it returned (JSON) is returned
   * @throws IDEMPOTENCY_CONFLICT where its key was used for another request
   */
  write<T extends WriteAnswer>(work: (writer: StoreWriter) => Promise<T>, once?: OnceOnly): Promise<T>;
  /** What is kept of a user; nothing of one who is not known. `events`: whether events are read, unless given they are. */
  readUser(user: string, options?: { readonly events?: boolean }): Promise<StoredUser>;
  /** Whether anything is kept of a user. */
  hasUser(user: string): Promise<boolean>;
  readItem(id: string): Promise<StoredItem | undefined>;
  /** Items by id, `limit` at a time, from the one after `after`. */
  listItems(options: { readonly after?: string; readonly limit: number }): Promise<Page<StoredItem>>;
  readSetting(name: string): Promise<Json | undefined>;
  counts(): Promise<StoreCounts>;
  /** Events added since a time of arrival (seconds), or in all. */
  eventsSince(time: number): Promise<number>;
  clickCounts(since: number): Promise<readonly ClickCounts[]>;
  userClicks(since: number): Promise<readonly UserClicks[]>;
  /** All ratings, by user and item; as they were when reading began. */
  allRatings(): AsyncIterable<StoredRating & { readonly user: string }>;
  /** All events, in the order of arrival; as they were when reading began. */
  allEvents(): AsyncIterable<StoredEvent>;
  /** Writes a copy of the whole store to a new file, while it is in use. SQLite only: of PostgreSQL, `pg_dump` does. @throws USAGE */
  backup(file: string): Promise<void>;
}
