/**
 * The search space of tuning. The command writes it as "k=10,20,50;shrinkage=0:100;regularisation=0.001~10": a list of values;
 * a range; a range on a logarithmic scale, where every power of ten is equally likely.
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

/** The values to try of one setting: a list, or a range. On a "log" scale, every power of ten is equally likely. */
export type SettingSpace =
  | readonly Json[]
  | { readonly from: number; readonly to: number; readonly scale?: "linear" | "log" };

/** What tuning may try, by the name of the setting: `{ factors: [16, 64], regularisation: { from: 0.01, to: 10, scale: "log" } }`. */
export type SearchSpace = Readonly<Record<string, SettingSpace>>;

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
 * @param given by default, what the algorithm's schema proposes for the settings that are not fixed and can act
 * @param fixed settings that are not searched
 * @param option what messages call `given`
 * @throws MODEL_UNKNOWN; CONFIG_INVALID for settings that are unknown or never act, or values out of bounds; USAGE for what is
 *   no search space
 */
export function readSearchSpace(
  model: string,
  given?: string | SearchSpace,
  fixed: Readonly<Record<string, unknown>> = {},
  option = "--space",
): SearchDimension[] {
  const { settings: schema } = algorithmNamed(model);
  const settings = settingsOf(schema);
  const proposed = () =>
    Object.entries(settings).flatMap(([name, { tune }]): [string, string][] => {
      return tune === undefined || name in fixed ? [] : [[name, tune]];
    });
  const entries: [string, string | SettingSpace][] =
    typeof given === "string" ? textEntries(given, option) : given === undefined ? proposed() : Object.entries(given);
  // A fixed setting whose condition is searched acts in some trials.
  const searched = new Set(entries.map(([name]) => name));
  const independent = Object.entries(fixed).filter(([name]) => {
    return !Object.keys(settings[name]?.appliesTo ?? {}).some((condition) => searched.has(condition));
  });
  const settled = completeSettings(model, schema, Object.fromEntries(independent));
  if (entries.length === 0) throw usageError(`nothing of ${model} is there to tune`, `name settings with ${option}`);
  const space = entries.map(([name, choice]) => {
    // an unknown setting is refused here, with the message of --set
    if (!Object.hasOwn(settings, name)) readSetting(model, schema, name, choice);
    if (name in fixed) throw usageError(`--set and ${option} both say what ${name} is`, "give one of them");
    const { appliesTo } = settings[name];
    const acts = (values: SettingValues) =>
      Object.hasOwn(settingsThatAct(model, schema, { ...fixed, ...values }), name);
    const about = { name, option, setting: settings[name] };
    const written = typeof choice === "string" ? choiceFromText(about, choice) : choiceFrom(about, choice);
    return {
      ...makeDimension(about, written, (value) => readSetting(model, schema, name, value)),
      ...present({ acts: appliesTo && acts }),
    };
  });
  const twice = space.find(({ name }, n) => space.findIndex((other) => other.name === name) < n);
  if (twice) throw usageError(`${option} names ${twice.name} twice`, "give all its values at once");
  return space.filter(({ name, text: choice }) => {
    const hindrance = hindranceTo(settings[name], space, settled);
    if (hindrance && given !== undefined) {
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

/** The settings that a text names, each with what is to be tried of it. */
function textEntries(text: string, option: string): [string, string][] {
  return text.split(";").map((written) => {
    const part = written.trim();
    const at = part.indexOf("=");
    if (at < 1) throw usageError(`${option}: "${part}" is no setting with values`, syntax);
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
}

/** A setting, and what messages call the search space. */
interface SettingAbout {
  readonly name: string;
  readonly option: string;
  readonly setting: Setting;
}

/** What is to be tried of a setting, not yet checked against its bounds. */
type Choice = { readonly text: string } & (
  | { readonly values: readonly unknown[] }
  | { readonly from: unknown; readonly to: unknown; readonly logarithmic: boolean }
);

/** Reads what follows the "=": a list, or where the setting is a number, perhaps a range. */
function choiceFromText({ name, option, setting }: SettingAbout, text: string): Choice {
  const numeric = setting.type === "integer" || setting.type === "number";
  const [, from, mark, to] = (numeric && /^([^:~,]*)([:~])([^:~,]*)$/.exec(text)) || [];
  if (mark !== undefined) return { text, from: from.trim(), to: to.trim(), logarithmic: mark === "~" };
  const values = text.split(",").map((value) => value.trim());
  if (values.includes("")) throw usageError(`${option}: ${name}=${text} has an empty value`, syntax);
  return { text, values };
}

function choiceFrom({ name, option }: SettingAbout, space: SettingSpace): Choice {
  if (Array.isArray(space) && space.length > 0) return { text: space.join(","), values: space };
  const { from, to, scale = "linear" } = (space ?? {}) as Partial<Exclude<SettingSpace, readonly Json[]>>;
  if (from === undefined || to === undefined || !(scale === "linear" || scale === "log")) {
    throw usageError(
      `${option}: ${name} has neither values nor a range`,
      'give values, as in [8, 64], or a range, as in { from: 1, to: 100, scale: "log" }',
    );
  }
  const logarithmic = scale === "log";
  return { text: `${from}${logarithmic ? "~" : ":"}${to}`, from, to, logarithmic };
}

function makeDimension(
  { name, option, setting }: SettingAbout,
  choice: Choice,
  check: (value: unknown) => Json,
): SearchDimension {
  const { text } = choice;
  if ("values" in choice) return listDimension(name, text, [...new Set(choice.values.map(check))]);
  const ends = [choice.from, choice.to].map((end) => Number(check(end)));
  if (!(ends[0] < ends[1])) throw usageError(`${option}: ${name}=${text} is no range`, "give the lower end first");
  if (choice.logarithmic && ends[0] <= 0) {
    throw usageError(
      `${option}: ${name}=${text} is logarithmic and does not begin above 0`,
      option === "--space" ? `write ${name}=${choice.from}:${choice.to}, or begin above 0` : "begin above 0",
    );
  }
  return rangeDimension(
    name,
    text,
    [ends[0], ends[1]],
    choice.logarithmic,
    setting.multipleOf ?? (setting.type === "integer" ? 1 : 0),
  );
}

function listDimension(name: string, text: string, values: readonly Json[]): SearchDimension {
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
