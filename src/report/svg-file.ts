/** A picture as one file of SVG, for a page of Markdown or to be kept: it has its colours with it. */
import { colours } from "./colours.ts";
import { escapeHtml } from "./escape-html.ts";
import { type Picture, panelColumns } from "./picture.ts";

const [gap, top, textHeight] = [20, 28, 17];

/** Places the panels in rows, each below its title, and the key below them. It is dark on white. */
export function svgFile({ panels, title, key = [] }: Picture): string {
  const columns = panelColumns(panels.length);
  let [left, bottom, rowBottom, right] = [0, 0, 0, 0];
  const placed = panels.map(({ svg, title: name = "" }, n) => {
    if (n % columns === 0) [left, bottom] = [0, rowBottom];
    const [x, y] = [left, bottom + top];
    left += sizeOf(svg, "width") + gap;
    right = Math.max(right, left - gap);
    rowBottom = Math.max(rowBottom, y + sizeOf(svg, "height"));
    return `<text x="${x + 12}" y="${y - 10}" font-weight="600">${escapeHtml(name)}</text>${placedAt(svg, x, y)}`;
  });
  let at = 12;
  const named = key.map(({ svg, label }) => {
    const [x, labelled] = [at, at + sizeOf(svg, "width") + 6];
    at = labelled + 22 + 7.5 * label.length;
    return `${placedAt(svg, x, rowBottom + 6)}<text x="${labelled}" y="${rowBottom + 19}">${escapeHtml(label)}</text>`;
  });
  const keyHeight = Math.max(textHeight, ...key.map(({ svg }) => sizeOf(svg, "height"))) + 15;
  const [width, height] = [Math.max(right, at), rowBottom + keyHeight];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeHtml(title)}" font-family="system-ui, sans-serif" font-size="13" color="#444" fill="#444"><rect width="100%" height="100%" fill="#fff"/>${coloured(placed.join("") + named.join(""))}</svg>\n`;
}

/** With colours in the place of variables, which many programs that show SVG do not know. */
function coloured(svg: string): string {
  return svg.replace(/var\(--([\w-]+)\)/g, (_, name) => (name === "surface" ? "#fff" : colours[name][0]));
}

function placedAt(svg: string, x: number, y: number): string {
  return svg.replace("<svg ", `<svg x="${x}" y="${y}" `);
}

function sizeOf(svg: string, name: "width" | "height"): number {
  return Number(new RegExp(`<svg [^>]*\\b${name}="([\\d.]+)"`).exec(svg)?.[1]);
}
