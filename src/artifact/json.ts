import type { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";

export type JsonObject = { readonly [key: string]: Json };

/** Makes the error for a problem; the caller knows the file and the place. */
export type Fail = (problem: string) => MatineeError;

/** Deepest nesting of objects and lists that an artifact may hold: what comes after may then walk them by recursion. */
export const MAX_JSON_DEPTH = 64;

/**
 * JSON.parse for text of unknown origin: bounded in depth, without repeated keys (of which JSON.parse keeps the last and a
 * reader elsewhere maybe the first), without `__proto__` and without numbers that overflow to Infinity.
 */
export function parseJson(text: string, fail: Fail): Json {
  const written = countKeys(text, fail);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw fail(`is not JSON: ${(error as Error).message}`);
  }
  const kept = checkJson(value, fail);
  if (kept !== written) throw fail(`repeats a key (${written} keys written, ${kept} different)`);
  return value;
}

/** Text of a value that `parseJson` reads back as it was; fails for what JSON would change silently, such as NaN. */
export function writeJson(value: Json, fail: Fail): string {
  checkJson(value, fail);
  return JSON.stringify(value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value that must be an object. @param place what it is, for the message */
export function objectFrom(value: unknown, place: string, fail: Fail): JsonObject {
  if (!isObject(value)) throw fail(`${place}is ${quoteValue(value)}, not an object`);
  return value;
}

/** A member of an object that must be a text or a number. */
export function memberOf<K extends "string" | "number">(
  from: JsonObject,
  key: string,
  kind: K,
  fail: Fail,
): K extends "string" ? string : number;
export function memberOf(from: JsonObject, key: string, kind: "string" | "number", fail: Fail): unknown {
  const value = from[key];
  if (typeof value !== kind) throw fail(`${key} is ${quoteValue(value)}, not a ${kind}`);
  return value;
}

/** A value from a file as it may stand in a message: on one line and short. */
export function quoteValue(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Number of keys written in JSON text: its colons outside strings. Bounds the depth before JSON.parse makes millions of lists. */
function countKeys(text: string, fail: Fail): number {
  let keys = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) inString = !inString;
    else if (inString) at += code === 0x5c ? 1 : 0;
    else if (code === 0x3a) keys++;
    else if (code === 0x5d || code === 0x7d) depth--;
    else if ((code === 0x5b || code === 0x7b) && ++depth > MAX_JSON_DEPTH) {
      throw fail(`nests deeper than ${MAX_JSON_DEPTH} levels at character ${at}`);
    }
  }
  return keys;
}

/** Number of keys in the value, which must be plain JSON. */
function checkJson(value: unknown, fail: Fail, path = "", depth = 0): number {
  const place = path === "" ? "" : ` at ${quoteValue(path)}`;
  if (depth > MAX_JSON_DEPTH) throw fail(`nests deeper than ${MAX_JSON_DEPTH} levels`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return 0;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw fail(`holds ${value}${place}, which JSON has no number for`);
    return 0;
  }
  let keys = 0;
  if (Array.isArray(value)) {
    for (const [n, entry] of value.entries()) keys += checkJson(entry, fail, `${path}[${n}]`, depth + 1);
    return keys;
  }
  if (!isObject(value) || !isPlain(value)) {
    throw fail(`holds ${Object.prototype.toString.call(value)}${place}, which is not JSON`);
  }
  for (const [key, entry] of Object.entries(value)) {
    if (key === "__proto__") throw fail(`holds the key "__proto__"${place}`);
    keys += 1 + checkJson(entry, fail, path === "" ? key : `${path}.${key}`, depth + 1);
  }
  return keys;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
