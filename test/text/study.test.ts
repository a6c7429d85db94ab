/** Study 004 where text models are at hand: the real MiniLM on its own data, and small models with random weights for the whole pipeline. */
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import type { Cell } from "../../src/report/index.ts";
import { matinee, temporaryFolder } from "../helpers/command.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { near } from "../helpers/numbers.ts";
import { miniLm, needsOnnx, tinyBert, tinyCrossEncoder } from "../helpers/text-models.ts";

interface Report {
  sections: { note?: string; tables: { name: string; columns: string[]; rows: Cell[][] }[] }[];
}

const folder = temporaryFolder();

/** Runs the study with the models of a folder. */
async function study(models: string, ...args: string[]) {
  process.env.MATINEE_MODELS = models;
  process.env.MATINEE_CACHE = join(folder, "cache");
  const { code, stdout, stderr } = await matinee("experiment", "004", "--json", ...args);
  assert.equal(code, 0, stderr);
  const { sections } = JSON.parse(stdout) as Report;
  const tables = sections.flatMap(({ tables }) => tables);
  return {
    rows: (name: string) => tables.find((table) => table.name === name)!.rows,
    note: sections.at(-1)!.note,
  };
}

describe("study 004 with MiniLM", { ...needsOnnx(miniLm), ...needsData("ml-100k") }, () => {
  it("has the study's list and the worth of its first stage; the reranked rows are quoted", async () => {
    const models = join(folder, "real");
    mkdirSync(join(models, "ms-marco-MiniLM-L-6-v2"), { recursive: true }); // empty, so that none is downloaded
    symlinkSync(miniLm, join(models, "all-MiniLM-L6-v2"));
    const mask = dataFolder("../golden/splits/ml100k-peruser-seed42.json");
    const { rows, note } = await study(models, "--data", dataFolder("ml-100k"), "--mask", mask);
    const list = rows("user").filter(([list]) => list === "embeddings, In [17]");
    assert.equal(list.length, 6);
    for (const [, , printed, , here] of list) assert.equal(here, printed);
    const [, ...worth] = rows("own").find(([name]) => name === "embeddings, 50 nearest")!;
    for (const [n, value] of [0.026935, 0.02118, 0.032631, 0.025027, 0.036675, 0.036741].entries()) {
      near(Number(worth[n]), value, 1e-6);
    }
    assert.equal(note, "Not run here: the reranking of embeddings (the weights are not at hand).");
  });
});

describe("study 004 with small models", needsOnnx(tinyBert), () => {
  it("reranks all that is left of the fifty nearest, so that precision at 10 changes", async () => {
    const models = join(folder, "small");
    mkdirSync(models, { recursive: true });
    symlinkSync(tinyBert, join(models, "all-MiniLM-L6-v2"));
    tinyCrossEncoder(join(models, "ms-marco-MiniLM-L-6-v2"));
    const data = join(folder, "ratings");
    await writeRatingsCsv(await syntheticRatings({ users: 60, items: 200, ratings: 2500, seed: 3 }), data);
    const { rows, note } = await study(models, "--data", data);
    const worth = (wanted: string) => rows("own").find(([name]) => name === wanted)!;
    assert.notEqual(worth("embeddings, 50 nearest, reranked")[4], worth("embeddings, 50 nearest")[4]);
    assert.equal(note, undefined);
  });
});
