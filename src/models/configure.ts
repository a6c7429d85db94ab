import { quoteArgument } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import type { Json, ModelSpec } from "./model.ts";
import { algorithmNamed } from "./registry.ts";
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
  const complete = completeSettings(
    model,
    algorithmNamed(model).settings,
    settings as Readonly<Record<string, unknown>>,
  );
  const changed = Object.keys(settings).map((key) => `${key}=${complete[key]}`);
  return { model, name: [model, ...changed].join(" "), settings: complete };
}

/** The name of an algorithm's function in `specs.ts`: "item-knn" is itemKnn. */
export function functionNameOf(algorithm: string): string {
  return algorithm.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * The algorithm and the settings of a specification, checked: it may have been written by hand.
 * @throws USAGE for anything but a specification; MODEL_UNKNOWN, CONFIG_INVALID
 */
export function resolveSpec(spec: ModelSpec) {
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
  const settings = completeSettings(spec.model, algorithm.settings, spec.settings);
  const given = Object.entries<Json>(changedSettings(spec.model, algorithm.settings, settings));
  const name = spec.name ?? [spec.model, ...given.map(([key, value]) => `${key}=${value}`)].join(" ");
  return { algorithm, settings, name };
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
 * @param parts two or more, of different algorithms
 * @throws CONFIG_INVALID
 * @example hybrid([als({ factors: 32 }), tfidf()], { weights: [0.7, 0.3] })
 */
export function hybrid(parts: readonly ModelSpec[], { weights, ...options }: HybridOptions = {}): ModelSpec {
  const { settings } = configure("hybrid", {
    ...options,
    models: parts.map(({ model }) => model).join(","),
    settings: parts.flatMap(settingsOfPart).join(","),
    ...(weights === undefined ? {} : { weights: typeof weights === "string" ? weights : weights.join(",") }),
  });
  const given = Object.entries({ weights, ...options }).filter(([, value]) => value !== undefined);
  const names = [parts.map(({ name }) => name).join(" + "), ...given.map(([key, value]) => `${key}=${value}`)];
  return { model: "hybrid", name: `hybrid of ${names.join(" ")}`, settings };
}

/** The settings of a part that must be given, as the setting `settings` of `hybrid` takes them. */
function settingsOfPart(part: ModelSpec): string[] {
  const { algorithm, settings } = resolveSpec(part);
  const changed = changedSettings(algorithm.name, algorithm.settings, settings);
  return Object.entries<Json>(changed).map(([name, value]) => {
    if (!`${value}`.includes(",")) return `${algorithm.name}.${name}=${value}`;
    throw new MatineeError("CONFIG_INVALID", `${algorithm.name}: ${name} is "${value}"`, {
      fix: "a part of a hybrid takes no setting with a comma",
    });
  });
}
