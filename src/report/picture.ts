/** What a picture is, and how it is drawn: Plot makes SVG in any document, the browser's or one made in Node. */
import { type PlotOptions, plot } from "@observablehq/plot";
import { oneLine } from "../errors.ts";

/** Plain data: a report writes it down, a page may show it as it is. All texts are plain, not HTML; only `svg` is markup. */
export interface Picture {
  /** Key among the pictures of a report: "ratings". */
  readonly name: string;
  readonly title: string;
  /** How to read it, and what it shows. */
  readonly caption: string;
  /** What marks mean, where the axes don't say. */
  readonly key?: readonly { readonly svg: string; readonly label: string }[];
  /** Side by side, or below one another where it is narrow. */
  readonly panels: readonly Panel[];
  /** The numbers in it. */
  readonly table: Table;
}

export interface Panel {
  readonly title?: string;
  /** Stands in for the picture where it cannot be seen. */
  readonly alt: string;
  /** Has a role and the alternative text. */
  readonly svg: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** null: there is no such number. */
export type Cell = string | number | null;

/** Colours and shapes tell series apart; eight and seven of them have no common factor, so that 56 series differ. */
const symbols = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"] as const;

/** How the n-th series looks. The colours are variables of the style sheet, for light and dark. */
export function seriesStyle(n: number) {
  return { color: `var(--series-${n % 8})`, symbol: symbols[n % symbols.length] };
}

/** Four panels stand two by two. */
export function panelColumns(panels: number): number {
  return panels === 4 ? 2 : Math.min(3, panels);
}

/** Of one of so many panels, so that text has the same size in all pictures; one or two are wider than three. */
export function panelWidth(panels: number): number {
  return panelColumns(panels) < 3 ? 420 : 330;
}

/** A drawing as SVG markup: the same bytes for the same data. @param alt "" for what says nothing that the text beside it does not */
export function draw(document: Document, alt: string, options: PlotOptions): string {
  const svg = plot({ ...options, document, className: "plot", figure: false });
  // Styles are those of the page around it: a strict content security policy allows no others.
  svg.querySelector("style")?.remove();
  if (alt === "") svg.setAttribute("aria-hidden", "true");
  else {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", alt);
  }
  svg.setAttribute("font-size", "12");
  for (const element of svg.querySelectorAll("*")) {
    for (const name of ["transform", "d", "x", "x1", "x2", "y", "y1", "y2", "width", "height"]) {
      const value = element.getAttribute(name);
      if (value)
        element.setAttribute(
          name,
          value.replace(/\d+\.\d{3,}/g, (text) => String(Number(Number(text).toFixed(2)))),
        );
    }
  }
  return svg.outerHTML;
}

/** A title as a label of so many characters; the year at its end stays. */
export function shortened(text: string, length: number): string {
  const line = oneLine(text);
  const year = /\s*\(\d{4}\)$/.exec(line)?.[0] ?? "";
  const characters = Array.from(line.slice(0, line.length - year.length));
  if (characters.length + year.length <= length) return line;
  const kept = characters.slice(0, length - year.length - 1).join("");
  return `${kept.trimEnd()}…${year}`;
}
