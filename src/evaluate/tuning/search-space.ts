/**
 * The search space of tuning, written as "k=10,20,50;shrinkage=0:100;regularisation=0.001~10": a list of values; a range; a
 * range on a logarithmic scale, where every power of ten is equally likely.
 */
import { MatineeError } from "../../errors.ts";
import type { Json } from "../../models/model.ts";
import { algorithmNamed } from "../../models/registry.ts";
import {
  checkApplies,
  completeSettings,
  meets,
  readSetting,
  type Setting,
  settingsOf,
  settingsThatAct,
} from "../../models/shared/settings.ts";
import { present } from "../../present.ts";

/**
 * The values that one setting may take, mapped to places in [0, 1]. A range is spread evenly (or logarithmically); in a list,
 * each value stands in the middle of an equal share.
 */
export interface SearchDimension {
  readonly name: string;
  /** As written: "10~500". */
  readonly text: string;
  /** The values of a list; absent for a range. */
  readonly values?: readonly Json[];
  /** Of a setting that does not always act: whether it does beside these values of the others. */
  acts?(values: SettingValues): boolean;
  valueAt(place: number): Json;
  placeOf(value: Json): number;
}

/** One value for each setting that is searched. */
export type SettingValues = Readonly<Record<string, Json>>;

/**
 * Reads a search space.
 *
 * @param text by default, what the algorithm's schema proposes for the settings that are not fixed and can act
 * @param fixed settings that are not searched
 * @throws MODEL_UNKNOWN; CONFIG_INVALID for settings that are unknown or never act, or values out of bounds; USAGE for text that
 *   cannot be read
 */
export function readSearchSpace(
  model: string,
  text?: string,
  fixed: Readonly<Record<string, unknown>> = {},
): SearchDimension[] {
  const { settings: schema } = algorithmNamed(model);
  const settings = settingsOf(schema);
  const settled = completeSettings(model, schema, fixed);
  const parts =
    text === undefined
      ? Object.entries(settings).flatMap(([name, { tune }]) =>
          tune === undefined || name in fixed ? [] : [`${name}=${tune}`],
        )
      : text.split(";").map((part) => part.trim());
  if (parts.length === 0) throw usageError(`nothing of ${model} is there to tune`, "name settings with --space");
  const space = parts.map((part) => {
    const at = part.indexOf("=");
    if (at < 1) throw usageError(`--space: "${part}" is no setting with values`, syntax);
    const [name, choice] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    // an unknown setting is refused here, with the message of --set
    if (!Object.hasOwn(settings, name)) readSetting(model, schema, name, choice);
    if (name in fixed) throw usageError(`--set and --space both say what ${name} is`, "give one of them");
    const { appliesTo } = settings[name];
    const acts = (values: SettingValues) =>
      Object.hasOwn(settingsThatAct(model, schema, { ...fixed, ...values }), name);
    return {
      ...readDimension(name, settings[name], choice, (value) => readSetting(model, schema, name, value)),
      ...present({ acts: appliesTo && acts }),
    };
  });
  const twice = space.find(({ name }, n) => space.findIndex((other) => other.name === name) < n);
  if (twice) throw usageError(`--space names ${twice.name} twice`, "give all its values at once");
  return space.filter(({ name, text: choice }) => {
    const hindrance = hindranceTo(settings[name], space, settled);
    if (hindrance && text !== undefined) {
      checkApplies(model, name, settings[name], { ...settled, ...hindrance, [name]: choice });
    }
    return !hindrance;
  });
}

/** A setting, with one of its values, that keeps another from acting whatever is chosen. */
function hindranceTo(
  { appliesTo = {} }: Setting,
  space: readonly SearchDimension[],
  settled: SettingValues,
): SettingValues | undefined {
  for (const [other, wanted] of Object.entries(appliesTo)) {
    const searched = space.find(({ name }) => name === other);
    const values = searched ? (searched.values ?? [searched.valueAt(0), searched.valueAt(1)]) : [settled[other]];
    if (!values.some((value) => meets(value, wanted))) return { [other]: values[0] };
  }
  return undefined;
}

const syntax = 'write values, a range or a logarithmic range: "k=10,20,50;shrinkage=0:100;regularisation=0.001~10"';

function usageError(message: string, fix: string): MatineeError {
  return new MatineeError("USAGE", message, { fix });
}

function readDimension(name: string, setting: Setting, text: string, check: (value: string) => Json): SearchDimension {
  const numeric = setting.type === "integer" || setting.type === "number";
  const [, from, mark, to] = (numeric && /^([^:~,]*)([:~])([^:~,]*)$/.exec(text)) || [];
  if (mark === undefined) return listDimension(name, text, check);
  const ends = [from, to].map((end) => Number(check(end.trim())));
  if (!(ends[0] < ends[1])) throw usageError(`--space: ${name}=${text} is no range`, "give the lower end first");
  if (mark === "~" && ends[0] <= 0) {
    throw usageError(
      `--space: ${name}=${text} is logarithmic and does not begin above 0`,
      `write ${name}=${from}:${to}, or begin above 0`,
    );
  }
  return rangeDimension(
    name,
    text,
    [ends[0], ends[1]],
    mark === "~",
    setting.multipleOf ?? (setting.type === "integer" ? 1 : 0),
  );
}

function listDimension(name: string, text: string, check: (value: string) => Json): SearchDimension {
  const parts = text.split(",").map((value) => value.trim());
  if (parts.includes("")) throw usageError(`--space: ${name}=${text} has an empty value`, syntax);
  const values = [...new Set(parts.map(check))];
  return {
    name,
    text,
    values,
    valueAt: (place) => values[Math.min(values.length - 1, Math.floor(place * values.length))],
    placeOf: (value) => (values.indexOf(value) + 0.5) / values.length,
  };
}

/** Values are rounded to three digits, or to multiples of `step`, so that what is printed is exactly what was measured. */
function rangeDimension(
  name: string,
  text: string,
  ends: readonly [number, number],
  logarithmic: boolean,
  step: number,
): SearchDimension {
  const [from, to] = logarithmic ? ends.map(Math.log) : ends;
  return {
    name,
    text,
    valueAt(place) {
      const exact = from + place * (to - from);
      const value = logarithmic ? Math.exp(exact) : exact;
      const rounded = step === 0 ? Number(value.toPrecision(3)) : step * Math.round(value / step);
      return Math.min(ends[1], Math.max(ends[0], rounded));
    },
    placeOf: (value) => ((logarithmic ? Math.log(Number(value)) : Number(value)) - from) / (to - from),
  };
}
