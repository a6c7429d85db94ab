/** What the command says of itself: the help of every command, of every model, and the list of models. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { algorithms } from "../../src/models/registry.ts";
import { settingsOf } from "../../src/models/shared/settings.ts";
import { rerankers } from "../../src/recommend/reranking/rerankers.ts";
import { assertRefused, matinee } from "../helpers/command.ts";

const { stdout: overview } = await matinee("--help");
const commands = [...overview.matchAll(/^ {2}([a-z]+) {2,}[A-Z]/gm)].map(([, name]) => name);

function assertFitsScreen(text: string, most = 45): void {
  const lines = text.trimEnd().split("\n");
  assert.ok(lines.length <= most, `${lines.length} lines`);
  for (const line of lines) assert.ok(line.length <= 100, line);
}

describe("help", () => {
  it("lists the commands on one screen", () => {
    assert.ok(commands.length > 15 && commands.includes("recommend") && commands.includes("help"));
    assertFitsScreen(overview);
  });

  it("of splits names every way to hold ratings out", async () => {
    const { stdout } = await matinee("help", "splits");
    assertFitsScreen(stdout);
    for (const split of ["per-user:0.8", "time:0.8", "u1 … u5", "mask:FILE"]) assert.ok(stdout.includes(split), split);
  });

  for (const name of commands) {
    it(`of ${name} fits on one screen, and holds no JSON`, async () => {
      const { code, stdout } = await matinee(name, "--help");
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: matinee ${name}`));
      assertFitsScreen(stdout);
      assert.doesNotMatch(stdout, /[[{]"|\[\]/);
      if (name !== "data") assert.doesNotMatch(stdout, /^(Filters|Table of your own, .*):$/m); // hidden there, and what follows is none
      assert.equal((await matinee("help", name)).stdout, stdout);
    });
  }

  for (const { name, settings } of [
    ...algorithms,
    ...rerankers.map(({ name, config }) => ({ name, settings: config })),
  ]) {
    it(`of ${name} has each setting with its default, meaning and range`, async () => {
      const { stdout } = await matinee("help", name);
      assertFitsScreen(stdout);
      for (const [setting, { default: value }] of Object.entries(settingsOf(settings))) {
        assert.ok(stdout.includes(`  ${setting}=${value}  `), setting);
      }
    });
  }

  it("says when a setting acts", async () => {
    assert.match(
      (await matinee("help", "ease")).stdout,
      /number, 0 to 1;\s+only\s+with\s+values\s+= ratings\s+and\s+scale\s+= standard/,
    );
  });

  it("of something unknown suggests what is close", async () => {
    const outcome = await matinee("help", "item-kn");
    assertRefused(outcome, 2, /no command, model or reranker "item-kn" \(did you mean item-knn\? matinee --help lists/);
  });

  it("without a name lists the commands", async () => assert.equal((await matinee("help")).stdout, overview));
});

describe("matinee models", () => {
  it("lists every model with what it can do", async () => {
    const { stdout } = await matinee("models");
    assertFitsScreen(stdout, 2 * algorithms.length + 6); // two lines a model, and what they mean
    assert.match(stdout, /^item-knn +ratings +yes +scores, ratings +yes +exact$/m);
    assert.match(stdout, /^tfidf +content +scores +yes +exact$/m);
    assert.match(stdout, /^neural +A neural network/m);
  });

  it("does so as JSON", async () => {
    const models = JSON.parse((await matinee("models", "--json")).stdout);
    assert.deepEqual(
      models.map(({ name }: { name: string }) => name),
      algorithms.map(({ name }) => name),
    );
    assert.deepEqual(models[0], {
      name: "popular",
      summary: algorithms[0].summary,
      learnsFrom: "ratings",
      foldIn: "exact",
      capabilities: ["explains scores"],
    });
  });
});
