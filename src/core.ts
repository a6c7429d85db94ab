/**
 * What Matinee is made of, as far as it also runs in a page: the parts that work by index, for those who write models, and the
 * recommender by ids over a saved model's bytes.
 */

export { decodeArtifact, encodeArtifact } from "./artifact/format.ts";
export { type Engine, localEngine } from "./compute/engine.ts";
export type { Embedder, OpenEmbedder } from "./content/embedder.ts";
export { type Catalog, emptyCatalog, type Labels, labelsFrom, labelsOf } from "./data/catalog.ts";
export {
  asItemIndex,
  type Dataset,
  type DatasetInfo,
  type DatasetParts,
  datasetFrom,
  type Feedback,
  fingerprint,
  type ItemIndex,
  likedFrom,
  type RatingScale,
  type ReadReport,
  type Shape,
  shapeOf,
  type UserIndex,
} from "./data/dataset.ts";
export { filmLabel, filmName, type SpokenTitle, spokenTitle, yearOf } from "./data/film-title.ts";
export { type Id, type Ids, idsFrom } from "./data/ids.ts";
export { type ErrorCode, errorTable, MatineeError } from "./errors.ts";
export { type Csr, rowsAt, type Times } from "./matrix/csr.ts";
export { topK } from "./matrix/topk.ts";
export type {
  Cluster,
  Factorisation,
  FoundVectors,
  ItemSums,
  NearestItems,
  TakeProducts,
} from "./models/cluster.ts";
export {
  configure,
  defaultSpec,
  type HybridOptions,
  hybrid,
  type StackingOptions,
  stacking,
} from "./models/configure.ts";
export { type FitOptions, fit, stepper } from "./models/fit.ts";
export { goOnWith } from "./models/go-on.ts";
export { type LossCurve, lossCurves } from "./models/losses.ts";
export {
  type Algorithm,
  type Answer,
  type Answers,
  type Blend,
  type Connection,
  type Cost,
  type EarlierTraining,
  type Epoch,
  type Explanation,
  type ExplanationPart,
  type FitContext,
  type GenreWeight,
  type Json,
  type Model,
  type ModelSpec,
  type Neighbour,
  type NewItems,
  type NodeVectors,
  type OnCluster,
  type PlacedItems,
  type PlacingContext,
  type PredictionRule,
  type Predictions,
  type Profile,
  predictionRules,
  type Queries,
  type Query,
  type State,
  type Tensor,
  type Tensors,
  type Term,
  type Vectors,
} from "./models/model.ts";
export { algorithmNamed, algorithms } from "./models/registry.ts";
export { type PredictAllOptions, predictAll } from "./models/shared/answers.ts";
export { profileOf } from "./models/shared/profiles.ts";
export * from "./models/specs.ts";
export type { EarlierStage, Trained, TrainingRecord, TrainingStage } from "./models/trained.ts";
export type { Adjustment, Adjustments, FilmBoost } from "./recommend/adjust.ts";
export type { AllLists, AllListsOptions, ListedFilm, RecommenderFiles, UserList } from "./recommend/all-lists.ts";
export type { FilmChoice } from "./recommend/allowed.ts";
export { recallOf } from "./recommend/approximate-recall.ts";
export { blendBy, type PartWeights, reweight } from "./recommend/blend.ts";
export type { Confidence, ConfidenceLevel } from "./recommend/confidence.ts";
export { withContent } from "./recommend/content.ts";
export type { Reason, ScorePart } from "./recommend/explanation.ts";
export { type Factors, type FactorsOptions, factorsOf } from "./recommend/factors.ts";
export type { AttributesOf, FilmFilter, FilterValue } from "./recommend/film-filter.ts";
export { type Film, filmOf, type ScoredFilm } from "./recommend/films.ts";
export { type AnswersSoFar, filmsToAsk } from "./recommend/films-to-ask.ts";
export { type ItemDetails, type ItemDetailsOptions, itemDetails } from "./recommend/item-details.ts";
export { type ListColumn, type Lists, listColumns, type WriteListsOptions } from "./recommend/lists.ts";
export {
  type ComparedFilm,
  type Neighbourhood,
  type NeighbourhoodOptions,
  neighbourhood,
} from "./recommend/neighbourhood.ts";
export { neighbours, type RatedFilm, ratedFilms, type SharedFilm, type SimilarUser } from "./recommend/neighbours.ts";
export type { NewFilm } from "./recommend/new-films.ts";
export { lookAlike, mostRated } from "./recommend/onboarding.ts";
export { type OpenModel, openModel } from "./recommend/open-model.ts";
export type { Pin } from "./recommend/pins.ts";
export { type Prediction, predict } from "./recommend/predict.ts";
export {
  type DoubtfulFilm,
  type ImportedProfile,
  type ImportReport,
  importProfile,
  type UnmatchedFilm,
} from "./recommend/profile/import-profile.ts";
export { type FileInMemory, unpackExport } from "./recommend/profile/unpack-export.ts";
export {
  keptUserRatings,
  queryFromRatings,
  queryOfUser,
  type TimedRating,
  type UserRatings,
} from "./recommend/query.ts";
export type { OnboardingRequest } from "./recommend/questions.ts";
export { type Recommendation, type RecommendOptions, recommend } from "./recommend/recommend.ts";
export { listAll, type RecommendAllOptions, recommendAll } from "./recommend/recommend-all.ts";
export {
  type GroupRequest,
  type ListRequest,
  type NeighbourhoodRequest,
  type NeighboursRequest,
  type OpenOptions,
  openRecommender,
  type PersonRequest,
  type PredictRequest,
  type RecommendationList,
  type Recommender,
} from "./recommend/recommender.ts";
export type {
  ListOptions,
  ListWithUnknown,
  PinnedFilm,
  RatingOfFilm,
  ShownFilm,
  UserRequest,
} from "./recommend/request.ts";
export { mmr } from "./recommend/reranking/mmr.ts";
export {
  type Candidate,
  type Placement,
  type RerankAllOptions,
  type RerankContext,
  type Reranked,
  type RerankedLists,
  type Reranker,
  rerankAll,
} from "./recommend/reranking/rerank.ts";
export type { RetrieveContext, Retrieved, Retriever } from "./recommend/retrieval/retrieve.ts";
export type { FilmSearch, NamedFilms } from "./recommend/search.ts";
export { similar, topTerms } from "./recommend/similar.ts";
export { type Taste, tasteOf } from "./recommend/taste.ts";
export { type FoundFilm, type TextSearch, type TextSearchOptions, textSearch } from "./recommend/text-search.ts";
export {
  type GroupRecommendation,
  type GroupRule,
  groupRules,
  type PersonalShare,
  recommendTogether,
  type TogetherOptions,
} from "./recommend/together.ts";
export { userRatingsFor } from "./recommend/user-ratings.ts";
