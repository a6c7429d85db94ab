import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { madeUpEvaluation } from "../../../test/helpers/evaluation.ts";
import { near } from "../../../test/helpers/numbers.ts";
import { blankDocument } from "../document.ts";
import type { Panel, Picture } from "../picture.ts";
import { emptyShare, ratingHistograms } from "../rating-histograms.ts";
import { svgFile } from "../svg-file.ts";
import { normsOf } from "../vector-norms.ts";
import { calibrationPicture } from "./calibration.ts";
import { comparisonPicture } from "./comparison.ts";
import { learningPicture } from "./learning-curves.ts";
import { lossPicture } from "./losses.ts";
import { normsPicture } from "./norms.ts";
import { overKPicture } from "./over-k.ts";
import { overNeighboursPicture } from "./over-neighbours.ts";
import { ratingsPicture } from "./ratings.ts";
import { clusterPicture, similarityPicture } from "./similarity-map.ts";
import { slicesPicture } from "./slices.ts";
import { speedPicture } from "./speed.ts";
import { termsPicture } from "./terms.ts";

let document: Document;
before(async () => {
  document = await blankDocument();
});

/** The drawing, to be looked into. */
function drawn({ svg }: Pick<Panel, "svg">): Element {
  const holder = document.createElement("div");
  holder.innerHTML = svg;
  return holder.firstElementChild!;
}

/** A number of every element that fits a selector. */
function numbers(panel: Panel, selector: string, attribute: string): number[] {
  return Array.from(drawn(panel).querySelectorAll(selector), (element) => Number(element.getAttribute(attribute)));
}

function titles(panel: Panel): (string | null)[] {
  return Array.from(drawn(panel).querySelectorAll("title"), (title) => title.textContent);
}

/** Drawn sizes are to one another as the numbers are. */
function assertInProportion(sizes: readonly number[], values: readonly number[]): void {
  assert.equal(sizes.length, values.length);
  const unit = Math.max(...sizes) / Math.max(...values);
  sizes.forEach((size, n) => {
    assert.ok(Math.abs(size - unit * values[n]) < 0.02, `${n}: ${size} for ${values[n]}`);
  });
}

const ratings = {
  users: 3,
  items: 4,
  scale: { min: 0.5, max: 5, step: 0.5 },
  values: Float32Array.of(0.5, 4, 4, 4, 5, 5),
  perUser: Int32Array.of(1, 2, 3),
  perItem: Int32Array.of(4, 0, 1, 1),
};

describe("the picture of ratings", () => {
  it("counts each rating, and users and films in bins on a logarithmic scale", () => {
    const { panels, table, caption } = ratingsPicture(document, ratingHistograms(ratings));
    const rows = (histogram: string) =>
      table.rows.filter(([name]) => name === histogram).map(([, from, below, n]) => [from, below, n]);
    const steps = [1, 0, 0, 0, 0, 0, 0, 3, 0, 2];
    assert.deepEqual(
      rows("ratings"),
      steps.map((n, at) => [0.5 * (at + 1), null, n]),
    );
    assert.deepEqual(rows("people by ratings given"), [
      [1, 2, 1],
      [2, 3, 1],
      [3, 4, 1],
    ]);
    assert.deepEqual(rows("films by ratings got"), [
      [0, 1, 1],
      [1, 2, 2],
      [2, 3, 0],
      [3, 4, 0],
      [4, 5, 1],
    ]);
    assertInProportion(numbers(panels[0], "[data-mark=rect] rect", "height"), steps);
    assertInProportion(numbers(panels[2], "[data-mark=rect] rect", "height"), [2, 0, 0, 1]);
    assert.deepEqual(titles(panels[1]), ["1: 1", "2: 1", "3: 1"]);
    assert.match(caption, /1 films have none.*50\.00 % are empty/);
    assert.match(panels[0].alt, /The most frequent is 4, given 3 times/);
  });

  it("writes numbers beside the axis short enough to fit, and none between whole ones", () => {
    const ticks = (perItem: Int32Array) => {
      const many = { ...ratings, items: perItem.length, perItem };
      const panel = drawn(ratingsPicture(document, ratingHistograms(many)).panels[2]);
      return Array.from(panel.querySelectorAll('[data-mark="y-axis tick label"] text'), (text) => text.textContent);
    };
    assert.deepEqual(ticks(new Int32Array(2_000_000).fill(1)), ["0", "500k", "1M", "1.5M", "2M"]);
    assert.deepEqual(ticks(new Int32Array(3000).fill(1)), ["0", "500", "1k", "1.5k", "2k", "2.5k", "3k"]);
    assert.deepEqual(ticks(Int32Array.of(1, 1)).filter(Boolean), ["0", "1", "2"]);
  });

  it("has thirty bars of much the same width on the axis where films have many ratings", () => {
    const perItem = Int32Array.from({ length: 900 }, (_, n) => 100 + n * n);
    const { table, panels } = ratingsPicture(document, ratingHistograms({ ...ratings, items: 900, perItem }));
    const rows = table.rows.filter(([name]) => name === "films by ratings got");
    assert.equal(rows.length, 30);
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row[3]), 0),
      900,
    );
    assert.deepEqual([rows[0][1], rows[29][2]], [100, 100 + 899 ** 2 + 1]);
    for (const [n, [, from, below, films]] of rows.entries()) {
      assert.equal(films, perItem.filter((count) => count >= Number(from) && count < Number(below)).length, `bar ${n}`);
    }
    const widths = numbers(panels[2], "[data-mark=rect] rect", "width");
    assert.ok(Math.max(...widths) - Math.min(...widths) < 0.5, widths.join(" "));
  });

  it("has twenty bins where ratings have no steps", () => {
    const values = Float32Array.of(0, 0.049, 0.051, 1);
    const { table } = ratingsPicture(
      document,
      ratingHistograms({ ...ratings, scale: { min: 0, max: 1, step: 0 }, values }),
    );
    const rows = table.rows.filter(([name]) => name === "ratings");
    assert.equal(rows.length, 20);
    assert.deepEqual(rows[0].slice(1), [0, 0.05, 2]);
    assert.deepEqual(rows[1].slice(1), [0.05, 0.1, 1]);
    assert.deepEqual(rows[19].slice(1), [0.95, 1, 1]);
  });

  it("has one bin where all are the same, as of events without amounts", () => {
    const { table, panels } = ratingsPicture(
      document,
      ratingHistograms({ ...ratings, scale: { min: 1, max: 1, step: 0 }, values: Float32Array.of(1, 1, 1) }),
    );
    assert.deepEqual(
      table.rows.filter(([name]) => name === "ratings"),
      [["ratings", 1, 2, 3]],
    );
    assert.match(panels[0].alt, /The most frequent is 1, given 3 times/);
  });

  it("takes as sparsity the share of empty cells: 200,758 × 1,000 with 9,439,196 ratings have 95.30 %", () => {
    const share = emptyShare({ users: 200_758, items: 1000, ratings: 9_439_196 });
    assert.equal((100 * share).toFixed(2), "95.30");
  });
});

describe("the picture of norms", () => {
  it("bins the lengths of vectors", () => {
    const vectors = { model: "als", length: 2, films: Float32Array.of(3, 4, 0, 0, 6, 8), users: Float32Array.of(0, 1) };
    const norms = normsOf(vectors);
    const { bins: _, ...summary } = norms.films;
    assert.deepEqual(summary, { n: 3, zeros: 1, least: 0, median: 5, most: 10 });
    assert.equal(norms.users?.median, 1);
    const { panels, table, caption } = normsPicture(document, [norms]);
    const films = table.rows.filter(([name]) => name === "films");
    assert.deepEqual([films[0][3], films[15][3], films[29][3]], [1, 1, 1]);
    assert.deepEqual(
      panels.map(({ title }) => title),
      ["Films", "People"],
    );
    assert.match(panels[0].alt, /3 vectors of films: from 0\.0000 to 10\.00, median 5\.0000/);
    assert.match(caption, /1 films have a vector of zeros/);
  });

  it("has panels for each part of a blend", () => {
    const films = Float32Array.of(1, 2);
    const { panels, table } = normsPicture(document, [
      normsOf({ model: "als", length: 1, films, users: films }),
      normsOf({ model: "text", length: 1, films }),
    ]);
    assert.deepEqual(
      panels.map(({ title }) => title),
      ["Films of als", "People of als", "Films of text"],
    );
    assert.match(panels[2].alt, /2 vectors of films of text: from 1/);
    assert.deepEqual(
      new Set(table.rows.map(([of]) => of)),
      new Set(["films of als", "people of als", "films of text"]),
    );
  });
});

describe("the maps of similarity", () => {
  const films = {
    titles: ["A (1990)", "B (1991)", "C (1992)", "D (1993)"],
    similarities: Float64Array.of(1, 0.1, 0.9, NaN, 0.1, 1, 0.2, 0.8, 0.9, 0.2, 1, 0, NaN, 0.8, 0, 1),
    which: "four films",
    measure: "cosine",
  };

  it("draw a cell for each pair that has a similarity, in the order given", () => {
    const { panels, table } = similarityPicture(document, films);
    assert.equal(titles(panels[0]).length, 10);
    assert.equal(titles(panels[0])[0], "A (1990) and B (1991): 0.1000");
    assert.deepEqual(table.rows[0], ["A (1990)", 1, 0.1, 0.9, null]);
    assert.match(panels[0].alt, /most similar are A \(1990\) and C \(1992\), 0\.9000/);
    const cells = drawn(panels[0]).querySelectorAll("[data-mark=rect]")[0].querySelectorAll("rect");
    const fills = Array.from(cells, (cell) => cell.getAttribute("fill"));
    assert.equal(fills[1], "#fde725"); // the brightest, of .9
    assert.equal(fills[0], fills[2]); // .1, of either side
  });

  it("put similar films side by side, under brackets", () => {
    const { panels, table } = clusterPicture(document, films);
    assert.match(panels[0].alt, /First joined are A \(1990\) and C \(1992\)/);
    assert.match(panels[0].alt, /In order: A \(1990\); C \(1992\); B \(1991\); D \(1993\)\./);
    assert.deepEqual(
      table.rows.map((row) => [row[0], row[1], row[2], row[4]]),
      [
        [1, "A (1990)", "C (1992)", 2],
        [2, "B (1991)", "D (1993)", 2],
        [3, "cluster 1", "cluster 2", 4],
      ],
    );
    // three brackets on either side
    assert.equal(drawn(panels[0]).querySelectorAll("[data-mark=line] path").length, 6);
    const labels = Array.from(drawn(panels[0]).querySelectorAll("text"), ({ textContent }) => textContent);
    assert.deepEqual(labels.slice(0, 4), ["A (1990)", "C (1992)", "B (1991)", "D (1993)"]);
  });
});

describe("the picture of terms", () => {
  it("has the heaviest terms of every film as columns, and every film's weight of each", () => {
    const terms = (...weights: [string, number][]) => weights.map(([term, weight]) => ({ term, weight }));
    const { panels, table } = termsPicture(document, [
      {
        title: "A",
        terms: terms(["yoda", 0.6], ["jar", 0.5], ["jedi", 0.4], ["war", 0.3], ["sith", 0.2], ["ship", 0.1]),
      },
      { title: "B", terms: terms(["jedi", 0.8], ["rebel", 0.2]) },
    ]);
    // "ship" is sixth of A and no term of B
    assert.deepEqual(table.rows, [
      ["A", "jar", 0.5],
      ["A", "jedi", 0.4],
      ["A", "sith", 0.2],
      ["A", "war", 0.3],
      ["A", "yoda", 0.6],
      ["B", "jedi", 0.8],
      ["B", "rebel", 0.2],
    ]);
    const [blank, filled] = drawn(panels[0]).querySelectorAll("[data-mark=cell]");
    assert.equal(blank.querySelectorAll("rect").length, 2 * 6);
    const opacities = Array.from(filled.querySelectorAll("rect"), (cell) => Number(cell.getAttribute("fill-opacity")));
    assertInProportion(opacities, [0.5, 0.4, 0.2, 0.3, 0.6, 0.8, 0.2]);
    assert.match(
      panels[0].alt,
      /2 films by 6 terms\. A: yoda 0\.6000.*sith 0\.2000\. B: jedi 0\.8000, rebel 0\.2000\.$/,
    );
  });
});

describe("the pictures of an evaluation", () => {
  const evaluation = madeUpEvaluation("ease", "als", "item-knn", "mf");

  it("compare models best first, and mark them", () => {
    const { panels, key, table } = comparisonPicture(document, evaluation);
    assert.deepEqual(
      panels.map(({ title }) => title),
      ["ndcg@5", "hit-rate@5", "coverage@10", "rmse"],
    );
    assert.deepEqual(
      key?.map(({ label }) => label),
      ["best", "not distinguishable from the best", "behind the best", "not tested"],
    );
    assert.match(panels[0].alt, /ease 0\.3100 \(0\.2904 to 0\.3296\), best/);
    assert.match(panels[0].alt, /als 0\.2980 .*, not distinguishable from the best; item-knn .*, behind the best/);
    assert.deepEqual(titles(panels[3]), [
      "ease: 0.8600 (0.8404 to 0.8796)",
      "als: 0.8800 (0.8604 to 0.8996)",
      "mf: 0.9200 (0.9004 to 0.9396)",
    ]);
    assert.equal(drawn(panels[3]).querySelectorAll("[data-mark=rule] line").length, 3);
    assert.equal(drawn(panels[2]).querySelectorAll("[data-mark=rule] line").length, 0);
    assert.deepEqual(
      table.rows.filter(([metric]) => metric === "rmse").map(([, name]) => name),
      ["ease", "als", "mf"],
    );
  });

  it("draw curves over K with error bars", () => {
    const picture = overKPicture(document, evaluation)!;
    assert.deepEqual(
      picture.panels.map(({ title }) => title),
      ["ndcg", "hit-rate"],
    );
    assert.equal(drawn(picture.panels[0]).querySelectorAll("[data-mark=line] path").length, 4);
    assert.equal(drawn(picture.panels[0]).querySelectorAll("[data-mark=rule] line").length, 16);
    const { mean, low, high, se, n } = evaluation.models[1].metrics["ndcg@20"];
    assert.deepEqual(
      picture.table.rows.find(([kind, k, name]) => kind === "ndcg" && k === 20 && name === "als"),
      ["ndcg", 20, "als", mean, low, high, se, n],
    );
  });

  it("draws every interval from its low to its high end", () => {
    const [first, ...others] = evaluation.models;
    const { mean, ...rest } = first.metrics["ndcg@5"];
    const metrics = { ...first.metrics, "ndcg@5": { ...rest, mean, low: mean - 0.1, high: mean + 0.05 } };
    const picture = overKPicture(document, { ...evaluation, models: [{ ...first, metrics }, ...others] })!;
    const lines = Array.from(drawn(picture.panels[0]).querySelectorAll("[data-mark=rule] line"));
    const heights = lines.map((rule) => Number(rule.getAttribute("y1")) - Number(rule.getAttribute("y2")));
    assertInProportion(heights, [0.15, ...new Array(15).fill(0.0392)]);
  });

  it("need two lengths for a curve, and predicted ratings for an error", () => {
    const metrics = evaluation.metrics.filter(({ name }) => ["ndcg@10", "rmse"].includes(name));
    assert.equal(overKPicture(document, { ...evaluation, metrics }), undefined);
    const models = evaluation.models.map(({ slices, ...model }) => model);
    assert.equal(slicesPicture(document, { ...evaluation, models }), undefined);
  });

  it("draw the error by activity and popularity", () => {
    const picture = slicesPicture(document, evaluation)!;
    assert.deepEqual(
      picture.key?.map(({ label }) => label),
      ["ease", "als", "mf"],
    );
    assert.deepEqual(picture.table.rows[0], ["activity", "20–39", "ease", 1.1, 100]);
    assert.equal(picture.table.rows.length, 3 * 4 * 2);
    assert.match(picture.panels[1].alt, /als 1\.1200 at 1, 1\.0600 at 2–3/);
  });
});

describe("the picture of losses", () => {
  const loss = "mean squared error";
  const curves = [
    { name: "printed", losses: [12.5, 4, 1, 0.5, 0.25] },
    { name: "here", losses: [12, 4.5, 1.5, 0.75, 0.5] },
  ];

  it("draws a line for each curve, and where one training ended and the next began", () => {
    const picture = lossPicture(document, [{ title: "vectors", loss, stages: [3, 2], curves }]);
    const [panel] = picture.panels;
    assert.equal(
      panel.alt,
      "vectors: printed 12.50 in the first of 5 epochs, 0.2500 in the last; " +
        "here 12.00 in the first of 5 epochs, 0.5000 in the last; training went on after 3.",
    );
    assert.match(picture.caption, /^The loss is the mean squared error\. .*Broken lines: training went on/);
    assert.deepEqual(
      picture.key?.map(({ label }) => label),
      ["printed", "here"],
    );
    assert.deepEqual(picture.table.columns, ["model", "training", "epoch", "printed", "here"]);
    assert.deepEqual(picture.table.rows[3], ["vectors", 2, 1, 0.5, 0.75]);
    assert.deepEqual(titles(panel).slice(0, 2), ["printed, epoch 1: 12.50", "printed, epoch 2: 4.0000"]);
    // logarithmic: each halving of the loss is as far down as the last
    const dots = numbers(panel, "[data-mark=dot] circle", "cy");
    near(dots[3] - dots[2], dots[4] - dots[3], 0.05);
  });

  it("is linear where losses are close, and has neither key nor broken line for one curve of one training", () => {
    const panels = ["mf", "als"].map((title) => ({
      title,
      loss: `${title}'s loss`,
      stages: [3],
      curves: [{ name: "loss", losses: [3, 2, 1] }],
    }));
    const picture = lossPicture(document, panels);
    assert.equal(picture.key, undefined);
    assert.match(picture.caption, /^mf: mf's loss; als: als's loss\. /);
    assert.doesNotMatch(picture.caption, /Broken lines/);
    assert.equal(drawn(picture.panels[0]).querySelector('[stroke-dasharray="4 3"]'), null);
    const dots = numbers(picture.panels[0], "[data-mark=dot] circle", "cy");
    near(dots[1] - dots[0], dots[2] - dots[1], 0.05);
  });
});

const overNeighbours = () =>
  overNeighboursPicture(document, [
    { k: 5, own: 1.2, all: 1.1, share: 0.25 },
    { k: 10, own: 1.1, all: 1, share: 0.75 },
  ]);

describe("the picture of errors over neighbours", () => {
  it("has a mark for each error and share, and the share from none to all", () => {
    const { panels, table } = overNeighbours();
    assert.deepEqual(titles(panels[0]), ["k = 5: 1.2000", "k = 10: 1.1000", "k = 5: 1.1000", "k = 10: 1.0000"]);
    assert.deepEqual(titles(panels[1]), ["k = 5: 25.00 %", "k = 10: 75.00 %"]);
    const [low, high] = numbers(panels[1], "circle", "cy");
    const whole = Math.max(...numbers(panels[1], "[data-mark='y-grid'] line", "y1"));
    assert.ok(Math.abs((whole - high) / (whole - low) - 3) < 0.01);
    assert.deepEqual(table.rows[1], [10, 1.1, 1, 0.75]);
  });
});

describe("every picture", () => {
  const evaluation = madeUpEvaluation("ease", "als");
  const similar = {
    titles: ["A", "B"],
    similarities: Float64Array.of(1, 0.5, 0.5, 1),
    which: "two",
    measure: "cosine",
  };
  const pictures = (): Picture[] =>
    [
      ratingsPicture(document, ratingHistograms(ratings)),
      normsPicture(document, [normsOf({ model: "als", length: 1, films: Float32Array.of(1, 2) })]),
      similarityPicture(document, similar),
      clusterPicture(document, similar),
      comparisonPicture(document, evaluation),
      overKPicture(document, evaluation),
      overNeighbours(),
      slicesPicture(document, evaluation),
      termsPicture(document, [{ title: "A", terms: [{ term: "heist", weight: 0.5 }] }]),
      lossPicture(document, [{ title: "mf", loss: "error", stages: [2], curves: [{ name: "loss", losses: [2, 1] }] }]),
    ].filter((picture) => picture !== undefined);

  it("has the same bytes when drawn again", () => assert.deepEqual(pictures(), pictures()));

  it("has a text alternative, and no style or colour that a dark page cannot change", () => {
    for (const { name, panels, table } of pictures()) {
      assert.ok(table.rows.length > 0 && table.rows.every((row) => row.length === table.columns.length), name);
      for (const panel of panels) {
        const svg = drawn(panel);
        assert.equal(svg.getAttribute("role"), "img");
        assert.equal(svg.getAttribute("class"), "plot"); // by which the style sheet knows it
        assert.equal(svg.getAttribute("aria-label"), panel.alt);
        assert.ok(panel.alt.length > 10, name);
        assert.doesNotMatch(panel.svg, /<style|style=|NaN|undefined|Infinity/, name);
        if (!["similarity", "clusters"].includes(name)) assert.doesNotMatch(panel.svg, /"#[0-9a-f]+"|rgb\(/, name);
      }
    }
  });

  it("takes titles as text", () => {
    const title = '<script>alert("1")</script> & "more"';
    const { panels } = termsPicture(document, [{ title, terms: [{ term: "<b>", weight: 1 }] }]);
    assert.equal(drawn(panels[0]).querySelector("script, b"), null);
    assert.equal(panels[0].alt, `Heat map of 1 films by 1 terms. ${title}: <b> 1.0000.`);
    assert.ok(drawn(panels[0]).textContent?.includes("<b>"));
  });
});

describe("the picture of confidences", () => {
  it("puts each bin where it was said and found, larger for more films, and tells all numbers", () => {
    const bins = [
      { n: 100, said: 0.4, found: 0.5 },
      { n: 400, said: 0.8, found: 0.75 },
    ];
    const panel = { title: "films", models: [{ name: "ease", bins }] };
    const { panels, table, key } = calibrationPicture(document, [panel]);
    // Plot draws larger marks first
    assert.deepEqual(titles(panels[0]).toSorted(), [
      "ease: 100 films, said 0.40, found 0.50",
      "ease: 400 films, said 0.80, found 0.75",
    ]);
    assert.deepEqual(table.rows, [
      ["films", "ease", 100, 0.4, 0.5],
      ["films", "ease", 400, 0.8, 0.75],
    ]);
    assert.deepEqual(
      key?.map(({ label }) => label),
      ["ease"],
    );
    assert.equal(panels[0].alt, "films: ease: said 0.40, found 0.50; said 0.80, found 0.75.");
  });
});

describe("the picture of speeds", () => {
  const picture = () =>
    speedPicture(document, [
      { work: "als", threads: 1, peer: "implicit", ratio: 2, fraction: 0.5 },
      { work: "als", threads: 2, fraction: 0.25 },
      { work: "knn", threads: 1, peer: "implicit", ratio: 20 },
      { work: "knn", threads: 1, peer: "faiss", ratio: 200 },
      { work: "silent", threads: 1 },
    ]);

  it("has a row for each work and peer, ratios on a logarithmic axis, and shares of the ceiling beside them", () => {
    const [ratios, fractions] = picture().panels;
    assert.deepEqual(titles(ratios), [
      "als · implicit, 1 thread: 2 ×",
      "knn · implicit, 1 thread: 20 ×",
      "knn · faiss, 1 thread: 200 ×",
    ]);
    const [a, b, c] = numbers(ratios, "circle", "cx");
    assert.ok(Math.abs(b - a - (c - b)) < 0.05, "ten times as fast is as far at any place");
    assert.deepEqual(titles(fractions), ["als · implicit, 1 thread: 50 %", "als · implicit, 2 threads: 25 %"]);
  });

  it("becomes one file, with its colours, its panels beside one another and its key", () => {
    const file = svgFile(picture());
    const svg = drawn({ svg: file });
    const inner = Array.from(svg.querySelectorAll("svg.plot"), (panel) => Number(panel.getAttribute("x")));
    assert.equal(inner.length, 4, "two panels and two marks of the key");
    assert.ok(inner[1] > inner[0] + 300);
    assert.match(file, /fill="#0065a8"/);
    assert.doesNotMatch(file, /var\(/);
    assert.match(svg.textContent!, /2 threads/);
    assert.doesNotMatch(file, /NaN|undefined/);
  });

  it("has rows of panels in its file where there are many, and room for a wide key", () => {
    const { panels, key = [], ...rest } = picture();
    const [wide] = panels;
    const svg = drawn({ svg: svgFile({ ...rest, panels: Array(5).fill(wide), key: [{ ...key[0], svg: wide.svg }] }) });
    const places = Array.from(svg.querySelectorAll("svg.plot"), (panel) =>
      ["x", "y"].map((name) => Number(panel.getAttribute(name))),
    );
    assert.deepEqual(places.slice(0, 4), [
      [0, 28],
      [460, 28],
      [920, 28],
      [0, 160],
    ]);
    assert.ok(Number(svg.getAttribute("height")) > places[5][1] + 104, "the key has its room");
  });
});

describe("the picture of learning curves", () => {
  it("has a point for each number of questions, a line for each way to ask, and bars where there are intervals", () => {
    const curves = [
      { way: "popular", points: [0, 10, 20].map((questions) => ({ questions, mean: 0.1 + questions / 100 })) },
      {
        way: "chosen",
        points: [0, 10, 20].map((questions) => ({ questions, mean: 0.1 + questions / 50, low: 0.05, high: 0.6 })),
      },
    ];
    const { panels, key, table } = learningPicture(document, [{ title: "ndcg@10, ease", curves }]);
    assert.deepEqual(
      key?.map(({ label }) => label),
      ["popular", "chosen"],
    );
    const [panel] = panels;
    assert.match(panel.alt, /chosen: 0\.1000 after 0 questions, 0\.5000 after 20\.$/);
    assert.equal(titles(panel).length, 6);
    assert.equal(numbers(panel, "[data-mark=rule] line", "x1").length, 3);
    assert.deepEqual(table.rows[5], ["ndcg@10, ease", "chosen", 20, 0.5, 0.05, 0.6]);
    assert.equal(table.rows[0][4], null);
  });
});
