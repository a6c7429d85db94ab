/** The documentation's comments, programs and links: complete, compiled, and run on made-up films. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { JSDOM } from "jsdom";
import { readEntries } from "../scripts/reference.ts";
import { brokenLinks, renderSite } from "../scripts/site.ts";
import { itemKnn, train, writeRatingsCsv } from "../src/index.ts";
import { createApp } from "../src/server/index.ts";
import { temporaryFolder } from "./helpers/command.ts";
import { madeUpFilms } from "./helpers/made-up-films.ts";
import {
  examplesOf,
  filesOf,
  importByName,
  type Program,
  redirectRequests,
  runProgram,
  saveFiles,
  typeErrors,
} from "./helpers/programs.ts";

const root = resolve(import.meta.dirname, "..");
const entries = readEntries();
const examples = entries
  .flatMap(examplesOf)
  .filter(({ code }, n, all) => all.findIndex((other) => other.code === code) === n);
const pages = ["README.md", "docs/api.md", ...globSync("docs/guides/*.md", { cwd: root }).sort()].map((page) => ({
  page,
  files: filesOf(page, readFileSync(join(root, page), "utf8")),
}));

const isProgram = ({ file }: Program) => /\.m?[jt]s$/.test(file);

/** Programs that are compiled but not run, and why. */
const notRun: Readonly<Record<string, string>> = {
  "matinee onnxEmbedder": "needs the weights of a text model",
  "matinee crossEncoder": "needs the weights of a text model",
  "matinee Recommender search": "needs the weights of a text model",
  "matinee/core textSearch": "needs the weights of a text model",
  "matinee llm": "needs a language model",
  "matinee llmRetriever": "needs a language model",
  "matinee withRetriever": "needs a language model",
};

importByName(entries);

/** Made-up films under the names that the documentation reads: those data would be downloaded, or are larger. */
const films = await madeUpFilms();
const filmsFolder = join(temporaryFolder(), "films");
await writeRatingsCsv(films, filmsFolder);

function folderWithFilms(): string {
  const folder = temporaryFolder();
  for (const name of ["ml-latest-small", "synthetic-latest-small"])
    symlinkSync(filmsFolder, join(folder, name), "junction");
  mkdirSync(join(folder, "public"));
  return folder;
}

describe("the reference", () => {
  it("has a comment for every export", () => {
    assert.ok(entries.length >= 5 && entries.every(({ summary }) => summary !== ""));
    const silent = entries.flatMap(({ name, exports }) =>
      exports.filter(({ summary }) => summary === "").map((one) => `${name} ${one.name} (${one.file})`),
    );
    assert.deepEqual(silent, []);
  });

  it("has an example for every function of matinee, matinee/client and matinee/server", () => {
    const silent = entries
      .filter(({ name }) => ["matinee", "matinee/client", "matinee/server"].includes(name))
      .flatMap(({ exports }) => exports.filter(({ kind, examples }) => kind === "function" && examples.length === 0))
      .map(({ name, file }) => `${name} (${file})`);
    assert.deepEqual(silent, []);
  });

  it("is a site whose links lead somewhere", () => {
    const site = renderSite(entries);
    assert.ok(site.size > 40);
    assert.deepEqual(brokenLinks(site), []);
    assert.deepEqual(brokenLinks(new Map([["a.html", '<h2 id="b"></h2><a href="a.html#b"></a><a href="#c"></a>']])), [
      "a.html: #c",
    ]);
  });
});

describe("the programs of the documentation", () => {
  it("are found", () => {
    assert.ok(examples.length > 50);
    for (const { page, files } of pages) assert.ok(files.some(isProgram), page);
  });

  it("compile", () => {
    const broken: Program = {
      name: "broken",
      file: "broken.mts",
      code: 'import { ease } from "matinee";\nease({ lamda: 1 });',
    };
    const programs = [...examples, ...pages.flatMap(({ files }) => files.filter(isProgram)), broken];
    const errors = typeErrors(entries, programs);
    assert.match(errors.find((error) => error.startsWith("broken, line 2")) ?? "", /lamda/);
    assert.deepEqual(
      errors.filter((error) => !error.startsWith("broken")),
      [],
    );
  });
});

describe("the examples of comments run", () => {
  let folder: string;
  let redirected: Disposable;
  before(async () => {
    folder = folderWithFilms();
    saveFiles(folder, examples);
    redirected = redirectRequests(folder);
    await serveFilms();
  });
  after(() => redirected[Symbol.dispose]());

  for (const example of examples) {
    it(example.name, { skip: notRun[example.name] ?? false }, async () => {
      await runProgram(folder, example);
    });
  }
});

describe("the programs of pages run", () => {
  for (const { page, files } of pages) {
    it(page, async () => {
      const folder = folderWithFilms();
      using _ = redirectRequests(folder);
      if (page === "docs/api.md") await serveFilms();
      saveFiles(folder, files);
      const document = documentOf(files);
      for (const program of files.filter(isProgram)) {
        const printed = await runProgram(folder, program);
        assert.equal(printed !== "", program.code.includes("console."), program.name);
      }
      if (document) {
        document.querySelector("input")!.value = "toy stroy";
        document.querySelector("input")!.dispatchEvent(new document.defaultView!.Event("change"));
        const listed = () => document.querySelectorAll("li").length;
        for (let n = 0; n < 300 && listed() < 10; n++) await setTimeout(100);
        assert.equal(listed(), 10);
      }
    });
  }

  const python = process.env.MATINEE_PYTHON ?? "python3";
  const { status } = spawnSync(python, ["-c", "import numpy, safetensors"]);
  const needsPython = { skip: status === 0 ? false : `needs ${python} with numpy and safetensors (MATINEE_PYTHON)` };

  it("docs/guides/6-from-python.md and docs/artifact-format.md in Python", needsPython, async () => {
    const folder = folderWithFilms();
    const { files } = pages.find(({ page }) => page === "docs/guides/6-from-python.md")!;
    saveFiles(folder, files);
    const printed = await runProgram(folder, files.find(isProgram)!);
    const run = (...given: string[]) => execFileSync(python, given, { cwd: folder, encoding: "utf8" });
    assert.equal(run("similar.py", "films.matinee", "260").trim(), printed);
    const [, reader] = readFileSync(join(root, "docs/artifact-format.md"), "utf8").match(/```python\n([\s\S]*?)```/)!;
    const read = run("-c", reader, "films.matinee");
    assert.match(read, /^# als on .*Toy Story \(1995\)/s);
    for (const { code } of [files.find(({ file }) => file === "similar.py")!, { code: reader }]) {
      assert.ok(code.trim().split("\n").length <= 20);
    }
  });
});

/** A server of made-up films on the port that the documentation names. */
async function serveFilms(): Promise<void> {
  const recommender = await train(films, itemKnn());
  await (await createApp(recommender)).listen({ port: 7070 });
}

/** The document of a page's index.html, as the global that its program finds; undefined where it has none. */
function documentOf(files: readonly Program[]): Document | undefined {
  const html = files.find(({ file }) => file === "index.html");
  if (!html) return undefined;
  const { document } = new JSDOM(html.code).window;
  Object.assign(globalThis, { document });
  return document;
}
