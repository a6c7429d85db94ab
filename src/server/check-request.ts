/** Requests held against the schemas of their operations. Nothing here needs Node. */
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";

export type Check = (
  value: unknown,
) => { value: unknown } | { error: ReturnType<ReturnType<typeof Compile>["Errors"]> };

/** Takes a body as it is, where "5" is no 5 and null no 0. Texts of an address are turned into what the schema has. */
export function compileCheck(schema: TSchema, part: string | undefined): Check {
  const check = Compile(schema);
  return (given) => {
    const value = part === "body" ? given : fromTexts(schema, given as Readonly<Record<string, unknown>>);
    return check.Check(value) ? { value } : { error: check.Errors(value) };
  };
}

/** The values that an address means, with defaults for those that it lacks. */
function fromTexts(schema: TSchema, texts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string; default?: unknown }> };
  const found: Record<string, unknown> = { ...texts };
  for (const [name, { type, default: otherwise }] of Object.entries(properties)) {
    const text = texts[name];
    if (text === undefined && otherwise !== undefined) found[name] = otherwise;
    else if (type === "integer" && typeof text === "string" && /^-?\d+$/.test(text)) found[name] = Number(text);
    else if (type === "number" && typeof text === "string" && /^-?\d+(\.\d+)?$/.test(text)) found[name] = Number(text);
    else if (type === "boolean" && (text === "true" || text === "false")) found[name] = text === "true";
  }
  return found;
}
