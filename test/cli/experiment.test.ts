/** matinee experiment: every study on made-up ratings through the command, and the numbers that are known on real ones. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { inventory } from "../../scripts/inventory/inventory.ts";
import { fit, localEngine } from "../../src/core.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { brokenPartRows } from "../../src/experiments/002-hybrid/broken-parts.ts";
import { type Experiment, experiments } from "../../src/experiments/index.ts";
import { lessonSections } from "../../src/experiments/lesson.ts";
import {
  type Dataset,
  MatineeError,
  type OpenEmbedder,
  onnxEmbedder,
  readRatings,
  role,
  type Splits,
  splitOf,
  splitRatings,
  splits as splitters,
} from "../../src/index.ts";
import { configure } from "../../src/models/configure.ts";
import { type Block, blankDocument, type Cell, type Report, type Section } from "../../src/report/index.ts";
import { readStudy } from "../../web/places/lab/study-report.ts";
import { assertRefused, matinee, start, temporaryFolder, written } from "../helpers/command.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";
import { near } from "../helpers/numbers.ts";
import { top1000Half } from "../helpers/top-1000-films.ts";
import { maskOf, traps } from "../helpers/traps.ts";

const folder = temporaryFolder();
const data = join(folder, "ratings");
before(async () => writeRatingsCsv(await syntheticRatings({ users: 60, items: 90, ratings: 2500, seed: 3 }), data));

interface Document {
  study: string;
  sections: { name: string; tables: { name: string; title: string; columns: string[]; rows: Cell[][] }[] }[];
}

/** The page's Lab shows every block of the report, and every picture as it was drawn. */
function assertShownWhole(report: Report) {
  const shown = readStudy(Object.fromEntries(Object.entries(report)));
  const names = ({ sections }: { sections: readonly { blocks: readonly { name: string }[] }[] }) =>
    sections.map(({ blocks }) => blocks.map(({ name }) => name));
  assert.deepEqual(names(shown), names(report));
  const drawings = (blocks: readonly { kind: string }[]) =>
    (blocks as readonly Block[]).flatMap((block) => {
      if (block.kind !== "picture") return [];
      return [...block.panels, ...(block.key ?? [])].map(({ svg }) => svg.replaceAll(" />", "/>"));
    });
  const given = report.sections.flatMap(({ blocks }) => drawings(blocks));
  assert.ok(given.length > 0);
  assert.deepEqual(
    shown.sections.flatMap(({ blocks }) => drawings(blocks)),
    given,
  );
}

describe("matinee experiment", () => {
  it("lists the studies", async () => {
    const { code, stdout } = await matinee("experiment");
    assert.equal(code, 0);
    for (const { number, name } of experiments) assert.match(stdout, new RegExp(`${number} +${name}`));
    assert.match((await matinee("experiment", "--help")).stdout, /Studies:\n {2}000 /);
  });

  const documents = new Map<string, ReturnType<typeof matinee>>();
  const reportOf = (number: string) => join(folder, `${number}.html`);
  /** The study by the command, once, with its report. */
  const documentOf = (number: string) => {
    const known =
      documents.get(number) ?? matinee("experiment", number, "--data", data, "--json", "--report", reportOf(number));
    documents.set(number, known);
    return known;
  };

  for (const { number, name } of experiments) {
    it(`${number}: one JSON document and a report, the same again by its name with two threads`, async () => {
      const one = await documentOf(number);
      assert.equal(one.code, 0, one.stderr);
      const { study, sections } = JSON.parse(one.stdout) as Document;
      assert.equal(study, number);
      const names = sections.map((section) => section.name);
      assert.deepEqual(names.slice(0, 3), ["aim", "method", "data"]);
      assert.deepEqual(names.slice(-2), ["traps", "take-away"]);
      for (const { tables } of sections) {
        for (const { columns, rows } of tables) assert.ok(rows.every((row) => row.length === columns.length));
      }
      const html = readFileSync(reportOf(number), "utf8");
      assert.match(html, new RegExp(`<h1>Study ${number}: ${name}</h1>`));
      assert.match(html, /<svg[^>]*role="img"/);
      const places = inventory[number].map(({ where }) => where).filter((where) => !where.includes("/"));
      for (const place of places) assert.ok(html.includes(` id="${place}"`), `the inventory names ${place}`);
      // studies judge the models alone
      assert.doesNotMatch(html, /As shipped/);
      if (number === "004") assert.match(html, /The model alone: a place that it leaves empty is a miss/);
      const forLab = join(folder, `${number}.json`);
      const two = await matinee("experiment", name, "--data", data, "--json", "--threads", "2", "--report", forLab);
      const timed = (document: string) => document.replace(/"ms a person".*?\]\]/, "");
      assert.equal(timed(two.stdout), timed(one.stdout));
      assertShownWhole(JSON.parse(readFileSync(forLab, "utf8")));
    });
  }

  for (const number of ["000", "001"]) {
    it(`${number}: a handful of ratings without titles or genres, of which neighbours predict none`, async () => {
      const few = join(folder, `few-${number}.csv`);
      writeFileSync(few, "userId,movieId,rating\n1,1,4\n1,2,3\n2,1,5\n2,3,2\n3,2,4\n3,1,1\n3,3,4\n4,1,2\n4,3,5\n");
      const { code, stdout, stderr } = await matinee("experiment", number, "--data", few);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout, /NaN|Infinity|undefined/);
    });
  }

  it("shows every trap of docs/traps.md in a study", async () => {
    const shown = new Set<string>();
    for (const { number } of experiments) {
      const { stdout } = await documentOf(number);
      const { tables } = (JSON.parse(stdout) as Document).sections.find(({ name }) => name === "traps")!;
      for (const { title } of tables) shown.add(title);
    }
    const headings = traps().map((section) => section.slice(0, section.indexOf("\n")));
    assert.equal(headings.length, 17);
    assert.deepEqual(
      headings.filter((heading) => !shown.has(heading)),
      [],
    );
  });

  it("prints tables where there is no report", async () => {
    const { stdout } = await matinee("experiment", "004", "--data", data);
    assert.match(stdout, /\n {2}collaborative filtering \(In \[6\]\) +0\.0115 +0\.0057/);
    assert.match(stdout, /drawn with --report FILE/);
  });

  it("says what is wrong before anything is read", async () => {
    const near = await matinee("experiment", "embedings", "--data", data);
    assertRefused(near, 2, /no study "embedings" \(did you mean embeddings\?/);
    assertRefused(await matinee("experiment", "000", "--report", "a.pdf"), 2, /--report a\.pdf: .*\.html/);
    for (const masked of [
      ["experiment", "000"],
      ["evaluate", "--model", "popular"],
      ["compare", "--split", "mask:none.json"],
    ]) {
      const mask = masked.includes("--split") ? [] : ["--mask", "none.json"];
      const outcome = await matinee(...masked, ...mask, "--data", data);
      assertRefused(outcome, 3, /none\.json cannot be read \(check the path\)/);
      assert.doesNotMatch(outcome.stderr, /Reading|Training/);
    }
  });

  it("ends at Ctrl-C with its exit code and nothing on stdout", async () => {
    const { child, outcome } = start("experiment", "003", "--data", "synthetic-100k", "--json");
    await written(child, /Training products of vectors/);
    child.kill("SIGINT");
    const { code, stdout } = await outcome;
    assert.deepEqual([code, stdout], [130, ""]);
  });
});

describe("the parts of a hybrid", () => {
  it("are refused where one of them lacks a film, and accepted where they fit", async () => {
    const ratings = await syntheticRatings({ users: 30, items: 40, ratings: 600, seed: 1 });
    const set = { weights: "equal", settings: "als.factors=8" };
    const rows = await brokenPartRows(await fit(ratings, configure("hybrid", set)));
    assert.equal(rows.length, 6);
    assert.ok(
      rows.every(([, said]) => /\b(39|40|41)\b/.test(said)),
      rows.join("\n"),
    );
  });
});

describe("the studies on real ratings", needsData("ml-latest-small", "ml-100k"), () => {
  it("000: errors by k of one rating of each user, what was printed, and the traps of docs/traps.md", async () => {
    const whole = await readRatings(dataFolder("ml-latest-small"));
    const { rows } = golden<{ rows: [user: number, film: number, ...number[]][] }>("splits/leave-one-out-seed42.json");
    const held = new Map(rows.map(([user, film]) => [whole.users.index(user), whole.items.index(film)]));
    const { offsets, indices } = whole.byUser;
    const roles = new Uint8Array(indices.length).fill(role.train);
    for (const [user, film] of held) roles[indices.indexOf(film, offsets[user])] = role.test;
    const splits = { name: "one of each", seed: 42, count: 1, split: () => splitOf(whole, "one of each", roles) };
    const sections = await run("000", whole, splits);
    const { byK } = golden<{ byK: Record<string, { predicted: number; of: number; rmse: number; mae: number }> }>(
      "userknn/leave-one-out.json",
    );
    const errors = tableOf(sections, "errors");
    assert.deepEqual(
      errors.map(([k]) => k),
      [5, 10, 20, 30],
    );
    for (const [k, rmse, , mae, predicted, of] of errors) {
      const expected = byK[String(k)];
      assert.deepEqual([predicted, of], [expected.predicted, expected.of]);
      near(Number(rmse), expected.rmse, 1e-6);
      near(Number(mae), expected.mae, 1e-6);
    }
    assert.equal(errors[2][2], 1.0331);
    const pictured = tableOf(sections, "over-neighbours");
    for (const [n, [k, own, , share]] of pictured.entries()) {
      assert.deepEqual([k, own], errors[n].slice(0, 2));
      near(Number(share), Number(errors[n][4]) / 610, 1e-9);
    }
    const trap = (name: string) => tableOf(sections, name).map((cells) => cells.slice(1).map(thousandths));
    assert.deepEqual(trap("test-rows-in-the-index"), [[0.819, 0.938]]);
    assert.deepEqual(trap("unrated-as-zero-and-weights-upside-down"), [
      [2.284, 1.006],
      [-1.874, -0.043],
      [1.004, 1.006],
    ]);
    assert.deepEqual(trap("a-fallback-that-always-answers"), [
      [1.038, 1.077],
      [1.038, 0.919],
      [0, 423],
    ]);
    const [alone, biases] = tableOf(sections, "the-rows-that-could-be-predicted");
    assert.deepEqual(alone.slice(1).map(thousandths), [1.013, 1.023]);
    assert.equal(thousandths(biases[2]), 0.894);
    assert.deepEqual(tableOf(sections, "ten-rows-called-a-hundred")[0].slice(1), [
      "0.41 to 1.47",
      "0.9383 of 610 ratings",
    ]);
    assertTraps(sections, 5);
    const [printed, sampled, everybody] = tableOf(sections, "sample");
    assert.deepEqual(printed.slice(1, 3), [2000, 1.0331]);
    assert.deepEqual([sampled[1], everybody[1], sampled[4], everybody[4]], [203, 610, 609, 609]);
    assert.deepEqual([sampled[3], everybody[3]], [544, 543]);
    near(Number(sampled[2]), 1.01, 5e-5);
    near(Number(everybody[2]), 1.01098, 5e-5);
    const { top5 } = golden<{ top5: { userId: number; top: [film: number, rating: number, raters: number][] }[] }>(
      "userknn/mean-centred.json",
    );
    const { top } = top5.find(({ userId }) => userId === 2)!;
    const means = tableOf(sections, "means").filter(([source, person]) => source === "here" && person === 2);
    for (const [n, [film, rating, raters]] of top.entries()) {
      assert.deepEqual([means[n][2], means[n][4]], [whole.catalog.titles[whole.items.index(film)], raters]);
      near(Number(means[n][3]), rating, 1e-6);
    }
    const lists = tableOf(sections, "lists").filter(([k]) => k === 20);
    assert.equal(lists.length, 5);
    for (const [, , predicted, neighbours, ratings] of lists) {
      const used = String(ratings).split(" ").map(Number);
      assert.equal(used.length, neighbours);
      assert.ok(Number(predicted) >= Math.min(...used) - 1e-6 && Number(predicted) <= Math.max(...used) + 1e-6);
    }
    const [[, broken], [, hybrid, own, rule]] = tableOf(sections, "fallbacks");
    assert.deepEqual([Number(broken).toFixed(4), Number(hybrid).toFixed(4), rule], ["3.5339", "2.8594", "item mean"]);
    near(Number(own), 2.65625, 1e-6);
    assert.deepEqual(
      tableOf(sections, "sizes").map(([, , here]) => here),
      [100_836, 610, 9724, 0, 697, 19, 44],
    );
    const zeros = tableOf(sections, "zeros").filter(([list]) => list === "here, as the study ran");
    assert.ok(zeros.length === 5 && zeros.every(([, , , raters]) => Number(raters) >= 3));
  });

  it("001: the similar films that the study printed, its objectives, and the traps of docs/traps.md", async () => {
    const whole = await readRatings(dataFolder("ml-latest-small"));
    const sections = await run("001", whole, splitRatings(whole, splitters.ratio(0.8), 42));
    const alike = tableOf(sections, "alike");
    assert.equal(alike.length, 30);
    for (const [film, place, printed, here] of alike) assert.equal(here, printed, `${film}, ${place}`);
    const { rowExample } = golden<{ rowExample: { distances: number[]; movieIds: number[] } }>(
      "itemcf/neighbours.json",
    );
    const distances = tableOf(sections, "rows");
    assert.equal(distances.length, 11);
    for (const [n, [, , printed, ofRow, nearest, here]] of distances.entries()) {
      near(Number(printed), rowExample.distances[n], 1e-8);
      near(Number(here), rowExample.distances[n], 1e-9);
      const title = whole.catalog.titles[whole.items.index(rowExample.movieIds[n])];
      assert.deepEqual([ofRow, nearest], [title, title]);
    }
    const { publishedCurve, randomStarts } = golden<{
      publishedCurve: { loss: number[] };
      randomStarts: { mean: number[]; sd: number[] };
    }>("biased-mf/adam.json");
    const curves = tableOf(sections, "losses");
    assert.equal(curves.length, 60);
    for (const [n, [model, , epoch, printed, here]] of curves.entries()) {
      assert.deepEqual([model, epoch], [n < 30 ? "20 factors" : "32 factors", (n % 30) + 1]);
      if (n < 30) near(Number(here), randomStarts.mean[n], 5 * randomStarts.sd[n], `epoch ${epoch}`);
      else near(Number(here) - Number(printed), -2.2, 0.3, `epoch ${epoch}`);
    }
    assert.deepEqual([curves[0][3], curves[29][3], curves[30][3], curves[59][3]], [1.0869, 0.234, 35.8938, 19.8529]);
    assert.deepEqual(
      curves.slice(0, 30).map(([, , , printed]) => printed),
      publishedCurve.loss,
    );
    for (const [, , objective, here, error] of tableOf(sections, "ends")) {
      assert.ok(Number(objective) > 0 && Number(here) >= Number(error));
    }
    const rows = (name: string) => tableOf(sections, name).map(([, ...cells]) => cells);
    const [common, seen, numbers] = rows("a-list-for-somebody-else");
    assert.ok(Number(common[0]) < 0.5 && common[1] === "10" && Number(seen[0]) < 0.5 && seen[1] === "0");
    assert.deepEqual(numbers, ["16", "30"]);
    assert.deepEqual(rows("the-first-hit-is-not-always-oneself"), [
      ["3,553", "told apart by index"],
      ["3,291", "0"],
      ["1,040", "0"],
    ]);
    const losses = rows("a-training-loss-as-the-result");
    assert.ok(Number(losses[0][0]) < 0.25 && Number(losses[1][0]) > 15);
    const [twenty, thirtyTwo, constant, biases] = losses.map(([, heldOut]) => Number(heldOut));
    assert.ok(biases < constant && constant < twenty && twenty < thirtyTwo, String(losses));
    assert.equal(tableOf(sections, "printed").length, 30);
    assert.equal(tableOf(sections, "positions").length, 30);
    const predicted = tableOf(sections, "ours").map(([, , rating]) => Number(rating));
    assert.ok(predicted.length === 30 && new Set(predicted).size > 25);
    const own = tableOf(sections, "own");
    assert.ok(own.every(([, , score], n) => n % 10 === 0 || Number(score) <= Number(own[n - 1][2])));
    assertTraps(sections, 3);
  });

  it("002: popularity on the study's split", async () => {
    const whole = await top1000Half();
    const { evaluation } = golden<{ evaluation: { heldOutMask: string } }>("splits/top1000-half-seed42.json");
    const out = maskOf(evaluation.heldOutMask);
    const roles = Uint8Array.from(whole.byUser.values, (_, entry) => (out(entry) ? role.test : role.train));
    const splits = { name: "held out", seed: 42, count: 1, split: () => splitOf(whole, "held out", roles) };
    const sections = await run("002", whole, splits);
    const { proper } = golden<{ proper: { popularity: Record<string, { hitRate: number; ndcg: number }> } }>(
      "als/evaluation.json",
    );
    const [[name, hitRate, ndcg]] = tableOf(sections, "ten");
    assert.equal(name, "popular");
    near(Number(hitRate), proper.popularity["10"].hitRate, 1e-6);
    near(Number(ndcg), proper.popularity["10"].ndcg, 1e-6);
    assert.deepEqual(tableOf(sections, "sparsity")[0].slice(1), ["−3.70 %", "95.30 %"]);
    assert.deepEqual(tableOf(sections, "printed"), [
      ["factors of all ratings, means of film vectors (cell 21)", "the first 100 of 200,758", "0.3400", "0.0738"],
    ]);
    const sizes = new Map(tableOf(sections, "sizes").map(([what, ...numbers]) => [what, numbers]));
    assert.deepEqual(sizes.get("ratings kept (cells 5 and 8)"), [9_439_196, 30_628]);
    assert.equal(sizes.get("tags of the films kept (cell 5)")![0], 704_287);
    const shapes = new Map(tableOf(sections, "shapes").map(([what, ...shapes]) => [what, shapes]));
    assert.deepEqual(shapes.get("films × terms (cell 12)"), ["1,000 × 5,000", "1,000 × 2,391"]);
    const { starWarsTopTerms } = golden<{ starWarsTopTerms: { title: string; terms: string[]; weights: number[] }[] }>(
      "tfidf/tfidf.json",
    );
    const marks = new Map(tableOf(sections, "terms").map(([film, term, weight]) => [`${film}: ${term}`, weight]));
    for (const { title, terms, weights } of starWarsTopTerms) {
      // of equal terms, the last may be another one
      const sure = terms.filter((_, n) => weights[n] > weights[4]);
      for (const [n, term] of sure.entries()) near(Number(marks.get(`${title}: ${term}`)), weights[n], 1e-6, term);
    }
    assert.ok(starWarsTopTerms.length >= 6);
    const zeros = tableOf(sections, "zeros-that-are-still-stored");
    assert.deepEqual(zeros[2].slice(1), ["30,628", "24,503"]);
    assert.deepEqual(tableOf(sections, "a-share-that-became-a-percentage")[0].slice(1), ["−3.70 %", "95.30 %"]);
    const [[, leak, fair]] = tableOf(sections, "fitted-on-what-it-is-judged-on");
    assert.ok(Number(leak) > Number(fair) + 0.2, `${leak}, ${fair}`);
    assert.deepEqual(tableOf(sections, "a-start-in-two-dimensions")[0].slice(1), ["2", "64"]);
    const pictures = sections.flatMap(({ blocks }) => blocks).filter(({ kind }) => kind === "picture");
    assert.deepEqual(
      pictures.map(({ name }) => name),
      ["ratings", "terms", "norms", "similarity", "clusters", "over-k"],
    );
    assertTraps(sections, 4);
  });

  it("003: losses and errors of each stage, as random starts of the study's own code have them", async () => {
    const source = dataFolder("ml-latest-small");
    const whole = await readRatings(source);
    const mask = join(source, "../../golden/splits/mask-seed3.json");
    const sections = await run("003", whole, splitRatings(whole, splitters.mask(mask), 42));
    type Starts = Record<"testMsePerStage" | "testMseMismatchedCodesPerStage", { mean: number[]; sd: number[] }>;
    const { randomStarts, trainRows, valRowsKnown } = golden<{
      randomStarts: Record<"MF" | "MF_bias" | "CollabFNet", Starts>;
      trainRows: number;
      valRowsKnown: number;
    }>("embedding-models/curves.json");
    const facts = sections
      .find(({ name }) => name === "errors")!
      .facts!.map(({ value }) => Number(value.replace(",", "")));
    assert.deepEqual(facts, [trainRows, 20386, valRowsKnown]);
    const rows = tableOf(sections, "stages");
    const models = [
      ["products of vectors", "MF"],
      ["with biases", "MF_bias"],
      ["a network", "CollabFNet"],
    ] as const;
    for (const [name, model] of models) {
      const { testMsePerStage: right, testMseMismatchedCodesPerStage: wrong } = randomStarts[model];
      const stages = rows.filter(([own]) => own === name);
      assert.equal(stages.length, 3);
      for (const [n, [, cell, , , printedLoss, loss, printed, codesTwice, rightCodes]] of stages.entries()) {
        near(Number(rightCodes), right.mean[n], 4 * right.sd[n], `${cell}, right codes`);
        near(Number(codesTwice), wrong.mean[n], 4 * wrong.sd[n], `${cell}, codes made twice`);
        near(Number(codesTwice), Number(printed), 4 * wrong.sd[n], `${cell}, printed`);
        if (name !== "a network") near(Number(loss) / Number(printedLoss), 1, 0.01, `${cell}, loss`);
      }
    }
    const agreeing = sections.find(({ name }) => name === "session")!.facts![0].value;
    assert.equal(agreeing, "user 63, on 7 of 10");
    const list = tableOf(sections, "look-alike");
    assert.deepEqual(list[0].slice(0, 4), [1, "Wild Parrots of Telegraph Hill, The (2003)", 4.59, 2]);
    assert.ok(
      list.every(
        ([, , , printed, , predicted, ratings]) => Number(printed) < 12 && Number(predicted) > 4 && Number(ratings) > 0,
      ),
    );
  });

  it("004: collaborative filtering on the study's split, and popular on u1", async () => {
    const source = dataFolder("ml-100k");
    const whole = await readRatings(source);
    const mask = join(source, "../../golden/splits/ml100k-peruser-seed42.json");
    const sections = await run("004", whole, splitRatings(whole, splitters.mask(mask), 42));
    const { metricsTiesByItemId: expected } = golden<{ metricsTiesByItemId: Record<string, number> }>(
      "ml100k/pearson-cf.json",
    );
    const [, ...filtering] = tableOf(sections, "own").find(([name]) => name === "collaborative filtering")!;
    for (const [n, name] of ["precision@5", "recall@5", "ndcg@5", "precision@10", "recall@10", "ndcg@10"].entries()) {
      near(Number(filtering[n]), expected[name], 0.002, name);
    }
    const [, ...genres] = tableOf(sections, "own").find(([name]) => name === "genres")!;
    for (const [n, printed] of tableOf(sections, "printed")[1].slice(1).entries())
      near(Number(genres[n]), Number(printed), 5e-5);
    assert.deepEqual(
      tableOf(sections, "printed").map(([, precision]) => precision),
      [0.0115, 0.0549, 0.0341],
    );
    const [, precision] = tableOf(sections, "u1").find(([name]) => name === "popular")!;
    near(Number(precision), 0.2202, 5e-5);
    const [[, ...printed]] = tableOf(sections, "printed-u1");
    const [, ...graph] = tableOf(sections, "u1").find(([name]) => name === "graph")!;
    for (const [n, value] of printed.entries()) near(Number(graph[n]), Number(value), 5e-7);
    for (const name of ["sizes", "graph", "taste"]) {
      for (const [what, printed, here] of tableOf(sections, name)) assert.equal(here, printed, String(what));
    }
    const lists = tableOf(sections, "user");
    for (const name of ["genres, In [4]", "graph, In [11]"]) {
      const list = lists.filter(([list]) => list === name);
      assert.equal(list.length, 5);
      for (const [, , printed, , here] of list) assert.equal(here, printed, name);
    }
    const found = lists.filter(([list]) => list === "filtering, In [3]");
    assert.deepEqual(new Set(found.map(([, , printed]) => printed)), new Set(found.map(([, , , , here]) => here)));
    assert.deepEqual(
      lists
        .filter(([list]) => list === "reranked, In [18]")
        .map(([, , printed]) => Number.parseInt(String(printed), 10)),
      [129, 1069, 512, 772, 1328, 1180],
    );
    const rows = (name: string) => tableOf(sections, name).map(([, ...cells]) => cells);
    assert.deepEqual(rows("two-splits-in-one-table-and-no-yardstick"), [
      ["0.0982", "0.0498"],
      ["0.0549", "0.1118"],
      ["not asked", "0.1345"],
      ["not asked", "0.2202"],
    ]);
    assert.deepEqual(rows("the-best-prediction-rests-on-the-least"), [
      ["0.0117", "0.1756"],
      ["78", "301"],
    ]);
    assert.deepEqual(rows("ties-by-chance").slice(1), [
      ["0.0106", "0.0117"],
      ["450 of 943", "ordered by id"],
    ]);
    const [, [short, filled]] = rows("candidates-first-seen-films-after");
    assert.ok(Number(short) > 200 && filled === "0", `${short}`);
    assertTraps(sections, 4);
  });

  it("004: texts that cannot be read are one line in small print", async () => {
    const whole = await readRatings(data);
    const embedder = async () => {
      throw new MatineeError("DOWNLOAD_FAILED", "https://example.test/a/very/long/address cannot be downloaded");
    };
    const sections = await run("004", whole, splitRatings(whole, splitters.perUser(0.8), 42), embedder);
    assert.equal(
      sections.at(-1)!.note,
      "Not run here: embeddings of texts and their reranking (the weights are not at hand).",
    );
    assert.ok(!JSON.stringify(sections).includes("example.test"));
    assert.ok(!tableOf(sections, "own").some(([name]) => /embeddings/.test(String(name))));
  });
});

async function run(
  number: string,
  whole: Dataset,
  splits: Splits,
  embedder: OpenEmbedder = onnxEmbedder(),
): Promise<readonly Section[]> {
  const experiment = experiments.find((one): one is Experiment => one.number === number)!;
  using engine = localEngine();
  const { signal } = new AbortController();
  const watch = {
    engine,
    seed: 42,
    memory: 2 ** 34,
    signal,
    embedder,
    onProgress: () => {},
    onEpoch: () => {},
    step: async () => {},
  };
  const document = await blankDocument();
  const lesson = await experiment.run({ data: whole, splits, document, step: (_label, work) => work(watch) });
  return lessonSections(document, whole, lesson);
}

function tableOf(sections: readonly Section[], wanted: string): readonly (readonly Cell[])[] {
  for (const { blocks } of sections) {
    for (const block of blocks) {
      if ((block.kind === "table" || block.kind === "picture") && block.name === wanted) return block.table.rows;
    }
  }
  throw new Error(`there is no table ${wanted}`);
}

/** So many traps, each with its heading in docs/traps.md. */
function assertTraps(sections: readonly Section[], count: number): void {
  const page = readFileSync(new URL("../../docs/traps.md", import.meta.url), "utf8");
  const { blocks } = sections.find(({ name }) => name === "traps")!;
  assert.equal(blocks.length, count);
  for (const { title } of blocks) assert.ok(page.includes(`\n## ${title}\n`), title);
}

/** The number that a cell begins with, to three decimals. */
function thousandths(cell: Cell): number {
  return Number(Number.parseFloat(String(cell).replace("−", "-")).toFixed(3));
}
