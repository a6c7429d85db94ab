import { type Command, InvalidArgumentError, Option } from "commander";
import type { Arithmetic } from "../../compute/engine.ts";
import type { Filter } from "../../data/filter.ts";
import type { ReadOptions } from "../../data/read.ts";
import { algorithms } from "../../models/registry.ts";
import { boundsOf, conditionOf, settingsOf } from "../../models/shared/settings.ts";

/** The options that say what data to read, as commander leaves them. */
export interface DataFlags {
  data?: string;
  userColumn?: string;
  itemColumn?: string;
  ratingColumn?: string;
  timeColumn?: string;
  header: boolean;
  delimiter?: string;
  encoding?: "utf-8" | "latin-1";
  scale?: { min: number; max: number };
  lenient?: true;
  minUserRatings?: number;
  minItemRatings?: number;
  topItems?: number;
  sample?: number;
  sampleSeed?: number;
}

/** The options that say which model answers. */
export interface ModelFlags extends DataFlags {
  model?: string;
  set?: Record<string, string>;
  seed: number;
  threads: number;
  arithmetic: Arithmetic;
  memory?: number;
  artifact?: string;
}

export function addDataOptions(command: Command): Command {
  return command
    .option(
      "--data <source>",
      "a folder, a file, or a name: ml-latest-small, ml-100k, ml-1m, ml-25m, ml-32m, synthetic-100k …",
    )
    .optionsGroup("Columns of a table of your own:")
    .option("--user-column <name>", "column of the user's id (name, or number from 1)")
    .option("--item-column <name>", "column of the item's id")
    .option("--rating-column <name>", "column of the rating")
    .option("--time-column <name>", "column of the time, in seconds since 1970")
    .option("--no-header", "the file has no line of column names")
    .option("--delimiter <character>", "what separates columns")
    .addOption(new Option("--encoding <name>", "encoding of the text").choices(["utf-8", "latin-1"]))
    .option("--scale <min:max>", "lowest and highest rating", scale)
    .option("--lenient", "skip and count rows that cannot be read, instead of stopping")
    .optionsGroup("Filters:")
    .option("--min-user-ratings <n>", "only users with at least n ratings", whole)
    .option("--min-item-ratings <n>", "only films with at least n ratings", whole)
    .option("--top-items <n>", "only the n most rated films", whole)
    .option("--sample <share>", "a random share of the ratings, 0 to 1", number)
    .option("--sample-seed <n>", "seed of that choice", whole)
    .optionsGroup("Other options:");
}

export function addModelOptions(command: Command, otherwise = "the best for the size"): Command {
  return addTrainingOptions(
    addDataOptions(command)
      .optionsGroup("Model:")
      .option("--model <name>", `one of ${algorithms.map(({ name }) => name).join(", ")}; default: ${otherwise}`)
      .option("--set <key=value...>", "settings of the model", keyValue),
  );
}

/** How whatever is named is trained. */
export function addTrainingOptions(command: Command): Command {
  return command
    .option("--seed <n>", "seed of every random choice", whole, 0)
    .option("--threads <n>", "threads to work with; the result is the same for any number", atLeastOne, 1)
    .option("--memory <size>", "most that training may take, such as 2GB; default: what is free", bytes)
    .addOption(
      new Option(
        "--arithmetic <name>",
        "strict: the same bytes on every machine; relaxed: faster, the same on this one",
      )
        .choices(["strict", "relaxed"])
        .default("relaxed"),
    )
    .optionsGroup("Other options:")
    .addHelpText("after", () => `\nSettings (--set key=value):\n${settingsHelp()}`);
}

/** Where the model comes from: a file, or training now (without a name, the model `otherwise`). */
export function addSourceOptions(command: Command, otherwise?: string): Command {
  return addModelOptions(command, otherwise).option(
    "--artifact <file>",
    "a model saved by matinee train, instead of --model",
  );
}

export function readOptionsFrom(flags: DataFlags): ReadOptions {
  const { userColumn: user, itemColumn: item, ratingColumn: rating, timeColumn: time } = flags;
  const { minUserRatings, minItemRatings, topItems, sample, sampleSeed: seed } = flags;
  const columns = defined({ user, item, rating, time });
  const filter: Filter = defined({ minUserRatings, minItemRatings, topItems, sample, seed });
  return {
    ...defined({
      delimiter: flags.delimiter,
      encoding: flags.encoding,
      scale: flags.scale,
      lenient: flags.lenient,
      header: flags.header ? undefined : false,
    }),
    ...(Object.keys(columns).length > 0 ? { columns } : {}),
    ...(Object.keys(filter).length > 0 ? { filter } : {}),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function settingsHelp(): string {
  return algorithms
    .flatMap(({ name, settings }) =>
      Object.entries(settingsOf(settings)).map(
        ([key, setting]) =>
          `  ${name}: ${key} = ${setting.default}   ${setting.description} (${[boundsOf(setting), conditionOf(setting)].filter(Boolean).join("; ")})`,
      ),
    )
    .join("\n");
}

export function number(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError("It takes a number.");
  return value;
}

export function whole(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("It takes a whole number.");
  return value;
}

export function atLeastOne(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError("It takes a whole number from 1.");
  return value;
}

const units: Record<string, number> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

function bytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim());
  if (!match) throw new InvalidArgumentError("It takes a size such as 500MB or 2GB.");
  return Number(match[1]) * units[match[2].toLowerCase()];
}

function scale(text: string): { min: number; max: number } {
  const [min, max, more] = text.split(":").map(number);
  if (max === undefined || more !== undefined || !(min < max)) {
    throw new InvalidArgumentError("It takes the lowest and the highest rating, such as 1:5.");
  }
  return { min, max };
}

export function keyValue(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes key=value.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
