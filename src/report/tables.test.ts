import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { madeUpEvaluation } from "../../test/helpers/evaluation.ts";
import { standingsOf } from "../evaluate/standings.ts";
import { evaluationTable } from "./evaluation-tables.ts";
import { cellTexts, evaluationJson, tableCsv } from "./tables.ts";

const evaluation = madeUpEvaluation("ease", "als", "item-knn");

describe("standings", () => {
  const metric = (name: string) => evaluation.metrics.find((metric) => metric.name === name)!;

  it("are the best, those that the test does not distinguish from it, and the others", () => {
    assert.deepEqual(
      [...standingsOf(evaluation, metric("ndcg@10"))],
      [
        ["ease", "best"],
        ["als", "level"],
        ["item-knn", "behind"],
      ],
    );
  });

  it("count .05 itself as not significant", () => {
    const versus = evaluation.versus!.map((test) => ({ ...test, adjusted: test.name === "als" ? 0.05 : 0.0499 }));
    const standings = standingsOf({ ...evaluation, versus }, metric("ndcg@5"));
    assert.deepEqual([standings.get("als"), standings.get("item-knn")], ["level", "behind"]);
  });

  it("are the best by the mean where nothing was tested, the lowest where lower is better", () => {
    const { versus, ...untested } = evaluation;
    assert.deepEqual([...standingsOf(untested, metric("ndcg@5"))], [["ease", "best"]]);
    assert.deepEqual([...standingsOf(untested, { ...metric("coverage@10"), better: "lower" })], [["ease", "best"]]);
    assert.deepEqual(
      [...standingsOf(untested, { ...metric("coverage@10"), better: "higher" })],
      [["item-knn", "best"]],
    );
  });

  it("are empty where neither direction is better, or where there is one model", () => {
    assert.equal(standingsOf(evaluation, metric("coverage@10")).size, 0);
    assert.equal(standingsOf(madeUpEvaluation("ease"), metric("ndcg@10")).size, 0);
  });
});

describe("tables", () => {
  it("give the numbers of a column as many decimals as they need, four at most", () => {
    const rows = [
      [1, 0.5, 0.123456, "a", 1e-9],
      [25_000, 2, null, "b", -1e-9],
    ];
    const texts = cellTexts({ columns: ["a", "b", "c", "d", "e"], rows }).map((row) => row.map(({ text }) => text));
    assert.deepEqual(texts, [
      ["1", "0.5", "0.1235", "a", "< 0.0001"],
      ["25,000", "2.0", "–", "b", "> −0.0001"],
    ]);
  });

  it("are CSV with unrounded numbers and quotes where needed", () => {
    const csv = tableCsv({
      columns: ["film", "n"],
      rows: [
        ['Long Road, "Short" Way', 0.1234567],
        ["=1+1", null],
      ],
    });
    assert.equal(csv, 'film,n\n"Long Road, ""Short"" Way",0.1234567\n=1+1,\n');
  });
});

describe("an evaluation as plain numbers", () => {
  it("is a row for each model under each metric in each view", () => {
    const { columns, batches } = evaluationTable(evaluation);
    const [values] = [...batches];
    const row = (n: number) => values.map((column) => Array.from(column).at(n));
    assert.deepEqual(
      values.map(({ length }) => length),
      columns.map(() => 6 * evaluation.metrics.length),
    );
    assert.equal(
      columns.map(({ name }) => name).join(),
      "name,model,config,seed,fit_seconds,answer_seconds,kept,metric,mean,se,low,high,n,standing,difference,p,p_adjusted,missing,view,without_history,unfilled",
    );
    const { mean, se = null, low = null, high = null } = evaluation.models[1].metrics["ndcg@5"];
    const { difference } = evaluation.versus![0];
    const config = '{"factors":64,"solver":"cholesky"}';
    const measured = [mean, se, low, high, 608, "level", difference, 0.2, 0.2, null];
    assert.deepEqual(row(2), ["als", "als", config, 0, 2.5, 0.25, null, "ndcg@5", ...measured, "shipped", 12, 5]);
    const beside = evaluation.models[1].otherView["ndcg@5"];
    const { mean: own, se: error = null, low: from = null, high: to = null } = beside;
    const alone = [own, error, from, to, 608, null, null, null, null, null, "model", 12, 5];
    assert.deepEqual(row(3), ["als", "als", config, 0, 2.5, 0.25, null, "ndcg@5", ...alone]);
    const nothing = new Array(9).fill(null);
    const missing = "the model predicts no ratings";
    assert.deepEqual(row(-1), [
      "item-knn",
      "item-knn",
      config,
      0,
      3.5,
      0.25,
      null,
      "rmse",
      ...nothing,
      missing,
      "model",
      12,
      10,
    ]);
  });

  it("is JSON of the evaluation itself", () => assert.deepEqual(JSON.parse(evaluationJson(evaluation)), evaluation));
});
