/** Checks of what a store is given: both databases refuse or change other texts and numbers, each in its own way. */
import { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";
import { markKinds, type StoredEvent, type StoredItem, type StoredMark, type StoredRating } from "./store.ts";

/** The most characters of an id. */
const longestId = 500;

/** @throws REQUEST_INVALID unless it is 1 to 500 characters that UTF-8 can hold, none of them NUL */
export function checkId(place: string, value: string): void {
  if (typeof value !== "string") throw invalid(place, `is ${shown(value)}`, "give a text");
  if (value === "") throw invalid(place, "is empty", `give 1 to ${longestId} characters`);
  if (value.length > longestId) {
    throw invalid(place, `has ${value.length} characters`, `give at most ${longestId}`);
  }
  checkText(place, value);
}

function checkText(place: string, value: string): void {
  if (typeof value !== "string") throw invalid(place, `is ${shown(value)}`, "give a text");
  if (value.includes("\0")) throw invalid(place, `is ${shown(value)}, which holds a NUL character`, "leave it out");
  if (!value.isWellFormed()) {
    throw invalid(place, `is ${shown(value)}, which holds half a character`, "give text that UTF-8 can hold");
  }
}

function checkFinite(place: string, value: number): void {
  if (!Number.isFinite(value)) throw invalid(place, `is ${shown(value)}`, "give a finite number");
}

function checkWhole(place: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(place, `is ${shown(value)}`, `give a whole number from ${least} to ${most}`);
}

export function checkRating({ item, rating, time }: StoredRating): void {
  checkId("the item of a rating", item);
  checkFinite(`the rating of item ${shown(item)}`, rating);
  checkFinite(`the time of the rating of item ${shown(item)}`, time);
}

export function checkMark({ item, kind, time }: StoredMark): void {
  checkId("the item of a mark", item);
  checkMarkKind(kind);
  checkFinite(`the time of the mark of item ${shown(item)}`, time);
}

export function checkMarkKind(kind: string): void {
  if (markKinds.some((known) => known === kind)) return;
  throw invalid("the kind of a mark", `is ${shown(kind)}`, `give one of ${markKinds.join(", ")}`);
}

export function checkEvent({ type, user, item, value, time, position, ...list }: StoredEvent): void {
  checkId("the type of an event", type);
  checkId("the user of an event", user);
  checkId("the item of an event", item);
  checkFinite(`the value of an event of item ${shown(item)}`, value);
  checkFinite(`the time of an event of item ${shown(item)}`, time);
  for (const name of ["recommendation", "model", "scenario", "group"] as const) {
    const given = list[name];
    if (given !== undefined) checkId(`the ${name} of an event`, given);
  }
  if (position !== undefined) checkWhole(`the position of an event of item ${shown(item)}`, position, 1, 2 ** 31 - 1);
}

export function checkStoredItem({ id, title, year, genres, tags }: StoredItem): void {
  checkId("the id of an item", id);
  checkText(`the title of item ${shown(id)}`, title);
  checkWhole(`the year of item ${shown(id)}`, year, 0, 9999);
  for (const genre of genres) checkText(`a genre of item ${shown(id)}`, genre);
  for (const tag of tags) checkText(`a tag of item ${shown(id)}`, tag);
}

/** A value as JSON. @throws REQUEST_INVALID for numbers that JSON has no text for */
export function jsonText(place: string, value: Json): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "number") checkFinite(`a number of ${place}`, part);
    return part;
  });
}

function invalid(place: string, what: string, fix: string): MatineeError {
  return new MatineeError("REQUEST_INVALID", `${place} ${what}`, { fix });
}

/** A value in a message: cut, so that a long one does not fill it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const short = typeof value === "number" ? String(value) : text;
  return short.length > 80 ? `${short.slice(0, 80)}…` : short;
}
