import type { TObject } from "typebox";
import type { Arena, Engine, Step } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import type { ContentKind } from "../content/graph.ts";
import type { RatingBlocks, TrainingFiles } from "../data/blocks/rating-blocks.ts";
import type { Catalog } from "../data/catalog.ts";
import type { Dataset, DatasetInfo, Shape } from "../data/dataset.ts";
import type { Csr, Times } from "../matrix/csr.ts";
import type { Cluster, ClusterRatings } from "./cluster.ts";

/** Anything that JSON can write. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An array with a shape, row-major. The product of the shape is the length of the data. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Int16Array | Uint8Array;
}

/** Arrays by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A matrix of a state, float32 [rows × length], that stays where it is stored: its rows are read when they are needed. */
export interface StoredRows {
  readonly rows: number;
  readonly length: number;
  /** Where they are, as plain data: what opens them in another thread. */
  readonly place: { readonly path: string; readonly at: number; readonly stamp: string };
  /** Opens them for reading. @throws ARTIFACT_NOT_FOUND, ARTIFACT_CHECKSUM where they are not what they were when the state was read */
  open(): RowReader;
}

/** Reads stored rows. Disposed of with the model that reads them. */
export interface RowReader extends Disposable {
  /** @throws ARTIFACT_CHECKSUM where the rows have changed since they were read first */
  check(): void;
  /** Fills `out`, float32 [any number of rows × length], from a row on. @throws ARTIFACT_TRUNCATED */
  read(from: number, out: Float32Array): void;
}

/**
 * What fitting produces: facts as JSON, arrays as named tensors, parts as child states. An artifact stores it, a worker
 * receives it, a page loads it; `Algorithm.open` makes it answer.
 */
export interface State {
  readonly algorithm: string;
  readonly facts: Readonly<Record<string, Json>>;
  readonly tensors: Tensors;
  /** Of a state that was read from a file: tensors that were too large for memory, and stay there. */
  readonly stored?: Readonly<Record<string, StoredRows>>;
  readonly parts?: Readonly<Record<string, State>>;
}

/** Estimate of what fitting needs: peak bytes of its own arrays beside the data set, and floating-point operations. */
export interface Cost {
  readonly bytes: number;
  /** Those of them that are in the engine's memory at once, which holds 4 GiB. Absent where they are not told apart. */
  readonly engineBytes?: number;
  readonly operations: number;
}

/** An epoch of training that has ended: its number among `epochs`, those of earlier trainings included, and its loss. */
export interface Epoch {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
}

/** A state that training goes on from, and where the rows of the data stand in it. */
export interface EarlierTraining {
  readonly state: State;
  /** Rows of users and of items in the state. */
  readonly shape: { readonly users: number; readonly items: number };
  /** int32 [users], int32 [items] of the data: their rows in the state, or −1. */
  readonly users: Int32Array;
  readonly items: Int32Array;
}

/** What fitting gets besides data and settings. */
export interface FitContext {
  readonly engine: Engine;
  readonly seed: number;
  /** Turns texts into vectors, for algorithms that read them; absent where there is none. */
  readonly embedder?: OpenEmbedder;
  /**
   * Await this in every long loop: it reports progress (`done` of `total`, in any unit) and now and then lets other work run.
   * @throws CANCELLED once the run is cancelled
   */
  step(done: number, total: number): Promise<void>;
  /** What finds what is costly, in place of the engine: for algorithms with `onCluster` only. */
  readonly cluster?: Cluster;
  /** Where training starts, in place of random numbers: for algorithms whose training can go on only. */
  readonly from?: EarlierTraining;
  /** Told of each epoch, by algorithms with `learnsInEpochs`. */
  readonly onEpoch?: (epoch: Epoch) => void;
}

/** What fitting to column blocks gets besides them and settings. */
export interface BlocksContext extends Omit<FitContext, "embedder" | "from" | "cluster"> {
  readonly files: TrainingFiles;
  /** Bytes that are read from disk at a time, about. */
  readonly segmentBytes: number;
}

/** What fitting to ratings that lie on a cluster gets besides them and settings. */
export interface ClusterContext extends Pick<FitContext, "engine" | "seed" | "step"> {
  readonly cluster: Cluster;
}

/** What placing new items gets besides them. */
export type PlacingContext = Omit<FitContext, "seed" | "from" | "onEpoch" | "cluster">;

/** Whether ratings, content (what the catalog says of films), or both make a difference to what an algorithm learns. */
export type LearnsFrom = "ratings" | "content" | "both";

/** How an algorithm is fitted on a cluster. */
export interface OnCluster {
  /** Settings that are others there, unless they are given. */
  readonly defaults: Readonly<Record<string, Json>>;
  /** The values that a cluster's arithmetic allows of some settings. */
  readonly only: Readonly<Record<string, readonly Json[]>>;
}

/** One way to learn from a data set. To add one, export it from a file of its own and add a line to the registry. */
export interface Algorithm<S = unknown> {
  /** Key in the registry, the command, the API and the artifact. */
  readonly name: string;
  /** One line for users of the command and the page. */
  readonly summary: string;
  /** Settings with defaults, bounds and a line of help each; flags and documentation are made from it. */
  readonly settings: TObject;
  /** By its default settings: `features` of `als` and `mf` place films by content, and leave them models of ratings. */
  readonly learnsFrom: LearnsFrom;
  /** Whether a user's training ratings, given as those of a new user, get the answer that the trained user gets. */
  readonly foldIn: "exact" | "approximate";
  /** Whether it predicts ratings by its nature, and so is refused for data of events. */
  readonly ratingsOnly?: boolean;
  /** Of an algorithm that takes epochs: the fact `losses` of its state has the loss of each. */
  readonly learnsInEpochs?: {
    /** What a loss is. */
    readonly loss: string;
    /**
     * Settings that must be as they were for training to go on: the numbers of a state have no meaning with others. Absent where training
     * cannot go on from a state.
     */
    readonly fixed?: readonly string[];
  };
  /** Of an algorithm that a cluster can fit. */
  readonly onCluster?: OnCluster;
  /** Settings with which it takes less memory, where its defaults do not fit: named in the error that says so. */
  readonly leaner?: Readonly<Partial<S>>;
  /** Tensors in which NaN stands for a value that is missing. All other numbers of a state are finite. */
  readonly missingAsNaN?: readonly string[];
  /** Facts of a State that have the name of a setting, and are something else. */
  readonly otherFacts?: readonly string[];
  /** Refuses settings that are each within their bounds, and make no sense together. @throws CONFIG_INVALID, MODEL_UNKNOWN */
  checkSettings?(settings: S): void;
  estimate(shape: Shape, settings: S): Cost;
  fit(train: Dataset, settings: S, context: FitContext): Promise<State>;
  /**
   * Fits to ratings on disk, out of core: the state that `fit` makes of them in memory. Training that was interrupted goes on where its files
   * end. Absent where all ratings are needed at once.
   */
  fitBlocks?(train: RatingBlocks, settings: S, context: BlocksContext): Promise<State>;
  /** What `fitBlocks` needs beside column blocks and segments; undefined where these settings need all ratings at once. */
  estimateBlocks?(shape: Shape, settings: S): Omit<Cost, "operations"> | undefined;
  /**
   * Fits to ratings that lie on a cluster: the state that `fit` makes there of the same ratings in memory, but for rounding. Absent where
   * ratings are needed here.
   */
  fitOnCluster?(train: ClusterRatings, settings: S, context: ClusterContext): Promise<State>;
  /** Of an algorithm that can answer while some of its tensors, float32 [rows × length], stay where they are stored. */
  readonly storedRows?: {
    /** Those of which answers read rows. */
    readonly tensors: readonly string[];
    /** Those that no answer needs: they are for training to go on from. */
    readonly unasked?: readonly string[];
    /**
     * Tensors to be added to such a state: what `open` needs to know of all rows. Yields between portions. Absent where answers need none of them.
     * @throws ARTIFACT_CONTENT
     */
    summary?(state: State): Generator<undefined, Tensors>;
  };
  /** Makes a state answer. @throws ARTIFACT_CONTENT where it does not hold what this algorithm's `fit` makes */
  open(state: State, engine: Engine): Model;
}

/**
 * An algorithm with its settings, as plain data: what `fit`, `train`, `compare` and `tune` take. The functions of the algorithms
 * (`als({ factors: 32 })`) and `configure` make one.
 */
export interface ModelSpec {
  /** Name of the algorithm in the registry. */
  readonly model: string;
  /** The name and the settings that were given: "als factors=32". */
  readonly name: string;
  /** All settings, defaults filled in. */
  readonly settings: Readonly<Record<string, Json>>;
  /** Another algorithm, to predict the ratings of what this one ranks: `{ ...ease(), predictor: mf() }`. Both are fitted together. */
  readonly predictor?: ModelSpec;
}

/** Ratings of one user as a sparse row: item indices ascending, values on the data set's scale. Of events, the amounts. */
export interface Profile {
  readonly items: Int32Array;
  readonly values: Float32Array;
  /** Seconds since 1970, where known. */
  readonly times?: Times;
}

/** What a model is asked with. */
export interface Query {
  readonly profile: Profile;
  /** Their training row, for a user who was trained on: the model may use what it learnt of them, but not as their neighbour. */
  readonly user?: number;
  /**
   * The time that the answer is for, in seconds since 1970. Without it, and to a model that makes no difference between times, the answer is for no
   * time in particular.
   */
  readonly time?: number;
  /** What the indices stand for, where that is known: so that a query from other data is refused, not misread. */
  readonly space?: Pick<DatasetInfo, "name" | "items"> & Partial<Pick<DatasetInfo, "users">>;
}

/** Items that came after training, and the larger index space that they share with those of before. */
export interface NewItems {
  /** int32 [all items]: where each stands in the list of the items of before and, after them, the new ones. */
  readonly order: Int32Array;
  /** int32 [items of before]: their indices in the larger space, ascending. */
  readonly known: Int32Array;
  /** What is said of the new ones alone. Labels that the catalog had before keep their numbers. */
  readonly catalog: Catalog;
}

/** What `Model.placeItems` returns. */
export interface PlacedItems {
  readonly state: State;
  /** Positions of the new items whose content tells the model nothing. */
  readonly unplaced: readonly number[];
}

/** A state that answers. A capability is the presence of a method. Immutable; dispose of it when its last request has ended. */
export interface Model extends Disposable {
  /** Number of items it scores: the size of the item index space it was fitted on, with the items that came later. */
  readonly items: number;
  /** The ratings that it was fitted on (training rows × items, without times), if it keeps them. */
  readonly ratings?: Csr;
  /** Finds the user's neighbours or folds in their factors, once; the answer then scores, predicts and explains with those. */
  ask(query: Query): Answer;
  /**
   * Prepares to answer many queries, where that is quicker at once than one by one. Models with vectors need no such method.
   *
   * @param arena what is prepared lies in it, and answers last as long as it
   */
  askAll?(engine: Engine, arena: Arena): Answers;
  /**
   * Writes each item's similarity to `item`, on the model's own scale; −Infinity: not similar at all, or the item itself.
   *
   * @param among the items whose similarity is needed; a model may write those alone
   */
  similarItems?(item: number, out: Float64Array, among?: Int32Array): void;
  /** The k terms of most weight in an item's content, or fewer: the heaviest first, those of equal weight by term. */
  topTerms?(item: number, k: number): readonly Term[];
  /** The parts of a blend. */
  readonly blend?: Blend;
  /**
   * Makes a state with more items. What was learnt stays as it is, and so do the scores of the items of before; the new ones get their
   * place from their content. Absent where the state says nothing of how content counts.
   *
   * @param state the one that the model was opened from; the weights of a blend may be others
   * @throws what the embedder throws; CAPABILITY_MISSING where one is needed and none is given
   */
  placeItems?(state: State, items: NewItems, context: PlacingContext): Promise<PlacedItems>;
  /** Vectors of users and items whose inner product is the score, in the memory of an engine. */
  vectors?(engine: Engine, arena: Arena): Vectors;
}

/** A model made of others. */
export interface Blend {
  readonly parts: readonly BlendPart[];
  /**
   * The same parts by other weights, one each; a part of weight 0 is not asked. The parts are disposed of with this blend.
   * @throws USAGE unless the weights are numbers from 0 whose sum is above 0
   */
  weighted(weights: readonly number[]): Model;
}

export interface BlendPart {
  readonly name: string;
  readonly learnsFrom: LearnsFrom;
  readonly model: Model;
  /** Its share of the blend; all shares add up to 1. */
  readonly weight: number;
}

/** A word of an item's content. */
export interface Term {
  readonly term: string;
  /** Its share of a vector of length 1. */
  readonly weight: number;
}

/**
 * Vectors for scoring many users at once: score = user · item, as `ask` gives it but for rounding to single precision. A vector of
 * zeros means no evidence about the user or the item, and so a score of −Infinity.
 */
export interface Vectors {
  /** Of every vector; a multiple of 4. */
  readonly length: number;
  /** float32 [items × length], valid as long as the arena that it was made in. */
  readonly items: Float32Array;
  /** Vectors of genres and tags, where they have a place among those of films: that of a film with nothing but the one. */
  readonly nodes?: readonly NodeVectors[];
  /** Writes the users' vectors for their ratings (rows × items) into `out`: float32 [rows × length] in the engine's memory. */
  foldIn(ratings: Csr, out: Float32Array, step?: Step): Promise<void>;
}

/** Vectors of the nodes of one kind, by their numbers in the film graph; zeros for those without an edge. */
export interface NodeVectors {
  readonly kind: ContentKind;
  /** float32 [nodes × length] */
  readonly vectors: Float32Array;
}

/** Queries of many users. */
export interface Queries {
  /** Ratings (rows × items): row n is the profile of query n. */
  readonly profiles: Csr;
  /** int32 [rows]: the training row of each profile's user, or −1. */
  readonly users: Int32Array;
}

/** Predictions that are wanted: row n has the items for query n and, where they are known, the times that these predictions are for. */
export type WantedRatings = Pick<Csr, "offsets" | "indices" | "times">;

/** Predicted ratings, each with the index in `predictionRules` of what predicted it. */
export interface Predictions {
  readonly ratings: Float32Array;
  readonly rules: Uint8Array;
}

/** What a model knows about many queries: what `ask` says of each, but for rounding to single precision. */
export interface Answers {
  /**
   * Writes a score for every item and query, as `Answer.score` does.
   *
   * @param out float32 [rows × items], in the engine's memory
   */
  score(queries: Queries, out: Float32Array, step?: Step): Promise<void>;
  /**
   * The same scores, those of some items after others, where vectors are read from where they are stored: for lists without scores of all items in memory.
   *
   * @param each awaited with scores of items, ascending, which it may change; they are valid until then
   */
  readonly scoreInPortions?:
    | ((queries: Queries, each: (portion: ScoredPortion) => Promise<void>, step?: Step) => Promise<void>)
    | undefined;
  /**
   * Writes predicted ratings, as `Answer.predict` does: for query n those of the items wanted.indices[wanted.offsets[n] ..
   * wanted.offsets[n + 1]]. A model whose answers depend on their time has this method.
   *
   * @param wanted with the time that each prediction is for, or without times
   * @param out one entry for each of wanted.indices; its rules are zeros at first
   */
  predict?(queries: Queries, wanted: WantedRatings, out: Predictions, step?: Step): Promise<void>;
}

/** Scores of all queries for the items from `from` on: float32 [queries × items], in the engine's memory. */
export interface ScoredPortion {
  readonly from: number;
  readonly scores: Float32Array;
}

/** What a model knows about one query. */
export interface Answer {
  /**
   * Writes a score for every item (`out`: one entry per item); higher is better. −Infinity: no score, for want of evidence about
   * the user or the item. Never NaN.
   */
  score(out: Float32Array): void;
  /** The same with pauses, where it takes long because vectors are read from where they are stored. @param step awaited between portions */
  scoreInSteps?(out: Float32Array, step: Step): Promise<void>;
  /**
   * Writes predicted ratings, on the data set's scale, of some items: `out[n]` for `items[n]`.
   *
   * @param rules zeros at first; `rules[n]` becomes the index in `predictionRules` of what predicted `out[n]`
   */
  predict?(items: Int32Array, out: Float32Array, rules?: Uint8Array): void;
  /**
   * Writes, for items as `predict` takes them, how far the user's own rating is likely to lie from the one predicted: standard
   * deviations, on the data set's scale.
   */
  deviate?(items: Int32Array, out: Float32Array): void;
  /** Parts that add up to the score of an item, but for rounding to single precision. Absent where scores have no parts. */
  explain?(item: number): Explanation;
  /** Parts that add up to the predicted rating, before it is clipped to the scale. Absent where they are those of the score. */
  explainRating?(item: number): Explanation;
  /** The users most similar to this one, best first. */
  neighbours?(): readonly Neighbour[];
  /** The genres that the user likes, by which the model ranks: those of most weight first, those of equal weight by number. */
  taste?(): readonly GenreWeight[];
}

/** What a genre counts in a taste; `genre`: its number in the catalog. */
export interface GenreWeight {
  readonly genre: number;
  /** Above 0. */
  readonly weight: number;
}

/** What predicted a rating: the model itself, or, where it has too little evidence, a mean. */
export const predictionRules = ["model", "item mean", "user mean", "global mean"] as const;

/** One of `predictionRules`. */
export type PredictionRule = (typeof predictionRules)[number];

/** A user similar to the one of the query. */
export interface Neighbour {
  readonly user: number;
  readonly similarity: number;
  /** Number of items that both rated. */
  readonly overlap: number;
}

/** What two films have in common: a node of the film graph, or a number of users who rated both. */
export type Connection =
  | { readonly kind: ContentKind; readonly node: number }
  | { readonly kind: "user"; readonly count: number };

/** Σ part.value is the score. */
export interface Explanation {
  readonly parts: readonly ExplanationPart[];
}

/** A part of a score or of a predicted rating, by index. */
export type ExplanationPart =
  /** What one rating of the profile contributed and, in a model of walks, what the likeliest path to the film leads through. */
  | {
      readonly kind: "rating";
      readonly item: number;
      readonly rating: number;
      readonly value: number;
      readonly through?: Connection;
    }
  /** What one of the film's genres contributed; `genre`: its number in the catalog. */
  | { readonly kind: "genre"; readonly genre: number; readonly value: number }
  /** What a neighbour's rating of the item contributed. */
  | ({ readonly kind: "neighbour"; readonly rating: number; readonly value: number } & Neighbour)
  /** What is the same for all users, or for all items. */
  | {
      readonly kind:
        | "global mean"
        | "item mean"
        | "user mean"
        | "item bias"
        | "user bias"
        | "number of ratings"
        | "normalisation";
      readonly value: number;
    };
