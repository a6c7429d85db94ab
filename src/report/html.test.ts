import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, it } from "node:test";
import { JSDOM } from "jsdom";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { madeUpEvaluation } from "../../test/helpers/evaluation.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import type { Dataset } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openModel } from "../recommend/open-model.ts";
import { comparisonGrid, evaluationReport } from "./evaluation-report.ts";
import { htmlOf } from "./html.ts";
import { inspectReport } from "./inspect-report.ts";
import { markdownOf } from "./markdown.ts";
import type { Report } from "./report.ts";

const hostile = '</bdi></style><script>alert("1")</script><img src=//example.test/x onerror=alert(1)> | `&amp;` (1999)';

/** Films of whom one, much rated, has a title made to do harm. */
function withHostileTitle(): Dataset {
  const { catalog, ...dataset } = filmDataset();
  const titles = catalog.titles.map((title, n) => (n === 0 ? hostile : title));
  return { ...dataset, catalog: { ...catalog, titles } };
}

async function inspected(dataset: Dataset, model: string, films: readonly string[] = []): Promise<Report> {
  const trained = await fit(dataset, configure(model));
  using recommender = openModel(trained);
  return inspectReport({ dataset, model: { recommender, record: trained.record }, films });
}

function blocksOf(report: Report, kind: string): string[] {
  return report.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === kind)).map(({ name }) => name);
}

describe("a report as HTML", () => {
  let evaluated: Report;
  let html: string;
  let document: Document;

  before(async () => {
    const evaluation = madeUpEvaluation("ease", "als factors=32", "item-knn", `mf ${hostile}`);
    evaluated = await evaluationReport({ evaluation, dataset: withHostileTitle() });
    html = htmlOf(evaluated);
    document = new JSDOM(html).window.document;
  });

  it("loads nothing from outside, and allows its own style only", () => {
    const policy = document.querySelector("meta[http-equiv=Content-Security-Policy]")!.getAttribute("content")!;
    const style = document.querySelector("style")!.textContent;
    const hash = createHash("sha256").update(style).digest("base64");
    assert.equal(policy, `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    assert.equal(document.querySelectorAll("script, img, link, iframe, object, [style], [onerror]").length, 0);
    assert.equal(document.querySelectorAll("style").length, 1);
    assert.doesNotMatch(style, /url\(|@import/);
    for (const link of document.querySelectorAll("[href]")) {
      const href = link.getAttribute("href")!;
      if (href.startsWith("#")) assert.ok(document.getElementById(href.slice(1)), href);
      else assert.match(href, /^data:text\/csv;charset=utf-8;base64,[A-Za-z0-9+/=]+$/);
    }
  });

  it("has a heading, a caption, a text alternative and the numbers for every picture", () => {
    const figures = document.querySelectorAll("figure");
    assert.equal(figures.length, blocksOf(evaluated, "picture").length);
    for (const figure of figures) {
      const heading = document.getElementById(figure.getAttribute("aria-labelledby")!);
      assert.ok(heading?.textContent && figure.contains(heading));
      assert.ok(figure.querySelector("figcaption")!.textContent.length > 20);
      assert.ok(figure.querySelectorAll("svg[role=img][aria-label]").length > 0);
      assert.equal(figure.querySelectorAll("svg:not([role=img][aria-label], [aria-hidden=true])").length, 0);
      assert.ok(figure.querySelectorAll("details tbody tr").length > 0);
      assert.ok(figure.querySelector("details a[download]"));
    }
    const ids = Array.from(document.querySelectorAll("[id]"), ({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("marks the best and those not distinguishable from it, and says why a number is missing", () => {
    const rows = Array.from(document.querySelectorAll("table.grid.metrics tbody tr"));
    const cells = (metric: string) =>
      Array.from(rows.find((row) => row.querySelector("bdi")!.textContent === metric)!.querySelectorAll("td"));
    const [ease, als, knn] = cells("ndcg@10");
    assert.deepEqual([ease.textContent, als.textContent], ["★0.32390.3043–0.3435", "≈0.31190.2923–0.3315"]);
    assert.equal(knn.querySelector("abbr"), null);
    assert.equal(als.querySelector("abbr")!.getAttribute("aria-label"), "not distinguishable from the best");
    assert.ok(cells("coverage@10").every((cell) => cell.querySelector("abbr") === null));
    const link = cells("rmse")[2].querySelector("a")!;
    assert.equal(document.querySelector(link.getAttribute("href")!)!.textContent, "the model predicts no ratings");
    assert.deepEqual(
      cells("lists not filled").map((cell) => cell.textContent),
      ["0", "5", "10", "15"],
    );
  });

  it("has the other view beside, without marks", () => {
    const beside = document.querySelector("table.grid.metrics-beside")!;
    const row = Array.from(beside.querySelectorAll("tbody tr")).find((one) => one.textContent?.startsWith("ndcg@10"))!;
    assert.equal(row.querySelector("td")!.textContent, "0.29390.2743–0.3135");
    assert.equal(beside.querySelector("abbr"), null);
    assert.match(document.body.textContent!, /Without history\s*12/);
    assert.match(document.body.textContent!, /Relevant\s*rated 4 or higher, the upper quarter of the scale/);
  });

  it("carries unrounded numbers", () => {
    const link = document.querySelector('a[download="over-k.csv"]')!;
    const csv = Buffer.from(link.getAttribute("href")!.split(",")[1], "base64").toString();
    const { mean, low, high, se } = madeUpEvaluation("ease", "als").models[0].metrics["ndcg@20"];
    assert.ok(csv.includes(`\nndcg,20,ease,${mean},${low},${high},${se},608\n`));
  });

  it("has the same bytes when made again", async () => {
    const evaluation = madeUpEvaluation("ease", "als factors=32", "item-knn", `mf ${hostile}`);
    assert.equal(htmlOf(await evaluationReport({ evaluation, dataset: withHostileTitle() })), html);
  });

  it("takes titles, terms and names as text", async () => {
    const report = await inspected(withHostileTitle(), "tfidf");
    const page = new JSDOM(htmlOf(report)).window.document;
    assert.equal(page.querySelectorAll("script, img, [onerror], [src]").length, 0);
    const found = Array.from(page.querySelectorAll("bdi")).filter(({ textContent }) => textContent === hostile);
    assert.ok(found.length >= 4);
    assert.equal(document.querySelectorAll("script, img, [onerror], [src]").length, 0);
    assert.ok(document.body.textContent.includes(hostile));
  });
});

describe("a report of data and a model", () => {
  it("shows the similarity of films by the model, else by ratings", async () => {
    const byModel = await inspected(filmDataset(), "item-knn");
    assert.deepEqual(blocksOf(byModel, "picture"), ["ratings", "similarity", "clusters"]);
    assert.match(htmlOf(byModel), /similarity by the model item-knn/);
    const byRatings = await inspected(filmDataset(), "popular");
    assert.deepEqual(blocksOf(byRatings, "picture"), ["ratings", "similarity", "clusters"]);
    assert.match(htmlOf(byRatings), /cosine of the ratings of films/);
  });

  it("draws data alone, and a model alone", async () => {
    const data = await inspectReport({ dataset: filmDataset() });
    assert.deepEqual(blocksOf(data, "picture"), ["ratings", "similarity", "clusters"]);
    const trained = await fit(filmDataset(), configure("item-knn"));
    using recommender = openModel(trained);
    const vectors = [{ model: "item-knn", length: 2, films: new Float32Array(16).fill(1) }];
    const model = { recommender, record: trained.record, vectors };
    assert.deepEqual(blocksOf(await inspectReport({ model }), "picture"), ["norms", "similarity", "clusters"]);
  });

  it("stays below 2 MB on ml-latest-small, whose cells are 98.30 % empty", needsData("ml-latest-small"), async () => {
    const dataset = await readRatings(dataFolder("ml-latest-small"));
    const html = htmlOf(await inspected(dataset, "item-knn"));
    assert.ok(html.length < 2e6, `${html.length}`);
    assert.match(html, /<dt>Empty cells<\/dt><dd>98\.30 %<\/dd>/);
    assert.match(html, /Similarity of 30 films[\s\S]*the most rated first/);
  });
});

describe("the grid of many models", () => {
  it("has them as rows, so that it is no wider than a page", () => {
    const models = ["ease", ...Array.from({ length: 12 }, (_, n) => `als factors=${n + 1}`)];
    const evaluation = madeUpEvaluation(...models);
    const { corner, columns, rows } = comparisonGrid(evaluation);
    assert.deepEqual([corner, columns.length < models.length], ["model", true]);
    assert.deepEqual(
      rows.map(({ head }) => head),
      models,
    );
    assert.ok(rows.every(({ cells }) => cells.length === columns.length));
    assert.ok(columns.includes("ndcg@10") && columns.includes("rmse (lower is better)"), columns.join(", "));
    const few = comparisonGrid(madeUpEvaluation("ease", "als"));
    const at = few.rows.findIndex(({ head }) => head === "ndcg@10");
    assert.equal(few.corner, "metric");
    assert.deepEqual(few.columns, ["ease", "als"]);
    assert.deepEqual(rows[0].cells[at], few.rows[at].cells[0]);
  });
});

describe("a report as Markdown", () => {
  it("has the tables, and what pictures show, with titles as text", async () => {
    const evaluation = madeUpEvaluation("ease", "als", "item-knn");
    const markdown = markdownOf(await evaluationReport({ evaluation, dataset: filmDataset() }));
    assert.match(markdown, /^# 3 models on toy\n/);
    assert.match(markdown, /\n\| metric \| ease \| als \| item-knn \|\n\| --- \| --- \| --- \| --- \|\n/);
    assert.match(markdown, /\n\| ndcg@10 \| \*\*0\.3239\*\* ★ \(0\.3043–0\.3435\) \| 0\.3119 ≈ \(/);
    assert.match(markdown, /\n\| rmse \| .* \| – \[1\] \|\n\n- \[1\] the model predicts no ratings\n/);
    assert.match(markdown, /\n> rmse, lower is better\. ease 0\.8600/);
    const films = markdownOf(await inspected(withHostileTitle(), "item-knn"));
    assert.doesNotMatch(films, /(?<!\\)<|(?<!\\)`/);
    const pipes = (line: string) => line.match(/(?<!\\)\|/g)?.length;
    for (const table of films.split("\n\n").filter((part) => part.startsWith("| "))) {
      const lines = table.trimEnd().split("\n");
      assert.deepEqual(lines.map(pipes), new Array(lines.length).fill(pipes(lines[1])));
    }
  });
});
