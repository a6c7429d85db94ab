/** What an experiment is: a published study of MovieLens data as a short program over the public interface. */
import {
  type Contender,
  type Dataset,
  type Engine,
  type Evaluation,
  evaluate,
  type Filter,
  fit,
  type OpenEmbedder,
  type Splits,
  type Trained,
} from "../index.ts";
import type { Block, Cell, Picture, Section, Table } from "../pictures.ts";

export interface Experiment {
  /** Number of the study: "000". */
  readonly number: string;
  /** What it can be called instead: "user-neighbours". */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** What it reads unless told otherwise: the data of the study, or the small set of their kind. */
  readonly data: string;
  /** What the study left of them. */
  readonly filter?: Filter;
  /** How it held ratings out, as `divide` names it. */
  readonly split: string;
  run(context: ExperimentContext): Promise<readonly Section[]>;
}

/** What an experiment is given. */
export interface ExperimentContext {
  readonly data: Dataset;
  /** The study's own, unless another was asked for. */
  readonly splits: Splits;
  /** Another by its name, as `divideAs` knows them. */
  splitRatings(name: string): Promise<Splits>;
  /** To draw pictures in. */
  readonly document: Document;
  /** A piece of the work under its name; what is long in it gets what is handed to it. */
  step<T>(label: string, work: (watch: StepTools) => Promise<T>): Promise<T>;
}

export interface StepTools {
  readonly engine: Engine;
  readonly seed: number;
  readonly memory: number;
  readonly signal: AbortSignal;
  readonly embedder: OpenEmbedder;
  onProgress(share: number): void;
  /** To be awaited in long loops: tells how far it is, and throws CANCELLED. */
  step(done: number, total: number): Promise<void>;
}

export function trainModel(
  { data, step }: ExperimentContext,
  model: string,
  set = {},
  ratings = data,
): Promise<Trained> {
  const settings = Object.entries(set).map(([key, value]) => ` ${key}=${value}`);
  return step(`Training ${model}${settings.join("")}`, (watch) => fit(ratings, model, { ...watch, set }));
}

/** @param relevant held-out films rated at least so are relevant; three quarters of the scale unless given */
export function compareContenders(
  { data, splits, step }: Pick<ExperimentContext, "data" | "splits" | "step">,
  contenders: readonly Contender[],
  metrics: readonly string[],
  relevant?: number,
): Promise<Evaluation> {
  return step(`Judging ${contenders.length} models`, async ({ onProgress, ...watch }) => {
    const at = (name: string) => contenders.findIndex((contender) => contender.name === name);
    const { evaluation } = await evaluate(data, contenders, splits, {
      ...watch,
      metrics,
      ...(relevant === undefined ? {} : { relevant }),
      onProgress: (name, _part, share) => onProgress((at(name) + share) / contenders.length),
    });
    return evaluation;
  });
}

/** A metric of one model; null where it has none. */
export function metricMean({ models }: Evaluation, model: string, metric: string): number | null {
  return models.find(({ name }) => name === model)?.metrics[metric]?.mean ?? null;
}

export function tableBlock(name: string, title: string, columns: Table["columns"], rows: Table["rows"]): Block {
  return { kind: "table", name, title, table: { columns, rows } };
}

export function pictureBlock(picture: Picture | undefined): Block[] {
  return picture ? [{ kind: "picture", ...picture }] : [];
}

/** What a study did, and the same done right: numbers, or text. */
export type Trap = readonly [what: string, study: Cell, without: Cell];

/** What changes where traps of docs/traps.md are taken out. */
export function trapSection(traps: readonly Trap[]): Section {
  const columns = ["trap (docs/traps.md)", "as the study did", "without the trap"];
  const rows = traps.map(([what, study, without]) => [what, trapCellText(study), trapCellText(without)]);
  return { name: "traps", title: "Without the traps", blocks: [tableBlock("traps", "Wrong and right", columns, rows)] };
}

function trapCellText(cell: Cell): Cell {
  if (typeof cell !== "number") return cell;
  return Number.isInteger(cell) ? cell.toLocaleString("en-US") : cell.toFixed(4);
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n];
  return sum / values.length;
}

/** Root of the mean square. */
export function rootMeanSquare(errors: readonly number[]): number {
  return Math.sqrt(mean(errors.map((error) => error ** 2)));
}
