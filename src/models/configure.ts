import { quoteArgument } from "../check-arguments.ts";
import type { Feedback, Shape } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { capabilitiesOf } from "./capabilities.ts";
import type { Algorithm, Json, ModelSpec } from "./model.ts";
import { algorithmNamed, algorithms, defaultModel, defaultPredictor } from "./registry.ts";
import { changedSettings, completeSettings } from "./shared/settings.ts";

/**
 * An algorithm by its name, with settings. The functions of `specs.ts` do the same with types.
 *
 * @param settings those that are not to have their defaults; values may be text, as on a command line
 * @throws MODEL_UNKNOWN, CONFIG_INVALID
 * @example configure("als", { factors: "32" }) // { model: "als", name: "als factors=32", settings: { factors: 32, … } }
 */
export function configure(model: string, settings: object = {}): ModelSpec {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) {
    throw new MatineeError(
      "CONFIG_INVALID",
      `${model} takes its settings as an object, not as ${quoteArgument(settings)}`,
      {
        fix: "write them by name, such as als({ factors: 32 })",
      },
    );
  }
  const complete = checkedSettings(algorithmNamed(model), settings as Readonly<Record<string, unknown>>);
  const changed = Object.keys(settings).map((key) => `${key}=${complete[key]}`);
  return { model, name: [model, ...changed].join(" "), settings: complete };
}

/** All settings of an algorithm: those that are given and the defaults of the rest. @throws CONFIG_INVALID, MODEL_UNKNOWN */
function checkedSettings(algorithm: Algorithm, given: Readonly<Record<string, unknown>>): Record<string, Json> {
  const settings = completeSettings(algorithm.name, algorithm.settings, given);
  algorithm.checkSettings?.(settings);
  return settings;
}

/**
 * What is trained where no model is named: the best that ranks data of this size and, beside it, the best that predicts ratings. Data of
 * events have no ratings to predict.
 *
 * @param settings of the model that ranks, as `configure` takes them
 * @throws CONFIG_INVALID
 * @example
 * import { defaultSpec, shapeOf } from "matinee";
 * defaultSpec(shapeOf(data), data.feedback).name; // "ease, ratings by mf"
 */
export function defaultSpec(shape: Shape, feedback: Feedback, settings: object = {}): ModelSpec {
  const ranker = configure(defaultModel(shape), settings);
  if (feedback === "events") return ranker;
  const predictor = configure(defaultPredictor(shape));
  return { ...ranker, name: `${ranker.name}, ratings by ${predictor.name}`, predictor };
}

/**
 * An algorithm as a cluster fits it: where its arithmetic allows one value of a setting, that is the default.
 *
 * @param settings as `configure` takes them
 * @throws MODEL_UNKNOWN, CONFIG_INVALID; CAPABILITY_MISSING for an algorithm that no cluster fits
 * @example configureOnCluster("als", { factors: 32 }).settings.scaling // 1
 */
export function configureOnCluster(model: string, settings: Readonly<Record<string, unknown>> = {}): ModelSpec {
  const algorithm = algorithmNamed(model);
  const spec = configure(model, { ...algorithm.onCluster?.defaults, ...settings });
  checkOnCluster(resolveSpec(spec));
  return spec;
}

/** The algorithms that a cluster can fit. */
export function namesOnCluster(): readonly string[] {
  return algorithms.filter(({ onCluster }) => onCluster).map(({ name }) => name);
}

/** @throws CAPABILITY_MISSING, CONFIG_INVALID where no cluster fits an algorithm with these settings */
export function checkOnCluster({
  algorithm: { name, onCluster },
  settings,
  predictor,
  from,
}: Resolved & { readonly predictor?: Resolved; readonly from?: unknown }): void {
  if (!onCluster || predictor || from !== undefined) {
    const what = !onCluster ? name : predictor ? "a model with a predictor" : "training that goes on from a model";
    throw new MatineeError("CAPABILITY_MISSING", `${what} is not fitted on a cluster`, {
      fix: `name one of ${namesOnCluster().join(", ")} alone; or train here, without the cluster`,
    });
  }
  for (const [setting, allowed] of Object.entries(onCluster.only)) {
    if (allowed.includes(settings[setting])) continue;
    throw new MatineeError("CONFIG_INVALID", `${name}: ${setting} is ${settings[setting]}, which no cluster does`, {
      fix: `on a cluster it is ${allowed.join(" or ")}`,
    });
  }
}

/** The name of an algorithm's function in `specs.ts`: "item-knn" is itemKnn. */
export function functionNameOf(algorithm: string): string {
  return algorithm.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** An algorithm, and all its settings. */
export interface Resolved {
  readonly algorithm: Algorithm;
  readonly settings: Record<string, Json>;
}

/**
 * The algorithm and the settings of a specification, and those of its predictor, checked: it may have been written by hand.
 * @throws USAGE for anything but a specification; MODEL_UNKNOWN, CONFIG_INVALID
 */
export function resolveSpec(spec: ModelSpec): Resolved & { readonly name: string; readonly predictor?: Resolved } {
  if (typeof spec !== "object" || spec === null || typeof spec.model !== "string") {
    throw new MatineeError(
      "USAGE",
      `${typeof spec === "string" ? `"${spec}"` : spec} is not a model with its settings`,
      {
        fix: "give what the algorithm's function returns, such as als({ factors: 32 })",
      },
    );
  }
  const algorithm = algorithmNamed(spec.model);
  const settings = checkedSettings(algorithm, spec.settings);
  const given = Object.entries<Json>(changedSettings(spec.model, algorithm.settings, settings));
  const name = spec.name ?? [spec.model, ...given.map(([key, value]) => `${key}=${value}`)].join(" ");
  return { algorithm, settings, name, ...(spec.predictor ? { predictor: resolvePredictor(spec.predictor) } : {}) };
}

/** A predictor must explain what it predicts: without parts of its own, those of the other model's score would be taken for them. */
function resolvePredictor(spec: ModelSpec): Resolved {
  const { algorithm, settings } = resolveSpec(spec);
  const { predictor } = spec;
  if (predictor || !capabilitiesOf(algorithm.name).includes("explains ratings")) {
    const problem = predictor ? "has a predictor itself" : "predicts no ratings, or does not explain them";
    throw new MatineeError("CONFIG_INVALID", `the predictor ${algorithm.name} ${problem}`, {
      fix: "give one such as mf(), bias(), item-knn or user-knn",
    });
  }
  return { algorithm, settings };
}

/** Options of `hybrid`. */
export interface HybridOptions {
  /**
   * "learn": the weights of the highest NDCG@10 on a fifth of the ratings; "equal"; or a weight for each part, from 0. "learn" by
   * default.
   */
  readonly weights?: "learn" | "equal" | readonly number[];
  /** How the scores of different parts become comparable. "min-max" by default. */
  readonly normalisation?: "min-max" | "rank" | "z-score";
}

/**
 * A blend of other models, such as one of ratings and one of content: a weighted sum of their normalised scores.
 *
 * @param parts two or more
 * @throws CONFIG_INVALID
 * @example hybrid([als({ factors: 32 }), tfidf()], { weights: [0.7, 0.3] })
 */
export function hybrid(parts: readonly ModelSpec[], { weights, ...options }: HybridOptions = {}): ModelSpec {
  const { settings } = configure("hybrid", {
    ...options,
    ...textOfParts("hybrid", parts),
    ...(weights === undefined ? {} : { weights: typeof weights === "string" ? weights : weights.join(",") }),
  });
  return { model: "hybrid", name: nameOfWhole("hybrid", parts, { weights, ...options }), settings };
}

/** Options of `stacking`. */
export interface StackingOptions {
  /** Parts of the ratings, each of which is predicted by models that were fitted to the others. 5 by default. */
  readonly folds?: number;
  /** As of `mf`. */
  readonly dislike?: number;
  /** As of `mf`. */
  readonly caution?: number;
}

/**
 * Predicted ratings of several models, added up by weights learnt out of fold.
 *
 * @param parts two or more models that predict ratings
 * @throws CONFIG_INVALID
 * @example stacking([bayesianMf({ features: "genres" }), itemKnn({ prediction: "baseline" })])
 */
export function stacking(parts: readonly ModelSpec[], options: StackingOptions = {}): ModelSpec {
  const { settings } = configure("stacking", { ...options, ...textOfParts("stacking", parts) });
  return { model: "stacking", name: nameOfWhole("stacking", parts, options), settings };
}

/** Parts as the settings `models` and `settings` of a model of parts take them: an algorithm's second part is called mf-2, and so on. */
function textOfParts(owner: string, parts: readonly ModelSpec[]) {
  const named = parts.map((part, n) => {
    const before = parts.slice(0, n).filter(({ model }) => model === part.model).length;
    return { name: before === 0 ? part.model : `${part.model}-${before + 1}`, part };
  });
  return {
    models: named.map(({ name, part: { model } }) => (name === model ? name : `${name}:${model}`)).join(","),
    settings: named.flatMap(({ name, part }) => settingsOfPart(owner, name, part)).join(","),
  };
}

function nameOfWhole(owner: string, parts: readonly ModelSpec[], options: object): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const names = [parts.map(({ name }) => name).join(" + "), ...given.map(([key, value]) => `${key}=${value}`)];
  return `${owner} of ${names.join(" ")}`;
}

/** The settings of a part that must be given, as the setting `settings` of a model of parts takes them. */
function settingsOfPart(owner: string, called: string, part: ModelSpec): string[] {
  const { algorithm, settings, predictor } = resolveSpec(part);
  if (predictor) {
    throw new MatineeError("CONFIG_INVALID", `the part ${algorithm.name} has a predictor`, {
      fix: `give it to the whole: { ...${owner}([…]), predictor: mf() }`,
    });
  }
  const changed = changedSettings(algorithm.name, algorithm.settings, settings);
  return Object.entries<Json>(changed).map(([name, value]) => {
    if (!`${value}`.includes(",")) return `${called}.${name}=${value}`;
    throw new MatineeError("CONFIG_INVALID", `${algorithm.name}: ${name} is "${value}"`, {
      fix: `a part of ${owner} takes no setting with a comma`,
    });
  });
}
