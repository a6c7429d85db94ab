/** Whether a model came to numbers: training that diverges leaves NaN or Infinity, which no answer may be made of. */
import { MatineeError } from "../errors.ts";
import type { Json, State, Tensor } from "./model.ts";
import { algorithms } from "./registry.ts";
import { meets, settingsOf } from "./shared/settings.ts";
import { stateError } from "./shared/state.ts";

/** Settings that keep training from diverging, the first that acts before others, and the direction in which they do. */
const tamers = { rate: "lower", regularisation: "higher", lambda: "higher" } as const;

/**
 * Checks the facts and tensors of a state and of its parts. States of unknown algorithms are not checked.
 *
 * @param config the settings that the state was fitted with
 * @throws NOT_FINITE for NaN and ±Infinity, except for NaN in the tensors that an algorithm lists in `missingAsNaN`
 */
export function checkFinite(state: State, config: Readonly<Record<string, Json>>): void {
  for (const { algorithm, place, value, whole } of notFinite(state)) {
    throw new MatineeError("NOT_FINITE", `training ${algorithm} diverged: there is ${value} in its ${place}`, {
      fix: wayOut(algorithm, whole ? config : {}),
    });
  }
}

/** The same of a state that was read from a file. @throws ARTIFACT_CONTENT */
export function checkReadNumbers(state: State): void {
  for (const { algorithm, place, value } of notFinite(state)) {
    throw stateError({ algorithm }, `there is ${value} in its ${place}`);
  }
}

/** NaN and ±Infinity in a state and its parts. `whole`: not in a part. */
function* notFinite(state: State, whole = true): Iterable<NotFinite> {
  const algorithm = algorithms.find(({ name }) => name === state.algorithm);
  if (!algorithm) return;
  const { name, missingAsNaN = [] } = algorithm;
  for (const [place, fact] of Object.entries(state.facts)) {
    const value = firstBadFact(fact);
    if (value !== undefined) yield { algorithm: name, place, value, whole };
  }
  for (const [place, tensor] of Object.entries(state.tensors)) {
    const value = firstBadValue(tensor, missingAsNaN.includes(place));
    if (value !== undefined) yield { algorithm: name, place, value, whole };
  }
  for (const part of Object.values(state.parts ?? {})) yield* notFinite(part, false);
}

interface NotFinite {
  readonly algorithm: string;
  readonly place: string;
  readonly value: number;
  readonly whole: boolean;
}

/** @throws NOT_FINITE for a score that is NaN or +Infinity. −Infinity stands for no score. */
export function checkScores(scores: Float32Array): void {
  for (let item = 0; item < scores.length; item++) {
    // written so that NaN fails too
    if (!(scores[item] < Infinity)) throwNotFinite(item, scores[item]);
  }
}

export function throwNotFinite(item: number, score: number): never {
  throw new MatineeError("NOT_FINITE", `the model's score of film number ${item + 1} is ${score}`);
}

/** @throws NOT_FINITE for a predicted rating that is NaN or ±Infinity */
export function checkPredictions(predicted: Float32Array): void {
  const wrong = predicted.find((rating) => !Number.isFinite(rating));
  if (wrong === undefined) return;
  throw new MatineeError("NOT_FINITE", `the model predicts a rating of ${wrong}`);
}

function firstBadFact(fact: Json): number | undefined {
  if (typeof fact === "number") return Number.isFinite(fact) ? undefined : fact;
  if (typeof fact !== "object" || fact === null) return undefined;
  for (const inner of Object.values(fact)) {
    const bad = firstBadFact(inner);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function firstBadValue({ data }: Tensor, missingAsNaN: boolean): number | undefined {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  for (let n = 0; n < data.length; n++) {
    const value = data[n];
    if (!Number.isFinite(value) && !(missingAsNaN && Number.isNaN(value))) return value;
  }
  return undefined;
}

function wayOut(name: string, config: Readonly<Record<string, Json>>): string {
  const settings = settingsOf(algorithms.find((algorithm) => algorithm.name === name)!.settings);
  const tamer = Object.entries(tamers).find(([setting]) => {
    if (!(setting in settings)) return false;
    const conditions = Object.entries(settings[setting].appliesTo ?? {});
    return conditions.every(([other, wanted]) => !(other in config) || meets(config[other], wanted));
  });
  const scale = config.scale === "data" ? "leave scale at standard" : undefined;
  if (!tamer) return scale ?? "choose other settings";
  const [setting, way] = tamer;
  const tamed = `give a ${way} ${setting}${setting in config ? ` than ${config[setting]}` : ""}`;
  return scale ? `${scale}, or ${tamed}` : tamed;
}
