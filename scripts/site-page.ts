/** A page of the site: from Markdown to HTML. */
import { existsSync, readFileSync } from "node:fs";
import { posix, resolve } from "node:path";
import { Marked, type Tokens } from "marked";

const root = resolve(import.meta.dirname, "..");

/** A page of the site. `source` is where its Markdown is, or would be, in the repository: links start from there. */
export interface Page {
  readonly source: string;
  readonly path: string;
  readonly title: string;
  readonly text: string;
}

/** Pages under one heading of the navigation. */
export interface Chapter {
  readonly title: string;
  readonly pages: readonly Page[];
  /** Whether the navigation leaves out its pages: the first one lists them. */
  readonly folded?: boolean;
}

/** The Markdown of a page as HTML, with links to the other pages and, in signatures, to the types. */
export function render(one: Page, pages: readonly Page[], types: ReadonlyMap<string, string>): string {
  const seen = new Map<string, number>();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        // names of exports may differ by their first letter's case alone
        const name = one.source.startsWith("docs/reference/") && depth === 3 ? text : slug(text);
        const times = seen.get(name) ?? 0;
        seen.set(name, times + 1);
        const id = times === 0 ? name : `${name}-${times}`;
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`;
      },
      // within the page: a picture as a file of its own would have to be copied
      image({ href, text }: Tokens.Image) {
        const picture = readFileSync(resolve(root, posix.join(posix.dirname(one.source), href)));
        if (href.endsWith(".svg")) return picture.toString();
        return `<img src="data:image/png;base64,${picture.toString("base64")}" alt="${escaped(text)}" />`;
      },
      link({ href, tokens }: Tokens.Link) {
        const text = this.parser.parseInline(tokens);
        const target = targetOf(href, one, pages);
        return target === undefined ? text : `<a href="${target}">${text}</a>`;
      },
      code({ text, lang = "" }: Tokens.Code) {
        const html = lang.endsWith("signature")
          ? highlighted(text).replace(/\b[A-Za-z]\w+\b(?![^<]*>)/g, (name) => {
              const target = types.get(name);
              return target ? `<a href="${target}">${name}</a>` : name;
            })
          : /^(ts|js|python)\b/.test(lang)
            ? highlighted(text)
            : escaped(text);
        return `<pre><code>${html}</code></pre>\n`;
      },
    },
  });
  return marked.parse(one.text, { async: false });
}

/** Where a link of a Markdown file leads in the site; undefined for a file of the repository that has no page. */
function targetOf(href: string, { source, path }: Page, pages: readonly Page[]): string | undefined {
  if (/^(https?:|#)/.test(href)) return href;
  const [file, anchor] = href.split("#");
  const place = posix.join(posix.dirname(source), file);
  const found = pages.find((other) => other.source === place || other.source === posix.join(place, "index.md"));
  if (!found) return existsSync(resolve(root, place)) ? undefined : href;
  return posix.relative(posix.dirname(path), found.path) + (anchor === undefined ? "" : `#${anchor}`);
}

/** The anchor of a heading, as GitHub makes it. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Code with its comments, strings and keywords marked. */
function highlighted(code: string): string {
  const words =
    "await async break class const continue def else export extends for from function if import in interface let new of return type using while with";
  const tokens = new RegExp(
    `(\\/\\/.*|\\/\\*[\\s\\S]*?\\*\\/|(?<=^|\\s)#.*)|("(?:[^"\\\\\\n]|\\\\.)*"|\`[^\`]*\`)|\\b(${words.replaceAll(" ", "|")}|readonly)\\b`,
    "gm",
  );
  let html = "";
  let from = 0;
  for (const match of code.matchAll(tokens)) {
    const [text, comment, string] = match;
    const kind = comment === undefined ? (string === undefined ? "k" : "s") : "c";
    html += `${escaped(code.slice(from, match.index))}<span class="${kind}">${escaped(text)}</span>`;
    from = match.index + text.length;
  }
  return html + escaped(code.slice(from));
}

/** A whole page around its HTML: navigation, and the headings of long pages. */
export function layout({ path, title, text }: Page, chapters: readonly Chapter[], body: string): string {
  const up = (target: string) => posix.relative(posix.dirname(path), target);
  const navigation = chapters
    .filter(({ folded }) => !folded)
    .map(({ title, pages }) => {
      const links = pages.map((one) => {
        const current = one.path === path ? ' aria-current="page"' : "";
        return `<li><a href="${up(one.path)}"${current}>${escaped(one.path === "index.html" ? "Overview" : one.title)}</a></li>`;
      });
      return `<h2>${title}</h2>\n<ul>${links.join("\n")}</ul>`;
    });
  const level = text.match(/^### /gm) && path.startsWith("reference/matinee") ? "h[23]" : "h2";
  const contents = [...body.matchAll(new RegExp(`<(${level}) id="([^"]+)"><a [^>]*>(.*?)</a></`, "g"))].map(
    ([, tag, id, html]) => `<li class="${tag}"><a href="#${id}">${html.replace(/<[^>]+>/g, "")}</a></li>`,
  );
  const aside =
    contents.length > 1
      ? `<nav class="page" aria-label="On this page"><h2>On this page</h2>\n<ul>${contents.join("\n")}</ul></nav>`
      : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(path === "index.html" ? title : `${title} – Matinee`)}</title>
<link rel="stylesheet" href="${up("style.css")}">
</head>
<body>
<nav class="site" aria-label="Pages"><details open><summary>Matinee</summary>
${navigation.join("\n")}</details></nav>
<script>if (matchMedia("(max-width: 48rem)").matches) document.querySelector("details").open = false;</script>
<main>
${body}</main>
${aside}
</body>
</html>
`;
}
