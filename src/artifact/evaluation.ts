/** What a model file says of an evaluation, as JSON. */
import type { RecordedEvaluation } from "../models/trained.ts";
import { type Fail, isObject, type JsonObject, parseJson, quoteValue, writeJson } from "./json.ts";

export function writeEvaluation(evaluation: RecordedEvaluation, fail: Fail): string {
  return writeJson(evaluation as unknown as JsonObject, fail);
}

/** @throws what `fail` makes, unless it is all that a `RecordedEvaluation` is */
export function readEvaluation(text: string, fail: Fail): RecordedEvaluation {
  const value = objectIn(parseJson(text, fail), "", fail);
  const { metrics } = value;
  if (!Array.isArray(metrics)) throw fail(`metrics is ${quoteValue(metrics)}, not a list`);
  return {
    version: member(value, "version", "string", fail),
    split: member(value, "split", "string", fail),
    seed: member(value, "seed", "number", fail),
    train: member(value, "train", "number", fail),
    test: member(value, "test", "number", fail),
    people: member(value, "people", "number", fail),
    ...("view" in value ? { view: viewIn(value, fail) } : {}),
    relevant: member(value, "relevant", "number", fail),
    metrics: metrics.map((one) => {
      const metric = objectIn(one, "metrics ", fail);
      return {
        name: member(metric, "name", "string", fail),
        mean: member(metric, "mean", "number", fail),
        n: member(metric, "n", "number", fail),
        ...("low" in metric ? { low: member(metric, "low", "number", fail) } : {}),
        ...("high" in metric ? { high: member(metric, "high", "number", fail) } : {}),
      };
    }),
  };
}

function viewIn({ view }: JsonObject, fail: Fail): "shipped" | "model" {
  if (view !== "shipped" && view !== "model") throw fail(`view is ${quoteValue(view)}, not shipped or model`);
  return view;
}

function objectIn(value: unknown, place: string, fail: Fail): JsonObject {
  if (!isObject(value)) throw fail(`${place}is ${quoteValue(value)}, not an object`);
  return value;
}

function member<K extends "string" | "number">(
  from: JsonObject,
  key: string,
  kind: K,
  fail: Fail,
): K extends "string" ? string : number;
function member(from: JsonObject, key: string, kind: "string" | "number", fail: Fail): unknown {
  const value = from[key];
  if (typeof value !== kind) throw fail(`${key} is ${quoteValue(value)}, not a ${kind}`);
  return value;
}
