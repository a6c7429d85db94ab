import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const artifact = join(folder, "als.matinee");

before(async () => {
  await writeRatingsCsv(filmDataset(), data);
  const { code, stderr } = await matinee("train", "--model", "als", "--data", data, "--out", artifact);
  assert.equal(code, 0, stderr);
});

describe("matinee inspect", () => {
  it("shows the model that predicts ratings beside the one that ranks", async () => {
    const both = join(folder, "both.matinee");
    const trained = await matinee("train", "--data", data, "--out", both);
    assert.match(trained.stdout, /ease, with mf for ratings, on films/);
    const { stdout } = await matinee("inspect", both);
    assert.match(stdout, /: ease\n[\s\S]*\n {2}ratings are predicted by mf\n {2}settings {2}factors = 64/);
    const { model, predictor } = JSON.parse((await matinee("inspect", both, "--json")).stdout);
    assert.deepEqual([model, predictor.model, predictor.config.factors], ["ease", "mf", 64]);
    const list = JSON.parse((await matinee("recommend", "--rate", "10=5", "--artifact", both, "--json")).stdout);
    assert.deepEqual([list.model, list.predictor, typeof list.items[0].predicted], ["ease", "mf", "number"]);
  });

  it("counts the nodes and edges of a model's graph", async () => {
    const { stdout } = await matinee("inspect", "--model", "pagerank", "--data", data);
    const lines = ["graph {5}20 nodes, 28 edges: 8 films", "{12}6 people by 16 edges", "{12}6 genres by 12 edges"];
    assert.match(stdout, new RegExp(`\n {2}${lines.join("\n ")}\n {2}arrays\n`));
    const { graph } = JSON.parse((await matinee("inspect", "--model", "taste-graph", "--data", data, "--json")).stdout);
    assert.deepEqual(graph, { nodes: 14, edges: 12, kinds: [{ kind: "genre", nodes: 6, edges: 12 }] });
    const plain = JSON.parse((await matinee("inspect", artifact, "--json")).stdout);
    assert.equal(plain.graph, undefined);
  });

  it("writes the vectors of genres and tags beside those of films, where the model has such", async () => {
    const file = join(folder, "graph.csv");
    const flags = ["--model", "spectral", "--set", "factors=4", "--data", data, "--factors", file];
    const { stdout, stderr } = await matinee("inspect", ...flags);
    assert.match(stdout, /vectors of 8 films and 6 people, and of 6 genres and tags\n$/, stderr);
    const rows = readFileSync(file, "utf8").trimEnd().split("\n");
    assert.equal(rows[0], "of,id,factor_1,factor_2,factor_3,factor_4");
    assert.equal(rows.length, 1 + 8 + 6 + 6);
    const vectorOf = (start: string) =>
      rows
        .find((row) => row.startsWith(start))!
        .split(",")
        .slice(2)
        .map(Number);
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, value, n) => sum + value * b[n], 0) / (Math.hypot(...a) * Math.hypot(...b));
    const crime = vectorOf("genre,Crime,");
    assert.ok(cosine(crime, vectorOf("item,20,")) > cosine(crime, vectorOf("item,60,")));
  });

  it("draws what is in a saved model, and in the data", async () => {
    const file = join(folder, "report.html");
    const { code, stdout, stderr } = await matinee("inspect", artifact, "--data", data, "--report", file, "--json");
    assert.equal(code, 0, stderr);
    const html = readFileSync(file, "utf8");
    assert.deepEqual(JSON.parse(stdout), { file, bytes: Buffer.byteLength(html) });
    assert.match(html, /<h1>als on films<\/h1>/);
    for (const id of ["data-ratings", "model-norms", "model-similarity", "model-clusters"]) {
      assert.ok(html.includes(`id="${id}"`), id);
    }
    assert.match(html, /Histogram of the norms of 6 vectors of people/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith(".")),
      [],
    );
  });

  it("draws data alone, as Markdown too", async () => {
    const file = join(folder, "report.md");
    const { code, stdout, stderr } = await matinee("inspect", "--data", data, "--report", file);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /report\.md: \d+ kB\n$/);
    assert.match(readFileSync(file, "utf8"), /^# films\n[\s\S]*\n- Empty cells: 66\.67 %\n/);
  });

  it("draws a model trained now, which has vectors of films only", async () => {
    const file = join(folder, "mf.html");
    const { code, stderr } = await matinee("inspect", "--model", "mf", "--data", data, "--report", file);
    assert.equal(code, 0, stderr);
    const html = readFileSync(file, "utf8");
    assert.match(html, /Histogram of the norms of 8 vectors of films/);
    assert.doesNotMatch(html, /vectors of people/);
  });

  it("shows the heaviest terms of films, where the model has terms", async () => {
    const file = join(folder, "terms.md");
    const { code, stderr } = await matinee("inspect", "--model", "tfidf", "--data", data, "--report", file);
    assert.equal(code, 0, stderr);
    assert.match(readFileSync(file, "utf8"), /Terms that mark[\s\S]*Night Harbour \(1991\)[\s\S]*harbour/);
  });

  it("draws films of one's choice first, and the vectors of a blend's parts", async () => {
    const file = join(folder, "chosen.html");
    const source = ["--model", "hybrid", "--set", "models=als,tfidf", "weights=equal", "--data", data];
    const { code, stderr } = await matinee("inspect", ...source, "--films", "HARBOUR", "--report", file);
    assert.equal(code, 0, stderr);
    const html = readFileSync(file, "utf8");
    assert.match(
      html,
      /Histogram of the norms of 8 vectors of films[\s\S]*Histogram of the norms of 6 vectors of people/,
    );
    assert.match(html, /<dt>Length of a vector<\/dt>/);
    assert.match(html, /the films of &#34;HARBOUR&#34;, then the most rated/);
    assert.match(html, /Heat map of 1 films by 5 terms\. Night Harbour \(1991\): /);
    const alone = await matinee("inspect", "--data", data, "--films", "harbour", "--report", file);
    assert.equal(alone.code, 0, alone.stderr);
    assert.match(readFileSync(file, "utf8"), /cosine of the ratings of films[^<]*harbour/i);
    const unknown = await matinee("inspect", ...source, "--films", "nobody knows", "--report", file);
    assertRefused(unknown, 2, /no film is called "nobody knows"/);
    assertRefused(await matinee("inspect", artifact, "--films", "harbour"), 2, /--films says what a report draws/);
  });

  it("prints the card of a model, as the file has it", async () => {
    const { stdout, stderr, code } = await matinee("inspect", artifact, "--card");
    assert.equal(code, 0, stderr);
    const header = readFileSync(artifact);
    const { card } = JSON.parse(header.toString("utf8", 8, 8 + header.readUInt32LE())).__metadata__;
    assert.equal(stdout, `${card}\n`);
    assert.deepEqual(JSON.parse((await matinee("inspect", artifact, "--card", "--json")).stdout), { card });
    const both = await matinee("inspect", artifact, "--card", "--factors", join(folder, "x.csv"));
    assertRefused(both, 2, /--factors and --card do not go together/);
  });

  it("refuses what it cannot write, and two models", async () => {
    assertRefused(
      await matinee("inspect", artifact, "--report", join(folder, "report.pdf")),
      2,
      /report\.pdf: the ending.*\.html or \.md/,
    );
    assertRefused(await matinee("inspect", artifact, "--report", join(artifact, "report.html")), 7, /nothing can/);
    assertRefused(await matinee("inspect", artifact, "--artifact", artifact), 2, /both name a model/);
    assertRefused(await matinee("inspect", "--data", data), 2, /nothing says which model to inspect/);
  });
});
