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

/** Paragraphs in whole sentences. */
export type Prose = readonly Paragraph[];

/** A paragraph; a formula on a line of its own, in Unicode; or a way to another place of the report. */
export type Paragraph =
  | string
  | { readonly formula: string }
  /** `to` is a section, or a block as "section-block". */
  | { readonly see: string; readonly to: string };

/** A section of a report. */
export interface Section {
  /** Key, for links: "data". */
  readonly name: string;
  readonly title: string;
  readonly text?: Prose;
  /** The few most important numbers. */
  readonly facts?: readonly Fact[];
  readonly blocks: readonly Block[];
  /** What is missing here, and why: one line in small print. */
  readonly note?: string;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A picture, a table or a text of a section. */
export type Block =
  | ({ readonly kind: "picture" } & Picture)
  | ({ readonly kind: "grid" } & Grid)
  | ({ readonly kind: "table" } & TitledTable)
  | { readonly kind: "text"; readonly name: string; readonly title: string; readonly text: Prose };

/** A table with its heading. */
export interface TitledTable {
  readonly name: string;
  readonly title: string;
  /** What it shows, and how to read it. */
  readonly text?: Prose;
  readonly table: Table;
  /** Where few readers will want it. */
  readonly folded?: boolean;
}

/** Metrics and models: the fewer of the two are columns. */
export interface Grid {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** What the rows are: "metric" or "model". */
  readonly corner: string;
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
