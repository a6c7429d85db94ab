/** What is quick to start stays so: which modules are loaded, in place of how long it takes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";

const addressOf = (name: string) => new URL(name, import.meta.url).href;

/** The packages, and the number of Matinee's own modules, that a process loads. */
function loadedBy(...args: string[]): { packages: string[]; own: number } {
  const { status, stderr } = spawnSync(process.execPath, ["--import", addressOf("helpers/trace-loading.ts"), ...args], {
    encoding: "utf8",
    cwd: import.meta.dirname,
  });
  assert.equal(status, 0, stderr);
  const modules = stderr.split("\n").filter((line) => line.startsWith("file:"));
  const names = modules.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return { packages: [...new Set(names)].sort(), own: modules.length - names.length };
}

describe("loading", () => {
  it("of matinee --help is that of commander and a few modules", () => {
    const { packages, own } = loadedBy("../src/cli/main.ts", "--help");
    assert.deepEqual(packages, ["commander"]);
    assert.ok(own > 2 && own < 12, `${own} modules`);
  });

  for (const name of ["recommend", "data", "serve", "compare", "inspect"]) {
    it(`of matinee ${name} --help takes none of the heavy packages`, () => {
      const { packages } = loadedBy("../src/cli/main.ts", name, "--help");
      const light = ["commander", "fastest-levenshtein", "minisearch"];
      assert.deepEqual(
        packages.filter((other) => !light.includes(other)),
        [],
      );
    });
  }

  for (const entry of ["index", "core"]) {
    it(`of src/${entry}.ts takes none of the heavy packages`, () => {
      const { packages, own } = loadedBy("-e", `import(${JSON.stringify(addressOf(`../src/${entry}.ts`))})`);
      assert.deepEqual(packages, ["fastest-levenshtein", "minisearch"]);
      assert.ok(own > 50);
    });
  }

  it("of src/client.ts takes no package at all", () => {
    const { packages, own } = loadedBy("-e", `import(${JSON.stringify(addressOf("../src/client.ts"))})`);
    assert.deepEqual(packages, []);
    assert.ok(own < 10, `${own} modules`);
  });
});
