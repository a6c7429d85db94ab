/** The report of a study as `matinee experiment NNN --report FILE.json` writes it. What is not as it should be is left out. */
import type { Picture, Table } from "../../../src/report/picture.ts";
import type { Block, Fact, Paragraph, Report, Section, TitledTable } from "../../../src/report/report.ts";
import { cleanSvg } from "./clean-svg.ts";
import { arrayOf, FileProblem, numberOf, objectOf, textOf } from "./json-file.ts";

/** A report whose grids have become tables. */
export interface StudyReport extends Omit<Report, "sections"> {
  readonly sections: readonly StudySection[];
}

interface StudySection extends Omit<Section, "blocks"> {
  readonly blocks: readonly StudyBlock[];
}

export type StudyBlock = Exclude<Block, { readonly kind: "grid" }>;

type Read = Readonly<Record<string, unknown>>;

/** @throws FileProblem */
export function readStudy({ title, about, sections }: Read): StudyReport {
  if (typeof title !== "string" || !Array.isArray(sections)) {
    const fix = "choose what “matinee experiment 000 --report study-000.json” wrote";
    throw new FileProblem("This is no report of a study", fix);
  }
  return { title, about: textOf(about), sections: sections.map((section) => sectionOf(objectOf(section))) };
}

function sectionOf({ name, title, text, facts, blocks, note }: Read): StudySection {
  return {
    name: textOf(name),
    title: textOf(title),
    text: proseOf(text),
    facts: arrayOf(facts).map((fact) => factOf(objectOf(fact))),
    blocks: arrayOf(blocks).flatMap((block) => blockOf(objectOf(block))),
    ...(typeof note === "string" && { note }),
  };
}

function factOf({ name, value }: Read): Fact {
  return { name: textOf(name), value: textOf(value) };
}

function proseOf(text: unknown): Paragraph[] {
  return arrayOf(text).map((paragraph) => {
    if (typeof paragraph !== "object") return textOf(paragraph);
    const { formula, see, to } = objectOf(paragraph);
    return formula === undefined ? { see: textOf(see), to: textOf(to) } : { formula: textOf(formula) };
  });
}

function blockOf(block: Read): StudyBlock[] {
  const head = { name: textOf(block.name), title: textOf(block.title) };
  const text = proseOf(block.text);
  switch (block.kind) {
    case "picture": {
      const picture = pictureOf(block);
      return picture ? [{ kind: "picture", ...head, ...picture }] : [];
    }
    case "grid":
      return [{ kind: "table", ...head, ...gridAsTable(block) }];
    case "table":
      return [{ kind: "table", ...head, text, table: tableOf(block.table) }];
    case "text":
      return [{ kind: "text", ...head, text }];
    default:
      return [];
  }
}

/** undefined where a drawing is none. */
function pictureOf({ caption, key, panels, table }: Read): Omit<Picture, "name" | "title"> | undefined {
  const drawings = arrayOf(panels).map((panel) => {
    const { title, alt, svg } = objectOf(panel);
    return { ...(typeof title === "string" && { title }), alt: textOf(alt), svg: cleanSvg(textOf(svg)) };
  });
  const marks = arrayOf(key).map((mark) => {
    const { svg, label } = objectOf(mark);
    return { svg: cleanSvg(textOf(svg)), label: textOf(label) };
  });
  if (drawings.length === 0 || !drawings.every(isDrawn) || !marks.every(isDrawn)) return undefined;
  return { caption: textOf(caption), key: marks, panels: drawings, table: tableOf(table) };
}

function isDrawn<T extends { readonly svg: string | undefined }>(drawing: T): drawing is T & { readonly svg: string } {
  return drawing.svg !== undefined;
}

function tableOf(value: unknown): Table {
  const table = objectOf(value);
  const columns = arrayOf(table.columns).map(textOf);
  return {
    columns,
    rows: arrayOf(table.rows).map((row) => columns.map((_, column) => cellOf(arrayOf(row)[column]))),
  };
}

function cellOf(value: unknown): string | number | null {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

/** Values with their intervals as texts. Why there is no number is said above the table. */
function gridAsTable({ caption, corner, columns, rows, reasons }: Read): Pick<TitledTable, "text" | "table"> {
  const names = arrayOf(columns).map(textOf);
  return {
    text: [textOf(caption), ...arrayOf(reasons).map((reason, n) => `[${n + 1}] ${textOf(reason)}`)],
    table: {
      columns: [textOf(corner), ...names],
      rows: arrayOf(rows).map((row) => {
        const { head, cells } = objectOf(row);
        return [textOf(head), ...names.map((_, column) => gridText(objectOf(arrayOf(cells)[column])))];
      }),
    },
  };
}

function gridText({ value, interval, reason }: Read): string {
  const n = numberOf(reason);
  if (n !== undefined) return `– [${n + 1}]`;
  return typeof interval === "string" ? `${textOf(value)} (${interval})` : textOf(value);
}
