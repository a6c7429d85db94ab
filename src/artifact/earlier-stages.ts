/** What a model file says of the trainings that the last one went on from, as JSON. */
import type { EarlierStage, TrainingStage } from "../models/trained.ts";
import { present } from "../present.ts";
import {
  type Fail,
  isObject,
  type JsonObject,
  memberOf,
  objectFrom,
  parseJson,
  quoteValue,
  writeJson,
} from "./json.ts";

export function writeEarlierStages(stages: readonly EarlierStage[], fail: Fail): string {
  return writeJson(stages as unknown as readonly JsonObject[], fail);
}

/** @throws what `fail` makes, unless it is a list of `EarlierStage` */
export function readEarlierStages(text: string, fail: Fail): EarlierStage[] {
  const value = parseJson(text, fail);
  if (!Array.isArray(value)) throw fail(`is ${quoteValue(value)}, not a list`);
  return value.map((one) => {
    const stage = objectFrom(one, "a training ", fail);
    const { config, version } = stage;
    if (!isObject(config)) throw fail(`config is ${quoteValue(config)}, not an object`);
    return {
      config,
      seed: memberOf(stage, "seed", "number", fail),
      arithmetic: readArithmetic(memberOf(stage, "arithmetic", "string", fail), fail),
      data: memberOf(stage, "data", "string", fail),
      ...present({ version: version === undefined ? undefined : memberOf(stage, "version", "string", fail) }),
      epochs: memberOf(stage, "epochs", "number", fail),
    };
  });
}

export function readArithmetic(text: string, fail: Fail): TrainingStage["arithmetic"] {
  if (text === "strict" || text === "relaxed") return text;
  throw fail(`is ${quoteValue(text)}, neither strict nor relaxed`);
}
