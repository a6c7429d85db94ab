/** What a picture is. */
import { oneLine } from "../errors.ts";

/** Plain data. All texts are plain text, not HTML; only `svg` is markup. */
export interface Picture {
  /** Key among the pictures of a report: "ratings". */
  readonly name: string;
  readonly title: string;
  /** What it shows, and how to read it. */
  readonly caption: string;
  /** What the marks mean, where the axes do not say. */
  readonly key?: readonly { readonly svg: string; readonly label: string }[];
  /** Shown side by side, or below one another in a narrow window. */
  readonly panels: readonly Panel[];
  /** Its numbers. */
  readonly table: Table;
}

export interface Panel {
  readonly title?: string;
  /** The text alternative of the picture. */
  readonly alt: string;
  /** Has a role, and `alt` as its label. */
  readonly svg: string;
}

/** The numbers behind a picture. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** null: no number. */
export type Cell = string | number | null;

/** Seven symbols and eight colours have no common factor, so that 56 series differ. */
const symbols = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"] as const;

/** The colour and symbol of the n-th series. Colours are variables of the style sheet, for light and dark. */
export function seriesStyle(n: number) {
  return { color: `var(--series-${n % 8})`, symbol: symbols[n % symbols.length] };
}

/** How many panels stand side by side. */
export function panelColumns(panels: number): number {
  return panels === 4 ? 2 : Math.min(3, panels);
}

/** The width of each of so many panels. Text has the same size in all pictures. */
export function panelWidth(panels: number): number {
  return panelColumns(panels) < 3 ? 420 : 330;
}

/** A title shortened to `length` characters; a year at its end stays. */
export function shortened(text: string, length: number): string {
  const line = oneLine(text);
  const year = /\s*\(\d{4}\)$/.exec(line)?.[0] ?? "";
  const characters = Array.from(line.slice(0, line.length - year.length));
  if (characters.length + year.length <= length) return line;
  const kept = characters.slice(0, length - year.length - 1).join("");
  return `${kept.trimEnd()}…${year}`;
}

/** A number of things at an axis, short enough to stand beside it: 1500 is 1.5k. "" between whole numbers. */
export function countTick(n: number): string {
  if (!Number.isInteger(n)) return "";
  const [unit, letter] = n >= 1e6 ? [1e6, "M"] : n >= 1000 ? [1000, "k"] : [1, ""];
  return `${Number((n / unit).toPrecision(3))}${letter}`;
}
