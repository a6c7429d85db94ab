/** Pictures in files that somebody brought. Their markup may come from anywhere, so that only what pictures of `src/report` are made of is kept. */
import { colours } from "../../../src/report/colours.ts";

const elements = new Set(["svg", "g", "path", "line", "rect", "circle", "text", "tspan", "title"]);

const attributes = new Set(
  [
    "viewBox width height x y x1 x2 y1 y2 dx dy cx cy r rx ry d points transform",
    "fill fill-opacity stroke stroke-opacity stroke-width stroke-dasharray stroke-linecap stroke-linejoin opacity shape-rendering",
    "font-family font-size font-weight font-variant text-anchor dominant-baseline",
    "role aria-label aria-hidden data-mark",
  ].flatMap((line) => line.split(" ")),
);

/** A tag with its attributes in double quotes, or text. */
const token = /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|[^<]+/gy;

/**
 * The markup of a picture, without attributes that no picture has.
 *
 * @returns undefined where it has other elements, or is no whole picture
 */
export function cleanSvg(markup: string): string | undefined {
  const open: string[] = [];
  let cleaned = "";
  let read = 0;
  for (const [text, closes, name, given, empty] of markup.matchAll(token)) {
    const within = open.length > 0;
    read += text.length;
    if (name === undefined) {
      if (!within) return undefined;
      cleaned += text;
    } else if (closes) {
      if (open.pop() !== name) return undefined;
      cleaned += `</${name}>`;
    } else {
      if (!elements.has(name) || within === (name === "svg") || (!within && cleaned !== "")) return undefined;
      cleaned += `<${name}${keptAttributes(given)}${empty ? "/" : ""}>`;
      if (!empty) open.push(name);
    }
  }
  return cleaned !== "" && open.length === 0 && read === markup.length ? cleaned : undefined;
}

function keptAttributes(given: string): string {
  return Array.from(given.matchAll(/([\w:-]+)="([^"]*)"/g), ([, name, value]) => {
    if (name === "class" && value === "plot") return ' class="plot"';
    return attributes.has(name) && isHarmless(value) ? ` ${name}="${value.replaceAll("<", "&lt;")}"` : "";
  }).join("");
}

/** Refers to nothing but colours that there are. */
function isHarmless(value: string): boolean {
  if (/url\s*\(/i.test(value)) return false;
  return Array.from(value.matchAll(/var\(\s*--([\w-]*)/g)).every(([, name]) => Object.hasOwn(colours, name));
}
