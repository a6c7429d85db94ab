/**
 * What tuning may choose from, written as "k=10,20,50;shrinkage=0:100;regularisation=0.001~10": values; a range; a range in
 * which every power of ten is as likely.
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

/** The values that one setting may take. Places are numbers in [0, 1]: ranges evenly, values at the middle of equal shares. */
export interface Dimension {
  readonly name: string;
  /** As it is written: "10~500". */
  readonly text: string;
  /** Of a list: how many. Absent of a range. */
  readonly values?: readonly Json[];
  /** Of a setting that does not always act: whether it does beside these values of the others. */
  acts?(values: Values): boolean;
  at(place: number): Json;
  placeOf(value: Json): number;
}

/** Values of the settings searched. */
export type Values = Readonly<Record<string, Json>>;

/**
 * @param fixed settings that are not searched
 * @param text unless given, what the model's schema proposes, but for what is fixed or then never acts
 * @throws MODEL_UNKNOWN; CONFIG_INVALID for settings that there are not or that never act, or values out of bounds; USAGE for what
 *   cannot be read
 */
export function spaceFrom(model: string, text?: string, fixed: Readonly<Record<string, unknown>> = {}): Dimension[] {
  const { settings: schema } = algorithmNamed(model);
  const settings = settingsOf(schema);
  const settled = completeSettings(model, schema, fixed);
  const parts =
    text === undefined
      ? Object.entries(settings).flatMap(([name, { tune }]) =>
          tune === undefined || name in fixed ? [] : [`${name}=${tune}`],
        )
      : text.split(";").map((part) => part.trim());
  if (parts.length === 0) throw refused(`nothing of ${model} is there to tune`, "name settings with --space");
  const space = parts.map((part) => {
    const at = part.indexOf("=");
    if (at < 1) throw refused(`--space: "${part}" is no setting with values`, syntax);
    const [name, choice] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    // whether there is such a setting, in the words of --set
    if (!Object.hasOwn(settings, name)) readSetting(model, schema, name, choice);
    if (name in fixed) throw refused(`--set and --space both say what ${name} is`, "give one of them");
    const { appliesTo } = settings[name];
    const acts = (values: Values) => Object.hasOwn(settingsThatAct(model, schema, { ...fixed, ...values }), name);
    return {
      ...dimension(name, settings[name], choice, (value) => readSetting(model, schema, name, value)),
      ...present({ acts: appliesTo && acts }),
    };
  });
  const twice = space.find(({ name }, n) => space.findIndex((other) => other.name === name) < n);
  if (twice) throw refused(`--space names ${twice.name} twice`, "give all its values at once");
  return space.filter(({ name, text: choice }) => {
    const hindrance = hindranceTo(settings[name], space, settled);
    if (hindrance && text !== undefined) {
      checkApplies(model, name, settings[name], { ...settled, ...hindrance, [name]: choice });
    }
    return !hindrance;
  });
}

/** A setting, with one of its values, that keeps another from acting whatever is chosen. */
function hindranceTo({ appliesTo = {} }: Setting, space: readonly Dimension[], settled: Values): Values | undefined {
  for (const [other, wanted] of Object.entries(appliesTo)) {
    const searched = space.find(({ name }) => name === other);
    const values = searched ? (searched.values ?? [searched.at(0), searched.at(1)]) : [settled[other]];
    if (!values.some((value) => meets(value, wanted))) return { [other]: values[0] };
  }
  return undefined;
}

const syntax = 'write values, a range or a logarithmic range: "k=10,20,50;shrinkage=0:100;regularisation=0.001~10"';

function refused(message: string, fix: string): MatineeError {
  return new MatineeError("USAGE", message, { fix });
}

function dimension(name: string, setting: Setting, text: string, checked: (value: string) => Json): Dimension {
  const numeric = setting.type === "integer" || setting.type === "number";
  const [, from, mark, to] = (numeric && /^([^:~,]*)([:~])([^:~,]*)$/.exec(text)) || [];
  if (mark === undefined) return listed(name, text, checked);
  const ends = [from, to].map((end) => Number(checked(end.trim())));
  if (!(ends[0] < ends[1])) throw refused(`--space: ${name}=${text} is no range`, "give the lower end first");
  if (mark === "~" && ends[0] <= 0) {
    throw refused(
      `--space: ${name}=${text} is logarithmic and does not begin above 0`,
      `write ${name}=${from}:${to}, or begin above 0`,
    );
  }
  return range(
    name,
    text,
    [ends[0], ends[1]],
    mark === "~",
    setting.multipleOf ?? (setting.type === "integer" ? 1 : 0),
  );
}

function listed(name: string, text: string, checked: (value: string) => Json): Dimension {
  const parts = text.split(",").map((value) => value.trim());
  if (parts.includes("")) throw refused(`--space: ${name}=${text} has an empty value`, syntax);
  const values = [...new Set(parts.map(checked))];
  return {
    name,
    text,
    values,
    at: (place) => values[Math.min(values.length - 1, Math.floor(place * values.length))],
    placeOf: (value) => (values.indexOf(value) + 0.5) / values.length,
  };
}

/** Numbers of three digits, or multiples of `step`: what is printed is what was measured. */
function range(
  name: string,
  text: string,
  ends: readonly [number, number],
  logarithmic: boolean,
  step: number,
): Dimension {
  const [from, to] = logarithmic ? ends.map(Math.log) : ends;
  return {
    name,
    text,
    at(place) {
      const exact = from + place * (to - from);
      const value = logarithmic ? Math.exp(exact) : exact;
      const rounded = step === 0 ? Number(value.toPrecision(3)) : step * Math.round(value / step);
      return Math.min(ends[1], Math.max(ends[0], rounded));
    },
    placeOf: (value) => ((logarithmic ? Math.log(Number(value)) : Number(value)) - from) / (to - from),
  };
}
