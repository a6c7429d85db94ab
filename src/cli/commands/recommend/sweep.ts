/** matinee recommend --sweep: lists under several values of one setting, side by side. */
import { InvalidArgumentError } from "commander";
import { createEngine } from "../../../compute/pool.ts";
import { MatineeError } from "../../../errors.ts";
import { configure } from "../../../models/configure.ts";
import type { Json } from "../../../models/model.ts";
import type { TrainedPredictor } from "../../../models/trained.ts";
import { present } from "../../../present.ts";
import { type OpenModel, openModel } from "../../../recommend/open-model.ts";
import { type Recommendation, recommend } from "../../../recommend/recommend.ts";
import { readData } from "../../options/data.ts";
import { type ListFlags, readListOptions } from "../../options/list.ts";
import { fitWithProgress, type LoadedModel, usualSpec } from "../../options/model.ts";
import { noteReranking, type Reranking } from "../../options/stages.ts";
import { readAskingUser } from "../../options/user.ts";
import { note, printJson, printLines } from "../../terminal/output.ts";
import { titleText } from "../../terminal/wording.ts";

/** A setting and the values to try, as they were written. */
export interface Sweep {
  readonly name: string;
  readonly values: readonly string[];
}

export function parseSweep(text: string): Sweep {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes a setting and values: k=5,10,20.");
  return { name: text.slice(0, at), values: text.slice(at + 1).split(",") };
}

interface SweptList {
  readonly value: Json;
  readonly items: readonly Recommendation[];
}

/** Reads the data once and trains with each value. */
export async function recommendBySweep(flags: ListFlags, { name, values }: Sweep, stage?: Reranking): Promise<void> {
  checkSweepFlags(flags, name);
  const sets = values.map((value) => ({ ...flags.set, [name]: value }));
  const named = flags.model;
  // What is wrong with the settings is said before the data are read.
  const given = named === undefined ? undefined : sets.map((set) => configure(named, set));
  const dataset = await readData(flags);
  const specs = given ?? sets.map((set) => usualSpec(dataset, set));
  const [{ model }] = specs;
  if (named === undefined) note(`Lists by ${model}; name another model with --model.`);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  let request: Awaited<ReturnType<typeof readRequest>> | undefined;
  const lists: SweptList[] = [];
  let predictor: TrainedPredictor | undefined;
  for (const { predictor: second, ...spec } of specs) {
    // What predicts ratings is the same beside every value, and trained once.
    const wanted = second && !predictor ? { ...spec, predictor: second } : spec;
    const fitted = await fitWithProgress(dataset, wanted, flags, engine);
    predictor ??= fitted.predictor;
    const loaded = { dataset, trained: { ...fitted, ...present({ predictor }) } };
    using recommender = openModel(loaded.trained, engine);
    request ??= await readRequest(loaded, recommender, flags);
    const items = await recommend(recommender, request.user.query, { ...request.options, ...stage });
    noteReranking(`${model} (${name} = ${spec.settings[name]})`, stage, items);
    lists.push({ value: spec.settings[name], items });
  }
  const { user, import: report } = request?.user ?? {};
  if (flags.json) printJson({ model, ...present({ user, import: report }), setting: name, lists });
  else printLines(sweepLines(model, name, lists));
}

/** The user and the options of the list: the same for every value, since all models have the same films. */
async function readRequest(loaded: LoadedModel, recommender: OpenModel, flags: ListFlags) {
  const user = await readAskingUser(loaded, recommender, flags);
  return { user, options: await readListOptions(recommender, flags, user.seen) };
}

function checkSweepFlags({ artifact, set, explain, json }: ListFlags, name: string): void {
  if (artifact !== undefined) {
    throw new MatineeError("USAGE", "a saved model has its settings, and --sweep trains with others", {
      fix: "leave out --artifact, or --sweep",
    });
  }
  if (set && Object.hasOwn(set, name)) {
    throw new MatineeError("USAGE", `--set and --sweep both say what ${name} is`, { fix: "give one of them" });
  }
  if (explain && !json) {
    throw new MatineeError("USAGE", "lists side by side have no room for parts of scores", {
      fix: "give --json as well, or leave out --explain",
    });
  }
}

/** Widest and narrowest column, in characters. */
const [most, least] = [44, 24];

function sweepLines(model: string, name: string, lists: readonly SweptList[]): string[] {
  const room = Math.floor(((process.stdout.columns ?? 160) - 4) / lists.length) - 2;
  const width = Math.max(least, Math.min(most, room));
  const head = lists.map(({ value }) => cell(`${name} = ${value}`, "", width));
  const ranks = Math.max(...lists.map(({ items }) => items.length));
  const rows = Array.from({ length: ranks }, (_, n) => lists.map(({ items }) => cellOf(model, items[n], width)));
  return [["  ", ...head], ...rows.map((row, n) => [String(n + 1).padStart(2), ...row])].map((cells) =>
    cells.join("  ").trimEnd(),
  );
}

/** A film and its predicted rating; its score where the model predicts none; who chose it where the model did not. */
function cellOf(model: string, film: Recommendation | undefined, width: number): string {
  if (!film) return cell("", "", width);
  const own = film.predicted === undefined ? film.score.toFixed(2) : film.predicted.toFixed(1);
  return cell(titleText(film, `[${film.id}]`), film.source === model ? own : `(${film.source})`, width);
}

function cell(text: string, number: string, width: number): string {
  const room = width - number.length - 1;
  const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return `${cut.padEnd(room)} ${number}`;
}
