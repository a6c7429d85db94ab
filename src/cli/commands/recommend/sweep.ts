/** matinee recommend --sweep: lists under several values of one setting, side by side. */
import { InvalidArgumentError } from "commander";
import { createEngine } from "../../../compute/pool.ts";
import { MatineeError } from "../../../errors.ts";
import type { Json } from "../../../models/model.ts";
import { algorithmNamed } from "../../../models/registry.ts";
import { completeSettings } from "../../../models/shared/settings.ts";
import { type Recommendation, recommend } from "../../../recommend/recommend.ts";
import { open, type Recommender } from "../../../recommend/recommender.ts";
import { listOptions, type RecommendFlags } from "../../options/list.ts";
import { noteSecondStage, type SecondStage } from "../../options/rerank.ts";
import { fitted, readData, type Source } from "../../options/source.ts";
import { personFrom } from "../../options/user.ts";
import { note, printJson, printLines } from "../../terminal/output.ts";

/** A setting and the values to try, as they were written. */
export interface Sweep {
  readonly name: string;
  readonly values: readonly string[];
}

export function sweep(text: string): Sweep {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes a setting and values: k=5,10,20.");
  return { name: text.slice(0, at), values: text.slice(at + 1).split(",") };
}

interface List {
  readonly value: Json;
  readonly items: readonly Recommendation[];
}

/** Reads the data once; says what is wrong with the settings before. */
export async function recommendInSweep(
  flags: RecommendFlags,
  { name, values }: Sweep,
  stage?: SecondStage,
): Promise<void> {
  check(flags, name);
  const model = flags.model ?? "user-knn";
  const sets = values.map((value) => ({ ...flags.set, [name]: value }));
  const configs = sets.map((set) => completeSettings(model, algorithmNamed(model).settings, set));
  if (flags.model === undefined) note(`Lists by ${model}; name another model with --model.`);
  const dataset = await readData(flags);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  let asked: Awaited<ReturnType<typeof questionOf>> | undefined;
  const lists: List[] = [];
  for (const [n, set] of sets.entries()) {
    const source = { dataset, trained: await fitted(dataset, model, { ...flags, set }, engine) };
    using recommender = open(source.trained, engine);
    asked ??= await questionOf(source, recommender, flags);
    const items = await recommend(recommender, asked.person.query, { ...asked.options, ...stage });
    noteSecondStage(`${model} (${name} = ${configs[n][name]})`, stage, items);
    lists.push({ value: configs[n][name], items });
  }
  const user = asked?.person.user;
  if (flags.json) printJson({ model, ...(user === undefined ? {} : { user }), setting: name, lists });
  else printLines(table(model, name, lists));
}

/** Who asks for what: the same for every value, since all models have the same films. */
async function questionOf(source: Source, recommender: Recommender, flags: RecommendFlags) {
  return {
    person: await personFrom(source, recommender, flags),
    options: await listOptions(recommender, flags),
  };
}

function check({ artifact, set, explain, json }: RecommendFlags, name: string): void {
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

/** Widest and narrowest column. */
const [most, least] = [44, 24];

function table(model: string, name: string, lists: readonly List[]): string[] {
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
  return cell(film.title || `[${film.id}]`, film.source === model ? own : `(${film.source})`, width);
}

function cell(text: string, number: string, width: number): string {
  const room = width - number.length - 1;
  const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return `${cut.padEnd(room)} ${number}`;
}
