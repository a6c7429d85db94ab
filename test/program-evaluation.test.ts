/** The README's program for comparisons, run as it stands, but on fewer films and with fewer trials. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "./helpers/command.ts";
import { dataFolder, needsData } from "./helpers/data.ts";

const root = resolve(import.meta.dirname, "..");
const folder = temporaryFolder();

describe("the README's program", needsData("ml-latest-small"), () => {
  it("compares models and tunes one", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const [, program] = /```ts\n(import [^`]*compare[\s\S]*?)```/.exec(readme)!;
    const changes = {
      '"matinee"': JSON.stringify(pathToFileURL(join(root, "src/index.ts")).href),
      '"ml-latest-small"': `${JSON.stringify(dataFolder("ml-latest-small"))}, { filter: { topItems: 500 } }`,
      "trials: 30": "trials: 1",
      "als()": "als({ iterations: 3 })",
    };
    let source = program;
    for (const [from, to] of Object.entries(changes)) {
      assert.ok(source.includes(from), from);
      source = source.replaceAll(from, to);
    }
    const file = join(folder, "comparison.ts");
    writeFileSync(file, source);
    const printed = execFileSync(process.execPath, [file], { encoding: "utf8" });
    for (const heading of ["name", "mean", "se", "low", "high", "n", "p", "standing"]) {
      assert.match(printed, new RegExp(`│ ${heading} +│`));
    }
    assert.match(printed, /'hybrid of als factors=32 \+ tfidf weights=learn'/);
    assert.match(printed, /^als /m);
  });
});
