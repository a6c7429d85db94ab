/** A strict reader of the text format of Prometheus, version 0.0.4. */

export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricFamily {
  readonly kind: string;
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

/** The metrics of a text by their names. @throws for anything that the format does not allow, and for histograms that do not add up */
export function readMetrics(text: string): Map<string, MetricFamily> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const found = new Map<string, { kind: string; help: string; samples: MetricSample[] }>();
  const seen = new Set<string>();
  let [name, help] = ["", ""];
  for (const line of text.slice(0, -1).split("\n")) {
    const about = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    if (about?.[1] === "HELP") {
      if (/\\/.test(about[3].replace(/\\[\\n]/g, ""))) throw new Error(`an escape that there is not: ${line}`);
      [name, help] = [about[2], about[3]];
    } else if (about) {
      if (about[2] !== name || found.has(name)) throw new Error(`a type out of place: ${line}`);
      if (!/^(counter|gauge|histogram)$/.test(about[3])) throw new Error(`no type: ${line}`);
      found.set(name, { kind: about[3], help, samples: [] });
    } else {
      const sample = readSample(line);
      const family = found.get(name);
      const suffixes = family?.kind === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!family || !suffixes.some((suffix) => sample.name === name + suffix))
        throw new Error(`out of place: ${line}`);
      const key = `${sample.name} ${JSON.stringify(sample.labels)}`;
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      if (family.kind === "counter" && !(sample.value >= 0 && name.endsWith("_total")))
        throw new Error(`no count: ${line}`);
      family.samples.push(sample);
    }
  }
  for (const [family, { kind, samples }] of found) if (kind === "histogram") checkHistogram(family, samples);
  return found;
}

function readSample(line: string): MetricSample {
  const [all, name, , pairs = "", value] =
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line) ??
    [];
  if (all === undefined || !/^[+-]?(\d+(\.\d+)?(e[+-]?\d+)?|Inf)$/.test(value)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  for (const [, label, text] of pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
    if (Object.hasOwn(labels, label)) throw new Error(`a label twice: ${line}`);
    labels[label] = text.replace(/\\(.)/g, (_, character) => (character === "n" ? "\n" : character));
  }
  return { name, labels, value: Number(value) };
}

/** Buckets go up to +Inf, which has as many as there are in all. */
function checkHistogram(name: string, samples: readonly MetricSample[]): void {
  const bySeries = Map.groupBy(samples, ({ labels: { le: _, ...others } }) => JSON.stringify(others));
  for (const [series, own] of bySeries) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const ends = buckets.map(({ labels }) => (labels.le === "+Inf" ? Infinity : Number(labels.le)));
    const count = own.find((sample) => sample.name === `${name}_count`);
    const sum = own.filter((sample) => sample.name === `${name}_sum`);
    const rising = buckets.every(({ value }, n) => n === 0 || (value >= buckets[n - 1].value && ends[n] > ends[n - 1]));
    if (!rising || ends.at(-1) !== Infinity || buckets.at(-1)?.value !== count?.value || sum.length !== 1) {
      throw new Error(`${name} ${series} does not add up`);
    }
  }
}
