import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { apiPage } from "../scripts/api-page.ts";
import { dataPage, haveSamples, sampleFiles } from "../scripts/data-page.ts";
import { errorsPage, metricsPage, modelsPage, readmePage, rerankingPage, specsModule } from "../scripts/docs.ts";
import { studiesPage } from "../scripts/inventory/inventory.ts";
import { version as ownVersion } from "../src/version.ts";
import { matinee } from "./helpers/command.ts";
import { traps } from "./helpers/traps.ts";

const read = (name: string) => readFileSync(resolve(import.meta.dirname, "..", name), "utf8");

describe("the documentation", () => {
  for (const [name, page] of [
    ["README.md", readmePage],
    ["docs/api.md", apiPage],
    ["docs/errors.md", errorsPage],
    ["src/models/specs.ts", specsModule],
    ["docs/models.md", modelsPage],
    ["docs/metrics.md", metricsPage],
    ["docs/reranking.md", rerankingPage],
    ["docs/studies.md", studiesPage],
  ] as const) {
    it(`${name} agrees with the code (npm run docs writes it)`, () => assert.equal(read(name), page()));
  }

  const skip = haveSamples ? false : `the samples of layouts are not in ${sampleFiles}`;
  it("docs/data.md agrees with what the command understands of every sample", { skip }, async () => {
    assert.equal(read("docs/data.md"), await dataPage(matinee));
  });

  it("links to files that are there", () => {
    for (const name of [
      "README.md",
      "CONTRIBUTING.md",
      "docs/api.md",
      "docs/architecture.md",
      "docs/artifact-format.md",
      "docs/data.md",
      "docs/studies.md",
      ...globSync("docs/guides/*.md", { cwd: resolve(import.meta.dirname, "..") }),
      "docs/static-site.md",
      "docs/traps.md",
    ]) {
      const folder = resolve(import.meta.dirname, "..", name, "..");
      for (const [, target] of read(name).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        assert.ok(existsSync(resolve(folder, target)), `${name} → ${target}`);
      }
    }
  });

  it("cites the version and the licence of the package, and the Node that it needs", () => {
    const { version, license, engines } = JSON.parse(read("package.json"));
    const citation = read("CITATION.cff");
    assert.match(citation, new RegExp(`^version: ${version}$`, "m"));
    assert.equal(ownVersion, version);
    assert.match(citation, new RegExp(`^license: ${license}$`, "m"));
    assert.equal(engines.node, `>=${/needed = (\d+);/.exec(read("src/require-node.ts"))?.[1]}`);
  });

  it("computes the tables of every trap in a test", () => {
    const tests = globSync("golden/traps-*.test.ts", { cwd: import.meta.dirname }).map((name) => read(`test/${name}`));
    for (const section of traps()) {
      const heading = section.slice(0, section.indexOf("\n"));
      // the formatter may break the line after the parenthesis
      const calls = tests.flatMap((test) => test.split(/assertTable\(\s*/).slice(1));
      const held = calls.filter((call) => call.startsWith(`"${heading}"`)).length;
      const tables = section.match(/^\|[ :|-]*---/gm)?.length;
      assert.equal(held, tables, heading);
    }
  });
});
