import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readMetrics } from "../../test/helpers/metrics.ts";
import { metricRegistry, mostSeries } from "./metrics.ts";

describe("a registry of metrics", () => {
  it("writes counters, gauges and histograms as the format has them", () => {
    const registry = metricRegistry();
    const count = registry.counter("films_total", "Films,\nby \\ genre.", ["genre"]);
    count(['a"b\\c\nd']);
    count(['a"b\\c\nd'], 2);
    const observe = registry.histogram("film_seconds", "Lengths.", ["genre"], [0.5, 1]);
    for (const value of [0.1, 0.5, 0.7, 3]) observe(["x"], value);
    registry.read("gauge", "seats", "Seats.", [], () => [[[], 7]]);
    registry.read("gauge", "nothing", "Not finite.", [], () => [[[], Number.NaN]]);
    assert.equal(
      registry.text(),
      [
        "# HELP films_total Films,\\nby \\\\ genre.",
        "# TYPE films_total counter",
        'films_total{genre="a\\"b\\\\c\\nd"} 3',
        "# HELP film_seconds Lengths.",
        "# TYPE film_seconds histogram",
        'film_seconds_bucket{genre="x",le="0.5"} 2',
        'film_seconds_bucket{genre="x",le="1"} 3',
        'film_seconds_bucket{genre="x",le="+Inf"} 4',
        'film_seconds_sum{genre="x"} 4.3',
        'film_seconds_count{genre="x"} 4',
        "# HELP seats Seats.",
        "# TYPE seats gauge",
        "seats 7",
        "# HELP nothing Not finite.",
        "# TYPE nothing gauge",
        "",
      ].join("\n"),
    );
    const read = readMetrics(registry.text());
    assert.deepEqual(read.get("films_total")?.samples, [
      { name: "films_total", labels: { genre: 'a"b\\c\nd' }, value: 3 },
    ]);
  });

  it("keeps so many series of a metric and no more, whatever is counted", () => {
    const registry = metricRegistry();
    const count = registry.counter("requests_total", "Requests.", ["method", "route"]);
    for (let n = 0; n < 3 * mostSeries; n++) count(["other", String(n)]);
    const { samples } = readMetrics(registry.text()).get("requests_total")!;
    assert.equal(samples.length, mostSeries + 1);
    assert.deepEqual(samples.at(-1), {
      name: "requests_total",
      labels: { method: "other", route: "other" },
      value: 2 * mostSeries,
    });
  });

  it("refuses names that are wrong or taken", () => {
    const registry = metricRegistry();
    registry.counter("once_total", "Once.", []);
    assert.throws(() => registry.counter("once_total", "Twice.", []), RangeError);
    assert.throws(() => registry.counter("a-b", "Wrong.", []), RangeError);
    assert.throws(() => registry.histogram("h", "Wrong.", ["le"], [1]), RangeError);
  });
});
