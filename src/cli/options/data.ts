/** Flags that say what data to read, and reading it. */
import { type Command, Option } from "commander";
import { writeRatingBlocks } from "../../data/blocks/blocks-of-source.ts";
import type { Dataset, Feedback } from "../../data/dataset.ts";
import type { Filter } from "../../data/filter.ts";
import { type ReadOptions, readRatings } from "../../data/read.ts";
import { type Encoding, encodings } from "../../data/reading/encoding.ts";
import type { Repeats } from "../../data/reading/layout.ts";
import { syntheticNames } from "../../data/synthetic/synthetic-ratings.ts";
import { MatineeError } from "../../errors.ts";
import { count } from "../../numbers.ts";
import { present } from "../../present.ts";
import { note } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { parseNumber, parseScale, parseUnrated, parseWeights, parseWhole } from "./parse.ts";

const usualData = "ml-latest-small";

/** Flags that say what data to read, as commander leaves them. */
export interface DataFlags {
  data?: string;
  userColumn?: string;
  itemColumn?: string;
  ratingColumn?: string;
  timeColumn?: string;
  header: boolean;
  delimiter?: string;
  encoding?: Encoding;
  eventColumn?: string;
  titleColumn?: string;
  genreColumn?: string;
  layout?: "table" | "wide";
  feedback?: Feedback;
  weights?: Record<string, number>;
  halfLife?: string;
  repeats?: Repeats;
  unrated?: number | "";
  minRating?: number;
  catalog?: string;
  scale?: { min: number; max: number };
  lenient?: true;
  minUserRatings?: number;
  minItemRatings?: number;
  topItems?: number;
  sample?: number;
  sampleSeed?: number;
  /** Of commands that take it. */
  threads?: number;
  /** Whether made-up data stand in where none are named and the usual ones cannot be downloaded. Not a flag: `serve` says so. */
  orMadeUp?: true;
}

const tableOptions = () => [
  new Option("--user-column <name>", "column of the user's id: its name, or its number from 1"),
  new Option("--item-column <name>", "column of the film's id"),
  new Option("--rating-column <name>", "column of the rating, or of the amount of an event"),
  new Option("--time-column <name>", "column of the time: seconds or milliseconds since 1970, or a date"),
  new Option("--event-column <name>", "column of the type of event"),
  new Option("--title-column <name>", "column of the film's title"),
  new Option("--genre-column <name>", "column of the film's genres"),
  new Option("--no-header", "the file has no line of column names"),
  new Option("--delimiter <character>", "what separates columns"),
  new Option("--encoding <name>", "encoding of the text").choices(encodings),
  new Option("--layout <name>", "wide: users in rows and films in columns").choices(["table", "wide"]),
  new Option("--scale <min:max>", "lowest and highest rating").argParser(parseScale),
  new Option("--unrated <value>", 'the number that means unrated, or "" for a blank: such rows are left out').argParser(
    parseUnrated,
  ),
  new Option("--min-rating <n>", "leave out rows with a lower rating or amount").argParser(parseNumber),
  new Option("--catalog <file>", "file of titles and genres; none: not one that lies beside the ratings"),
  new Option("--lenient", "skip and count rows that cannot be read, instead of stopping"),
];

const eventOptions = () => [
  new Option("--feedback <kind>", "what the rows are, where that is not recognised").choices(["ratings", "events"]),
  new Option("--weights <type=n,...>", "what an event of each type counts; others are left out").argParser(
    parseWeights,
  ),
  new Option("--half-life <time>", "time after which an event counts half: 90d, or h, w, y"),
  new Option("--repeats <how>", "what becomes of repeated events").choices(["sum", "count", "latest"]),
];

const filterOptions = () => [
  new Option("--min-user-ratings <n>", "keep users with at least n ratings").argParser(parseWhole),
  new Option("--min-item-ratings <n>", "keep films with at least n ratings").argParser(parseWhole),
  new Option("--top-items <n>", "keep the n most rated films").argParser(parseWhole),
  new Option("--sample <share>", "keep a random share of the ratings, 0 to 1").argParser(parseNumber),
  new Option("--sample-seed <n>", "seed of that choice").argParser(parseWhole),
];

export interface DataHelp {
  /** Whether the help lists the options for tables and the filters. Otherwise it says where they are listed. */
  readonly listed?: boolean;
  /** What is read where nothing is named, in words. */
  readonly usual?: string;
  /** The heading of --data in the help. */
  readonly group?: string;
}

export function addDataOptions(
  command: Command,
  { listed = false, usual = usualData, group = "Data:" }: DataHelp = {},
): Command {
  if (!listed) command.optionsGroup(group);
  command.option("--data <source>", `a folder, a file or a known name (default: ${usual})`);
  for (const [group, options] of [
    ["Table of your own, of ratings or events:", [...tableOptions(), ...eventOptions()]],
    ["Filters:", filterOptions()],
  ] as const) {
    command.optionsGroup(group);
    for (const option of options) command.addOption(option.hideHelp(!listed));
  }
  if (listed) return command;
  return command.addHelpText(
    "after",
    "\nKnown names, options for a table of your own, and filters: matinee help data.",
  );
}

/** What `readRatings` takes of the flags. */
export function readOptionsFrom(flags: DataFlags): ReadOptions {
  const { userColumn: user, itemColumn: item, ratingColumn: rating, timeColumn: time } = flags;
  const { minUserRatings, minItemRatings, topItems, sample, sampleSeed: seed } = flags;
  const { eventColumn: event, titleColumn: title, genreColumn: genres } = flags;
  const columns = present({ user, item, rating, time, event, title, genres });
  const filter: Filter = present({ minUserRatings, minItemRatings, topItems, sample, seed });
  return present({
    delimiter: flags.delimiter,
    encoding: flags.encoding,
    layout: flags.layout,
    scale: flags.scale,
    feedback: flags.feedback,
    weights: flags.weights,
    halfLife: flags.halfLife,
    repeats: flags.repeats,
    unrated: flags.unrated,
    minRating: flags.minRating,
    catalog: flags.catalog,
    lenient: flags.lenient,
    header: flags.header ? undefined : false,
    columns: Object.keys(columns).length > 0 ? columns : undefined,
    filter: Object.keys(filter).length > 0 ? filter : undefined,
    threads: flags.threads,
  });
}

/** The data that the flags name, or else MATINEE_DATA. */
function givenSource(flags: DataFlags): string | undefined {
  return flags.data ?? process.env.MATINEE_DATA;
}

/** Where `readData` reads from. */
export function dataSource(flags: DataFlags, usual = usualData): string {
  return givenSource(flags) ?? usual;
}

/** Reads the data that are named; where none are, the usual set. @throws DOWNLOAD_FAILED, unless made-up data may stand in */
export async function readData(flags: DataFlags, usual = usualData): Promise<Dataset> {
  const named = givenSource(flags);
  if (named !== undefined || !flags.orMadeUp) return readSource(named ?? usual, flags);
  try {
    return await readSource(usual, flags);
  } catch (error) {
    if (!isDownloadFailure(error)) throw error;
    note(`${error.message}. MADE-UP FILMS AND RATINGS STAND IN FOR REAL ONES.`);
    return readSource(madeUpCounterpart(usual), flags);
  }
}

export async function readSource(source: string, flags: DataFlags): Promise<Dataset> {
  const dataset = await withProgress(`Reading ${source}`, (onProgress) =>
    readRatings(source, { ...readOptionsFrom(flags), onProgress, signal: cancellation }),
  ).catch((error: unknown) => {
    if (!isDownloadFailure(error)) throw error;
    const fix = `try again, it resumes; or give a folder with --data, or made-up ratings with --data ${madeUpCounterpart(source)}`;
    throw new MatineeError("DOWNLOAD_FAILED", error.message, { fix, cause: error });
  });
  note(describeData(dataset, dataset.byUser.values.length));
  const { recognised } = dataset.report;
  if (recognised !== undefined && source !== usualData) note(`Read as ${recognised}.`);
  return dataset;
}

/** Writes what the flags name as column blocks. */
export async function writeDataBlocks(source: string, folder: string, flags: DataFlags): Promise<void> {
  await withProgress(`Writing ${folder}`, (onProgress) =>
    writeRatingBlocks(source, folder, { ...readOptionsFrom(flags), onProgress, signal: cancellation }),
  );
}

function isDownloadFailure(error: unknown): error is MatineeError {
  return error instanceof MatineeError && error.code === "DOWNLOAD_FAILED";
}

/** Made-up data of the size of a known set, or of the usual one. */
function madeUpCounterpart(source: string): string {
  const sameSize = source.replace(/^ml-/, "synthetic-");
  return syntheticNames.find((name) => name === sameSize) ?? usualData.replace(/^ml-/, "synthetic-");
}

/** "100,836 ratings of 9,742 films by 610 people; 3 repeats dropped". */
export function describeData(
  { name, users, items, feedback, report }: Pick<Dataset, "name" | "users" | "items" | "feedback" | "report">,
  ratings: number,
): string {
  const { repeats, skipped, leftOut, filtered } = report;
  const isEvents = feedback === "events";
  const asides = [
    repeats > 0 && !isEvents ? `${count(repeats)} repeated ratings dropped, the latest kept` : "",
    repeats > 0 && isEvents ? `${count(repeats)} rows joined with others of the same person and film` : "",
    leftOut > 0 ? `${count(leftOut)} rows left out` : "",
    skipped > 0 ? `${count(skipped)} unreadable rows skipped` : "",
    filtered > 0 ? `${count(filtered)} ratings filtered out` : "",
  ].filter(Boolean);
  const sizes = `${count(ratings)} ${isEvents ? "pairs with events" : "ratings"} of ${count(items.size)} films by ${count(users.size)} people`;
  return `${name}: ${[sizes, ...asides].join("; ")}`;
}
