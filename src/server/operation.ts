/** What an operation of the HTTP API says of itself, and what several of them share. */
import { type Static, type TObject, type TSchema, Type } from "typebox";
import type { ErrorCode } from "../errors.ts";
import type { RouteAccess } from "./access.ts";
import type { ReadonlyJson } from "./schema.ts";

export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters in braces: `/api/v1/items/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** The parameters of the path. */
  readonly params?: TObject;
  readonly query?: TObject;
  /** Headers of its own, in small letters. */
  readonly headers?: TObject;
  readonly body?: TSchema;
  /** What its body is, where that is a file and not JSON. */
  readonly upload?: string;
  readonly response: TSchema;
  /** Codes of the errors of its own. Any operation may also answer INTERNAL, and any but `open` ones what `commonProblems` has. */
  readonly problems: readonly ErrorCode[];
  /** What it asks of who asks: nothing, or the scope of a key. */
  readonly access: RouteAccess;
  /** Whether visitors may ask it of themselves, as the user `me`, where `access` is more than `read`. */
  readonly ofOneself?: boolean;
  /** Seconds until an answer, where it may take longer than others. */
  readonly seconds?: number;
  /** Whether it answers with a list of films that a shadow model makes too. */
  readonly shadowed?: boolean;
  /** A request to a server of ml-latest-small with a model of default settings, and the start of each list in its response. */
  readonly example?: Example;
}

export interface Example {
  readonly model: string;
  readonly path: string;
  readonly body?: unknown;
  readonly response: unknown;
}

/** What a request of an operation brings. */
export interface RequestOf<O extends Operation> {
  readonly params: TypeOf<O["params"]>;
  readonly query: TypeOf<O["query"]>;
  readonly headers: TypeOf<O["headers"]>;
  /** Of an upload: the bytes of the file, as they come. */
  readonly body: O["upload"] extends string ? AsyncIterable<Uint8Array> : TypeOf<O["body"]>;
}

/** What an operation answers. */
export type ResponseOf<O extends Operation> = TypeOf<O["response"]>;

type TypeOf<Schema> = Schema extends TSchema ? ReadonlyJson<Static<Schema>> : undefined;

export const closed = { additionalProperties: false };
export const k = Type.Integer({ minimum: 1, maximum: 100, default: 10, description: "the length of the list" });
export const content = Type.Number({
  minimum: 0,
  maximum: 1,
  default: 0,
  description:
    "how much content, the words of titles, genres and tags, counts beside what the model goes by: from 0, not at all, to 1, alone",
});
export const itemId = Type.String({ description: "a film's id", examples: ["6"] });
export const userId = Type.String({ description: "a user's id", examples: ["1"] });

/** Films of examples. */
export const heat = { id: 6, title: "Heat (1995)", year: 1995, genres: ["Action", "Crime", "Thriller"], ratings: 102 };
export const fargo = {
  id: 608,
  title: "Fargo (1996)",
  year: 1996,
  genres: ["Comedy", "Crime", "Drama", "Thriller"],
  ratings: 181,
};
export const theRock = {
  id: 733,
  title: "Rock, The (1996)",
  year: 1996,
  genres: ["Action", "Adventure", "Thriller"],
  ratings: 121,
};
export const starWars = {
  id: 260,
  title: "Star Wars: Episode IV - A New Hope (1977)",
  rating: 5,
  value: 2.8717218657265824,
};
export const ratedHeat = { id: 6, title: "Heat (1995)", rating: 4.5, value: 2.1866322622489838 };
/** The id of the list of an example; those of others differ. */
export const listId = "WyJpdGVtLWtubiIsIiIsIiIsIjB2QmpaOHFxWjVkMiJd";
