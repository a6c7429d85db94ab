/** A registry of metrics, written as text in the format of Prometheus, version 0.0.4. */

/** The media type of that text. */
export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** The most series of one metric, that is values of its labels. What comes after them is counted together, under "other". */
export const mostSeries = 1000;

/** Values of the labels, in their order. */
type LabelValues = readonly string[];

/** Numbers that are there already, and read when somebody asks; one that is not finite is left out. */
export type ReadSeries = () => Iterable<readonly [values: LabelValues, value: number]>;

/** What a program counts, by names. Each name may be taken once. */
export interface MetricRegistry {
  /** Adds up. The name ends with `_total`. */
  counter(name: string, help: string, labels: readonly string[]): (values: LabelValues, amount?: number) => void;
  /** Counts values by their size, in buckets up to each of the ascending `bounds`, both counted in. */
  histogram(
    name: string,
    help: string,
    labels: readonly string[],
    bounds: readonly number[],
  ): (values: LabelValues, value: number) => void;
  /** Numbers that are kept elsewhere: a counter, or a gauge, which goes up and down. */
  read(kind: "counter" | "gauge", name: string, help: string, labels: readonly string[], series: ReadSeries): void;
  /** All of it as text. */
  text(): string;
}

/**
 * Makes an empty registry.
 *
 * @throws RangeError for names that the format does not allow or that are taken: an error of the program
 */
export function metricRegistry(): MetricRegistry {
  const metrics = new Map<string, () => Iterable<string>>();

  function add(kind: string, name: string, help: string, labels: readonly string[], lines: () => Iterable<string>) {
    const wrong = [name, ...labels].find((word) => !/^[a-z_][a-z0-9_]*$/.test(word) || word === "le");
    if (wrong !== undefined || metrics.has(name)) throw new RangeError(`no name for a metric: ${wrong ?? name}`);
    metrics.set(name, function* () {
      yield `# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}`;
      yield `# TYPE ${name} ${kind}`;
      yield* lines();
    });
  }

  return {
    counter(name, help, labels) {
      const series = boundedSeries(labels, () => ({ sum: 0 }));
      add("counter", name, help, labels, function* () {
        for (const { values, state } of series.all()) yield sample(name, labels, values, state.sum);
      });
      return (values, amount = 1) => {
        series.of(values).sum += amount;
      };
    },
    histogram(name, help, labels, bounds) {
      const series = boundedSeries(labels, () => ({ counts: new Float64Array(bounds.length + 1), sum: 0 }));
      const [named, ends] = [
        [...labels, "le"],
        [...bounds.map(String), "+Inf"],
      ];
      add("histogram", name, help, labels, function* () {
        for (const { values, state } of series.all()) {
          let count = 0;
          for (const [n, end] of ends.entries()) {
            count += state.counts[n];
            yield sample(`${name}_bucket`, named, [...values, end], count);
          }
          yield sample(`${name}_sum`, labels, values, state.sum);
          yield sample(`${name}_count`, labels, values, count);
        }
      });
      return (values, value) => {
        const state = series.of(values);
        let bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) bucket++;
        state.counts[bucket]++;
        state.sum += value;
      };
    },
    read(kind, name, help, labels, series) {
      add(kind, name, help, labels, function* () {
        for (const [values, value] of series()) if (Number.isFinite(value)) yield sample(name, labels, values, value);
      });
    },
    text: () => `${Array.from(metrics.values(), (lines) => [...lines()].join("\n")).join("\n")}\n`,
  };
}

/** The series of one metric by the values of its labels, which are at most `mostSeries` and one for the others. */
function boundedSeries<State>(labels: readonly string[], make: () => State) {
  const known = new Map<string, { readonly values: LabelValues; readonly state: State }>();
  const find = (values: LabelValues) => {
    const key = values.join("\0");
    const found = known.get(key);
    if (found) return found;
    if (known.size >= mostSeries && values.some((value) => value !== "other")) return find(labels.map(() => "other"));
    const made = { values: [...values], state: make() };
    known.set(key, made);
    return made;
  };
  return { of: (values: LabelValues) => find(values).state, all: () => known.values() };
}

function sample(name: string, labels: readonly string[], values: LabelValues, value: number): string {
  const pairs = labels.map((label, n) => `${label}="${values[n].replace(/[\\\n"]/g, escaped)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
