/** What the schemas of the HTTP API are built of. */
import { type TProperties, type TSchema, Type } from "typebox";
import type { Id } from "../data/ids.ts";

export const id = Type.Unsafe<Id>({
  title: "Id",
  type: ["number", "string"],
  description: "An id as the data set writes it: a number, or a text. A text of digits in a body stays a text.",
  examples: [6, "tt0113277"],
});

/** A type of JSON that is read-only throughout. */
export type ReadonlyJson<T> = T extends readonly (infer Entry)[]
  ? readonly ReadonlyJson<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyJson<T[Key]> }
    : T;

/** An object by its name in the OpenAPI document. */
export function shape<Properties extends TProperties>(title: string, description: string, properties: Properties) {
  return Type.Object(properties, { title, description });
}

/** A named shape, described for its place. */
export function describe<Schema extends TSchema>(schema: Schema, description: string): Schema {
  return { ...schema, description };
}
