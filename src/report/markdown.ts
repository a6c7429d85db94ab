/** A report as Markdown: its tables, and the description of each picture in place of the picture. */
import type { Picture } from "./picture.ts";
import { type Block, type Grid, type GridCell, type Prose, type Report, standingMarks } from "./report.ts";
import { cellTexts } from "./tables.ts";

/** Writes a report as Markdown: tables, and descriptions in place of pictures. */
export function markdownOf({ title, about, sections }: Report): string {
  const blocks = sections.flatMap(({ title, text = [], facts = [], blocks, note }) => [
    `## ${escapeMarkdown(title)}`,
    ...proseLines(text),
    ...(facts.length > 0
      ? [facts.map(({ name, value }) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(value)}`).join("\n")]
      : []),
    ...blocks.flatMap(blockLines),
    ...(note === undefined ? [] : [escapeMarkdown(note)]),
  ]);
  return `${[`# ${escapeMarkdown(title)}`, escapeMarkdown(about), ...blocks].join("\n\n")}\n`;
}

function blockLines(block: Block): string[] {
  const head = `### ${escapeMarkdown(block.title)}`;
  if (block.kind === "grid") return [head, escapeMarkdown(block.caption), gridTable(block), ...reasonLines(block)];
  if (block.kind === "text") return [head, ...proseLines(block.text)];
  const texts = cellTexts(block.table).map((row) => row.map(({ text }) => escapeMarkdown(text)));
  const rows = markdownTable(block.table.columns.map(escapeMarkdown), texts);
  if (block.kind === "picture") return [head, escapeMarkdown(block.caption), ...pictureLines(block), rows];
  return [head, ...proseLines(block.text ?? []), rows];
}

/** A way to another place is the name of its heading. */
function proseLines(text: Prose): string[] {
  return text.map((paragraph) => {
    if (typeof paragraph === "string") return escapeMarkdown(paragraph);
    return "formula" in paragraph ? `> ${escapeMarkdown(paragraph.formula)}` : escapeMarkdown(paragraph.see);
  });
}

function pictureLines({ panels }: Picture): string[] {
  return panels.map(({ alt }) => `> ${escapeMarkdown(alt)}`);
}

function gridTable({ corner, columns, rows }: Grid): string {
  return markdownTable(
    [corner, ...columns.map(escapeMarkdown)],
    rows.map(({ head, cells }) => [escapeMarkdown(head), ...cells.map(cellText)]),
  );
}

function cellText(cell: GridCell): string {
  if ("reason" in cell) return `– [${cell.reason + 1}]`;
  const { value, interval, standing = "behind" } = cell;
  return [standing === "best" ? `**${value}**` : value, standingMarks[standing], interval ? `(${interval})` : ""]
    .filter(Boolean)
    .join(" ");
}

function reasonLines({ reasons }: Grid): string[] {
  return reasons.length === 0 ? [] : [reasons.map((reason, n) => `- [${n + 1}] ${escapeMarkdown(reason)}`).join("\n")];
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Escapes text so that Markdown shows it literally, on one line. */
function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|~&#]/g, (character) => `\\${character}`);
}
