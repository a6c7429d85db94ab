/** The picture in docs/architecture.md, held against the imports as they are. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, it } from "node:test";
import { algorithms } from "../src/models/registry.ts";

const source = resolve(import.meta.dirname, "../src");

/** Which folders a folder may import from, itself apart. Files directly in src/ are named one by one. */
const arrows: Record<string, readonly string[]> = {
  "errors.ts": [],
  "free-memory.ts": [],
  "hash.ts": [],
  "make-once.ts": [],
  "in-steps.ts": [],
  "numbers.ts": [],
  "present.ts": [],
  "random.ts": [],
  "bootstrap.ts": ["random.ts"],
  "replace-file.ts": ["errors.ts"],
  "checked-file.ts": ["replace-file.ts"],
  "did-you-mean.ts": [],
  "check-arguments.ts": ["did-you-mean.ts", "errors.ts"],
  "optional-package.ts": ["errors.ts"],
  "processes.ts": [],
  "require-node.ts": [],
  "version.ts": [],
  matrix: [],
  compute: ["errors.ts", "optional-package.ts", "matrix"],
  data: [
    "check-arguments.ts",
    "errors.ts",
    "hash.ts",
    "random.ts",
    "processes.ts",
    "replace-file.ts",
    "did-you-mean.ts",
    "matrix",
    "compute",
  ],
  split: ["check-arguments.ts", "errors.ts", "hash.ts", "random.ts", "did-you-mean.ts", "matrix", "data"],
  content: ["checked-file.ts", "errors.ts", "optional-package.ts", "matrix", "compute", "data"],
  models: [
    "check-arguments.ts",
    "errors.ts",
    "random.ts",
    "did-you-mean.ts",
    "version.ts",
    "matrix",
    "compute",
    "data",
    "content",
  ],
  recommend: [
    "did-you-mean.ts",
    "check-arguments.ts",
    "errors.ts",
    "numbers.ts",
    "random.ts",
    "replace-file.ts",
    "matrix",
    "compute",
    "data",
    "content",
    "models",
    "artifact",
  ],
  evaluate: [
    "bootstrap.ts",
    "check-arguments.ts",
    "errors.ts",
    "hash.ts",
    "numbers.ts",
    "random.ts",
    "checked-file.ts",
    "did-you-mean.ts",
    "version.ts",
    "matrix",
    "compute",
    "content",
    "data",
    "split",
    "models",
    "recommend",
  ],
  report: [
    "errors.ts",
    "numbers.ts",
    "require-node.ts",
    "version.ts",
    "matrix",
    "compute",
    "data",
    "models",
    "recommend",
    "evaluate",
  ],
  artifact: ["errors.ts", "hash.ts", "numbers.ts", "replace-file.ts", "data", "models"],
  bench: [
    "errors.ts",
    "hash.ts",
    "numbers.ts",
    "random.ts",
    "replace-file.ts",
    "matrix",
    "compute",
    "data",
    "content",
    "models",
    "recommend",
    "split",
    "evaluate",
    "report",
    "artifact",
  ],
  store: ["check-arguments.ts", "errors.ts", "optional-package.ts", "replace-file.ts", "data", "models"],
  retraining: [
    "check-arguments.ts",
    "errors.ts",
    "free-memory.ts",
    "processes.ts",
    "replace-file.ts",
    "compute",
    "content",
    "data",
    "split",
    "models",
    "evaluate",
    "artifact",
    "store",
  ],
  spark: ["errors.ts", "free-memory.ts", "hash.ts", "replace-file.ts", "matrix", "compute", "data", "models", "split"],
  server: [
    "bootstrap.ts",
    "check-arguments.ts",
    "errors.ts",
    "make-once.ts",
    "random.ts",
    "replace-file.ts",
    "require-node.ts",
    "version.ts",
    "matrix",
    "data",
    "models",
    "artifact",
    "recommend",
    "report",
    "store",
    "retraining",
  ],
  site: ["errors.ts", "replace-file.ts", "models", "artifact", "server"],
  "client.ts": ["errors.ts", "data", "recommend", "server"],
  experiments: ["core.ts", "index.ts", "report"],
  cli: [
    "check-arguments.ts",
    "free-memory.ts",
    "errors.ts",
    "numbers.ts",
    "replace-file.ts",
    "did-you-mean.ts",
    "out-of-core.ts",
    "require-node.ts",
    "version.ts",
    "matrix",
    "compute",
    "data",
    "split",
    "content",
    "models",
    "recommend",
    "evaluate",
    "report",
    "artifact",
    "bench",
    "store",
    "retraining",
    "server",
    "site",
    "spark",
    "experiments",
  ],
  "core.ts": ["errors.ts", "matrix", "compute", "data", "content", "models", "recommend", "artifact"],
  "out-of-core.ts": ["errors.ts", "free-memory.ts", "replace-file.ts", "version.ts", "compute", "data", "models"],
  "train.ts": [
    "check-arguments.ts",
    "errors.ts",
    "free-memory.ts",
    "out-of-core.ts",
    "compute",
    "content",
    "data",
    "models",
    "recommend",
    "artifact",
  ],
  "index.ts": [
    "core.ts",
    "random.ts",
    "train.ts",
    "require-node.ts",
    "version.ts",
    "compute",
    "data",
    "content",
    "models",
    "split",
    "recommend",
    "evaluate",
    "artifact",
  ],
};

/** What every folder may import. */
const everywhere = ["present.ts", "make-once.ts", "in-steps.ts"];

/** Packages that the core may use: they run in a page. */
const pagePackages = ["minisearch", "fastest-levenshtein"];

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => join(source, name));

/** Everything a file imports or re-exports, types included or not. */
function importsOf(file: string, withTypes: boolean): string[] {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"|^\s*import\s+"([^"]+)"/gm,
  );
  return [...statements]
    .filter(([, type]) => withTypes || !type)
    .map(([, , from, dynamic, bare]) => from ?? dynamic ?? bare);
}

/** Names that a file exports by declaring them, and not from another file. */
function exportsOf(file: string): string[] {
  const declarations = readFileSync(file, "utf8").matchAll(
    /^export (?:declare |abstract |async )*(?:function\*?|const|let|class|interface|type|enum) +(\w+)/gm,
  );
  return [...new Set(Array.from(declarations, ([, name]) => name))];
}

/** A circle of imports among files, each importing the next and the last the first; undefined where there is none. */
function circleAmong(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return path.slice(path.indexOf(file));
    if (finished.has(file)) return undefined;
    for (const target of imports.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle) return circle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

/** Holds a file and all that it imports at run time against what a page has. @returns these files */
function keepFreeOfNode(first: string, packages: readonly string[] = []): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of importsOf(file, false)) {
      if (name.startsWith(".")) visit(resolve(dirname(file), name));
      else assert.ok([...pagePackages, ...packages].includes(name), `${relative(source, file)} imports ${name}`);
    }
  };
  visit(first);
  return seen;
}

function placeOf(file: string): string {
  return relative(source, file).split(/[\\/]/)[0];
}

describe("the structure", () => {
  it("finds imports of every form", () => {
    const here = importsOf(import.meta.filename, true);
    assert.ok(here.includes("node:fs") && here.includes("node:test"));
    assert.ok(files.length > 30);
  });

  it("follows the arrows of the picture", () => {
    for (const file of files) {
      const place = placeOf(file);
      assert.ok(place in arrows, `${place} has no place in the picture`);
      for (const target of importsOf(file, true).filter((name) => name.startsWith("."))) {
        const to = placeOf(resolve(dirname(file), target));
        assert.ok(
          to === place || arrows[place].includes(to) || everywhere.includes(to),
          `${relative(source, file)} imports ${target}: no arrow ${place} → ${to}`,
        );
      }
    }
  });

  it("lets experiments import what a user of the package can", () => {
    const entries = ["core.ts", "index.ts", join("report", "index.ts"), "present.ts"];
    for (const file of files.filter((name) => placeOf(name) === "experiments")) {
      for (const target of importsOf(file, true).filter((name) => name.startsWith("."))) {
        const name = relative(source, resolve(dirname(file), target));
        assert.ok(placeOf(join(source, name)) === "experiments" || entries.includes(name), `${file} imports ${name}`);
      }
    }
  });

  it("has no arrow that nothing uses", () => {
    for (const [place, targets] of Object.entries(arrows)) {
      const used = new Set(
        files
          .filter((file) => placeOf(file) === place)
          .flatMap((file) =>
            importsOf(file, true)
              .filter((name) => name.startsWith("."))
              .map((name) => placeOf(resolve(dirname(file), name))),
          ),
      );
      for (const target of targets) assert.ok(used.has(target), `${place} → ${target}`);
    }
  });

  it("has no circle of imports among its files, types included", () => {
    const imports = new Map(
      files.map((file) => [
        relative(source, file),
        importsOf(file, true)
          .filter((name) => name.startsWith("."))
          .map((name) => relative(source, resolve(dirname(file), name))),
      ]),
    );
    assert.deepEqual(circleAmong(new Map(Object.entries({ a: ["b"], b: ["c"], c: ["b"] }))), ["b", "c"]);
    assert.equal(circleAmong(imports)?.join(" → "), undefined);
  });

  it("declares every exported name once", () => {
    const homes = new Map<string, string[]>();
    for (const file of files) {
      for (const name of exportsOf(file)) homes.set(name, [...(homes.get(name) ?? []), relative(source, file)]);
    }
    assert.ok(homes.size > 300);
    const shared = [...homes].filter(([, places]) => places.length > 1);
    assert.deepEqual(Object.fromEntries(shared), {});
  });

  it("keeps the core free of Node, so that it runs in a page", () => {
    assert.ok(keepFreeOfNode(join(source, "core.ts")).size > 15);
  });

  it("keeps what a page without a server answers by free of Node", () => {
    const seen = keepFreeOfNode(resolve(source, "../web/local/worker.ts"), [
      "typebox",
      "typebox/compile",
      "typebox/value",
    ]);
    assert.ok(seen.has(join(source, "server/routes/recommendations.ts")));
  });

  it("has in models/ the contract, the registered algorithms, and what they share", () => {
    const contract = [
      "model",
      "registry",
      "capabilities",
      "configure",
      "specs",
      "fit",
      "fit-blocks",
      "fit-on-cluster",
      "plan",
      "go-on",
      "losses",
      "finite",
      "cluster",
      "trained",
    ];
    for (const file of files.filter((name) => placeOf(name) === "models")) {
      const [place, inside] = relative(join(source, "models"), file).split(/[\\/]/);
      const owner = inside === undefined ? place.replace(/\.ts$/, "") : place;
      const known =
        algorithms.some(({ name }) => name === owner) ||
        (inside === undefined ? contract.includes(owner) : place === "shared");
      assert.ok(known, `${relative(source, file)} belongs to no registered model`);
    }
    for (const { name } of algorithms) {
      const places = [`${name}.ts`, `${name}/${name}.ts`].filter((own) => existsSync(join(source, "models", own)));
      assert.equal(places.length, 1, name);
    }
  });

  it("runs kernels through their bindings only", () => {
    const bindings = join(source, "compute/kernels");
    const engine = join(source, "compute/engine.test.ts");
    const names = readFileSync(join(source, "compute/wasm-module.ts"), "utf8").match(
      /export type Kernel =([^;]+);/,
    )![1];
    const call = new RegExp(`\\bengine\\.(run|call)\\(|\\.(run|call)\\(\\s*(${names.match(/"\w+"/g)!.join("|")})`);
    assert.match('own.run(\n  "mfSgd"', call);
    for (const folder of ["src", "test", "web"]) {
      const root = join(source, "..", folder);
      for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
        const file = join(root, name);
        if (!/\.tsx?$/.test(name) || dirname(file) === bindings || file === engine) continue;
        assert.doesNotMatch(readFileSync(file, "utf8"), call, `${folder}/${name} passes arguments by position`);
      }
    }
  });

  it("gives the client types only, so that it needs nothing at run time", () => {
    assert.deepEqual(importsOf(join(source, "client.ts"), false), []);
  });

  it("gives the page no more than the client and what it names films by, its imports what reads exports, and the Lab what draws", () => {
    const page = resolve(source, "../web");
    const everywhere = ["client.ts", join("data", "film-title.ts")];
    const allowed: Readonly<Record<string, readonly string[]>> = {
      import: [
        "errors.ts",
        join("data", "catalog.ts"),
        join("data", "dataset.ts"),
        join("data", "ids.ts"),
        join("recommend", "films.ts"),
        join("recommend", "request.ts"),
        join("recommend", "search.ts"),
        join("recommend", "profile"),
      ],
      [join("places", "lab")]: [
        "numbers.ts",
        "present.ts",
        join("evaluate", "evaluation.ts"),
        join("evaluate", "metrics.ts"),
        "report",
        join("report", "pictures"),
      ],
    };
    const names = readdirSync(page, { recursive: true, encoding: "utf8" });
    const inWorker = ["worker.ts", "local-server.ts", "load-model.ts"].map((name) => join("local", name)); // a test of its own follows it
    const seen = new Set<string>();
    for (const name of names.filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))) {
      if (inWorker.includes(name)) continue;
      const place = Object.keys(allowed).find((folder) => name.startsWith(join(folder, sep)));
      const targets = importsOf(join(page, name), true).map((target) => resolve(page, dirname(name), target));
      for (const target of targets.map((target) => relative(source, target))) {
        if (target.startsWith("..")) continue;
        const known = [...everywhere, ...(place === undefined ? [] : allowed[place])];
        assert.ok(known.includes(target) || known.includes(dirname(target)), `${name} imports ${target}`);
        seen.add(target);
      }
    }
    for (const target of seen) keepFreeOfNode(join(source, target), ["@observablehq/plot"]);
  });

  it("draws randomness from random.ts only", () => {
    for (const file of files) assert.ok(!readFileSync(file, "utf8").includes("Math.random"), relative(source, file));
  });
});
