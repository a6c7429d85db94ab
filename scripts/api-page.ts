/** docs/api.md, from the operations and shapes of the HTTP API. */
import { errorTable } from "../src/errors.ts";
import type { Operation } from "../src/server/operation.ts";
import { commonProblems, operations } from "../src/server/operations.ts";
import { shapes } from "../src/server/shapes.ts";

/** A schema as the page reads it: plain JSON Schema. */
interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

const introduction = `# The HTTP API

Made from \`src/server/operations.ts\` and \`src/server/shapes.ts\` by \`npm run docs\`. The server describes the same as OpenAPI 3.1 at
\`GET /api/v1/openapi.json\`.

\`matinee serve\` listens on 127.0.0.1 and answers under \`/api/v1\`, to this machine alone unless it is started with \`--keys\` or \`--public\`
([security](security.md)). A key goes into the header \`Authorization: Bearer KEY\`. From JavaScript or TypeScript, in Node or in a page, use the client:

\`\`\`js
import { createClient, ProblemError } from "matinee/client";

const client = createClient("http://127.0.0.1:7070");
const { items } = await client.recommend({ ratings: [{ id: 260, rating: 5 }], k: 5 });
for (const film of items) console.log(film.title, film.because?.map((reason) => reason.title));

try {
  await client.users.neighbours(1, { signal: AbortSignal.timeout(1000) });
} catch (error) {
  if (error instanceof ProblemError) console.log(error.code, error.detail, error.fix);
}
\`\`\`

Its methods return the responses described here. A request that fails throws a \`ProblemError\` with the keys of a [Problem](#problem).
Its \`code\` is \`UNREACHABLE\` if nothing answered, and \`NOT_MATINEE\` if something other than Matinee did.

Answers to GET have an \`ETag\`, and are packed with brotli or gzip for who takes that. HEAD is answered for \`/healthz\` alone.

Request bodies are JSON of at most 1 MiB. Values are not converted: \`"5"\` is not a rating.

Errors are [problem+json](https://www.rfc-editor.org/rfc/rfc9457), in the shape [Problem](#problem). [errors.md](errors.md) lists the
codes. Besides those named with each request, any request may answer \`INTERNAL\`, and any but \`/healthz\` ${commonProblems
  .map((code) => `\`${code}\``)
  .join(
    ", ",
  )}. Those of 429 and 503 come with \`Retry-After\`. The HTTP layer itself answers requests that are not valid
HTTP.

The examples are requests to a server of \`ml-latest-small\` with the model that they name. Lists are cut short.`;

const users = `## Users

The server knows users' ratings in three cases: \`matinee serve --data DIR\` trained on them, \`--data DIR\` stands beside
\`--artifact FILE\`, or the saved model keeps them, as \`user-knn\` does. Otherwise, requests for users answer \`USER_UNKNOWN\` and
say why. Where the server takes keys or is public, users are for keys of the scope \`admin\`.

If the model was trained on other data than \`--data\` names, the users are treated as new users, and films are matched by id.`;

const shapesIntroduction = `## Shapes

Later versions may add keys to responses. Keys marked *optional* are absent where they do not apply: \`because\`, \`neighbours\` and
\`likedGenres\` are present only where the model gives such reasons.`;

export function apiPage(): string {
  const all = Object.values<Operation>(operations);
  const rows = all.map(
    ({ method, path, response, summary }) =>
      `| [\`${method} ${path}\`](#${anchorOf(`${method} ${path}`)}) | ${summary} | ${typeText(response as Schema)} |`,
  );
  return [
    introduction,
    "",
    "## Requests",
    "",
    "| Request | What it does | Answer |",
    "|---|---|---|",
    ...rows,
    "",
    ...all.flatMap(operationSection),
    users,
    "",
    shapesIntroduction,
    "",
    ...Object.values(shapes).flatMap((shape) => shapeSection(shape as Schema)),
  ].join("\n");
}

function operationSection(operation: Operation): string[] {
  const { method, path, summary, description, params, query, headers, body, upload } = operation;
  const { response, problems, example } = operation;
  const parameters = [
    ...parameterRows("path", params as Schema),
    ...parameterRows("query", query as Schema),
    ...parameterRows("header", headers as Schema),
  ];
  const codes = problems.map((code) => `\`${code}\` (${errorTable[code].status})`);
  return [
    `### ${method} ${path}`,
    "",
    `${summary}.${description ? ` ${description}` : ""}`,
    "",
    ...(parameters.length > 0
      ? ["| Parameter | In | Takes | Default | Meaning |", "|---|---|---|---|---|", ...parameters, ""]
      : []),
    ...(body ? [`Body: ${typeText(body as Schema)}.`, ""] : []),
    ...(upload ? [`Body: ${upload} (\`application/octet-stream\`).`, ""] : []),
    `Answers ${typeText(response as Schema)}.${codes.length > 0 ? ` Errors: ${codes.join(", ")}.` : ""}`,
    "",
    ...(example ? exampleBlock(method, example) : []),
  ];
}

function exampleBlock(method: string, { model, path, body, response }: NonNullable<Operation["example"]>): string[] {
  return [
    `\`${method} ${path}\`${path.includes("/v1/") ? ` (\`${model}\`)` : ""}:`,
    "",
    ...(body ? ["```json", jsonText(body), "```", "", "answers", ""] : []),
    "```json",
    jsonText(response),
    "```",
    "",
  ];
}

function parameterRows(place: string, schema: Schema | undefined): string[] {
  return Object.entries(schema?.properties ?? {}).map(
    ([name, property]) =>
      `| \`${name}\` | ${place} | ${typeText(property)}${boundsText(property)} | ${property.default ?? ""} | ${property.description ?? ""} |`,
  );
}

function shapeSection(shape: Schema): string[] {
  const { title, description, properties, required = [] } = shape;
  const base = baseOf(shape);
  const own = Object.entries(properties ?? {}).filter(([key]) => !base?.properties?.[key]);
  const rows = own.map(([key, property]) => {
    const optional = required.includes(key) ? "" : ", *optional*";
    return `| \`${key}\` | ${typeText(property)}${optional} | ${meaningOf(property)} |`;
  });
  return [
    `### ${title}`,
    "",
    `${description}${base ? ` It has the keys of a ${typeText(base)}, and these:` : ""}`,
    "",
    ...(properties
      ? ["| Key | Type | Meaning |", "|---|---|---|", ...rows, ""]
      : [shape.anyOf ? `One of ${anyOfText(shape.anyOf)}.` : `A ${plainTypeText(shape)}.`, ""]),
  ];
}

/** The shape with the most keys, all of which another shape has too. */
function baseOf({ title, properties = {} }: Schema): Schema | undefined {
  const size = (shape: Schema) => Object.keys(shape.properties ?? {}).length;
  return (Object.values(shapes) as Schema[])
    .filter((shape) => shape.title !== title && size(shape) > 2 && size(shape) < size({ properties }))
    .filter((shape) => Object.entries(shape.properties ?? {}).every(([key, value]) => properties[key] === value))
    .sort((a, b) => size(b) - size(a))[0];
}

/** What a key of a shape means; what the named shape of its value already says is not repeated. */
function meaningOf({ title, description = "" }: Schema): string {
  const named = Object.values(shapes).find((shape) => (shape as Schema).title === title) as Schema | undefined;
  return title !== undefined && named?.description === description ? "" : description;
}

function typeText(schema: Schema): string {
  if (schema.title) return `[${schema.title}](#${anchorOf(schema.title)})`;
  if (schema.items) return `list of ${typeText(schema.items)}`;
  if (schema.properties) {
    const keys = Object.entries(schema.properties).map(([key, value]) => `${key}: ${typeText(value)}`);
    return `{ ${keys.join(", ")} }`;
  }
  return plainTypeText(schema);
}

const longestList = 10;

function plainTypeText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum && schema.enum.length <= longestList) {
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  }
  return [schema.type ?? "string"].flat().join(" or ");
}

function anyOfText(anyOf: readonly Schema[]): string {
  return anyOf.map(typeText).join(", ");
}

function boundsText({ minimum, maximum }: Schema): string {
  return minimum === undefined ? "" : `, ${minimum} to ${maximum}`;
}

/** The address that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

/** JSON with short arrays and objects on one line each. */
function jsonText(value: unknown, indent = ""): string {
  const short = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ").replaceAll("[ ", "[").replaceAll(" ]", "]");
  if (indent.length + short.length <= 110 || typeof value !== "object" || value === null) return short;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((entry) => inner + jsonText(entry, inner)).join(",\n")}\n${indent}]`;
  }
  const lines = Object.entries(value).map(([key, entry]) => `${inner}"${key}": ${jsonText(entry, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
