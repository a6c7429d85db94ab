/** The package as people install it: packed, installed into an empty folder, imported and run. Needs the registry. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { launch, skipReason } from "../browser/browser.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { filesOf, saveFiles } from "../helpers/programs.ts";
import { miniLm } from "../helpers/text-models.ts";

/** What the package promises to compile, and what it promises not to. */
const program = `
import { als, compare, ease, hybrid, loadRecommender, readRatings, splits, tfidf, train, tune } from "matinee";
import { fit, openModel, similar } from "matinee/core";
const data = await readRatings("ml-latest-small");
const recommender = await train(data, ease({ lambda: 1000 }), { seed: 7, threads: 2 });
const request = { ratings: [{ id: 260, rating: 5 }], k: 10, genres: ["Drama"], exclude: [1196], explain: true };
const films = await recommender.recommend(request);
console.log(films[0]?.title, films.unknown, await recommender.recommend({ user: 3 }));
recommender.similar(260, { k: 5 });
recommender.predict({ user: 3, items: [122] });
recommender.neighbours({ user: 3, k: 5 });
await recommender.save("films.matinee");
const again = await loadRecommender("films.matinee", { data });
for await (const row of again.recommendAll({ k: 10 })) console.log(row.user, row.items);
const blend = hybrid([als({ factors: 32 }), tfidf()], { weights: "learn" });
const result = await compare(data, [ease(), als(), blend], splits.perUser(0.8), { metrics: ["ndcg@10"] });
console.table(result.table("ndcg@10"));
await tune(data, als(), { trials: 30 });

// @ts-expect-error a misspelt setting
ease({ lamda: 1 });
// @ts-expect-error settings among the options
await train(data, als(), { factors: 3 });
// @ts-expect-error no such metric
await compare(data, [ease()], splits.perUser(0.8), { metrics: ["ndgc@10"] });
// @ts-expect-error an id for an index
similar(openModel(await fit(data, als())), 260);
`;

/** What compiles with dom, and without the optional packages. */
const drawing = `
import { loadRecommender } from "matinee";
import { createClient } from "matinee/client";
import { blankDocument, htmlOf, inspectReport, loadPlot, normsPicture } from "matinee/report";
import { createApp } from "matinee/server";
export { blankDocument, createApp, createClient, htmlOf, inspectReport, loadPlot, loadRecommender, normsPicture };
`;

const root = resolve(import.meta.dirname, "../..");
const folder = temporaryFolder();
const tools = join(root, "node_modules");
const installed = join(folder, "node_modules/matinee");
let tarball: string;
/** How long its installation took, in seconds. */
let seconds: number;

/** A Node on this machine that is too old for Matinee; undefined where there is none. */
const oldNode = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((place) => !place.includes("node_modules"))
  .map((place) => join(place, process.platform === "win32" ? "node.exe" : "node"))
  .find((program) => existsSync(program) && Number(/^v(\d+)/.exec(run(program, ["--version"], root))?.[1]) < 24);

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
  const start = performance.now();
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", tarball]);
  seconds = (performance.now() - start) / 1000;
});

describe("the packed package", () => {
  it("holds the code, the page and the documentation, and no sources or tests", () => {
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
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

  it("holds no source maps, whose sources it would lack", () => {
    assert.deepEqual(globSync("**/*.map", { cwd: installed }), []);
    for (const name of globSync("dist/**/*.js", { cwd: installed })) {
      assert.ok(!readFileSync(join(installed, name), "utf8").includes("sourceMappingURL"), name);
    }
  });

  it("holds every file that its pages link to", () => {
    const pages = globSync("{*,docs/**/*}.md", { cwd: installed });
    assert.ok(pages.includes("README.md") && pages.length > 20);
    for (const page of pages) {
      const text = readFileSync(join(installed, page), "utf8").replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
      for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        assert.ok(existsSync(resolve(installed, page, "..", target)), `${page} → ${target}`);
      }
    }
  });

  describe("on an old Node", oldNode ? {} : { skip: "no Node older than 24 on the PATH" }, () => {
    const needed = /this is Node \d+\.\d+\.\d+, and Matinee needs Node 24 or later/;

    it("the command says in one line what is needed", () => {
      const { status, stdout, stderr } = spawnSync(oldNode!, [join(installed, "dist/cli/main.js"), "--help"], {
        encoding: "utf8",
      });
      assert.deepEqual([status, stdout, stderr.trimEnd().split("\n").length], [1, "", 1]);
      assert.match(stderr, needed);
    });

    for (const name of ["matinee", "matinee/server", "matinee/report"]) {
      it(`the import of ${name} fails with that line`, () => {
        const code = `import("${name}").catch((error) => console.log(error.message))`;
        assert.match(run(oldNode!, ["-e", code]), new RegExp(`^${needed.source}\n$`));
      });
    }
  });

  it("needs no install scripts", () => {
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    const scripted = Object.entries(lock.packages as Record<string, { hasInstallScript?: boolean }>);
    assert.deepEqual(
      scripted.filter(([, entry]) => entry.hasInstallScript).map(([name]) => name),
      [],
    );
  });

  it("weighs at most 40 MB in 60 packages", (t) => {
    const { packages } = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8"));
    const count = Object.keys(packages).length;
    const files = readdirSync(join(folder, "node_modules"), { recursive: true, encoding: "utf8" });
    const bytes = files.reduce((sum, name) => sum + lstatSync(join(folder, "node_modules", name)).size, 0);
    t.diagnostic(`${bytes.toLocaleString("en-US")} bytes, ${count} packages, installed in ${seconds.toFixed(1)} s`);
    assert.ok(bytes <= 40e6, `${bytes} bytes`);
    assert.ok(count <= 60, `${count} packages`);
  });

  it("is imported by each of its names", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const names = Object.keys(exports).filter((name) => name !== "./package.json");
    assert.deepEqual(names, [".", "./core", "./client", "./report", "./server"]);
    for (const name of names) {
      const target = `matinee${name.slice(1)}`;
      assert.ok(Number(node(`console.log(Object.keys(await import("${target}")).length)`)) > 0, target);
    }
  });

  it("does what the README's example says", () => {
    const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))!;
    assert.equal(node(example).trim().split("\n").length, 6);
  });

  it("compiles strictly without dom, under TypeScript 5.9 and 7, and refuses ids for indices and unknown settings", () => {
    run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "typescript@5.9", "@types/node@26"]);
    writeFileSync(join(folder, "program.ts"), program);
    writeFileSync(join(folder, "drawing.ts"), drawing);
    for (const compiler of [join(folder, "node_modules"), tools]) {
      for (const [module, resolution] of [
        ["nodenext", "nodenext"],
        ["esnext", "bundler"],
      ]) {
        const strict = [
          "--strict",
          "--noUncheckedIndexedAccess",
          "--exactOptionalPropertyTypes",
          "--skipLibCheck",
          "false",
        ];
        const modules = ["--module", module, "--moduleResolution", resolution];
        for (const [file, lib] of [
          ["program.ts", "es2023,esnext.disposable"],
          ["drawing.ts", "es2023,esnext.disposable,dom,dom.iterable"],
        ]) {
          const target = ["--target", "es2023", "--lib", lib, "--types", "node", "--noEmit"];
          run(process.execPath, [join(compiler, "typescript/bin/tsc"), ...strict, ...target, ...modules, file]);
        }
      }
    }
  });

  it("runs its command", () => {
    const command = join(folder, "node_modules/.bin/matinee");
    const data = ["--data", "synthetic-latest-small", "--json"];
    const [{ id }] = JSON.parse(run(process.execPath, [command, "data", ...data])).mostRated;
    const similar = run(process.execPath, [command, "similar", String(id), "--model", "item-knn", "--k", "2", ...data]);
    assert.equal(JSON.parse(similar).items.length, 2);
  });

  it("says before any work which packages a report needs, and draws it once they are installed", () => {
    const command = join(folder, "node_modules/.bin/matinee");
    const args = [command, "inspect", "--data", "synthetic-latest-small", "--report", join(folder, "report.html")];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    const install = "@observablehq/plot linkedom";
    const line = `matinee: the package @observablehq/plot is not installed (npm install ${install})\n`;
    assert.deepEqual([status, stdout, stderr], [2, "", line]);
    run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...install.split(" ")]);
    run(process.execPath, args);
    assert.match(readFileSync(join(folder, "report.html"), "utf8"), /<svg/);
    run("npm", ["uninstall", "--no-audit", "--no-fund", "--loglevel=error", ...install.split(" ")]);
  });

  it("runs text models once the README's command has installed what they need", {
    skip: !existsSync(miniLm) && `nothing at ${miniLm}`,
  }, () => {
    const command = join(folder, "node_modules/.bin/matinee");
    const train = ["train", "--model", "text", "--set", `model=${miniLm}`, "--data", "synthetic-100k", "--json"];
    const args = [command, ...train, "--out", join(folder, "text.matinee")];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.equal(status, 2);
    const [line] = /^npm install --ignore-scripts onnxruntime-node .*$/m.exec(
      readFileSync(join(root, "README.md"), "utf8"),
    )!;
    assert.ok(stderr.includes(`is not installed (${line};`), stderr);
    const [program, ...words] = line.split(" ");
    run(program, [...words, "--no-audit", "--no-fund", "--loglevel=error"]);
    assert.equal(JSON.parse(run(process.execPath, args)).model, "text");
    run("npm", ["uninstall", "--no-audit", "--no-fund", "--loglevel=error", ...words.slice(2)]);
  });

  it(
    "plays the nights of the guide, whose last model is refused, and goes on by its command",
    needsData("ml-latest-small"),
    () => {
      const place = join(folder, "nights");
      const page = "docs/guides/3-nightly-retraining.md";
      const text = readFileSync(join(root, page), "utf8");
      const programs = filesOf(page, text).filter(({ file }) => ["nightly.mjs", "schedule.mjs"].includes(file));
      saveFiles(place, programs);
      symlinkSync(dataFolder("ml-latest-small"), join(place, "ml-latest-small"), "junction");
      assert.ok(programs[0].code.split("\n").length <= 40);

      const [, shown] = /prints[^`]*```text\n([\s\S]*?)\n```/.exec(text)!;
      const withoutDay = (line: string) => line.replace(/\d{4}-\d{2}-\d{2}/g, "DAY").replace(/0\.\d+/g, "N");
      const nightly = () => run(process.execPath, ["nightly.mjs"], place).trim();
      assert.equal(withoutDay(nightly()), withoutDay(shown));
      const models = () => globSync("*.matinee", { cwd: join(place, "models") }).sort();
      assert.equal(models().length, 2);

      const [, line] = /^npx matinee (retrain .*)$/m.exec(text)!;
      const night = (...more: string[]) =>
        spawnSync(process.execPath, [join(installed, "dist/cli/main.js"), ...line.split(" "), ...more], {
          cwd: place,
          encoding: "utf8",
        });
      const usual = night("--json");
      assert.equal(usual.status, 0, usual.stderr);
      const { outcome, active, previous } = JSON.parse(usual.stdout);
      assert.deepEqual([outcome, ...[previous, active].map(withoutDay)], ["switched", "DAY-ease-2", "DAY-ease-3"]);
      assert.ok(models().includes(`${active}.matinee`));
      const worse = night("--model", "als", "--set", "factors=8", "iterations=1", "--json");
      assert.deepEqual([worse.status, JSON.parse(worse.stdout).outcome], [8, "kept"]);
      assert.match(worse.stderr, /matinee: kept the old one, .* \(.*--force\)\n$/);
      assert.equal(models().length, 3);
      assert.match(run(process.execPath, ["schedule.mjs"], place), /running: false/);
    },
  );

  it("stands behind a shop, by the guide word by word in an empty folder", async (t) => {
    const text = readFileSync(join(root, "docs/guides/8-behind-your-shop.md"), "utf8");
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, lines]) => lines.trim().split("\n"));
    const commands = blocks.map((line) => line.replace(/^npm install matinee /, `npm install ${tarball} `));
    const place = join(temporaryFolder(), "shop");
    const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
    const options = { cwd: place, env: { ...process.env, PATH: path }, encoding: "utf8", shell: false } as const;
    assert.deepEqual(commands.splice(0, 2), ["mkdir shop", "cd shop"]);
    assert.equal(commands.pop(), "node shop.mjs");
    mkdirSync(place);
    saveFiles(place, filesOf("the guide", text));
    for (const command of commands) {
      const [program, ...words] = command.split(" ");
      const { status, stderr, error } = spawnSync(program, words, options);
      assert.equal(status, 0, `${command}: ${stderr} ${error ?? ""}`);
    }
    const events = () =>
      Number(
        execFileSync(
          "node",
          [
            "--input-type=module",
            "-e",
            `import { openStore } from "matinee/server";
          await using store = await openStore("shop.db");
          console.log((await store.counts()).events);`,
          ],
          options,
        ),
      );
    const before = events();
    const server = spawn("node", ["shop.mjs"], {
      cwd: place,
      env: options.env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    try {
      const address = "http://127.0.0.1:8082/";
      for (let n = 0; n < 200 && !(await fetch(address).catch(() => undefined)); n++) await setTimeout(50);
      if (skipReason) return t.diagnostic(`its page was not looked at: ${skipReason}`);
      await using browser = await launch();
      const page = await browser.newPage();
      await page.goto(address);
      await page.getByLabel("A film").fill("toy stroy");
      await page.getByLabel("A film").press("Enter");
      await page.waitForFunction(() => document.querySelectorAll("li").length === 10);
      const [first] = await page.locator("li").allInnerTexts();
      assert.match(first, /^(Up|Babe|Shrek) /);
      assert.equal(events(), before + 1);
    } finally {
      server.kill();
    }
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
      import { popular, readRatings, train } from "matinee";
      import { createApp } from "matinee/server";
      const app = await createApp(await train(await readRatings("synthetic-latest-small"), popular()));
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
