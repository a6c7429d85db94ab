/** Tables as JSON. */
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { byteStream } from "./bytes.ts";
import { type Encoding, notInEncodingError } from "./encoding.ts";
import { lineBreak } from "./records.ts";
import { textPieces } from "./text-pieces.ts";

/**
 * The list that a JSON file holds.
 *
 * @throws DATA_LAYOUT where it holds another thing, or is not JSON; DATA_ENCODING where it is not in the encoding
 */
export async function jsonList(path: string, encoding: Encoding): Promise<readonly unknown[]> {
  let text = "";
  let line = 0;
  for await (const piece of textPieces(byteStream(path).bytes, encoding)) {
    text += piece.text;
    line += piece.text.split(lineBreak).length - 1;
    if (!piece.isText) throw notInEncodingError(`${basename(path)} line ${line + 1}`, encoding);
  }
  let list: unknown;
  try {
    list = parseExactJson(text);
  } catch (cause) {
    throw new MatineeError("DATA_LAYOUT", `${basename(path)} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray(list)) {
    throw new MatineeError("DATA_LAYOUT", `${basename(path)} is one JSON object, not a list of ratings`, {
      fix: "write one object for each rating: in a list, or on a line of its own",
    });
  }
  return list;
}

/** An object's values as texts, by their names; of an object in it, as "movie.title". Lists of texts are joined by |. */
export function jsonFields(object: object, prefix = "", fields = new Map<string, string>()): Map<string, string> {
  for (const [name, value] of Object.entries(object)) {
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) fields.set(prefix + name, value.map(nameOf).join("|"));
    else if (typeof value === "object") jsonFields(value, `${prefix}${name}.`, fields);
    else fields.set(prefix + name, String(value));
  }
  return fields;
}

/** An entry of a list as text; of an object such as {"id": 18, "name": "Drama"}, its name. */
function nameOf(value: unknown): string {
  return typeof value === "object" && value !== null && "name" in value ? String(value.name) : String(value);
}

/** Numbers beyond double precision, which long ids are, stay as they are written. */
export function parseExactJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const keepLong = (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
      ? context!.source
      : value;
  return JSON.parse(text, keepLong as (key: string, value: unknown) => unknown);
}
