import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { errorsPage, modelsPage } from "../scripts/docs.ts";

const read = (name: string) => readFileSync(resolve(import.meta.dirname, "..", name), "utf8");

describe("the documentation", () => {
  for (const [name, page] of [
    ["docs/errors.md", errorsPage],
    ["docs/models.md", modelsPage],
  ] as const) {
    it(`${name} agrees with the code (npm run docs writes it)`, () => assert.equal(read(name), page()));
  }

  it("links to files that are there", () => {
    for (const name of [
      "README.md",
      "CONTRIBUTING.md",
      "docs/api.md",
      "docs/architecture.md",
      "docs/artifact-format.md",
    ]) {
      const folder = resolve(import.meta.dirname, "..", name, "..");
      for (const [, target] of read(name).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        assert.ok(existsSync(resolve(folder, target)), `${name} → ${target}`);
      }
    }
  });
});
