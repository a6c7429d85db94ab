/** How the shapes of the HTTP API are made. */
import { type TProperties, type TSchema, Type } from "typebox";
import type { Id } from "../data/ids.ts";

/** An id of a film or a user. */
export const id = Type.Unsafe<Id>({
  title: "Id",
  type: ["number", "string"],
  description: "An id as the data set writes it: a number, or a text. A text of digits in a body stays a text.",
  examples: [6, "tt0113277"],
});

/** An object with a name. */
export function shape<Properties extends TProperties>(title: string, description: string, properties: Properties) {
  return Type.Object(properties, { title, description });
}

/** The same of a body, where keys that it does not name are refused. */
export function closedShape<Properties extends TProperties>(
  title: string,
  description: string,
  properties: Properties,
) {
  return Type.Object(properties, { title, description, additionalProperties: false });
}

/** A named shape, described for its place. */
export function describe<Schema extends TSchema>(schema: Schema, description: string): Schema {
  return { ...schema, description };
}
