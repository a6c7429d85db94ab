/** A report as one HTML file that loads nothing: no scripts, no fonts, no pictures from elsewhere. */
import { createHash } from "node:crypto";
import { escapeHtml } from "./escape-html.ts";
import { type Panel, type Picture, panelColumns, type Table } from "./picture.ts";
import {
  type Block,
  type Fact,
  type Grid,
  type GridCell,
  type Paragraph,
  type Prose,
  type Report,
  type Section,
  standingMarks,
  type TitledTable,
} from "./report.ts";
import { style } from "./style.ts";
import { cellTexts, tableCsv } from "./tables.ts";

/** Writes a report as one HTML file that loads nothing. */
export function htmlOf({ title, about, sections }: Report): string {
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · Matinee</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(about)}</p>
${contents(sections)}
</header>
<main>
${sections.map(sectionHtml).join("\n")}
</main>
</body>
</html>
`;
}

/** Links to every heading of a block, and to the sections that have none. */
function contents(sections: readonly Section[]): string {
  const link = (to: string, title: string) => `<li><a href="#${to}">${escapeHtml(title)}</a></li>`;
  const links = sections.flatMap(({ name, title, blocks }) =>
    blocks.length === 0 ? [link(name, title)] : blocks.map((block) => link(`${name}-${block.name}`, block.title)),
  );
  return `<nav aria-label="Contents"><ul>${links.join("")}</ul></nav>`;
}

function sectionHtml({ name, title, text = [], facts = [], blocks, note }: Section): string {
  const parts = [
    `<h2 id="${name}">${escapeHtml(title)}</h2>`,
    ...(text.length > 0 ? [proseHtml(text)] : []),
    ...(facts.length > 0 ? [`<dl class="facts">${facts.map(factHtml).join("")}</dl>`] : []),
    ...blocks.map((block) => blockHtml(block, name)),
    ...(note === undefined ? [] : [`<p class="note">${escapeHtml(note)}</p>`]),
  ];
  return `<section aria-labelledby="${name}">\n${parts.join("\n")}\n</section>`;
}

function proseHtml(text: Prose): string {
  return `<div class="prose">${text.map(paragraphHtml).join("\n")}</div>`;
}

function paragraphHtml(paragraph: Paragraph): string {
  if (typeof paragraph === "string") return `<p>${escapeHtml(paragraph)}</p>`;
  if ("formula" in paragraph) return `<p class="formula">${escapeHtml(paragraph.formula)}</p>`;
  return `<p><a href="#${paragraph.to}">${escapeHtml(paragraph.see)}</a></p>`;
}

function factHtml({ name, value }: Fact): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
}

function blockHtml(block: Block, section: string): string {
  const id = `${section}-${block.name}`;
  const heading = `<h3 id="${id}">${escapeHtml(block.title)}</h3>`;
  if (block.kind === "picture") return pictureHtml(block, id, heading);
  if (block.kind === "grid") return gridHtml(block, id, heading);
  const before = heading + (block.text ? proseHtml(block.text) : "");
  return `<article>${before}${block.kind === "text" ? "" : wholeTable(block, id)}</article>`;
}

function wholeTable(block: TitledTable, id: string): string {
  return block.folded ? foldedTable(block, id, "Show") : scrollable(tableHtml(block.table), id) + downloadLink(block);
}

function pictureHtml(picture: Picture, id: string, heading: string): string {
  const { caption, key = [], panels } = picture;
  const entries = key.map(({ svg, label }) => `<li>${svg}<span>${isolatedText(label)}</span></li>`);
  return `<figure aria-labelledby="${id}">
<figcaption>${heading}<p>${escapeHtml(caption)}</p></figcaption>
${entries.length > 0 ? `<ul class="key">${entries.join("")}</ul>\n` : ""}<div class="panels of-${panelColumns(panels.length)}">
${panels.map((panel) => panelHtml(panel, id)).join("\n")}
</div>
${foldedTable(picture, id, "The numbers")}
</figure>`;
}

function panelHtml({ title, svg }: Panel, id: string): string {
  return title === undefined ? scrollable(svg, id) : `<div><h4>${isolatedText(title)}</h4>${svg}</div>`;
}

function foldedTable(block: { readonly name: string; readonly table: Table }, id: string, summary: string): string {
  return `<details><summary>${summary}</summary>${scrollable(tableHtml(block.table), id)}${downloadLink(block)}</details>`;
}

/** Wraps what may be wider than the window, so that it scrolls on its own, also by keyboard. */
function scrollable(html: string, heading: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-labelledby="${heading}">${html}</div>`;
}

function tableHtml(table: Table): string {
  const texts = cellTexts(table);
  const numeric = table.columns.map((_, column) => texts.every((row) => row[column].numeric));
  const head = table.columns.map(
    (name, n) => `<th scope="col"${numeric[n] ? ' class="number"' : ""}>${isolatedText(name)}</th>`,
  );
  const rows = texts.map(
    (row) =>
      `<tr>${row.map(({ text }, n) => (n === 0 ? `<th scope="row">${isolatedText(text)}</th>` : `<td${numeric[n] ? ' class="number"' : ""}>${isolatedText(text)}</td>`)).join("")}</tr>`,
  );
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function gridHtml({ name, caption, corner, columns, rows, reasons }: Grid, id: string, heading: string): string {
  const head = columns.map((model) => `<th scope="col" class="number">${isolatedText(model)}</th>`);
  const lines = rows.map(
    ({ head, note, cells }) =>
      `<tr><th scope="row">${isolatedText(head)}${note ? `<small>${escapeHtml(note)}</small>` : ""}</th>${cells.map((cell) => cellHtml(cell, `${id}-`)).join("")}</tr>`,
  );
  const notes = reasons.map((reason, n) => `<li id="${id}-${n + 1}">${isolatedText(reason)}</li>`);
  return `<article>
${heading}
<p>${escapeHtml(caption)}</p>
${scrollable(`<table class="grid ${name}"><thead><tr><th scope="col">${corner}</th>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`, id)}
${notes.length > 0 ? `<ol class="reasons">${notes.join("")}</ol>` : ""}
</article>`;
}

const standingLabels = { best: "the best", level: "not distinguishable from the best", behind: "" };

function cellHtml(cell: GridCell, notes: string): string {
  if ("reason" in cell) {
    const n = cell.reason + 1;
    return `<td class="number none">–<sup><a href="#${notes}${n}" aria-label="why: note ${n}">${n}</a></sup></td>`;
  }
  const { value, interval, standing = "behind" } = cell;
  const mark = standingMarks[standing]
    ? `<abbr title="${standingLabels[standing]}" role="img" aria-label="${standingLabels[standing]}">${standingMarks[standing]}</abbr>`
    : "";
  return `<td class="number ${standing}">${mark}${escapeHtml(value)}${interval ? `<small>${escapeHtml(interval)}</small>` : ""}</td>`;
}

/** A link to the unrounded numbers as CSV, embedded in the file. */
function downloadLink({ name, table }: { readonly name: string; readonly table: Table }): string {
  const data = Buffer.from(tableCsv(table)).toString("base64");
  return `<p class="download"><a download="${name}.csv" href="data:text/csv;charset=utf-8;base64,${data}">Download as CSV</a></p>`;
}

/** A name or a title within other text, isolated because its direction of writing is unknown. */
function isolatedText(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}
