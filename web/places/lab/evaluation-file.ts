/** Evaluations as models record them, and as `matinee evaluate --json` and `compare` write them. */
import type { ModelInfo } from "../../../src/client.ts";
import type { Estimate, Evaluation, ModelResult, PairedTest, Slice } from "../../../src/evaluate/evaluation.ts";
import { metricKinds } from "../../../src/evaluate/metrics.ts";
import { present } from "../../../src/present.ts";
import { arrayOf, FileProblem, numberOf, objectOf, textOf } from "./json-file.ts";

/** What was measured of a model when it was made; undefined where nothing was. */
export function recordedEvaluation({ name, algorithm, data, evaluation }: ModelInfo): Evaluation | undefined {
  if (!evaluation) return undefined;
  const { version, split, seed, train, test, people, view = "model", relevant, metrics } = evaluation;
  const estimates = Object.fromEntries(metrics.map(({ name, ...estimate }) => [name, estimate]));
  return {
    version,
    data: { name: data.name, fingerprint: "", users: data.users, items: data.items, ratings: data.ratings },
    split: { name: split, seed, fingerprints: [], train, test, people },
    view,
    withoutHistory: 0,
    relevant,
    relevance: `rated ${relevant} or higher`,
    metrics: metrics.map(({ name }) => definitionOf(name)),
    models: [{ ...unmeasured, name, model: algorithm, seed, metrics: estimates }],
  };
}

export const unmeasured = { config: {}, seconds: { fit: 0, answer: 0 }, otherView: {}, missing: {} } as const;

/** What a metric says, by its name; of one that Matinee does not know, the name alone. */
export function definitionOf(name: string): Evaluation["metrics"][number] {
  const kind = metricKinds.find((one) => one.name === name.split("@")[0]);
  return { name, summary: kind?.summary ?? "", ...present({ better: kind?.better }) };
}

/**
 * Reads the JSON of `matinee compare` (or its `--out` file), and of `matinee evaluate`, which has one model.
 *
 * @throws FileProblem
 */
export function readEvaluation(document: Readonly<Record<string, unknown>>): Evaluation {
  const several = Array.isArray(document.models);
  const models = (several ? arrayOf(document.models) : [{ ...document, name: document.model }])
    .map(modelOf)
    .filter((model) => Object.keys(model.metrics).length > 0);
  if (models.length === 0) {
    throw new FileProblem(
      "This is no comparison of models",
      "choose what “matinee compare --json” or “matinee evaluate --json” printed",
    );
  }
  const named = [...new Set(models.flatMap(({ metrics }) => Object.keys(metrics)))];
  const asked = arrayOf(document.metrics).map((metric) => textOf(objectOf(metric).name));
  const data = objectOf(document.data);
  const split = objectOf(several ? document.split : document.splits);
  const number = (value: unknown) => numberOf(value) ?? 0;
  return {
    version: textOf(document.version),
    data: {
      name: textOf(data.name),
      fingerprint: textOf(data.fingerprint),
      users: number(data.users),
      items: number(data.items),
      ratings: number(data.ratings),
    },
    split: {
      name: textOf(split.name),
      seed: number(split.seed),
      fingerprints: [],
      train: number(split.train),
      test: number(split.test),
      people: number(split.people),
    },
    view: document.view === "model" ? "model" : "shipped",
    withoutHistory: number(document.withoutHistory),
    ...present({ listLength: numberOf(document.listLength) }),
    relevant: number(document.relevant),
    relevance: textOf(document.relevance),
    metrics: [...asked.filter((name) => named.includes(name)), ...named.filter((name) => !asked.includes(name))].map(
      definitionOf,
    ),
    models,
    ...present({ versus: Array.isArray(document.versus) ? document.versus.flatMap(testOf) : undefined }),
  };
}

function modelOf(value: unknown): ModelResult {
  const { name, model, seed, metrics, slices } = objectOf(value);
  const { activity, popularity } = objectOf(slices);
  const found = { activity: arrayOf(activity).flatMap(sliceOf), popularity: arrayOf(popularity).flatMap(sliceOf) };
  return {
    ...unmeasured,
    name: textOf(name),
    model: textOf(model),
    seed: numberOf(seed) ?? 0,
    metrics: estimatesOf(metrics),
    ...present({ slices: found.activity.length > 0 && found.popularity.length > 0 ? found : undefined }),
  };
}

/** Values of metrics by their names. */
export function estimatesOf(value: unknown): Readonly<Record<string, Estimate>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).flatMap(([metric, estimate]) => {
      const read = estimateOf(estimate);
      return read ? [[metric, read]] : [];
    }),
  );
}

function estimateOf(value: unknown): Estimate | undefined {
  const { mean, se, low, high, n } = objectOf(value);
  const known = numberOf(mean);
  if (known === undefined) return undefined;
  return {
    mean: known,
    n: numberOf(n) ?? 0,
    ...present({ se: numberOf(se), low: numberOf(low), high: numberOf(high) }),
  };
}

function sliceOf(value: unknown): Slice[] {
  const slice = objectOf(value);
  const [from, n, rmse] = [numberOf(slice.from), numberOf(slice.n), numberOf(slice.rmse)];
  if (from === undefined || n === undefined || rmse === undefined) return [];
  return [{ from, n, rmse, ...present({ to: numberOf(slice.to) }) }];
}

function testOf(value: unknown): PairedTest[] {
  const test = objectOf(value);
  const [difference, p, adjusted] = [numberOf(test.difference), numberOf(test.p), numberOf(test.adjusted)];
  if (difference === undefined || p === undefined || adjusted === undefined) return [];
  return [{ metric: textOf(test.metric), best: textOf(test.best), name: textOf(test.name), difference, p, adjusted }];
}
