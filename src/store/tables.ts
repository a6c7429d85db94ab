/** The tables of a store, as queries see them. Times are seconds since 1970, UTC. Lists and attributes are texts in JSON. */
import type { Generated } from "kysely";
import type { MarkKind } from "./store.ts";

export interface Tables {
  readonly ratings: {
    readonly user_id: string;
    readonly item_id: string;
    readonly rating: number;
    readonly time: number;
  };
  readonly marks: {
    readonly user_id: string;
    readonly item_id: string;
    readonly kind: MarkKind;
    readonly time: number;
  };
  readonly events: EventTable;
  readonly items: {
    readonly id: string;
    readonly title: string;
    readonly year: number;
    readonly genres: string;
    readonly tags: string;
    readonly attributes: string;
  };
  readonly settings: { readonly name: string; readonly value: string };
  /** Requests that are carried out once. */
  readonly once: {
    readonly key: string;
    readonly request: string;
    /** What the request returned; null where that was nothing. */
    readonly answer: string | null;
    readonly time: number;
  };
}

interface EventTable {
  /** Ascends in the order of arrival. PostgreSQL gives it as a text. */
  readonly id: Generated<number | string>;
  readonly arrived: number;
  readonly type: string;
  readonly user_id: string;
  readonly item_id: string;
  readonly value: number;
  readonly time: number;
  readonly recommendation: string | null;
  readonly model: string | null;
  readonly scenario: string | null;
  /** `group` of an event, which is a word of SQL. */
  readonly test_group: string | null;
  readonly position: number | null;
}
