/**
 * The documentation as a site that needs no server: `npm run site` writes dist/site from README.md, docs/ and the API reference, and
 * checks every link.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { type Entry, pageOfExport, readEntries, referencePages } from "./reference.ts";
import { type Chapter, layout, type Page, render } from "./site-page.ts";

const root = resolve(import.meta.dirname, "..");

/** All pages, by chapter, in the order of the navigation. */
export function sitePages(entries: readonly Entry[]): Chapter[] {
  const files = (pattern: string) => globSync(pattern, { cwd: root }).sort();
  const decisions = files("docs/adr/*.md").map(pageFrom);
  return [
    {
      title: "Guide",
      pages: ["README.md", ...files("docs/guides/*.md"), "docs/static-site.md", "docs/scale.md"].map(pageFrom),
    },
    {
      title: "Reference",
      pages: [
        ...[...referencePages(entries)].map(([file, text]) => page(`docs/reference/${file}`, text)),
        ...["models", "metrics", "reranking", "errors", "api", "artifact-format"].map((name) =>
          pageFrom(`docs/${name}.md`),
        ),
      ],
    },
    {
      title: "Results",
      pages: ["docs/studies.md", "docs/scale.md", "docs/traps.md", ...files("docs/results/*.md")].map(pageFrom),
    },
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
      if (/^(https?|data):/.test(target)) return [];
      const [file, anchor] = target.split("#");
      const place = file === "" ? path : posix.join(posix.dirname(path), file);
      const found = site.has(place) && (anchor === undefined || anchors.get(place)!.has(decodeURIComponent(anchor)));
      return found ? [] : [`${path}: ${target}`];
    }),
  );
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
