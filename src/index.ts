/**
 * Matinee in Node, by ids: reading ratings, training, recommending and evaluating. `matinee/core` has the parts that work by index.
 */
import "./require-node.ts";

export { modelCard } from "./artifact/card.ts";
export { readArtifact, writeArtifact } from "./artifact/file.ts";
export { hnsw, type Index, type MakeIndex } from "./compute/hnsw.ts";
export { createEngine, type EngineOptions } from "./compute/pool.ts";
export { onnxEmbedder } from "./content/sentences.ts";
export {
  type Adjustment,
  type AllLists,
  type AllListsOptions,
  type Catalog,
  type Confidence,
  type ConfidenceLevel,
  configure,
  type Dataset,
  type DatasetInfo,
  type DoubtfulFilm,
  defaultSpec,
  type EarlierStage,
  type Embedder,
  type Epoch,
  type ErrorCode,
  errorTable,
  type Feedback,
  type FileInMemory,
  type Film,
  type FilmBoost,
  type FilmFilter,
  type FilterValue,
  type FoundFilm,
  type GroupRecommendation,
  type GroupRequest,
  type GroupRule,
  goOnWith,
  type HybridOptions,
  hybrid,
  type Id,
  type Ids,
  type ImportedProfile,
  type ImportReport,
  type ItemDetails,
  type Json,
  type Labels,
  type ListedFilm,
  type ListOptions,
  type ListRequest,
  type ListWithUnknown,
  type LossCurve,
  lossCurves,
  MatineeError,
  type ModelSpec,
  mmr,
  type Neighbourhood,
  type NeighbourhoodRequest,
  type NeighboursRequest,
  type NewFilm,
  type OnboardingRequest,
  type OpenEmbedder,
  type PersonalShare,
  type PersonRequest,
  type PinnedFilm,
  type Placement,
  type Prediction,
  type PredictionRule,
  type PredictRequest,
  type RatedFilm,
  type RatingOfFilm,
  type RatingScale,
  type ReadReport,
  type Reason,
  type Recommendation,
  type RecommendationList,
  type Recommender,
  type Reranker,
  type Retriever,
  type ScoredFilm,
  type ScorePart,
  type Shape,
  type SharedFilm,
  type ShownFilm,
  type SimilarUser,
  type StackingOptions,
  shapeOf,
  stacking,
  type Taste,
  type Term,
  type Trained,
  type TrainingRecord,
  type TrainingStage,
  type UnmatchedFilm,
  type UserList,
  type UserRatings,
  type UserRequest,
} from "./core.ts";
export { type Filter, filterRatings } from "./data/filter.ts";
export { previewRatings, type RatingsPreview, type ReadOptions, readRatings } from "./data/read.ts";
export { type SyntheticShape, syntheticRatings } from "./data/synthetic/synthetic-ratings.ts";
export { writeRatingsCsv } from "./data/write.ts";

export { type ColdStartOptions, coldStart } from "./evaluate/cold-start/cold-start.ts";
export { type AskedFilms, type AskUser, type QuestionWay, questionWays } from "./evaluate/cold-start/question-ways.ts";
export type { ColdStartModel, ColdStartResult, LearningCurve } from "./evaluate/cold-start/result.ts";
export { type CompareOptions, type ComparisonResult, type ComparisonRow, compare } from "./evaluate/compare.ts";
export {
  type Contender,
  type ContenderOptions,
  contender,
  customContender,
  type FittedContender,
  trainedContender,
  withReranker,
  withRetriever,
} from "./evaluate/contender.ts";
export {
  defaultMetrics,
  type EvaluateOptions,
  type EvaluationResult,
  evaluate,
} from "./evaluate/evaluate.ts";
export type { Estimate, Evaluation, ModelResult, PairedTest, Slice, View } from "./evaluate/evaluation.ts";
export { type JournalOptions, openJournal } from "./evaluate/journal.ts";
export type { Journal } from "./evaluate/kept-measurements.ts";
export { usersWithRatings } from "./evaluate/measure.ts";
export type { EvaluatedUser, ListsMetric, Metric, MetricKind, UserMetric } from "./evaluate/metric.ts";
export { type MetricName, metricKinds, metricsNamed } from "./evaluate/metrics.ts";
export { recordEvaluation } from "./evaluate/record-evaluation.ts";
export type { RunOptions } from "./evaluate/run.ts";
export { type Standing, standingsOf } from "./evaluate/standings.ts";
export type { Trial, TrialRun, TuningResult } from "./evaluate/tuning/result.ts";
export type { SearchSpace, SettingSpace } from "./evaluate/tuning/search-space.ts";
export { type TunedModel, type TuneOptions, tune } from "./evaluate/tuning/tune.ts";
export * from "./models/specs.ts";
export { type Random, random } from "./random.ts";

export { type KnownFilms, readProfile, writeProfile } from "./recommend/profile/profile-file.ts";
export { crossEncoder } from "./recommend/reranking/cross-encoder.ts";
export { llm } from "./recommend/reranking/llm.ts";
export { llmRetriever } from "./recommend/retrieval/llm.ts";
export { writeLists } from "./recommend/write-lists.ts";
export { writeFactors, writeSimilar } from "./recommend/write-model.ts";
export {
  type PredictionsSummary,
  type WritePredictionsOptions,
  writePredictions,
} from "./recommend/write-predictions.ts";
export type { FileSplitOptions, MovieLensFold } from "./split/file-splits.ts";
export { role, type Split, type Splits, type Splitter, splitOf } from "./split/split.ts";
export { parseSplitter, splitRatings, splits } from "./split/splits.ts";
export { type LoadOptions, loadRecommender, type TrainOptions, train } from "./train.ts";
export { version } from "./version.ts";
