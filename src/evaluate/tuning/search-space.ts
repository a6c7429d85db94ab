/**
 * What tuning may choose from, written as "k=10,20,50;shrinkage=0:100;regularisation=0.001~10": values; a range; a range in
 * which every power of ten is as likely.
 */
import { MatineeError } from "../../errors.ts";
import type { Json } from "../../models/model.ts";
import { algorithmNamed } from "../../models/registry.ts";
import { completeSettings, type Setting, settingsOf } from "../../models/shared/settings.ts";

/** The values that one setting may take. Places are numbers in [0, 1]: ranges evenly, values at the middle of equal shares. */
export interface Dimension {
  readonly name: string;
  /** As it is written: "10~500". */
  readonly text: string;
  /** Of a list: how many. Absent of a range. */
  readonly values?: readonly Json[];
  at(place: number): Json;
  placeOf(value: Json): number;
}

/** Values of the settings searched. */
export type Values = Readonly<Record<string, Json>>;

/**
 * @param fixed settings that are not searched
 * @param text unless given, what the model's schema proposes, but for what is fixed
 * @throws MODEL_UNKNOWN; CONFIG_INVALID for settings that there are not, or values out of bounds; USAGE for what cannot be read
 */
export function spaceFrom(model: string, text?: string, fixed: Readonly<Record<string, unknown>> = {}): Dimension[] {
  const { settings: schema } = algorithmNamed(model);
  const settings = settingsOf(schema);
  completeSettings(model, schema, fixed);
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
    if (!Object.hasOwn(settings, name)) completeSettings(model, schema, { [name]: choice });
    if (name in fixed) throw refused(`--set and --space both say what ${name} is`, "give one of them");
    const checked = (value: string) =>
      (completeSettings(model, schema, { [name]: value }) as Record<string, Json>)[name];
    return dimension(name, settings[name], choice, checked);
  });
  const twice = space.find(({ name }, n) => space.findIndex((other) => other.name === name) < n);
  if (twice) throw refused(`--space names ${twice.name} twice`, "give all its values at once");
  return space;
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
