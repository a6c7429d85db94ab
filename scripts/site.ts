/**
 * The documentation as a site that needs no server: `npm run site` writes dist/site from README.md, docs/ and the API reference, and
 * checks every link.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { Marked, type Tokens } from "marked";
import { type Entry, pageOfExport, readEntries, referencePages } from "./reference.ts";

const root = resolve(import.meta.dirname, "..");

/** A page of the site. `source` is where its Markdown is, or would be, in the repository: links start from there. */
interface Page {
  readonly source: string;
  readonly path: string;
  readonly title: string;
  readonly text: string;
}

interface Chapter {
  readonly title: string;
  readonly pages: readonly Page[];
  /** Whether the navigation leaves out its pages: the first one lists them. */
  readonly folded?: boolean;
}

/** All pages, by chapter, in the order of the navigation. */
export function sitePages(entries: readonly Entry[]): Chapter[] {
  const files = (pattern: string) => globSync(pattern, { cwd: root }).sort();
  const decisions = files("docs/adr/*.md").map(pageFrom);
  return [
    { title: "Guide", pages: ["README.md", ...files("docs/guides/*.md")].map(pageFrom) },
    {
      title: "Reference",
      pages: [
        ...[...referencePages(entries)].map(([file, text]) => page(`docs/reference/${file}`, text)),
        ...["models", "metrics", "reranking", "errors", "api", "artifact-format"].map((name) =>
          pageFrom(`docs/${name}.md`),
        ),
      ],
    },
    { title: "Results", pages: ["docs/studies.md", "docs/traps.md", ...files("docs/results/*.md")].map(pageFrom) },
    {
      title: "Inside",
      pages: [
        ...["docs/architecture.md", "docs/glossary.md", "PRINCIPLES.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(
          pageFrom,
        ),
        page(
          "docs/adr/index.md",
          ["# Decisions", "", ...decisions.map(({ source, title }) => `- [${title}](${basename(source)})`)].join("\n"),
        ),
      ],
    },
    { title: "Decisions", pages: decisions, folded: true },
  ];
}

function pageFrom(source: string): Page {
  return page(source, readFileSync(join(root, source), "utf8"));
}

function page(source: string, text: string): Page {
  const [, heading = source] = text.match(/^# (.+)$/m) ?? [];
  const path =
    source === "README.md"
      ? "index.html"
      : source
          .replace(/^docs\//, "")
          .toLowerCase()
          .replace(/md$/, "html");
  return { source, path, title: heading.replaceAll("`", ""), text };
}

/** Every file of the site with its HTML. */
export function renderSite(entries: readonly Entry[]): Map<string, string> {
  const chapters = sitePages(entries);
  const pages = chapters.flatMap(({ pages }) => pages);
  const pageOf = pageOfExport(entries);
  // the entries of the package that a page could be about, the page's own first
  const typesOf = ({ source }: Page) => {
    const own = entries.filter(({ exports }) => exports.some((one) => `docs/reference/${pageOf(one)}` === source));
    return new Map(
      [...own, ...entries]
        .flatMap(({ exports }) => exports)
        .reverse()
        .map((one) => [one.name, `${pageOf(one).replace(/md$/, "html")}#${one.name}`]),
    );
  };
  return new Map([
    ...pages.map((one) => [one.path, layout(one, chapters, render(one, pages, typesOf(one)))] as const),
    ["style.css", readFileSync(join(import.meta.dirname, "site.css"), "utf8")] as const,
  ]);
}

/** Links that lead nowhere, each with its page. Links to other sites are not followed. */
export function brokenLinks(site: ReadonlyMap<string, string>): string[] {
  const anchors = new Map(
    [...site].map(([path, html]) => [path, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  );
  return [...site].flatMap(([path, html]) =>
    [...html.matchAll(/ (?:href|src)="([^"]+)"/g)].flatMap(([, target]) => {
      if (/^https?:/.test(target)) return [];
      const [file, anchor] = target.split("#");
      const place = file === "" ? path : posix.join(posix.dirname(path), file);
      const found = site.has(place) && (anchor === undefined || anchors.get(place)!.has(decodeURIComponent(anchor)));
      return found ? [] : [`${path}: ${target}`];
    }),
  );
}

function render(one: Page, pages: readonly Page[], types: ReadonlyMap<string, string>): string {
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
      table(token: Tokens.Table) {
        const row = (cells: readonly Tokens.TableCell[], tag: string) =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>`;
        const body = token.rows.map((cells) => row(cells, "td")).join("\n");
        return `<div class="table"><table><thead>${row(token.header, "th")}</thead><tbody>${body}</tbody></table></div>\n`;
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
  if (!found) return existsSync(join(root, place)) ? undefined : href;
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

function layout({ path, title, text }: Page, chapters: readonly Chapter[], body: string): string {
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

if (import.meta.main) {
  const site = renderSite(readEntries());
  const broken = brokenLinks(site);
  for (const link of broken) console.error(`leads nowhere: ${link}`);
  if (broken.length > 0) process.exit(1);
  const folder = join(root, "dist/site");
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of site) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  console.log(`${site.size - 1} pages in dist/site; open dist/site/index.html`);
}
