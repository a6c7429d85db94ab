/** Models as parts of another, by text: which algorithms they are, what they are called, and their settings. */
import { MatineeError } from "../../errors.ts";
import type { Algorithm, ExplanationPart, State } from "../model.ts";
import { Type } from "./schema.ts";
import { completeSettings } from "./settings.ts";

/** What a model of parts needs of the registry, which holds its algorithm as well. */
export interface PartAlgorithms {
  /** @throws MODEL_UNKNOWN */
  algorithmNamed(name: string): Algorithm;
  /** The algorithm that opens a part. @throws MODEL_UNKNOWN, ARTIFACT_CONTENT */
  algorithmOf(state: State): Algorithm;
}

/** An algorithm with all its settings, as a part. */
export interface Ingredient {
  /** What the part is called: the algorithm's name unless it was given another. */
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly settings: unknown;
}

/** The settings that name parts. */
export interface PartSettings {
  readonly models: string;
  readonly settings: string;
}

/** The schemas of `PartSettings`. @param models the default parts */
export function partSettings(models: string) {
  return {
    models: Type.String({
      default: models,
      description:
        "names of two models or more, with commas between; one that stands twice gets another name, such as wide:als",
    }),
    settings: Type.String({
      default: "",
      description: "settings of the models, such as als.factors=32,wide.factors=128; defaults for the rest",
    }),
  };
}

/**
 * The parts that settings name.
 * @param owner the model whose parts they are; no part may be of its algorithm
 * @param usual settings of parts, by their names, that take the place of the algorithms' defaults
 * @throws MODEL_UNKNOWN, CONFIG_INVALID
 */
export function ingredientsFrom(
  owner: string,
  { models, settings }: PartSettings,
  { algorithmNamed }: Pick<PartAlgorithms, "algorithmNamed">,
  usual: Readonly<Record<string, object>> = {},
): Ingredient[] {
  const named = models.split(",").map((text) => {
    const [name, algorithm = name] = text.split(/:(.*)/s).map((word) => word.trim());
    return { name, algorithm };
  });
  const names = named.map(({ name }) => name);
  const fits = names.length >= 2 && names.every((name) => /^[\w-]+$/.test(name));
  if (!fits || new Set(names).size < names.length || named.some(({ algorithm }) => algorithm === owner)) {
    const fix =
      "it takes two other models or more, each once, such as als,tfidf, or by names of their own, als,wide:als";
    throw invalid(owner, "models", models, fix);
  }
  const given = settingsByPart(owner, names, settings);
  return named.map(({ name, algorithm: ofPart }) => {
    const algorithm = algorithmNamed(ofPart);
    const own = completeSettings(ofPart, algorithm.settings, { ...usual[name], ...given[name] });
    algorithm.checkSettings?.(own);
    return { name, algorithm, settings: own };
  });
}

/** The settings given for each part, by its name. */
function settingsByPart(owner: string, names: readonly string[], text: string): Record<string, Record<string, string>> {
  const given: Record<string, Record<string, string>> = {};
  for (const setting of text.split(",").map((one) => one.trim())) {
    if (setting === "") continue;
    const [, part, key, value] = /^([^.=]+)\.([^=]+)=(.*)$/.exec(setting) ?? [];
    if (!names.includes(part)) {
      throw invalid(owner, "settings", setting, `it takes model.setting=value, of the models ${names.join(", ")}`);
    }
    given[part] = { ...given[part], [key]: value };
  }
  return given;
}

function invalid(owner: string, setting: string, value: string, fix: string): MatineeError {
  return new MatineeError("CONFIG_INVALID", `${owner}: ${setting} is "${value}"`, { fix });
}

/** Adds up the parts of several explanations: those of the same rating, neighbour, genre or kind become one. */
export function explanationSum() {
  const parts = new Map<string, ExplanationPart>();
  return {
    add(part: ExplanationPart) {
      const { kind } = part;
      const of = kind === "rating" ? part.item : kind === "neighbour" ? part.user : kind === "genre" ? part.genre : "";
      const key = `${kind} ${of}`;
      parts.set(key, { ...part, value: part.value + (parts.get(key)?.value ?? 0) });
    },
    parts: (): ExplanationPart[] => [...parts.values()],
  };
}
