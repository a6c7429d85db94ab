/** The package as people install it: packed, installed into an empty folder, imported and run. Needs the registry. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { before, describe, it } from "node:test";
import { temporaryFolder } from "../helpers/command.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = temporaryFolder();
const tools = join(root, "node_modules");
let tarball: string;

function run(program: string, args: string[], cwd = folder): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function node(code: string): string {
  return run(process.execPath, ["--input-type=module", "-e", code]);
}

before(() => {
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", folder], root).replace(/^[^[]*/, ""),
  );
  tarball = join(folder, filename);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", tarball]);
});

describe("the packed package", () => {
  it("holds the code, the page and the documentation, and no sources or tests", () => {
    const files = readdirSync(join(folder, "node_modules/matinee"), { recursive: true, encoding: "utf8" });
    for (const name of [
      "dist/index.js",
      "dist/index.d.ts",
      "dist/web/index.html",
      "docs/api.md",
      "LICENSE",
      "README.md",
    ]) {
      assert.ok(files.includes(name), name);
    }
    assert.deepEqual(
      files.filter(
        (name) =>
          /(^|\/)(src|test|web\/.*\.ts)(\/|$)|\.test\.|testing|\.stamps|\.tsx?$/.test(name) && !name.endsWith(".d.ts"),
      ),
      [],
    );
  });

  it("needs no install scripts", () => {
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    const scripted = Object.entries(lock.packages as Record<string, { hasInstallScript?: boolean }>);
    assert.deepEqual(
      scripted.filter(([, entry]) => entry.hasInstallScript).map(([name]) => name),
      [],
    );
  });

  it("is imported by each of its names", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const names = Object.keys(exports).filter((name) => name !== "./package.json");
    assert.deepEqual(names, [".", "./core", "./client", "./pictures", "./server"]);
    for (const name of names) {
      const target = `matinee${name.slice(1)}`;
      assert.ok(Number(node(`console.log(Object.keys(await import("${target}")).length)`)) > 0, target);
    }
  });

  it("does what the README's example says", () => {
    const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))!;
    assert.equal(node(example).trim().split("\n").length, 6);
  });

  it("runs its command", () => {
    const command = join(folder, "node_modules/.bin/matinee");
    const data = ["--data", "synthetic-latest-small", "--json"];
    const [{ id }] = JSON.parse(run(process.execPath, [command, "data", ...data])).mostRated;
    const similar = run(process.execPath, [command, "similar", String(id), "--model", "item-knn", "--k", "2", ...data]);
    assert.equal(JSON.parse(similar).items.length, 2);
  });

  it("trains with threads", () => {
    const command = join(folder, "node_modules/.bin/matinee");
    const args = [
      "--model",
      "als",
      "--data",
      "synthetic-100k",
      "--threads",
      "2",
      "--out",
      join(folder, "als.matinee"),
      "--json",
    ];
    assert.equal(JSON.parse(run(process.execPath, [command, "train", ...args])).arithmetic, "relaxed");
  });

  it("serves its page", () => {
    const page = node(`
      import { fit, open, readRatings } from "matinee";
      import { createApp } from "matinee/server";
      const app = await createApp(open(await fit(await readRatings("synthetic-latest-small"), "popular")));
      console.log((await app.inject("/")).body);
      await app.close();
    `);
    assert.match(page, /<title>[^<]*Matinee/);
  });

  it("is clean for publint and for attw", () => {
    assert.ok(existsSync(tarball));
    run(process.execPath, [join(tools, "publint/src/cli.js"), "run", tarball, "--strict"], root);
    run(process.execPath, [join(tools, "@arethetypeswrong/cli/dist/index.js"), tarball, "--profile", "esm-only"], root);
  });
});
