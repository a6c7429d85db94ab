/** The programs in the documentation: found in Markdown and doc comments, checked by the compiler, run in this process. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Server } from "node:http";
import { registerHooks } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";
import { mock } from "node:test";
import { pathToFileURL } from "node:url";
import { type Documented, type Entry, withProject } from "../../scripts/reference.ts";

const root = resolve(import.meta.dirname, "../..");
const prelude = "the-examples-surroundings";

export interface Program {
  /** Where it is, for messages, and unique: "README.md 1", "train". */
  readonly name: string;
  /** The file that it is saved as. */
  readonly file: string;
  readonly code: string;
}

/** The files that a page has its reader save: programs (.mjs, .js) and others, in order. A program without a name gets one. */
export function filesOf(page: string, markdown: string): Program[] {
  const fences = markdown.matchAll(/(?:^|\n\n)([^\n]*(?:\n(?!\n)[^\n]*)*?)\n*```(\w+)\n([\s\S]*?)\n```/g);
  let unnamed = 0;
  return [...fences].flatMap(([, before, language, code]) => {
    const given = [...before.matchAll(/`([\w./-]+\.(?:mjs|js|html|csv|py))`/g)].at(-1)?.[1];
    const isProgram = language === "js" || language === "ts";
    if (given === undefined && !isProgram) return [];
    const file = given ?? `program-${++unnamed}.mts`;
    return [{ name: `${page} ${file}`, file, code }];
  });
}

/** The examples in the doc comments of an entry, of members too, with the imports and the surroundings that they do without. */
export function examplesOf({ name: entry, exports }: Entry): Program[] {
  const all = exports.flatMap((one) => [one, ...one.members].map((member) => [one, member] as const));
  return all.flatMap(([one, member]) =>
    member.examples.map((example, n) => {
      const name = [entry, one.name, ...(member === one ? [] : [member.name]), ...(n > 0 ? [n + 1] : [])].join(" ");
      return { name, file: `${name.replace(/\W+/g, "-")}.mts`, code: completed(example, entry, exports) };
    }),
  );
}

function completed(example: string, entry: string, exports: readonly Documented[]): string {
  const uses = (word: string) => new RegExp(`(?<![.\\w"-])${word}\\b(?!:)`).test(example);
  const declares = (word: string) =>
    new RegExp(`\\b(const|using|import)\\s+(\\{[^}]*\\b${word}\\b|\\[[^\\]]*\\b${word}\\b|${word}\\b)`).test(example);
  const imported = /^import /m.test(example)
    ? []
    : exports.filter(({ name, kind }) => (kind === "function" || kind === "constant") && uses(name) && !declares(name));
  const around = ["data", "recommender"].filter((word) => uses(word) && !declares(word));
  return [
    ...(imported.length > 0 ? [`import { ${imported.map(({ name }) => name).join(", ")} } from "${entry}";`] : []),
    ...(around.length > 0 ? [`import { ${around.join(", ")} } from "${prelude}";`] : []),
    example,
    "export {};",
  ].join("\n");
}

/** What the compiler finds wrong with programs, under the project's own strict settings, by program. */
export function typeErrors(entries: readonly Entry[], programs: readonly Program[]): string[] {
  const folder = join(root, "test/programs");
  // JavaScript is checked as TypeScript, which it is
  const files = new Map(programs.map(({ code }, n) => [join(folder, `${n}.mts`), code]));
  const config = join(folder, "tsconfig.json");
  const paths = Object.fromEntries(Object.entries(sourcesOf(entries)).map(([name, file]) => [name, [file]]));
  const compilerOptions = { paths, noUnusedLocals: false, noUnusedParameters: false };
  const settings = { extends: join(root, "tsconfig.json"), compilerOptions, include: [], files: [...files.keys()] };
  files.set(config, JSON.stringify(settings));
  return withProject(
    config,
    ({ program }) =>
      programs.flatMap(({ name, code }, n) => {
        const file = join(folder, `${n}.mts`);
        const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
        return found.map(({ text, pos }) => `${name}, line ${code.slice(0, pos).split("\n").length}: ${text}`);
      }),
    {
      fs: {
        readFile: (file) => files.get(file),
        fileExists: (file) => files.has(file) || undefined,
        directoryExists: (path) => path === folder || undefined,
      },
    },
  );
}

/** The package's entries by their names, and the surroundings of examples, as files of this repository. */
function sourcesOf(entries: readonly Entry[]): Record<string, string> {
  const sources = entries.map(({ name, source }) => [name, join(root, source)]);
  return { ...Object.fromEntries(sources), [prelude]: join(root, "test/helpers/surroundings.ts") };
}

/** Lets programs import the package, its Fastify and the surroundings of examples by name, whatever folder they are in. */
export function importByName(entries: readonly Entry[]): void {
  const sources = Object.entries(sourcesOf(entries)).map(([name, file]) => [name, pathToFileURL(file).href] as const);
  const urls = new Map([...sources, ["fastify", import.meta.resolve("fastify")]]);
  registerHooks({
    resolve: (name, context, next) => {
      const url = urls.get(name);
      return url === undefined ? next(name, context) : { url, shortCircuit: true };
    },
  });
}

/** Saves the files of a page into a folder. */
export function saveFiles(folder: string, files: readonly Program[]): void {
  for (const { file, code } of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${code}\n`);
  }
}

/** Runs a program in this process, in a folder that has it, and returns what it printed. */
export async function runProgram(folder: string, { file }: Program): Promise<string> {
  const before = process.cwd();
  const printed: string[] = [];
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const prints = (["log", "table"] as const).map((name) =>
    mock.method(console, name, (...values: unknown[]) => void printed.push(values.map(text).join(" "))),
  );
  process.chdir(folder);
  try {
    await import(pathToFileURL(join(folder, file)).href);
    return printed.join("\n");
  } finally {
    process.chdir(before);
    for (const { mock } of prints) mock.restore();
  }
}

/**
 * Until it is disposed of, lets programs listen on free ports in place of those that they name, and leads their requests there. A
 * request without a host is for a file in its folder public or, from the root, for the latest server.
 */
export function redirectRequests(folder: string): Disposable {
  const servers = new Map<number, Server>();
  const { listen } = Server.prototype;
  const send = globalThis.fetch;
  const listens = mock.method(Server.prototype, "listen", function (this: Server, where: Where, ...rest: unknown[]) {
    servers.set(typeof where === "number" ? where : where.port, this);
    return Reflect.apply(listen, this, [typeof where === "number" ? 0 : { ...where, port: 0 }, ...rest]);
  });
  const fetches = mock.method(globalThis, "fetch", async (url: string, init?: RequestInit) => {
    if (!URL.canParse(url) && !url.startsWith("/")) return new Response(readFileSync(join(folder, "public", url)));
    const address = new URL(url, "http://localhost");
    // A page's own server is the one that the program before it started.
    const server = url.startsWith("/") ? [...servers.values()].at(-1) : servers.get(Number(address.port));
    assert.ok(server, `${url} leaves this machine`);
    address.port = String((server.address() as AddressInfo).port);
    return send(address, init);
  });
  return {
    [Symbol.dispose]() {
      listens.mock.restore();
      fetches.mock.restore();
      for (const server of servers.values()) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

type Where = number | { readonly port: number };
