/** What an experiment is: a published study of MovieLens data, as a short program over the public interface. */
import {
  type Csr,
  type Dataset,
  type Engine,
  type Epoch,
  fit,
  type Id,
  MatineeError,
  type ModelSpec,
  type OpenEmbedder,
  openModel,
  type Predictions,
  predictAll,
  rowsAt,
  type Trained,
} from "../core.ts";
import {
  type Contender,
  compare,
  type Evaluation,
  type Filter,
  type MetricName,
  type Splits,
  type Splitter,
} from "../index.ts";
import { present } from "../present.ts";
import type { Block, Picture, Prose, Table } from "../report/index.ts";
import type { Lesson } from "./lesson.ts";

export interface Experiment {
  /** Number of the study: "000". */
  readonly number: string;
  /** Its other name: "user-neighbours". */
  readonly name: string;
  /** What it studies, in one line. */
  readonly summary: string;
  /** The default data: those of the study, or a small data set of the same kind. */
  readonly data: string;
  /** The filter that the study applied to its data. */
  readonly filter?: Filter;
  /** How the study held out ratings. */
  readonly splitter: Splitter;
  run(context: ExperimentContext): Promise<Lesson>;
}

/** What an experiment is given. */
export interface ExperimentContext {
  readonly data: Dataset;
  /** The study's splits, unless others were asked for. */
  readonly splits: Splits;
  /** For drawing pictures. */
  readonly document: Document;
  /** Runs one step of the study under a label, and hands it the tools for long work. */
  step<T>(label: string, work: (tools: StepTools) => Promise<T>): Promise<T>;
}

export interface StepTools {
  readonly engine: Engine;
  readonly seed: number;
  readonly memory: number;
  readonly signal: AbortSignal;
  readonly embedder: OpenEmbedder;
  onProgress(share: number): void;
  onEpoch(epoch: Epoch): void;
  /** Await it in long loops: reports progress, and throws CANCELLED. */
  step(done: number, total: number): Promise<void>;
}

/** @param from a model to go on from */
export function trainForStudy(
  { data, step }: ExperimentContext,
  spec: ModelSpec,
  ratings = data,
  from?: Trained,
): Promise<Trained> {
  return step(`Training ${spec.name}`, (tools) => fit(ratings, spec, { ...tools, ...present({ from }) }));
}

/**
 * Predicts ratings for several users of the training data.
 *
 * @param profiles users × items: what the model is asked with
 * @param wanted a row for each of `users`: the items to predict
 */
export function predictRatings(
  { step }: ExperimentContext,
  trained: Trained,
  profiles: Csr,
  users: Int32Array,
  wanted: Pick<Csr, "offsets" | "indices">,
): Promise<Predictions> {
  return step("Predicting ratings", async (tools) => {
    using recommender = openModel(trained, tools.engine);
    const predictions = await predictAll(recommender.model, rowsAt(profiles, users), wanted, users, tools);
    return predictions!;
  });
}

/**
 * Compares the models alone, as the studies do: their own lists are judged.
 * @param relevant the lowest rating that makes a held-out film relevant; by default, the first of the upper quarter of the scale
 */
export function compareContenders(
  { data, splits, step }: Pick<ExperimentContext, "data" | "splits" | "step">,
  contenders: readonly (ModelSpec | Contender)[],
  metrics: readonly MetricName[],
  relevant?: number,
): Promise<Evaluation> {
  return step(`Judging ${contenders.length} models`, async ({ onProgress, onEpoch: _, step: __, ...tools }) => {
    const at = (name: string) => contenders.findIndex((contender) => contender.name === name);
    const { evaluation } = await compare(data, contenders, splits, {
      ...tools,
      metrics,
      view: "model",
      ...present({ relevant }),
      onProgress: (name, _part, share) => onProgress((at(name) + share) / contenders.length),
    });
    const failed = evaluation.models.find((model) => model.failed)?.failed;
    if (failed) throw new MatineeError(failed.code, failed.message, { fix: failed.fix });
    return evaluation;
  });
}

/** The mean of a metric of one model; null where the model has none. */
export function metricMean({ models }: Evaluation, model: string, metric: string): number | null {
  return models.find(({ name }) => name === model)?.metrics[metric]?.mean ?? null;
}

/** The film's title, or its id where it has none. */
export function filmTitle({ catalog, items }: Dataset, film: number): Id {
  return catalog.titles[film] || items.id(film);
}

/** The ids of the first users of the data. */
export function firstUsers({ users }: Dataset, count: number): Id[] {
  return Array.from({ length: Math.min(count, users.size) }, (_, user) => users.id(user));
}

export function tableBlock(
  name: string,
  title: string,
  columns: Table["columns"],
  rows: Table["rows"],
  text: Prose = [],
): Block {
  return { kind: "table", name, title, text, table: { columns, rows } };
}

export function pictureBlock(picture: Picture | undefined): Block[] {
  return picture ? [{ kind: "picture", ...picture }] : [];
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n];
  return sum / values.length;
}

/** null of none. */
export function rootMeanSquare(errors: readonly number[]): number | null {
  return errors.length === 0 ? null : Math.sqrt(mean(errors.map((error) => error ** 2)));
}
