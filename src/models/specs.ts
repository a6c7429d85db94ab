/** Made from the schemas of the algorithms by `npm run docs`: a function for each, with its settings as types. */
import { configure } from "./configure.ts";
import type { ModelSpec } from "./model.ts";

/**
 * The most rated films, the same for every user.
 *
 * @example popular() // docs/models.md has the paper and the formulas
 */
export function popular(): ModelSpec {
  return configure("popular");
}

/** Settings of `bias`. */
export interface BiasOptions {
  /** λ_i: damping, as if every film had this many more ratings at the global mean. Number, at least 0; 25 by default. */
  readonly itemDamping?: number;
  /** λ_u: damping, as if every user had this many more ratings at the films' means. Number, at least 0; 10 by default. */
  readonly userDamping?: number;
  /** Z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself. Number, at least 0; 2 by default. */
  readonly caution?: number;
}

/**
 * Damped means of films and users: the baseline for predicted ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example bias({ itemDamping: 25 }) // docs/models.md has the paper and the formulas
 */
export function bias(settings: BiasOptions = {}): ModelSpec {
  return configure("bias", settings);
}

/** Settings of `timeBias`. */
export interface TimeBiasOptions {
  /** λ_i: damping, as if every film had this many more ratings at the global mean. Number, at least 0; 4 by default. */
  readonly itemDamping?: number;
  /** λ_u: damping, as if every user had this many more ratings at the films' means. Number, at least 0.1; 5 by default. */
  readonly userDamping?: number;
  /** κ: variance by which a user's ratings go up and down together, as a multiple of the noise's. Number, at least 0.001; 0.15 by default. */
  readonly drift?: number;
  /** ℓ: time after which they have 1/e of it in common, in minutes. Number, at least 0.01; 10 by default. */
  readonly minutes?: number;
  /** How often the means of films and users are found in turns. Integer, 1 to 100; 4 by default. */
  readonly rounds?: number;
  /** Z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself. Number, at least 0; 2 by default. */
  readonly caution?: number;
}

/**
 * Means of films and users, which drift with time.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example timeBias({ itemDamping: 4 }) // docs/models.md has the paper and the formulas
 */
export function timeBias(settings: TimeBiasOptions = {}): ModelSpec {
  return configure("time-bias", settings);
}

/** Settings of `genreOverlap`. */
export interface GenreOverlapOptions {
  /** How far up the scale a film counts as liked, as a share from the lowest rating to the highest: from 4 of 1 to 5. Number, 0 to 1; 0.75 by default. */
  readonly liked?: number;
  /** Whether "unknown" and "(no genres listed)" are genres like others, as in the published study. False by default. */
  readonly placeholders?: boolean;
}

/**
 * Films with the most genres that the user likes; among equals, the most rated first.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example genreOverlap({ liked: 0.75 }) // docs/models.md has the paper and the formulas
 */
export function genreOverlap(settings: GenreOverlapOptions = {}): ModelSpec {
  return configure("genre-overlap", settings);
}

/** Settings of `tasteGraph`. */
export interface TasteGraphOptions {
  /** How far up the scale a film counts as liked, as a share from the lowest rating to the highest: from 4 of 1 to 5. Number, 0 to 1; 0.75 by default. */
  readonly liked?: number;
  /** ε: how much each rating of a film adds to its score. Number, at least 0; 0.001 by default. */
  readonly popularity?: number;
  /** Whether "unknown" and "(no genres listed)" are genres like others, as in the published study. False by default. */
  readonly placeholders?: boolean;
}

/**
 * Films by the genres of the user's highest ratings, the most frequent genres first.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example tasteGraph({ liked: 0.75 }) // docs/models.md has the paper and the formulas
 */
export function tasteGraph(settings: TasteGraphOptions = {}): ModelSpec {
  return configure("taste-graph", settings);
}

/** Settings of `itemKnn`. */
export interface ItemKnnOptions {
  /** Number of neighbours kept for each film. Integer, 1 to 100000; 50 by default. */
  readonly k?: number;
  /** What is subtracted from ratings before films are compared: nothing, the film's mean, or the user's mean (adjusted cosine). "none" by default. */
  readonly centre?: "none" | "item" | "user";
  /** β: shrinkage, which draws similarities over few common users towards 0. Number, at least 0; 0 by default. */
  readonly shrinkage?: number;
  /** How ratings are predicted: the mean of the user's ratings of similar films, of their deviations from those films' means, or from damped means of film and user; lists do not change. "centred" by default. */
  readonly prediction?: "weighted" | "centred" | "baseline";
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * Item-based neighbours: the k most similar films by cosine of their ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example itemKnn({ k: 50 }) // docs/models.md has the paper and the formulas
 */
export function itemKnn(settings: ItemKnnOptions = {}): ModelSpec {
  return configure("item-knn", settings);
}

/** Settings of `userKnn`. */
export interface UserKnnOptions {
  /** A named set of values for the settings that are not given. "none" by default. */
  readonly preset?: "none" | "hybrid" | "hybrid-lists" | "mean-centred" | "deviation";
  /** How users are compared: cosine of their ratings, of their ratings less their mean, or correlation over common films. "cosine" by default. */
  readonly similarity?: "cosine" | "centred" | "pearson";
  /** Number of neighbours. Integer, 1 to 100000; 100 by default. */
  readonly k?: number;
  /** β: shrinkage, which draws similarities over few common films towards 0; pearson needs it. Number, at least 0; 0 by default. */
  readonly shrinkage?: number;
  /** Films that a neighbour must have in common with the user. Integer, at least 1; 3 by default. */
  readonly minOverlap?: number;
  /** Neighbours who must have rated a film for a prediction. Integer, at least 1; 3 by default. */
  readonly minNeighbours?: number;
  /** How neighbours' ratings are combined: their mean, weighted by similarity, by similarity and overlap, or their deviations from each neighbour's mean. "deviation" by default. */
  readonly prediction?: "mean" | "weighted" | "overlap" | "deviation";
  /** The prediction where too few neighbours rated a film: its mean, then the user's; or the user's mean at once. "item" by default. */
  readonly fallback?: "item" | "user";
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** Z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself. Number, at least 0; 2 by default. */
  readonly caution?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. Only with similarity = cosine; "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * User-based neighbours: the k most similar users who rated a film predict it.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example userKnn({ preset: "none" }) // docs/models.md has the paper and the formulas
 */
export function userKnn(settings: UserKnnOptions = {}): ModelSpec {
  return configure("user-knn", settings);
}

/** Settings of `rp3beta`. */
export interface Rp3betaOptions {
  /** β: a film's score is divided by its popularity to this power; higher values list less known films. Number, 0 to 2; 0.6 by default. */
  readonly beta?: number;
  /** α: the probability of each step is raised to this power. Number, 0 to 4; 0.8 by default. */
  readonly alpha?: number;
  /** Number of films kept for each film: those that walks reach most often. Integer, 1 to 100000; 200 by default. */
  readonly k?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * RP3β: random walks from the user's films through one other user each.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example rp3beta({ beta: 0.6 }) // docs/models.md has the paper and the formulas
 */
export function rp3beta(settings: Rp3betaOptions = {}): ModelSpec {
  return configure("rp3beta", settings);
}

/** Settings of `pagerank`. */
export interface PagerankOptions {
  /** β: a film's score is divided by its popularity to this power; higher values list less known films. Number, 0 to 2; 0.6 by default. */
  readonly beta?: number;
  /** D: damping, the chance that a walk continues at a film. Number, 0.01 to 0.95; 0.3 by default. */
  readonly damping?: number;
  /** How much of a walk goes through people. Number, at least 0; 1 by default. */
  readonly people?: number;
  /** How much of a walk goes through genres. Number, at least 0; 0.1 by default. */
  readonly genres?: number;
  /** How much of a walk goes through tags. Number, at least 0; 0.1 by default. */
  readonly tags?: number;
  /** How much of a walk goes through decades: a reason that says little, and lists no better. Number, at least 0; 0 by default. */
  readonly decades?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * Personalised PageRank: random walks over users, genres and tags. Names the path.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example pagerank({ beta: 0.6 }) // docs/models.md has the paper and the formulas
 */
export function pagerank(settings: PagerankOptions = {}): ModelSpec {
  return configure("pagerank", settings);
}

/** Settings of `spectral`. */
export interface SpectralOptions {
  /** Numbers of each vector. Integer, 1 to 512; 64 by default. */
  readonly factors?: number;
  /** β: the higher, the less known are the films that are listed. Number, 0 to 1; 0.1 by default. */
  readonly beta?: number;
  /** How much people count in the graph. Number, at least 0; 1 by default. */
  readonly people?: number;
  /** How much genres count in the graph. Number, at least 0; 0.1 by default. */
  readonly genres?: number;
  /** How much tags count in the graph. Number, at least 0; 0.1 by default. */
  readonly tags?: number;
  /** Steps towards the leading eigenvectors. Integer, 1 to 1000; 12 by default. */
  readonly iterations?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * Spectral embedding of the graph of films, people, genres and tags.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example spectral({ factors: 64 }) // docs/models.md has the paper and the formulas
 */
export function spectral(settings: SpectralOptions = {}): ModelSpec {
  return configure("spectral", settings);
}

/** Settings of `ease`. */
export interface EaseOptions {
  /** λ: regularisation; higher values trust only what many users agree on. Number, at least 1; 2000 by default. */
  readonly lambda?: number;
  /** Entries of X: the ratings, or 1 for every rated film. "ratings" by default. */
  readonly values?: "ratings" | "binary";
  /** How far up the scale a rating weighs nothing, as a share from the lowest rating to the highest: lower ratings count against a film in training. Number, 0 to 1; only with values = ratings and scale = standard; 0.125 by default. */
  readonly neutral?: number;
  /** P: how much more films of many ratings are regularised, as if each rating were left out with this chance; 0 for EASE, more for EDLAE. Number, 0 to 0.9; 0 by default. */
  readonly dropout?: number;
  /** β: how much the scores of films of many ratings are lowered: they are divided by the number of ratings to this power; with 0 they are not. Number, 0 to 1; 0.1 by default. */
  readonly beta?: number;
  /** How many better known films each film is set against, for catalogs too large for a matrix of all films; 0: all of them, as EASE has it. Integer, 0 to 1000; 0 by default. */
  readonly regressors?: number;
  /** Content of films that counts as users do who rated all films that share it: nothing, genres, words or embedded texts. "none" by default. */
  readonly features?: "none" | "genres" | "tfidf" | "text";
  /** How much content counts: what the vector of a film's features, of length 1, is multiplied by in X. Number, 0.000001 to 1000; only with features other than none; 12 by default. */
  readonly contentWeight?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. Only with values = ratings; "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * EASE, a linear model in closed form: how much each rated film counts for all others.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example ease({ lambda: 2000 }) // docs/models.md has the paper and the formulas
 */
export function ease(settings: EaseOptions = {}): ModelSpec {
  return configure("ease", settings);
}

/** Settings of `markov`. */
export interface MarkovOptions {
  /** σ: how many transitions the shares of all films in the ratings count as. Number, 0.001 to 1000; 1 by default. */
  readonly smoothing?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
}

/**
 * Which film came right after which: the baseline of what comes next.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example markov({ smoothing: 1 }) // docs/models.md has the paper and the formulas
 */
export function markov(settings: MarkovOptions = {}): ModelSpec {
  return configure("markov", settings);
}

/** Settings of `sequence`. */
export interface SequenceOptions {
  /** λ: regularisation; higher values trust only what many users agree on. Number, at least 1; 1000 by default. */
  readonly lambda?: number;
  /** γ: what a film counts beside one that was rated a place later. Number, 0.1 to 0.98; 0.9 by default. */
  readonly decay?: number;
  /** C: the least that a film of a profile counts beside those rated last, however many places ago it was rated. Number, 0 to 1; 0.05 by default. */
  readonly floor?: number;
  /** φ: in training, what a film that was rated after another counts for it, beside one that was rated before it. Number, 0 to 1; 0.3 by default. */
  readonly backward?: number;
  /** β: how much the scores of films of many ratings are lowered: they are divided by the number of ratings to this power. Number, 0 to 1; 0.1 by default. */
  readonly beta?: number;
  /** η: what the share of a film among those that came right after the film rated last counts. Number, 0 to 10; 0.25 by default. */
  readonly chain?: number;
  /** Films of fewer ratings take no part. Integer, at least 1; 5 by default. */
  readonly minRatings?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
}

/**
 * What comes next, by the films rated last: a linear model in closed form.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example sequence({ lambda: 1000 }) // docs/models.md has the paper and the formulas
 */
export function sequence(settings: SequenceOptions = {}): ModelSpec {
  return configure("sequence", settings);
}

/** Settings of `als`. */
export interface AlsOptions {
  /** Number of factors: the length of each vector. Integer, a multiple of 8, 8 to 512; 64 by default. */
  readonly factors?: number;
  /** Passes over users and items. Integer, 1 to 1000; 15 by default. */
  readonly iterations?: number;
  /** α: confidence of a rating against no rating. Number, at least 0.0001; 1.3 by default. */
  readonly alpha?: number;
  /** Confidence of a rating r: as in the library implicit, or as in the paper and in Spark. "1+alpha*r" by default. */
  readonly confidence?: "alpha*r" | "1+alpha*r";
  /** λ: regularisation, which draws vectors towards 0. Number, at least 0.000001; 4.7 by default. */
  readonly regularisation?: number;
  /** ν: regularisation grows with a row's mass to this power; 0 for plain λ, 1 as in Spark. Number, 0 to 1; 0.5 by default. */
  readonly scaling?: number;
  /** The mass of a row: its number of ratings, or the sum of its confidence. Only with scaling other than 0; "ratings" by default. */
  readonly scaledBy?: "ratings" | "confidence";
  /** A few conjugate gradient steps towards each solution, or the exact solution. "conjugate-gradient" by default. */
  readonly solver?: "conjugate-gradient" | "cholesky";
  /** Steps of conjugate gradient. Integer, 1 to 100; only with solver = conjugate-gradient; 3 by default. */
  readonly steps?: number;
  /** Content that the films' vectors are drawn to instead of 0: nothing, genres, words or embedded texts. "none" by default. */
  readonly features?: "none" | "genres" | "tfidf" | "text";
  /** μ: regularisation of the projection of features. Number, at least 0.000001; only with features other than none; 10 by default. */
  readonly contentRegularisation?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * Implicit matrix factorisation: which films were rated counts more than how high.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example als({ factors: 64 }) // docs/models.md has the paper and the formulas
 */
export function als(settings: AlsOptions = {}): ModelSpec {
  return configure("als", settings);
}

/** Settings of `mf`. */
export interface MfOptions {
  /** Number of factors: the length of each vector. Integer, 1 to 512; 64 by default. */
  readonly factors?: number;
  /** Biases added to the product of the vectors, and learnt with them; damped: those of the model bias, found first, so that the vectors learn what they leave. "mean+user+item" by default. */
  readonly biases?: "mean+user+item" | "user+item" | "none" | "damped";
  /** Stochastic gradient descent, alternating least squares, or Adam. "sgd" by default. */
  readonly optimiser?: "sgd" | "als" | "adam";
  /** Passes over the ratings; als needs about 10. Integer, 1 to 10000; 40 by default. */
  readonly epochs?: number;
  /** γ: learning rate of sgd and adam. Number, 0.000001 to 1; only with optimiser = sgd or adam; 0.01 by default. */
  readonly rate?: number;
  /** Ratings in each step of adam; 0 for all. Integer, at least 0; only with optimiser = adam; 8192 by default. */
  readonly batch?: number;
  /** λ: regularisation, which draws vectors and biases towards 0. Number, at least 0.000001; 0.1 by default. */
  readonly regularisation?: number;
  /** ν: regularisation grows with a row's number of ratings to this power; 1 for λ per rating, 0 for plain λ. Number, 0 to 1; 1 by default. */
  readonly scaling?: number;
  /** δ: as many ratings count beside a user's own in their regularisation when they are folded in, so that few ratings move little; of no effect where ν is 0. Number, at least 0; only with biases = mean+user+item; 16 by default. */
  readonly damping?: number;
  /** Content that the films' vectors and biases are drawn to instead of 0: nothing, genres, words or embedded texts. Only with optimiser = sgd or als and biases other than damped; "none" by default. */
  readonly features?: "none" | "genres" | "tfidf" | "text";
  /** μ: regularisation of the projection of features. Number, at least 0.000001; only with features other than none; 10 by default. */
  readonly contentRegularisation?: number;
  /** Standard deviation of the factors at the start of a first training; without a mean, all of them are above 0. Number, 0.000001 to 10; 0.1 by default. */
  readonly spread?: number;
  /** Users' vectors of training are part of the model, so that its training can go on from the very numbers; answers are the same. False by default. */
  readonly keepUsers?: boolean;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** Z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself. Number, at least 0; 2 by default. */
  readonly caution?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * Explicit matrix factorisation, with or without biases; predicts ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example mf({ factors: 64 }) // docs/models.md has the paper and the formulas
 */
export function mf(settings: MfOptions = {}): ModelSpec {
  return configure("mf", settings);
}

/** Settings of `svdpp`. */
export interface SvdppOptions {
  /** Number of factors: the length of each vector. Integer, 1 to 512; 64 by default. */
  readonly factors?: number;
  /** Passes over the ratings. Integer, 1 to 10000; 40 by default. */
  readonly epochs?: number;
  /** γ: learning rate of the first epoch. Number, 0.000001 to 1; 0.02 by default. */
  readonly rate?: number;
  /** δ: what the learning rate is multiplied by from one epoch to the next. Number, 0.01 to 1; 0.95 by default. */
  readonly decay?: number;
  /** λ: regularisation of each rating's step, which draws vectors and biases towards 0. Number, 0.000001 to 1; 0.1 by default. */
  readonly regularisation?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** Z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself. Number, at least 0; 2 by default. */
  readonly caution?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * SVD++: matrix factorisation with implicit feedback, by SGD; predicts ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example svdpp({ factors: 64 }) // docs/models.md has the paper and the formulas
 */
export function svdpp(settings: SvdppOptions = {}): ModelSpec {
  return configure("svdpp", settings);
}

/** Settings of `bayesianMf`. */
export interface BayesianMfOptions {
  /** Number of factors: the length of each vector; with one less than a multiple of 8, no room is wasted. Integer, 1 to 255; 15 by default. */
  readonly factors?: number;
  /** Whose vectors lie about what their ratings say by being there: users', by the films that they rated; films', by the users who rated them. "both" by default. */
  readonly implicit?: "both" | "users" | "items" | "none";
  /** Content that films' vectors lie about: nothing, genres, words or embedded texts. "none" by default. */
  readonly features?: "none" | "genres" | "tfidf" | "text";
  /** Whether a user's ratings of one time may lie higher or lower together than those of another. False by default. */
  readonly dates?: boolean;
  /** Samples of all vectors, after those of the burn-in. Integer, 1 to 10000; 128 by default. */
  readonly samples?: number;
  /** Samples at the beginning that are thrown away. Integer, 0 to 10000; 64 by default. */
  readonly burnIn?: number;
  /** Samples whose films' vectors the model keeps, evenly spaced: predictions are means over them. Integer, 1 to 1000; 32 by default. */
  readonly kept?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** Z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself. Number, at least 0; 2 by default. */
  readonly caution?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * Bayesian matrix factorisation with implicit feedback, by samples; predicts ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example bayesianMf({ factors: 15 }) // docs/models.md has the paper and the formulas
 */
export function bayesianMf(settings: BayesianMfOptions = {}): ModelSpec {
  return configure("bayesian-mf", settings);
}

/** Settings of `neural`. */
export interface NeuralOptions {
  /** Length of the embeddings. Integer, 1 to 512; 100 by default. */
  readonly embedding?: number;
  /** Units of the hidden layer. Integer, 1 to 128; 10 by default. */
  readonly hidden?: number;
  /** P: dropout, the share of units left out of each step. Number, 0 to 0.9; 0.1 by default. */
  readonly dropout?: number;
  /** Passes over the ratings. Integer, 1 to 10000; 10 by default. */
  readonly epochs?: number;
  /** Ratings in a step; 0: all. Integer, at least 0; 1024 by default. */
  readonly batch?: number;
  /** Length of a step. Number, 0.000001 to 1; 0.01 by default. */
  readonly rate?: number;
  /** Weight decay: this share of each parameter is added to its gradient. Number, 0 to 1; 0.0001 by default. */
  readonly decay?: number;
  /** What predictions are near at the start of a first training: the mean rating, or 0, with the output's bias as random as the weights. "mean" by default. */
  readonly start?: "mean" | "random";
  /** Users' vectors of training are part of the model, so that its training can go on from the very numbers; answers are the same. False by default. */
  readonly keepUsers?: boolean;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
  /** Z: how far lists go below the prediction for films of few ratings, z σ / √(ratings + 1); with 0 they rank by the prediction itself. Number, at least 0; 2 by default. */
  readonly caution?: number;
  /** What is learnt from: ratings brought to stars, 1 to 5 or 0.5 to 5, so that their scale makes no difference; or those of the data as they are. "standard" by default. */
  readonly scale?: "standard" | "data";
}

/**
 * A neural network over embeddings of users and films; predicts ratings.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example neural({ embedding: 100 }) // docs/models.md has the paper and the formulas
 */
export function neural(settings: NeuralOptions = {}): ModelSpec {
  return configure("neural", settings);
}

/** Settings of `tfidf`. */
export interface TfidfOptions {
  /** Number of terms kept: the most frequent over all films. Integer, 1 to 1000000; 5000 by default. */
  readonly maxTerms?: number;
  /** How far up the scale a rating weighs nothing, as a share from the lowest rating to the highest: ratings count by how far above they are. Number, 0 to 1; 0.5 by default. */
  readonly neutral?: number;
  /** How far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are. Number, 0 to 1; 0.5 by default. */
  readonly dislike?: number;
}

/**
 * TF-IDF of titles, genres and tags: films of similar content, rated or not.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example tfidf({ maxTerms: 5000 }) // docs/models.md has the paper and the formulas
 */
export function tfidf(settings: TfidfOptions = {}): ModelSpec {
  return configure("tfidf", settings);
}

/** Settings of `text`. */
export interface TextOptions {
  /** The embedding model: a name on the Hugging Face hub, or a folder with config.json, tokenizer.json and onnx/model.onnx. Text; "sentence-transformers/all-MiniLM-L6-v2" by default. */
  readonly model?: string;
}

/**
 * Sentence embeddings of titles and genres: films that read like those the user likes.
 *
 * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take
 * @example text({ model: "sentence-transformers/all-MiniLM-L6-v2" }) // docs/models.md has the paper and the formulas
 */
export function text(settings: TextOptions = {}): ModelSpec {
  return configure("text", settings);
}
