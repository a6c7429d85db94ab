/** What an operation of the HTTP API is, and the parameters that several have. */
import { type Static, type TObject, type TSchema, Type } from "typebox";
import type { ErrorCode } from "../errors.ts";
import type { RouteAccess } from "./access.ts";
import type { ReadonlyJson } from "./shapes.ts";

export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters in braces: `/api/v1/items/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** The parameters of the path. */
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  readonly response: TSchema;
  /** Codes of the errors of its own. Any operation may also answer INTERNAL, and any but `open` ones what `commonProblems` has. */
  readonly problems: readonly ErrorCode[];
  /** What it asks of who asks: nothing, or the scope of a key. */
  readonly access: RouteAccess;
  /** Whether visitors may ask it of themselves, as the user `me`, where `access` is more than `read`. */
  readonly ofOneself?: boolean;
  /** A request to a server of ml-latest-small with a model of default settings, and the start of each list in its response. */
  readonly example?: Example;
}

export interface Example {
  readonly model: string;
  readonly path: string;
  readonly body?: unknown;
  readonly response: unknown;
}

/** Of a schema: keys that it does not name are refused. */
export const closed = { additionalProperties: false };
/** The parameter of lists. */
export const k = Type.Integer({ minimum: 1, maximum: 100, default: 10, description: "the length of the list" });
/** The parameter of a path. */
export const itemId = Type.String({ description: "a film's id", examples: ["6"] });
/** The parameter of a path. */
export const userId = Type.String({ description: "a user's id", examples: ["1"] });
/** The parameters of a path about a user. */
export const userParams = Type.Object({ user: userId });

/** What a request of an operation brings. */
export interface RequestOf<O extends Operation> {
  readonly params: TypeOf<O["params"]>;
  readonly query: TypeOf<O["query"]>;
  readonly body: TypeOf<O["body"]>;
}

/** What an operation answers. */
export type ResponseOf<O extends Operation> = TypeOf<O["response"]>;

type TypeOf<Schema> = Schema extends TSchema ? ReadonlyJson<Static<Schema>> : undefined;
