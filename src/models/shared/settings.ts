import type { Static, TObject } from "typebox";
import { didYouMean } from "../../did-you-mean.ts";
import { MatineeError } from "../../errors.ts";
import type { Json } from "../model.ts";

/**
 * With which values of other settings a setting acts: one of a list, or any but one. Where several settings are named, all of
 * them must have such a value.
 */
export type AppliesTo = Readonly<Record<string, readonly Json[] | { readonly not: Json }>>;

/** One setting of a model, as its JSON schema describes it. */
export interface Setting {
  readonly type?: "integer" | "number" | "boolean" | "string";
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly default: number | boolean | string;
  readonly description: string;
  /** Of the setting `preset` alone: the settings that each of its values stands for, unless they are given themselves. */
  readonly presets?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** The values that tuning tries by default, written as `spaceFrom` (evaluate/tuning/search-space.ts) reads them: "10~500". */
  readonly tune?: string;
  /** When it acts; always unless said. A value other than the default is refused when it cannot act. */
  readonly appliesTo?: AppliesTo;
}

/** The settings of a schema by name. */
export function settingsOf(schema: TObject): Readonly<Record<string, Setting>> {
  return schema.properties as unknown as Record<string, Setting>;
}

/**
 * Completes the settings given with those of a preset, where one is named, and with defaults.
 *
 * @param given values may be text, as on a command line
 * @throws CONFIG_INVALID for an unknown setting, a value that it does not take, or a setting that cannot act beside the others,
 *   unless it is at its default: so the complete settings of a training record can be given again
 */
export function completeSettings<S extends TObject>(
  model: string,
  schema: S,
  given: Readonly<Record<string, unknown>> = {},
): Static<S> & Record<string, Json> {
  const settings = settingsOf(schema);
  const completed = fillIn(model, schema, given);
  for (const name of Object.keys(given)) {
    const setting = settings[name];
    if (completed[name] !== setting.default) checkApplies(model, name, setting, completed);
  }
  return completed as Static<S> & Record<string, Json>;
}

/**
 * Those of the settings given that act beside the others: what `completeSettings` takes.
 * @throws CONFIG_INVALID for an unknown setting, or a value that it does not take
 */
export function settingsThatAct<T>(
  model: string,
  schema: TObject,
  given: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  const completed = fillIn(model, schema, given);
  const acting = Object.entries(given).filter(([name]) => applies(settingsOf(schema)[name], completed));
  if (acting.length === Object.keys(given).length) return given;
  return settingsThatAct(model, schema, Object.fromEntries(acting)); // one that is left out may have let another act
}

/**
 * Of complete settings, those that `completeSettings` must be given to complete them: the ones that are neither their defaults nor
 * what the preset says.
 */
export function changedSettings(
  model: string,
  schema: TObject,
  settings: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const { preset } = settings;
  const usual = fillIn(model, schema, preset === undefined ? {} : { preset });
  const defaults = fillIn(model, schema, {});
  const changed = ([name, value]: [string, Json]) => value !== (name === "preset" ? defaults : usual)[name];
  return Object.fromEntries(Object.entries(settings).filter(changed));
}

function fillIn(model: string, schema: TObject, given: Readonly<Record<string, unknown>>): Record<string, Json> {
  const settings = settingsOf(schema);
  const chosen: Record<string, Json> = {};
  for (const [name, value] of Object.entries(given)) chosen[name] = readSetting(model, schema, name, value);
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default] as const);
  const preset = settings.preset?.presets?.[`${chosen.preset}`];
  return { ...Object.fromEntries<Json>(defaults), ...preset, ...chosen };
}

/** Whether a setting acts beside these values of the others. */
function applies({ appliesTo = {} }: Setting, values: Readonly<Record<string, Json>>): boolean {
  return Object.entries(appliesTo).every(([name, wanted]) => meets(values[name], wanted));
}

/** When a setting acts, in words: "only with optimiser = adam"; empty for always. */
export function conditionOf({ appliesTo = {} }: Setting): string {
  const conditions = Object.entries(appliesTo).map(([name, wanted]) => `${name} ${wordsOf(wanted)}`);
  return conditions.length === 0 ? "" : `only with ${conditions.join(" and ")}`;
}

/** @throws CONFIG_INVALID where a setting does not act beside these values of all the others */
export function checkApplies(
  model: string,
  name: string,
  setting: Setting,
  values: Readonly<Record<string, Json>>,
): void {
  for (const [other, wanted] of Object.entries(setting.appliesTo ?? {})) {
    if (meets(values[other], wanted)) continue;
    throw new MatineeError(
      "CONFIG_INVALID",
      `${model}: ${name} is ${values[name]}, and does nothing while ${other} is ${values[other]}`,
      { fix: `leave it out: it acts ${conditionOf(setting)}` },
    );
  }
}

/** Whether a value of another setting is one of those wanted. */
export function meets(value: Json, wanted: AppliesTo[string]): boolean {
  return "not" in wanted ? value !== wanted.not : wanted.includes(value);
}

function wordsOf(wanted: AppliesTo[string]): string {
  return "not" in wanted ? `other than ${wanted.not}` : `= ${wanted.join(" or ")}`;
}

/** The values that a setting takes, in words: "integer, 1 to 1000". */
export function boundsOf(setting: Setting): string {
  if (setting.enum) return setting.enum.join(" | ");
  if (setting.type === "boolean") return "true | false";
  if (setting.type === "string") return "text";
  const { minimum, maximum } = setting;
  const type = setting.multipleOf === undefined ? setting.type : `${setting.type}, a multiple of ${setting.multipleOf}`;
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  return minimum === undefined ? `${type}` : `${type}, at least ${minimum}`;
}

/**
 * The value of one setting.
 * @param given may be text, as on a command line
 * @throws CONFIG_INVALID for an unknown setting, or a value that it does not take
 */
export function readSetting(model: string, schema: TObject, name: string, given: unknown): Json {
  const settings = settingsOf(schema);
  if (!Object.hasOwn(settings, name)) {
    const names = Object.keys(settings);
    throw new MatineeError("CONFIG_INVALID", `${model} has no setting "${name}"`, {
      fix: names.length === 0 ? "it has none" : `${didYouMean(name, names)}it has ${names.join(", ")}`,
    });
  }
  const setting = settings[name];
  const value = typeof given === "string" ? fromText(setting, given) : given;
  const fits = setting.enum
    ? setting.enum.includes(value as string)
    : setting.type === "boolean" || setting.type === "string"
      ? typeof value === setting.type
      : typeof value === "number" &&
        Number.isFinite(value) &&
        (setting.type !== "integer" || Number.isInteger(value)) &&
        (setting.multipleOf === undefined || value % setting.multipleOf === 0) &&
        value >= (setting.minimum ?? -Infinity) &&
        value <= (setting.maximum ?? Infinity);
  if (fits) return value as Json;
  throw new MatineeError("CONFIG_INVALID", `${model}: ${name} is ${typeof given === "string" ? `"${given}"` : given}`, {
    fix: `it takes ${boundsOf(setting)}`,
  });
}

function fromText(setting: Setting, text: string): unknown {
  if (setting.enum || setting.type === "string") return text;
  if (setting.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text.trim() === "" ? text : Number(text);
}
