import type { TObject } from "typebox";
import type { Arena, Engine, Step } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import type { ContentKind } from "../content/graph.ts";
import type { Dataset, ItemIndex, Shape, UserIndex } from "../data/dataset.ts";
import type { Csr, Times } from "../matrix/csr.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An array with a shape, row-major. The product of the shape is the length of the data. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Int16Array | Uint8Array;
}
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * What fitting produces: facts as JSON, arrays as named tensors, parts as child states. An artifact stores it, a worker
 * receives it, a page loads it; `Algorithm.open` makes it answer.
 */
export interface State {
  readonly algorithm: string;
  readonly facts: Readonly<Record<string, Json>>;
  readonly tensors: Tensors;
  readonly parts?: Readonly<Record<string, State>>;
}

/** What fitting will need: peak bytes of its own arrays beside the data set, and floating-point operations. */
export interface Cost {
  readonly bytes: number;
  readonly operations: number;
}

/** What fitting is given beside data and settings. */
export interface FitContext {
  readonly engine: Engine;
  readonly seed: number;
  /** For models of texts, where there is one. */
  readonly embedder?: OpenEmbedder;
  /**
   * To be awaited in every long loop: reports progress (`done` of `total`, any unit), lets other work run now and then, and
   * throws CANCELLED once the run is cancelled.
   */
  step(done: number, total: number): Promise<void>;
}

/** Whether ratings, what the catalog says of films, or both, make a difference to what an algorithm learns. */
export type LearnsFrom = "ratings" | "content" | "both";

/** One way to learn from ratings. Adding one means adding a file that exports one of these, and a line in the registry. */
export interface Algorithm<S = unknown> {
  /** Key in the registry, the command, the API and the artifact. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Settings with defaults, bounds and a line of help each; flags and documentation are made from it. */
  readonly settings: TObject;
  /** By its default settings: `features` of `als` and `mf` place films by content, and leave them models of ratings. */
  readonly learnsFrom: LearnsFrom;
  /** Does a training row, asked as an unseen profile, answer as the trained user would? */
  readonly foldIn: "exact" | "approximate";
  estimate(shape: Shape, settings: S): Cost;
  fit(train: Dataset, settings: S, context: FitContext): Promise<State>;
  /** @throws ARTIFACT_CONTENT where the state does not hold what this algorithm's `fit` makes */
  open(state: State, engine: Engine): Model;
}

/** Ratings of one person as a sparse row: item indices ascending, values on the data set's scale. */
export interface Profile {
  readonly items: Int32Array;
  readonly values: Float32Array;
  /** Seconds since 1970, where known. */
  readonly times?: Times;
}

/**
 * Who asks. `user`: this training row is the same person, so their trained vector may be used and they are not their own
 * neighbour.
 */
export interface Query {
  readonly profile: Profile;
  readonly user?: UserIndex;
}

/** A capability is the presence of a method. Immutable; disposed when its last request ends. */
export interface Model extends Disposable {
  /** Number of items it scores: the size of the item index space it was fitted on. */
  readonly items: number;
  /** The ratings it was fitted on (training rows × items), where it keeps them; without times. */
  readonly ratings?: Csr;
  /** Finds neighbours or folds factors in, once; the answer then scores, predicts and explains for this person. */
  ask(query: Query): Answer;
  /**
   * Answers for many people, where that is quicker at once than one by one: `each` is called for every row of their ratings
   * (rows × items), in order.
   *
   * @param users which training row each of them is, or −1
   */
  askAll?(people: Csr, users: Int32Array, each: (answer: Answer, row: number) => void, step?: Step): Promise<void>;
  /** Similarity of every item to `item`, on the model's own scale; −Infinity: not similar at all, or the item itself. */
  similarItems?(item: ItemIndex, out: Float64Array): void;
  /** The terms that mark an item most: at most k, the heaviest first, of equal weight by term. */
  topTerms?(item: ItemIndex, k: number): readonly Term[];
  /** What it is blended of, where it is a blend of models. */
  readonly blend?: Blend;
  /** Where every score is the inner product of a person's vector and an item's: those, in the memory of an engine. */
  vectors?(engine: Engine, arena: Arena): Vectors;
}

/** A model made of others. */
export interface Blend {
  readonly parts: readonly BlendPart[];
  /**
   * The same parts by other weights, one each; a part of weight 0 is not asked. The parts remain the blend's, and go with it.
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
 * Many people at once: score = person · item, as `ask` gives it but for rounding to single precision. A vector of zeros says
 * that there is no evidence about the person or the item: a score of −Infinity.
 */
export interface Vectors {
  /** Of every vector; a multiple of 4. */
  readonly length: number;
  /** float32 [items × length], good as long as the arena it was made in. */
  readonly items: Float32Array;
  /** The vectors of people by their ratings (rows × items), into `out`: float32 [rows × length] in the engine's memory. */
  foldIn(ratings: Csr, out: Float32Array, step?: Step): Promise<void>;
}

export interface Answer {
  /**
   * A score for every item (`out`: one entry per item); higher is better. −Infinity: cannot score, for want of evidence about
   * the person or the item. Never NaN.
   */
  score(out: Float32Array): void;
  /**
   * Ratings on the data set's scale for some items, `out[n]` for `items[n]`.
   *
   * @param rules is given as zeros; `rules[n]` becomes the index in `predictionRules` of what predicted `out[n]`
   */
  predict?(items: Int32Array, out: Float32Array, rules?: Uint8Array): void;
  /** Parts that add up to the score of an item, but for rounding to single precision. Absent where scores have no parts. */
  explain?(item: ItemIndex): Explanation;
  /** The same of the predicted rating before it is cut to the scale, where its parts are not those of the score. */
  explainRating?(item: ItemIndex): Explanation;
  /** The people most like the asker, best first. */
  neighbours?(): readonly Neighbour[];
}

/** What can predict a rating: the model itself, or, where it has too little to go by, a mean. */
export const predictionRules = ["model", "item mean", "user mean", "global mean"] as const;
export type PredictionRule = (typeof predictionRules)[number];

/** Somebody like the asker. */
export interface Neighbour {
  readonly user: UserIndex;
  readonly similarity: number;
  /** Number of items that both rated. */
  readonly overlap: number;
}

/** What two films have in common: a node of the film graph, or a number of people who rated both. */
export type Through =
  | { readonly kind: ContentKind; readonly node: number }
  | { readonly kind: "user"; readonly count: number };

/** Σ part.value is the score. */
export interface Explanation {
  readonly parts: readonly ExplanationPart[];
}
export type ExplanationPart =
  /** What one rating of the asker contributed, and through what the likeliest path leads to the film, where the model walks one. */
  | {
      readonly kind: "rating";
      readonly item: ItemIndex;
      readonly rating: number;
      readonly value: number;
      readonly through?: Through;
    }
  /** What one of the film's genres contributed; `genre`: its number in the catalog. */
  | { readonly kind: "genre"; readonly genre: number; readonly value: number }
  /** What a neighbour's rating of the item contributed. */
  | ({ readonly kind: "neighbour"; readonly rating: number; readonly value: number } & Neighbour)
  /** What is the same for everybody, or for every item. */
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
