/** A picture as one file of SVG, for a page of Markdown: it has its colours with it. */
import { escapeHtml } from "./html.ts";
import type { Picture } from "./picture.ts";

const [gap, top, keyHeight] = [20, 28, 32];

/** Colours of the series on white, by the names that pictures use. */
const colours = ["#0072bd", "#d2570f", "#008a64", "#b04a92", "#8f6d00"];

/** Places the panels side by side, each below its title, and the key below them. */
export function svgFile({ panels, title, key = [] }: Picture): string {
  const sizes = panels.map(({ svg }) => ({ width: sizeOf(svg, "width"), height: sizeOf(svg, "height") }));
  let left = 0;
  const placed = panels.map(({ svg, title: name = "" }, n) => {
    const [x, y] = [left, top];
    left += sizes[n].width + gap;
    return `<text x="${x + 12}" y="18" font-weight="600">${escapeHtml(name)}</text>${placedAt(svg, x, y)}`;
  });
  const bottom = top + Math.max(...sizes.map(({ height }) => height));
  let at = 12;
  const named = key.map(({ svg, label }) => {
    const x = at;
    at += 44 + 7.5 * label.length;
    return `${placedAt(svg, x, bottom + 6)}<text x="${x + 22}" y="${bottom + 19}">${escapeHtml(label)}</text>`;
  });
  const [width, height] = [Math.max(left - gap, at), bottom + keyHeight];
  const variables = colours.map((colour, n) => `--series-${n}: ${colour};`).join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escapeHtml(title)}" font-family="system-ui, sans-serif" font-size="13" color="#444" fill="#444"><style>svg { ${variables} --surface: #fff; }</style><rect width="100%" height="100%" fill="#fff"/>${placed.join("")}${named.join("")}</svg>\n`;
}

function placedAt(svg: string, x: number, y: number): string {
  return svg.replace("<svg ", `<svg x="${x}" y="${y}" `);
}

function sizeOf(svg: string, name: "width" | "height"): number {
  return Number(new RegExp(`<svg [^>]*\\b${name}="([\\d.]+)"`).exec(svg)?.[1]);
}
