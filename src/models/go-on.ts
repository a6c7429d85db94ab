/** Going on with the training of a model: what it takes, and how the rows of new data are found in the earlier state. */
import type { Dataset } from "../data/dataset.ts";
import { type Id, type Ids, idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import { configure, functionNameOf, resolveSpec } from "./configure.ts";
import { lossesOf } from "./losses.ts";
import type { Algorithm, EarlierTraining, Json, ModelSpec } from "./model.ts";
import { algorithms } from "./registry.ts";
import { completeSettings, settingsThatAct } from "./shared/settings.ts";
import type { EarlierStage, Trained, TrainingStage } from "./trained.ts";

/** How many films a message names. */
const mostNamed = 3;

/**
 * The model of a trained one, with some other settings: what `train` and `fit` take to go on with its training.
 *
 * @param changes the settings that are to differ; values may be text, as on a command line
 * @throws CAPABILITY_MISSING for a model whose training cannot go on, or that has a predictor; CONFIG_INVALID for a setting that is unknown,
 *   out of bounds, or cannot change
 * @example
 * import { goOnWith, mf, train } from "matinee";
 * using first = await train(data, mf({ epochs: 5, rate: 0.02 }));
 * using second = await train(data, goOnWith(first.trained, { rate: 0.002 }), { from: first });
 * second.trained.state.facts.losses; // ten numbers
 */
export function goOnWith(trained: Trained, changes: object = {}): ModelSpec {
  const algorithm = algorithmToGoOnWith(trained);
  const { name, settings } = algorithm;
  // Of the settings of before, some may not act beside those that change.
  const acting = settingsThatAct(name, settings, { ...settingsBefore(algorithm, trained), ...changes });
  const spec = configure(name, { ...acting, ...changes });
  checkFixed(algorithm, trained, spec.settings);
  const given = Object.keys(changes).map((setting) => ` ${setting}=${spec.settings[setting]}`);
  return { ...spec, name: `${name}${given.join("")}` };
}

/**
 * Checks that the training of a model can go on as another specification has it.
 * @throws CAPABILITY_MISSING, CONFIG_INVALID
 */
export function checkGoOn(trained: Trained, spec: ModelSpec): void {
  const algorithm = algorithmToGoOnWith(trained);
  const { model, predictor } = spec;
  if (model !== algorithm.name) {
    throw new MatineeError("CONFIG_INVALID", `training of ${algorithm.name} cannot go on as ${model}`, {
      fix: `give ${functionNameOf(algorithm.name)}(…), or leave out from`,
    });
  }
  if (predictor) throw withPredictor(model);
  checkFixed(algorithm, trained, resolveSpec(spec).settings);
}

function algorithmToGoOnWith({ state, predictor }: Trained): Algorithm {
  const algorithm = algorithms.find(({ name }) => name === state.algorithm);
  if (!algorithm?.learnsInEpochs?.fixed) {
    const able = algorithms.filter(({ learnsInEpochs }) => learnsInEpochs?.fixed).map(({ name }) => name);
    const why = algorithm?.learnsInEpochs ? "keeps no state to go on from" : "does not learn in epochs";
    throw new MatineeError("CAPABILITY_MISSING", `${state.algorithm} ${why}, so its training cannot go on`, {
      fix: `train it anew, without from; the training of ${able.join(", ")} can go on`,
    });
  }
  if (predictor) throw withPredictor(algorithm.name);
  return algorithm;
}

function withPredictor(model: string): MatineeError {
  return new MatineeError(
    "CAPABILITY_MISSING",
    `${model} has a predictor, and only the training of a single model can go on`,
    {
      fix: "train both anew, without from",
    },
  );
}

function settingsBefore({ name, settings }: Algorithm, { record }: Trained): Readonly<Record<string, Json>> {
  return completeSettings(name, settings, record.config);
}

/** @throws CONFIG_INVALID where a setting that must stay differs */
function checkFixed(algorithm: Algorithm, trained: Trained, settings: Readonly<Record<string, Json>>): void {
  const before = settingsBefore(algorithm, trained);
  const changed = algorithm.learnsInEpochs!.fixed!.find((name) => settings[name] !== before[name]);
  if (changed === undefined) return;
  const value = JSON.stringify(before[changed]);
  throw new MatineeError(
    "CONFIG_INVALID",
    `${algorithm.name}: ${changed} is ${settings[changed]}, and was ${before[changed]} in the training that goes on`,
    { fix: `give ${changed}: ${value}, or train anew, without from` },
  );
}

/**
 * Finds users and films of the data in the earlier training, by their ids.
 * @throws USAGE where a film that was learnt from has no ratings in the data, or one has ratings and the other events
 */
export function earlierTraining({ info, state }: Trained, train: Dataset): EarlierTraining {
  if (train.feedback !== info.feedback) {
    throw new MatineeError(
      "USAGE",
      `${train.name} holds ${train.feedback}, and the model was trained on ${info.feedback}`,
      {
        fix: `give ${info.feedback}, or train anew, without from`,
      },
    );
  }
  const items = rowsIn(info.items, train.items);
  const kept = new Uint8Array(info.items.size);
  for (const [item, row] of items.entries()) if (row >= 0 && train.counts[item] > 0) kept[row] = 1;
  const lost = Array.from(info.counts.keys()).filter((row) => info.counts[row] > 0 && kept[row] === 0);
  if (lost.length > 0) {
    const named = lost.slice(0, mostNamed).map((row) => idText(info.items.id(row)));
    const more = lost.length > mostNamed ? ` and ${lost.length - mostNamed} more` : "";
    throw new MatineeError(
      "USAGE",
      `${train.name} has no ratings of films that the model learnt from: ${named.join(", ")}${more}`,
      {
        fix: "give all ratings, those of the earlier training and the new ones; or train anew, without from",
      },
    );
  }
  const shape = { users: info.users.size, items: info.items.size };
  return { state, shape, users: rowsIn(info.users, train.users), items };
}

/** int32: the index in `before` of each id of `now`, or −1. */
function rowsIn(before: Ids, now: Ids): Int32Array {
  return Int32Array.from(now.values as ArrayLike<Id>, (id) => before.index(id));
}

/** The settings of an earlier training that were others than in the last one. */
export function otherSettings(earlier: TrainingStage, last: TrainingStage): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(earlier.config).filter(([name, value]) => value !== last.config[name]));
}

/** The record's list of earlier trainings for one that goes on from this model. */
export function earlierStages({ record, state }: Trained): EarlierStage[] {
  const { config, seed, arithmetic, data, version, earlier = [] } = record;
  const before = earlier.reduce((sum, { epochs }) => sum + epochs, 0);
  const own = { config, seed, arithmetic, data, ...present({ version }) };
  return [...earlier, { ...own, epochs: lossesOf(state).length - before }];
}
