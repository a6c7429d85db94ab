/** The API as an OpenAPI 3.1 document, whose schemas are JSON Schema as it is. */
import type { TSchema } from "typebox";
import { type ErrorCode, errorTable } from "../errors.ts";
import { present } from "../present.ts";
import { version } from "../version.ts";
import type { Operation } from "./operation.ts";
import { commonProblems, operations } from "./operations.ts";
import { shapes } from "./shapes.ts";

type JsonObject = Readonly<Record<string, unknown>>;
/** The annotations that the type of a schema does not know of. */
type Described = { readonly title?: string; readonly description?: string };

/** The document that the server answers at /api/v1/openapi.json. @param prefix what stands before the paths of a plugin */
export function openApiDocument(prefix = "") {
  const paths: Record<string, JsonObject> = {};
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    const method = operation.method.toLowerCase();
    paths[operation.path] = { ...paths[operation.path], [method]: describeOperation(operationId, operation) };
  }
  const schemas = Object.fromEntries(
    Object.entries(shapes).map(([name, schema]) => [name, mapValues(schema as unknown as JsonObject, withReferences)]),
  );
  return {
    openapi: "3.1.1",
    info: {
      title: "Matinee",
      version,
      summary: "A movie recommender",
      description:
        "Recommendations with reasons, similar films and predicted ratings. Errors are problem+json (RFC 9457).",
      license: { name: "MIT", identifier: "MIT" },
    },
    ...(prefix === "" ? {} : { servers: [{ url: prefix }] }),
    paths,
    components: {
      schemas,
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "a key, where the server has any" } },
    },
  };
}

function describeOperation(operationId: string, operation: Operation): JsonObject {
  const { summary, description, params, query, headers, body, upload, response, example } = operation;
  const content = body ? jsonContent(body, example?.body) : upload && { "application/octet-stream": { schema: {} } };
  return {
    operationId,
    summary,
    ...(operation.access === "open" ? {} : { security: [{}, { key: [] }] }),
    ...present({ description }),
    parameters: [
      ...parametersIn("path", params),
      ...parametersIn("query", query),
      ...parametersIn("header", headers),
      ...(operation.problems.includes("IDEMPOTENCY_CONFLICT") ? [idempotencyKey] : []),
    ],
    ...present({ requestBody: content && { required: true, content } }),
    responses: {
      200: { description: (response as Described).description, content: jsonContent(response, example?.response) },
      ...problemResponses(operation),
    },
  };
}

const idempotencyKey: JsonObject = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "names this request: one that has been carried out is answered as it was, with the header `Idempotency-Replayed`",
  schema: { type: "string", minLength: 1, maxLength: 200, example: "5f2b7c1e-8f0d-4f3e-9f6a-0d5c7c0a1b2d" },
};

function parametersIn(place: "path" | "query" | "header", schema: Operation["params"]): JsonObject[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as TSchema & Described;
    const required = place === "path";
    return { name, in: place, required, ...present({ description }), schema: withReferences(rest) };
  });
}

/** The errors of an operation, one response for each status, with the codes that have it. */
function problemResponses(operation: Operation): JsonObject {
  const content = { "application/problem+json": { schema: withReferences(shapes.Problem) } };
  return Object.fromEntries(
    [...problemsOf(operation)].map(([status, lines]) => [status, { description: lines.join("; "), content }]),
  );
}

/** By status, ascending: the codes of an operation's errors, each with its title. */
export function problemsOf({ problems, access, body, upload }: Operation): Map<number, string[]> {
  const byStatus = new Map<number, string[]>();
  const add = (code: ErrorCode, status: number, title: string) =>
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${code}: ${title}`]);
  const all = [...problems, ...(access === "open" ? [] : commonProblems), "INTERNAL"] as const;
  for (const code of all) add(code, errorTable[code].status, errorTable[code].title);
  if (body) {
    add("REQUEST_INVALID", 413, "The body is too large");
    add("REQUEST_INVALID", 415, "The body is not JSON");
  }
  if (upload) add("REQUEST_INVALID", 415, "The body is no file");
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

function jsonContent(schema: TSchema, example: unknown): JsonObject {
  return { "application/json": { schema: withReferences(schema), ...present({ example }) } };
}

/** A schema with every named shape in it replaced by a reference, which keeps a description of its own. */
function withReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withReferences);
  if (typeof schema !== "object" || schema === null) return schema;
  const { title, description } = schema as Described;
  const named = Object.entries(shapes).find(([name]) => name === title)?.[1] as Described | undefined;
  if (!named) return mapValues(schema as JsonObject, withReferences);
  const own = description === named.description ? undefined : description;
  return { $ref: `#/components/schemas/${title}`, ...present({ description: own }) };
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
