/** Rows of tables as what they stand for, and back. */
import type { Insertable, Selectable } from "kysely";
import { present } from "../present.ts";
import { jsonText, shown } from "./check-input.ts";
import type { StoredEvent, StoredItem } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Columns of an event, without its number and its time of arrival. */
export const eventColumns = [
  "type",
  "user_id",
  "item_id",
  "value",
  "time",
  "recommendation",
  "model",
  "scenario",
  "test_group",
  "position",
] as const satisfies (keyof Tables["events"])[];

/** An event as a query gives it. */
export type EventRow = Pick<Selectable<Tables["events"]>, (typeof eventColumns)[number]>;

export function eventOf(row: EventRow): StoredEvent {
  return {
    type: row.type,
    user: row.user_id,
    item: row.item_id,
    value: row.value,
    time: row.time,
    ...present({
      recommendation: row.recommendation ?? undefined,
      model: row.model ?? undefined,
      scenario: row.scenario ?? undefined,
      group: row.test_group ?? undefined,
      position: row.position ?? undefined,
    }),
  };
}

/** @param arrived seconds since 1970 */
export function rowOfEvent(event: StoredEvent, arrived: number): Insertable<Tables["events"]> {
  return {
    arrived,
    type: event.type,
    user_id: event.user,
    item_id: event.item,
    value: event.value,
    time: event.time,
    recommendation: event.recommendation ?? null,
    model: event.model ?? null,
    scenario: event.scenario ?? null,
    test_group: event.group ?? null,
    position: event.position ?? null,
  };
}

export function itemOf({ id, title, year, genres, tags, attributes }: Selectable<Tables["items"]>): StoredItem {
  return { id, title, year, genres: JSON.parse(genres), tags: JSON.parse(tags), attributes: JSON.parse(attributes) };
}

export function rowOfItem({ id, title, year, genres, tags, attributes }: StoredItem): Insertable<Tables["items"]> {
  return {
    id,
    title,
    year,
    genres: JSON.stringify(genres),
    tags: JSON.stringify(tags),
    attributes: jsonText(`the attributes of item ${shown(id)}`, attributes),
  };
}
