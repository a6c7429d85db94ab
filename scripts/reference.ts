/** The API reference: what each entry of the package exports, with its doc comments, as the compiler reads them from src/. */
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { isClassDeclaration, isVariableDeclaration, type Node } from "typescript/unstable/ast";
import {
  API,
  type APIOptions,
  type Checker,
  type Project,
  SignatureKind,
  SymbolFlags,
  type Symbol as TypeSymbol,
} from "typescript/unstable/sync";
import { present } from "../src/present.ts";

const root = resolve(import.meta.dirname, "..");

/** An export, or a member of one. */
export interface Documented {
  readonly name: string;
  readonly kind: "function" | "class" | "interface" | "type" | "constant" | "member";
  /** The file that declares it, from the root of the repository. */
  readonly file: string;
  /** Its declaration without comments and bodies. */
  readonly code: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  readonly returns?: string;
  readonly throws?: string;
  readonly examples: readonly string[];
  readonly members: readonly Documented[];
}

/** What one entry of the package exports. */
export interface Entry {
  /** As a program writes it: `matinee/core`. */
  readonly name: string;
  /** Its module, from the root of the repository. */
  readonly source: string;
  readonly summary: string;
  readonly exports: readonly Documented[];
}

/** Opens the project in the compiler, does some work with it, and closes the compiler. */
export function withProject<T>(config: string, work: (project: Project) => T, options: APIOptions = {}): T {
  const api = new API({ cwd: root, ...options });
  try {
    const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects();
    return work(project);
  } finally {
    api.close();
  }
}

/** Every entry of package.json's `exports` that is made from a module of src/. */
export function readEntries(): Entry[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const modules = Object.entries<{ default?: string }>(exports).flatMap(([path, { default: file }]) => {
    const source = file?.replace("./dist/", "src/").replace(/\.js$/, ".ts");
    return source ? [{ name: path.replace(/^\./, name), source }] : [];
  });
  return withProject(join(root, "tsconfig.json"), (project) => {
    return modules.map((module) => {
      const source = project.program.getSourceFile(join(root, module.source))!;
      const exported = project.checker.getExportsOfModule(project.checker.getSymbolAtLocation(source)!);
      return {
        ...module,
        summary: commentAtTop(source.text),
        exports: exported
          .map((symbol) => documented(project.checker, symbol))
          .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)),
      };
    });
  });
}

function commentAtTop(text: string): string {
  const [, comment = ""] = text.match(/^\/\*\*([\s\S]*?)\*\//) ?? [];
  return comment.replace(/^ *\* ?/gm, "").trim();
}

function documented(checker: Checker, exported: TypeSymbol): Documented {
  const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const node = symbol.declarations[0].resolve()!;
  const tags = checker.getJsDocTagsOfSymbol(symbol);
  const textOf = (tag: string) => tags.find(({ name }) => name === tag)?.text?.replace(/\s+/g, " ");
  return {
    name: exported.name,
    kind: kindOf(checker, symbol),
    file: relative(root, node.getSourceFile().fileName),
    code: codeOf(checker, symbol, node),
    summary: checker.getDocumentationCommentOfSymbol(symbol).trim(),
    parameters: tags.flatMap(({ name, text = "" }) => {
      const [, parameter, about] = text.match(/^(\S+)\s+([\s\S]+)$/) ?? [];
      return name === "param" && parameter ? [{ name: parameter, text: about.replace(/\s+/g, " ") }] : [];
    }),
    ...present({ returns: textOf("returns"), throws: textOf("throws") }),
    examples: tags.flatMap(({ name, text }) => (name === "example" && text ? [text.trim()] : [])),
    members: membersOf(checker, symbol, node).map((member) => documented(checker, member)),
  };
}

function kindOf(checker: Checker, symbol: TypeSymbol): Documented["kind"] {
  if (symbol.flags & SymbolFlags.Function) return "function";
  if (symbol.flags & SymbolFlags.Class) return "class";
  if (symbol.flags & SymbolFlags.Interface) return "interface";
  if (symbol.flags & SymbolFlags.TypeAlias) return "type";
  if (!(symbol.flags & SymbolFlags.Variable)) return "member";
  const type = checker.getTypeOfSymbol(symbol);
  return type && checker.getSignaturesOfType(type, SignatureKind.Call).length > 0 ? "function" : "constant";
}

/** Members with a doc comment of their own: of a class or an interface, or of an object that the same file makes. */
function membersOf(checker: Checker, symbol: TypeSymbol, node: Node): readonly TypeSymbol[] {
  const type = isVariableDeclaration(node) ? checker.getTypeOfSymbol(symbol) : undefined;
  const members = type ? checker.getPropertiesOfType(type) : [...symbol.getMembers().values()];
  return members.filter((member) => {
    return (
      member.declarations.length === 1 &&
      member.declarations[0].path === symbol.declarations[0].path &&
      checker.getDocumentationCommentOfSymbol(member) !== ""
    );
  });
}

/** A declaration without comments and bodies. */
function codeOf(checker: Checker, symbol: TypeSymbol, node: Node): string {
  if (isVariableDeclaration(node)) {
    return `const ${symbol.name}: ${checker.typeToString(checker.getTypeOfSymbol(symbol)!, node)}`;
  }
  const source = node.getSourceFile();
  const { body } = node as { readonly body?: Node };
  const end = isClassDeclaration(node) ? node.members.pos - 1 : (body?.pos ?? node.end);
  return source.text
    .slice(node.getStart(source), end)
    .replace(/\/\*\*[\s\S]*?\*\/\s*|^\s*\/\/.*\n/gm, "")
    .replace(/^(export |async |declare )*/, "")
    .replace(/[;,\s]+$/, "");
}

/** Parts of a page, by the folders of src/ that the exports come from. */
const chapters: Readonly<Record<string, string>> = {
  recommender: "Training and asking",
  recommend: "Recommending",
  models: "Models",
  data: "Data",
  split: "Splitting",
  evaluate: "Evaluation",
  report: "Reports",
  artifact: "Saved models",
  server: "Server",
  store: "Store",
  client: "Client",
  content: "Texts",
  compute: "Computing",
  matrix: "Matrices",
  other: "Other",
};

/** The reference as Markdown, one page for each entry, by file name. What two entries export is described once, with the first. */
export function referencePages(entries: readonly Entry[]): Map<string, string> {
  const pages = pageOfExport(entries);
  return new Map(entries.map((entry) => [fileOf(entry.name), entryPage(entry, pages)]));
}

/** The page that describes an export. */
export function pageOfExport(entries: readonly Entry[]): (one: Documented) => string {
  const pages = new Map<string, string>();
  const key = ({ file, name }: Documented) => `${file} ${name}`;
  for (const { name, exports } of entries) {
    for (const one of exports) if (!pages.has(key(one))) pages.set(key(one), fileOf(name));
  }
  return (one) => pages.get(key(one))!;
}

/** "matinee/core" → "matinee-core.md" */
function fileOf(entry: string): string {
  return `${entry.replaceAll("/", "-")}.md`;
}

function entryPage({ name, summary, exports }: Entry, pageOf: (one: Documented) => string): string {
  const [own, elsewhere] = [true, false].map((here) =>
    exports.filter((one) => (pageOf(one) === fileOf(name)) === here),
  );
  const lines = [`# ${name}`, "", summary, ""];
  for (const [place, title] of Object.entries(chapters)) {
    const members = own.filter((one) => chapterOf(one) === place);
    if (members.length === 0) continue;
    // what a program calls comes before the types of its arguments
    const called = members.filter(({ kind }) => kind === "function" || kind === "class" || kind === "constant");
    const types = members.filter((one) => !called.includes(one));
    lines.push(`## ${title}`, "", ...[...called, ...types].flatMap((one) => section(one)));
  }
  if (elsewhere.length > 0) {
    const links = elsewhere.map((one) => `[\`${one.name}\`](${pageOf(one)}#${one.name})`);
    lines.push("## Described elsewhere", "", `\`${name}\` also exports ${links.join(", ")}.`, "");
  }
  return lines.join("\n");
}

function chapterOf({ file }: Documented): string {
  if (file === "src/train.ts" || file === "src/recommend/recommender.ts") return "recommender";
  const place = file.split(/[\\/]/)[1].replace(/\.ts$/, "");
  return place in chapters ? place : "other";
}

function section(one: Documented): string[] {
  return [
    `### ${one.name}`,
    "",
    "```ts signature",
    one.code,
    "```",
    "",
    ...description(one),
    ...one.members.flatMap(item),
  ];
}

function description({ summary, parameters, returns, throws, examples }: Documented): string[] {
  return [
    summary,
    "",
    ...parameters.flatMap(({ name, text }) => [`- \`${name}\`: ${text}`]),
    ...(returns ? [`- Returns ${returns}`] : []),
    ...(throws ? [`- Throws ${linked(throws)}`] : []),
    "",
    ...examples.flatMap((example) => ["```ts", example, "```", ""]),
  ];
}

/** A member of an interface: in one item, what its comment says. */
function item(member: Documented): string[] {
  const lines = [`\`${member.code.replace(/^readonly /, "").replace(/\s+/g, " ")}\``, "", ...description(member)];
  return [...lines.map((line, n) => (n === 0 ? `- ${line}` : line && `  ${line.replaceAll("\n", "\n  ")}`)), ""];
}

/** Codes of errors with links to the page of errors. */
function linked(throws: string): string {
  return throws.replace(/\b[A-Z]{3,}(_[A-Z]+)*\b/g, (code) => `[${code}](../errors.md)`);
}
