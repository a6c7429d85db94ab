/** What the notebooks of the five studies hold, cell by cell, and where each of it is here: the tables of docs/studies.md. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { study000 } from "./000.ts";
import { study001 } from "./001.ts";
import { study002 } from "./002.ts";
import { study003 } from "./003.ts";
import { study004 } from "./004.ts";

export interface InventoryItem {
  /** "In [18]", or the place of a text: "text before In [3]". */
  readonly cell: string;
  readonly kind: "behaviour" | "output" | "picture" | "plan";
  /** What it is; an output with the numbers that were printed. */
  readonly item: string;
  /** A command that does it, as it would be typed, or an expression of the library. */
  readonly command: string;
  /** A place of the study's report, as "section" or "section-block"; else a file of the repository, as "docs/models.md". */
  readonly where: string;
  /** Why it is not the same here. */
  readonly differs?: string;
}

export const inventory: Readonly<Record<string, readonly InventoryItem[]>> = {
  "000": study000,
  "001": study001,
  "002": study002,
  "003": study003,
  "004": study004,
};

const page = resolve(import.meta.dirname, "../../docs/studies.md");

/** docs/studies.md as it is, with its tables made anew. */
export function studiesPage(): string {
  const start = "<!-- Made from scripts/inventory/ by npm run docs. -->";
  const text = readFileSync(page, "utf8");
  const tables = Object.entries(inventory).map(inventoryTable);
  return `${[text.slice(0, text.indexOf(start)) + start, ...tables].join("\n\n")}\n`;
}

function inventoryTable([number, items]: readonly [string, readonly InventoryItem[]]): string {
  const differing = items.filter(({ differs }) => differs !== undefined).length;
  const rows = items.map(({ cell, kind, item, command, where, differs }) => {
    const place = where.includes("/")
      ? `[${where}](${where.startsWith("docs/") ? where.slice(5) : `../${where}`})`
      : `report: ${where}`;
    return `| ${cell} | ${kind} | ${cellOf(item)} | \`${cellOf(command)}\` | ${place} | ${cellOf(differs ?? "")} |`;
  });
  return [
    `### ${number}`,
    "",
    `${items.length} items; ${differing === 0 ? "none differs" : `${differing} differ for a stated reason`}.`,
    "",
    "| Cell | Kind | What it is | Command | Where | Why it differs |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function cellOf(text: string): string {
  return text.replaceAll("|", "\\|");
}
