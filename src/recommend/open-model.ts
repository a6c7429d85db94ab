import { type Engine, localEngine, type Step } from "../compute/engine.ts";
import type { DatasetInfo } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { type LossCurve, lossCurves } from "../models/losses.ts";
import type { Model, State } from "../models/model.ts";
import { popularAlgorithm } from "../models/popular.ts";
import { algorithmOf } from "../models/registry.ts";
import { emptyProfile } from "../models/shared/profiles.ts";
import { withPredictor } from "../models/shared/two-stage.ts";
import type { Trained, TrainingRecord } from "../models/trained.ts";
import { present } from "../present.ts";
import { type FilmVectors, keptVectors } from "./kept-vectors.ts";
import { type FilmSearch, filmSearch, filmSearchInSteps } from "./search.ts";

/** A trained model with its ids, catalog and fallback, ready to answer: what the functions by index take. */
export interface OpenModel extends Disposable {
  /** Name of the model. */
  readonly name: string;
  /** One line on how the model works. */
  readonly summary: string;
  /** Name of the model that predicts ratings, where it is another. */
  readonly predictor?: string;
  readonly info: DatasetInfo;
  readonly model: Model;
  /** What its training left; absent of a model that stands in for another. */
  readonly training?: Training;
  /** The most rated films, for lists that the model cannot fill. */
  readonly fallback: { readonly name: string; readonly model: Model };
  /** Finds films by title; made at the first use. */
  readonly search: FilmSearch;
  /** Makes the search before its first use. @param step awaited every few milliseconds */
  prepareSearch(step: Step): Promise<void>;
}

/** What is known of how a model was trained. */
export interface Training {
  readonly record: TrainingRecord;
  /** Of models that learn in epochs. */
  readonly losses: readonly LossCurve[];
  /** Of films, where it keeps some. */
  readonly vectors: readonly FilmVectors[];
}

/**
 * Opens a trained model, so that it answers by indices. Dispose of it when its last request has ended.
 * @throws ARTIFACT_CONTENT, MODEL_UNKNOWN where the state is none that `fit` makes
 * @example
 * import { fit, openModel, popular, queryOfUser, recommend } from "matinee/core";
 * using opened = openModel(await fit(data, popular()));
 * await recommend(opened, queryOfUser(data, 3));
 */
export function openModel(trained: Trained, engine: Engine = localEngine()): OpenModel {
  const { info, state, record, predictor } = trained;
  const algorithm = algorithmOf(state);
  const ranker = openState(state, info, engine);
  const model = predictor ? withPredictor(ranker, openPredictor(predictor.state, info, engine)) : ranker;
  const fallback = openFallback(info.counts, engine);
  let search: FilmSearch | undefined;
  return {
    name: state.algorithm,
    summary: algorithm.summary,
    ...present({ predictor: predictor?.state.algorithm }),
    info,
    model,
    training: { record, losses: lossCurves(trained), vectors: keptVectors(trained) },
    fallback,
    get search() {
      search ??= filmSearch(info);
      return search;
    },
    async prepareSearch(step) {
      search ??= await filmSearchInSteps(info, step);
    },
    [Symbol.dispose]() {
      model[Symbol.dispose]();
      fallback.model[Symbol.dispose]();
    },
  };
}

function openState(state: State, { items, users }: DatasetInfo, engine: Engine): Model {
  const model = algorithmOf(state).open(state, engine);
  const { ratings } = model;
  let message: string;
  if (model.items !== items.size) {
    message = `the model ${state.algorithm} scores ${model.items} films, its catalog has ${items.size}`;
  } else if (ratings && ratings.rows !== users.size) {
    message = `the model ${state.algorithm} keeps the ratings of ${ratings.rows} users, and names ${users.size}`;
  } else return model;
  model[Symbol.dispose]();
  throw new MatineeError("ARTIFACT_CONTENT", message);
}

function openPredictor(state: State, info: DatasetInfo, engine: Engine): Model {
  const model = openState(state, info, engine);
  const { predict, explain, explainRating } = model.ask({ profile: emptyProfile });
  if (predict && (explain || explainRating)) return model;
  throw new MatineeError("ARTIFACT_CONTENT", `the predictor ${state.algorithm} predicts and explains no ratings`);
}

/** What fills lists that a model cannot fill. @param counts int32 [items]: ratings of each item in the training data */
export function openFallback(counts: Int32Array, engine: Engine): OpenModel["fallback"] {
  const tensors = { counts: { shape: [counts.length], data: counts } };
  const { name } = popularAlgorithm;
  return { name, model: popularAlgorithm.open({ algorithm: name, facts: {}, tensors }, engine) };
}
