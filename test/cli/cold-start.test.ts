/** matinee evaluate and compare --cold-start. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";

const folder = temporaryFolder();
const data = join(folder, "ratings");
before(async () => writeRatingsCsv(await syntheticRatings({ users: 120, items: 200, ratings: 4500, seed: 4 }), data));

describe("--cold-start", () => {
  it("shows a table for each metric and way to ask, and which of these is best", async () => {
    const models = ["--models", "popular,item-knn"];
    const { code, stdout, stderr } = await matinee("compare", "--cold-start", "--data", data, ...models);
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split("\n");
    assert.match(
      lines[0],
      /, strong:0.8: .* ratings of \d+ people who are not among them, \d+ more have too few ratings; relev/,
    );
    const heads = lines.filter((line) => /, asked about/.test(line));
    assert.deepEqual(
      heads.map((line) => line.split(",")[0]),
      [...new Array(5).fill("ndcg@10"), ...new Array(5).fill("rmse")],
    );
    assert.match(lines[3], /^ {2}questions +0 +1 +2 +3 +5 +10 +15 +20$/);
    assert.match(lines[4], /^ {2}popular( +\.?[\d.]+ ±[\d.]+){8}$/);
    assert.match(lines[5], /^ {2}item-knn( +\.?[\d.]+ ±[\d.]+){8}$/);
    // without answers, both lists are the fallback's
    assert.equal(lines[5].trim().split(/ {2,}/)[1], lines[4].trim().split(/ {2,}/)[1]);
    assert.match(stdout, /asked about any films, the most rated first:\n.*\n {2}they know +0\.0( +\d+\.\d){7}\n/);
    assert.match(
      stdout,
      /\nndcg@10, the best way to ask about any films .*\n.*\n {2}popular( +(most-rated|chosen) =){7}\n/,
    );
    const alone = await matinee("compare", "--cold-start", "--data", data, ...models, "--view", "model");
    assert.match(alone.stdout, /\n {2}item-knn +0\.0000 ±0\.0000 /);
    assert.deepEqual(lines.slice(-2), [
      "As shipped: a place that the model leaves empty shows one of the most rated films",
      "popular predicts no ratings",
    ]);
  });

  it("says which model failed, and goes on with the others", async () => {
    const models = ["--models", "mf rate=1 factors=64,popular", "--metrics", "ndcg@5"];
    const { code, stdout, stderr } = await matinee("compare", "--cold-start", "--data", data, ...models);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^mf rate=1 factors=64 failed: training mf diverged: .*\(give a lower rate than 1\)$/m);
    assert.match(stdout, /\n {2}popular +0\.\d+/);
    assert.match(stdout, /\nmf rate=1 factors=64 failed: training mf diverged: /);
  });

  it("prints one document, for other users and metrics where they are named", async () => {
    const named = ["--split", "strong:0.7", "--metrics", "recall@5", "--model", "item-knn", "--json"];
    const { stdout, stderr } = await matinee("evaluate", "--cold-start", "--data", data, ...named);
    const { split, metrics, models } = JSON.parse(stdout);
    assert.deepEqual(
      [split.name, metrics.length, metrics[0].name, models.length],
      ["strong:0.7", 1, "recall@5", 1],
      stderr,
    );
    assert.equal(models[0].curves[2].points[7].questions, 20);
  });

  it("writes a report with a picture of the curves", async () => {
    const file = join(folder, "report.html");
    const named = ["--models", "popular,item-knn", "--metrics", "ndcg@10", "--report", file];
    const { code, stderr } = await matinee("compare", "--cold-start", "--data", data, ...named);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Wrote .*report\.html\./);
    const html = readFileSync(file, "utf8");
    assert.match(html, /What 2 models learn of new users/);
    assert.match(html, /aria-label="ndcg@10, item-knn: random: [^"]*; chosen: [^"]* after 20\."/);
    assert.match(html, /any films, as filmsToAsk chooses them by the answers before/);
  });

  it("refuses what it cannot do", async () => {
    const asked = ["compare", "--cold-start", "--data", data, "--models", "popular"];
    assertRefused(await matinee(...asked, "--report", join(folder, "x.csv")), 2, /let it end in \.html or \.md/);
    assertRefused(await matinee(...asked, "--people", join(folder, "x.csv")), 2, /--cold-start and --people do not go/);
    assertRefused(
      await matinee(...asked, "--split", "per-user:0.8"),
      2,
      /are in the training data \(hold people out: strong:0.8\)/,
    );
    const saved = ["evaluate", "--cold-start", "--artifact", "x.matinee"];
    assertRefused(await matinee(...saved), 2, /a saved model has met the people/);
  });
});
