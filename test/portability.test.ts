/** Matinee runs where there is no POSIX shell, no /tmp and no / between folders. The programs of .ci need them, and they alone. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";

const root = resolve(import.meta.dirname, "..");

/** Files of code below a folder, but for what is compiled. */
function codeBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !name.includes("wasm") && name !== "portability.test.ts")
    .map((name) => join(folder, name));
}

const scripts = Object.entries(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts as object);

describe("portability", () => {
  for (const [what, pattern, folders, exempt] of [
    ["a folder /tmp", /["'`]\/tmp\b/, ["src", "scripts", "test", "web", "peers"], []],
    // a test that limits the size of files, and is skipped where there is no shell
    ["a shell", /"(ba)?sh", \["-c|"(ba)?sh -c|shell: true/, ["src", "scripts", "peers"], ["src/artifact/file.test.ts"]],
    // names inside files (an archive's, a saved model's) and addresses have this separator everywhere
    [
      "a separator of folders",
      /(split|join|lastIndexOf|indexOf|endsWith)\("\/"\)|\$\{\w*(folder|directory|dir)\}\//i,
      ["src", "scripts"],
      [
        "src/artifact/tensor-store.ts",
        "src/data/download/unzip.ts",
        "src/recommend/profile/unpack-export.ts",
        "src/recommend/profile/zip.ts",
      ],
    ],
    ["the path of a file address", /import\.meta\.url\)\.pathname/, ["src", "scripts", "test", "web", "peers"], []],
  ] as const) {
    it(`needs not ${what}`, () => {
      const matches = (file: string) => pattern.test(readFileSync(join(root, file), "utf8"));
      const found = folders.flatMap(codeBelow).filter(matches);
      assert.deepEqual(
        found.sort(),
        exempt.map((name) => join(...name.split("/"))),
      );
    });
  }

  it("has scripts of npm that any shell runs", () => {
    for (const [name, script] of scripts)
      assert.match(script, /^(node scripts\/run\.mjs [\w:]+|biome [\w .-]+)$/, name);
  });
});
