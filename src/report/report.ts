/** A report as plain data, which `html.ts` and `markdown.ts` write. All texts are plain text. */
import type { Standing } from "../evaluate/standings.ts";
import type { Json } from "../models/model.ts";
import type { Picture, Table } from "./picture.ts";

/** A report as plain data, for `htmlOf` and `markdownOf`. All texts are plain text. */
export interface Report {
  readonly title: string;
  /** One line under the title. */
  readonly about: string;
  readonly sections: readonly Section[];
}

/** A section of a report. */
export interface Section {
  /** Key, for links: "data". */
  readonly name: string;
  readonly title: string;
  /** The few most important numbers. */
  readonly facts?: readonly Fact[];
  readonly blocks: readonly Block[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A picture, a table or a text of a section. */
export type Block =
  | ({ readonly kind: "picture" } & Picture)
  | ({ readonly kind: "grid" } & Grid)
  /** A table; `folded` where few readers will want it. */
  | {
      readonly kind: "table";
      readonly name: string;
      readonly title: string;
      readonly table: Table;
      readonly folded?: boolean;
    };

/** Metrics × models: a row for each metric, since there are more metrics than models. */
export interface Grid {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly head: string; readonly note: string; readonly cells: readonly GridCell[] }[];
  /** Why there is no number; cells refer to these by index. */
  readonly reasons: readonly string[];
}

export type GridCell =
  | { readonly value: string; readonly interval?: string; readonly standing?: Standing }
  | { readonly reason: number };

/** A setting's value as it would be typed. */
export function settingText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The mark of each standing. */
export const standingMarks: Record<Standing, string> = { best: "★", level: "≈", behind: "" };
