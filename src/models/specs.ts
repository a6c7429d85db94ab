/** Made from the schemas of the algorithms by `npm run docs`: a function for each, with its settings as types. */
import { configure } from "./configure.ts";
import type { ModelSpec } from "./model.ts";

/**
 * The most rated films, the same for everybody.
 *
 * @example popular() // docs/models.md has the paper and the formulas
 */
export function popular(): ModelSpec {
  return configure("popular");
}

/** Settings of `bias`. */
export interface BiasOptions {
  /** λ_i: as many ratings at the global mean are added to every film. Number, at least 0; 25 by default. */
  readonly itemDamping?: number;
  /** λ_u: as many ratings at the film's mean are added to every person. Number, at least 0; 10 by default. */
  readonly userDamping?: number;
}

/**
 * Damped means of films and people: the baseline for predicted ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example bias({ itemDamping: 25 }) // docs/models.md has the paper and the formulas
 */
export function bias(settings: BiasOptions = {}): ModelSpec {
  return configure("bias", { ...settings });
}

/** Settings of `genreOverlap`. */
export interface GenreOverlapOptions {
  /** Share of the highest rating from which somebody likes a film: 4 of 5. Number, 0 to 1; 0.8 by default. */
  readonly liked?: number;
}

/**
 * Films by how many of the genres they have that somebody likes, the more rated first.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example genreOverlap({ liked: 0.8 }) // docs/models.md has the paper and the formulas
 */
export function genreOverlap(settings: GenreOverlapOptions = {}): ModelSpec {
  return configure("genre-overlap", { ...settings });
}

/** Settings of `tasteGraph`. */
export interface TasteGraphOptions {
  /** Share of the highest rating from which somebody likes a film: 4 of 5. Number, 0 to 1; 0.8 by default. */
  readonly liked?: number;
  /** ε: what each rating of a film adds to its score. Number, at least 0; 0.001 by default. */
  readonly popularity?: number;
}

/**
 * Films reached through the genres of what somebody rated highest, the commoner genres there first.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example tasteGraph({ liked: 0.8 }) // docs/models.md has the paper and the formulas
 */
export function tasteGraph(settings: TasteGraphOptions = {}): ModelSpec {
  return configure("taste-graph", { ...settings });
}

/** Settings of `itemKnn`. */
export interface ItemKnnOptions {
  /** Neighbours kept for each film. Integer, 1 to 100000; 50 by default. */
  readonly k?: number;
  /** What is subtracted from ratings before films are compared: nothing, the film's mean, or the person's mean (adjusted cosine). "none" by default. */
  readonly centre?: "none" | "item" | "user";
  /** β: similarities that rest on few people in common are drawn towards 0. Number, at least 0; 0 by default. */
  readonly shrinkage?: number;
  /** Predicted ratings: the mean of the person's ratings of similar films, of their deviations from those films' means, or from damped means of film and person; lists are not touched. "centred" by default. */
  readonly prediction?: "weighted" | "centred" | "baseline";
}

/**
 * Films rated alike by the same people: cosine between films, k nearest neighbours.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example itemKnn({ k: 50 }) // docs/models.md has the paper and the formulas
 */
export function itemKnn(settings: ItemKnnOptions = {}): ModelSpec {
  return configure("item-knn", { ...settings });
}

/** Settings of `userKnn`. */
export interface UserKnnOptions {
  /** Settings that go together, for all that are not given on their own. "none" by default. */
  readonly preset?: "none" | "hybrid" | "hybrid-lists" | "mean-centred" | "deviation";
  /** How people are compared: cosine of ratings, of ratings less their mean, or correlation over common films. "cosine" by default. */
  readonly similarity?: "cosine" | "centred" | "pearson";
  /** Neighbours of each person. Integer, 1 to 100000; 100 by default. */
  readonly k?: number;
  /** β: similarities that rest on few common films are drawn towards 0; pearson needs it. Number, at least 0; 0 by default. */
  readonly shrinkage?: number;
  /** Films that a neighbour and the asker must have in common to be used. Integer, at least 1; 3 by default. */
  readonly minOverlap?: number;
  /** Neighbours who must have rated a film for them to predict it. Integer, at least 1; 3 by default. */
  readonly minNeighbours?: number;
  /** From the neighbours' ratings: their mean, weighted by similarity, by similarity and overlap, or their deviations from each one's mean. "deviation" by default. */
  readonly prediction?: "mean" | "weighted" | "overlap" | "deviation";
  /** What predicts where too few neighbours rated a film: its mean, else the person's; or the person's at once. "item" by default. */
  readonly fallback?: "item" | "user";
}

/**
 * People of like taste: the k nearest who rated a film predict it. Says which rule predicted.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example userKnn({ preset: "none" }) // docs/models.md has the paper and the formulas
 */
export function userKnn(settings: UserKnnOptions = {}): ModelSpec {
  return configure("user-knn", { ...settings });
}

/** Settings of `rp3beta`. */
export interface Rp3betaOptions {
  /** β: power of a film's popularity that its score is divided by; higher lists less known films. Number, 0 to 2; 0.6 by default. */
  readonly beta?: number;
  /** α: power that each chance of a step is raised to. Number, 0 to 4; 0.8 by default. */
  readonly alpha?: number;
  /** Films kept that walks from a film reach most often. Integer, 1 to 100000; 200 by default. */
  readonly k?: number;
}

/**
 * Random walks from what somebody rated, by way of one other person each: RP3β.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example rp3beta({ beta: 0.6 }) // docs/models.md has the paper and the formulas
 */
export function rp3beta(settings: Rp3betaOptions = {}): ModelSpec {
  return configure("rp3beta", { ...settings });
}

/** Settings of `pagerank`. */
export interface PagerankOptions {
  /** β: power of a film's popularity that its score is divided by; higher lists less known films. Number, 0 to 2; 0.6 by default. */
  readonly beta?: number;
  /** D: chance that a walk goes on at a film. Number, 0.01 to 0.95; 0.3 by default. */
  readonly damping?: number;
  /** How much of a walk goes through people. Number, at least 0; 1 by default. */
  readonly people?: number;
  /** How much of a walk goes through genres. Number, at least 0; 0.1 by default. */
  readonly genres?: number;
  /** How much of a walk goes through tags. Number, at least 0; 0.1 by default. */
  readonly tags?: number;
  /** How much of a walk goes through decades. Number, at least 0; 0.03 by default. */
  readonly decades?: number;
}

/**
 * Random walks from what somebody rated, over people, genres, tags and decades: PageRank. Names the likeliest path.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example pagerank({ beta: 0.6 }) // docs/models.md has the paper and the formulas
 */
export function pagerank(settings: PagerankOptions = {}): ModelSpec {
  return configure("pagerank", { ...settings });
}

/** Settings of `ease`. */
export interface EaseOptions {
  /** λ: regularisation; higher trusts only what many people agree on. Number, at least 1; 2000 by default. */
  readonly lambda?: number;
  /** What X holds: the ratings, or 1 for every film rated. "ratings" by default. */
  readonly values?: "ratings" | "binary";
  /** Share of the highest rating that is subtracted from ratings, so that lower ones speak against a film; 0 as in the paper. Number, 0 to 1; only with values = ratings; 0.3 by default. */
  readonly neutral?: number;
}

/**
 * A linear model in closed form: how much each film rated speaks for each other film.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example ease({ lambda: 2000 }) // docs/models.md has the paper and the formulas
 */
export function ease(settings: EaseOptions = {}): ModelSpec {
  return configure("ease", { ...settings });
}

/** Settings of `als`. */
export interface AlsOptions {
  /** Length of the vectors. Integer, a multiple of 8, 8 to 512; 64 by default. */
  readonly factors?: number;
  /** Passes over users and items. Integer, 1 to 1000; 15 by default. */
  readonly iterations?: number;
  /** α: how much a rating counts against no rating. Number, at least 0.0001; 1 by default. */
  readonly alpha?: number;
  /** C of a rating r: as in the library implicit, or as in the paper and in Spark. "1+alpha*r" by default. */
  readonly confidence?: "alpha*r" | "1+alpha*r";
  /** λ: draws vectors towards 0. Number, at least 0.000001; 10 by default. */
  readonly regularisation?: number;
  /** ν: regularisation grows with a row's mass to this power; 0: plain, 1: as in Spark. Number, 0 to 1; 0 by default. */
  readonly scaling?: number;
  /** The mass of a row: its number of ratings, or its confidence summed over all cells. Only with scaling other than 0; "ratings" by default. */
  readonly scaledBy?: "ratings" | "confidence";
  /** A few steps towards each solution, or the solution itself. "conjugate-gradient" by default. */
  readonly solver?: "conjugate-gradient" | "cholesky";
  /** Steps of conjugate gradient. Integer, 1 to 100; only with solver = conjugate-gradient; 3 by default. */
  readonly steps?: number;
  /** What films' vectors are drawn to instead of 0: nothing, or what their genres, words or embedded texts say. "none" by default. */
  readonly features?: "none" | "genres" | "tfidf" | "text";
  /** μ: draws what features say towards 0. Number, at least 0.000001; only with features other than none; 10 by default. */
  readonly contentRegularisation?: number;
}

/**
 * Implicit matrix factorisation: what was rated, not how high, weighs most.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example als({ factors: 64 }) // docs/models.md has the paper and the formulas
 */
export function als(settings: AlsOptions = {}): ModelSpec {
  return configure("als", { ...settings });
}

/** Settings of `mf`. */
export interface MfOptions {
  /** Length of the vectors. Integer, 1 to 512; 64 by default. */
  readonly factors?: number;
  /** What is added to the product of the vectors. "mean+user+item" by default. */
  readonly biases?: "mean+user+item" | "user+item" | "none";
  /** Stochastic gradient descent, alternating least squares, or Adam. "sgd" by default. */
  readonly optimiser?: "sgd" | "als" | "adam";
  /** Passes over the ratings; als needs about 10. Integer, 1 to 10000; 40 by default. */
  readonly epochs?: number;
  /** γ: length of a step of sgd, adam. Number, 0.000001 to 1; only with optimiser = sgd or adam; 0.01 by default. */
  readonly rate?: number;
  /** Ratings in a step of adam; 0: all. Integer, at least 0; only with optimiser = adam; 8192 by default. */
  readonly batch?: number;
  /** λ: draws vectors and biases towards 0. Number, at least 0.000001; 0.1 by default. */
  readonly regularisation?: number;
  /** ν: regularisation grows with the number of ratings to this power; 1: λ per rating, 0: plain. Number, 0 to 1; 1 by default. */
  readonly scaling?: number;
  /** What films' vectors and biases are drawn to instead of 0: nothing, or what their genres, words or embedded texts say. Only with optimiser = sgd or als; "none" by default. */
  readonly features?: "none" | "genres" | "tfidf" | "text";
  /** μ: draws what features say towards 0. Number, at least 0.000001; only with features other than none; 10 by default. */
  readonly contentRegularisation?: number;
}

/**
 * Explicit matrix factorisation, with biases or without: predicts ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example mf({ factors: 64 }) // docs/models.md has the paper and the formulas
 */
export function mf(settings: MfOptions = {}): ModelSpec {
  return configure("mf", { ...settings });
}

/** Settings of `neural`. */
export interface NeuralOptions {
  /** Length of the embeddings. Integer, 1 to 512; 100 by default. */
  readonly embedding?: number;
  /** Numbers in the hidden layer. Integer, 1 to 128; 10 by default. */
  readonly hidden?: number;
  /** P: share of units left out of a step. Number, 0 to 0.9; 0.1 by default. */
  readonly dropout?: number;
  /** Passes over the ratings. Integer, 1 to 10000; 10 by default. */
  readonly epochs?: number;
  /** Ratings in a step; 0: all. Integer, at least 0; 1024 by default. */
  readonly batch?: number;
  /** Length of a step. Number, 0.000001 to 1; 0.01 by default. */
  readonly rate?: number;
  /** Weight decay: as much of each number is added to its gradient. Number, 0 to 1; 0.0001 by default. */
  readonly decay?: number;
}

/**
 * A neural network over embeddings of people and films: predicts ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example neural({ embedding: 100 }) // docs/models.md has the paper and the formulas
 */
export function neural(settings: NeuralOptions = {}): ModelSpec {
  return configure("neural", { ...settings });
}

/** Settings of `tfidf`. */
export interface TfidfOptions {
  /** Terms kept: those met most often in all films together. Integer, 1 to 1000000; 5000 by default. */
  readonly maxTerms?: number;
  /** Share of the highest rating that says nothing: ratings below speak against films of like content. Number, 0 to 1; 0.5 by default. */
  readonly neutral?: number;
}

/**
 * Films of like title, genres and tags: needs no ratings of a film to list it.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example tfidf({ maxTerms: 5000 }) // docs/models.md has the paper and the formulas
 */
export function tfidf(settings: TfidfOptions = {}): ModelSpec {
  return configure("tfidf", { ...settings });
}

/** Settings of `text`. */
export interface TextOptions {
  /** Embeds texts: a name on the Hugging Face hub, or a folder with config.json, tokenizer.json and onnx/model.onnx. Text; "sentence-transformers/all-MiniLM-L6-v2" by default. */
  readonly model?: string;
}

/**
 * Films whose titles and genres read like those of films somebody likes: sentence embeddings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example text({ model: "sentence-transformers/all-MiniLM-L6-v2" }) // docs/models.md has the paper and the formulas
 */
export function text(settings: TextOptions = {}): ModelSpec {
  return configure("text", { ...settings });
}
