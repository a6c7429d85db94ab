import type { TObject } from "typebox";
import { MatineeError } from "../../errors.ts";
import { didYouMean } from "../../suggest.ts";
import type { Json } from "../model.ts";

/** One setting of a model, as its JSON schema describes it. */
export interface Setting {
  readonly type?: "integer" | "number" | "boolean" | "string";
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly default: number | boolean | string;
  readonly description: string;
  /** Of the setting `preset` alone: what its values stand for, unless given on their own. */
  readonly presets?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** What is tried of it unless somebody says otherwise, in the words of `spaceFrom` (evaluate/space.ts): "10~500". */
  readonly tune?: string;
}

/** The settings of a schema by name. */
export function settingsOf(schema: TObject): Readonly<Record<string, Setting>> {
  return schema.properties as unknown as Record<string, Setting>;
}

/**
 * Settings with every default filled in, those of a preset where one is named. Values may come as text (from a command line). Throws CONFIG_INVALID naming the
 * setting, the value and what is allowed.
 */
export function completeSettings(model: string, schema: TObject, given: Readonly<Record<string, unknown>> = {}) {
  const settings = settingsOf(schema);
  const chosen: Record<string, Json> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(settings, name)) {
      const names = Object.keys(settings);
      throw new MatineeError("CONFIG_INVALID", `${model} has no setting "${name}"`, {
        fix: names.length === 0 ? "it has none" : `${didYouMean(name, names)}it has ${names.join(", ")}`,
      });
    }
    chosen[name] = settingValue(model, name, settings[name], value);
  }
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default] as const);
  const preset = settings.preset?.presets?.[`${chosen.preset}`];
  return { ...Object.fromEntries<Json>(defaults), ...preset, ...chosen };
}

/** What a setting accepts, in words: "integer, 1 to 1000". */
export function boundsOf(setting: Setting): string {
  if (setting.enum) return setting.enum.join(" | ");
  if (setting.type === "boolean") return "true | false";
  if (setting.type === "string") return "text";
  const { minimum, maximum } = setting;
  const type = setting.multipleOf === undefined ? setting.type : `${setting.type}, a multiple of ${setting.multipleOf}`;
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  return minimum === undefined ? `${type}` : `${type}, at least ${minimum}`;
}

function settingValue(model: string, name: string, setting: Setting, given: unknown): Json {
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
