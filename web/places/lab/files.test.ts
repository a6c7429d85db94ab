import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ModelInfo } from "../../../src/client.ts";
import { madeUpEvaluation } from "../../../test/helpers/evaluation.ts";
import { cleanSvg } from "./clean-svg.ts";
import { isColdStart, readColdStart } from "./cold-start-file.ts";
import { readEvaluation, recordedEvaluation } from "./evaluation-file.ts";
import { FileProblem, parseJson } from "./json-file.ts";
import { readStudy } from "./study-report.ts";

describe("evaluations that are brought along", () => {
  const evaluation = madeUpEvaluation("ease", "als", "popular");

  it("keep what pictures show", () => {
    const read = readEvaluation(parseJson(JSON.stringify(evaluation)));
    assert.deepEqual(
      read.models.map(({ name, metrics, slices }) => ({ name, metrics, slices })),
      evaluation.models.map(({ name, metrics, slices }) => ({ name, metrics, slices })),
    );
    assert.deepEqual(read.versus, evaluation.versus);
    assert.deepEqual(
      read.metrics.map(({ name }) => name),
      evaluation.metrics.map(({ name }) => name),
    );
    assert.equal(read.metrics[0].better, "higher");
    assert.deepEqual([read.split.people, read.listLength], [608, 50]);
  });

  it("may be of one model, as evaluate prints them", () => {
    const [{ name: model, ...judgement }] = evaluation.models;
    const { models: _, metrics: __, versus: ___, split, ...rest } = evaluation;
    const read = readEvaluation({ ...rest, ...judgement, model, splits: split });
    assert.deepEqual([read.models.length, read.models[0].name, read.split.train], [1, "ease", 80_669]);
    assert.equal(read.metrics.length, Object.keys(judgement.metrics).length);
  });

  it("may be damaged: what is no number is left out, and what has none is refused", () => {
    const metrics = { "ndcg@10": { mean: 0.5, low: "x", n: null }, rmse: { mean: "1" }, mae: 3 };
    const read = readEvaluation({ models: [{ name: "a", metrics, slices: { activity: [{}], popularity: 1 } }, 7] });
    assert.deepEqual(read.models[0].metrics, { "ndcg@10": { mean: 0.5, n: 0 } });
    assert.deepEqual([read.models.length, read.models[0].slices], [1, undefined]);
    for (const other of ["{}", "[]", "null", '{"models":[]}', "not JSON"]) {
      assert.throws(() => readEvaluation(parseJson(other)), FileProblem, other);
    }
  });

  it("may be recorded by the model", () => {
    const data = { name: "toy", users: 3, items: 4, ratings: 6 };
    const measured = { version: "0", split: "per-user:0.8", seed: 1, train: 5, test: 1, people: 1, relevant: 4 };
    const recorded = { ...measured, metrics: [{ name: "ndcg@10", mean: 0.25, low: 0.2, high: 0.3, n: 9 }] };
    const model = { name: "ease", algorithm: "ease", data, evaluation: recorded } as unknown as ModelInfo;
    const found = recordedEvaluation(model);
    assert.deepEqual(found?.models[0].metrics, { "ndcg@10": { mean: 0.25, low: 0.2, high: 0.3, n: 9 } });
    const { evaluation: _, ...unmeasured } = model;
    assert.equal(recordedEvaluation(unmeasured as ModelInfo), undefined);
  });
});

describe("cold starts that are brought along", () => {
  it("have a panel for each metric and model that has values", () => {
    const points = [
      { questions: 0, answers: 0, metrics: { "ndcg@10": { mean: 0.1, n: 5 } } },
      { questions: 5, answers: 5, metrics: { "ndcg@10": { mean: 0.2, low: 0.1, high: 0.3, n: 5 } } },
      { questions: "x" },
    ];
    const document = {
      data: { name: "toy" },
      ways: [{ name: "popular" }],
      metrics: [{ name: "ndcg@10" }, { name: "rmse" }],
      models: [{ name: "ease", curves: [{ way: "popular", points }] }, { name: "broken" }],
    };
    assert.ok(isColdStart(document));
    const { panels } = readColdStart(document);
    assert.equal(panels.length, 1);
    assert.deepEqual(
      panels[0].curves[0].points.map(({ questions, mean }) => [questions, mean]),
      [
        [0, 0.1],
        [5, 0.2],
      ],
    );
    assert.deepEqual(readColdStart({ ways: [] }).panels, []);
  });
});

describe("studies that are brought along", () => {
  const drawn =
    '<svg viewBox="0 0 9 9" width="9" height="9" class="plot" role="img"><g fill="var(--series-0)"><text>a &lt; b</text><path d="M0,0L9,9"/></g></svg>';
  const table = { columns: ["a", "b"], rows: [[1, "x"], [null]] };
  const picture = {
    kind: "picture",
    name: "p",
    title: "P",
    caption: "See.",
    panels: [{ alt: "A", svg: drawn }],
    table,
  };
  const wrongly = (panels: unknown) => ({ ...picture, panels });
  const read = (...blocks: unknown[]) =>
    readStudy({ title: "Study 001: items", about: "of toys", sections: [{ name: "aim", title: "Aim", blocks }] })
      .sections[0].blocks;

  it("keep texts, facts, tables and pictures", () => {
    const text = ["One.", { formula: "a + b" }, { see: "There", to: "aim-t" }];
    const blocks = [{ kind: "table", name: "t", title: "T", text, table }, picture];
    const section = { name: "aim", title: "Aim", text, facts: [{ name: "Films", value: "3" }], blocks, note: "Small." };
    const report = readStudy({ title: "Study 001: items", about: "of toys", sections: [section, 5] });
    const rows = [
      [1, "x"],
      [null, null],
    ];
    const kept = { ...table, rows };
    assert.deepEqual(report.sections[0], {
      ...section,
      blocks: [
        { ...blocks[0], table: kept },
        { ...picture, key: [], table: kept },
      ],
    });
    assert.deepEqual([report.title, report.about], ["Study 001: items", "of toys"]);
    assert.deepEqual([report.sections[1].blocks, report.sections[1].text], [[], []]);
    assert.throws(() => readStudy({ study: "001", sections: [] }), FileProblem);
  });

  it("show a grid as a table, and why numbers are missing", () => {
    const cells = [{ value: "0.5", interval: "0.4 to 0.6" }, { reason: 0 }];
    const grid = {
      kind: "grid",
      name: "g",
      title: "G",
      caption: "Read so.",
      corner: "model",
      columns: ["ndcg", "rmse"],
    };
    assert.deepEqual(read({ ...grid, rows: [{ head: "ease", cells }], reasons: ["no stars"] }), [
      {
        kind: "table",
        name: "g",
        title: "G",
        text: ["Read so.", "[1] no stars"],
        table: { columns: ["model", "ndcg", "rmse"], rows: [["ease", "0.5 (0.4 to 0.6)", "– [1]"]] },
      },
    ]);
  });

  it("may be damaged: a picture that cannot be drawn is left out", () => {
    assert.deepEqual(
      read(wrongly([]), wrongly("x"), wrongly([{ alt: "A" }]), { ...picture, key: [{}] }, { kind: "?" }),
      [],
    );
  });

  it("show no markup but that of pictures", () => {
    for (const markup of [
      "<svg><script>alert(1)</script></svg>",
      "<svg><foreignObject></foreignObject></svg>",
      "<svg><style>a{}</style></svg>",
      '<svg><image width="9"/></svg>',
      "<svg></svg><svg></svg>",
      "<svg><svg></svg></svg>",
      "<svg><g></svg></g>",
      "<svg><g>",
      "<g></g>",
      "words",
      "<svg><path d='x'/></svg>",
      "<svg onload=alert(1)></svg>",
      "<svg><!-- --></svg>",
    ]) {
      assert.equal(cleanSvg(markup), undefined, markup);
    }
    assert.equal(cleanSvg(drawn), drawn);
    assert.equal(
      cleanSvg(
        '<svg onload="alert(1)" style="color:red" class="notice" id="main" href="x" width="9"><path fill="url(#a)" stroke="var(--none)" data-mark="a<b"/></svg>',
      ),
      '<svg width="9"><path data-mark="a&lt;b"/></svg>',
    );
  });
});
