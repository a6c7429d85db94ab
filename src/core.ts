/** The part of Matinee that also runs in a page: models, recommending, and reading a saved model from bytes. */

export { decodeArtifact, encodeArtifact } from "./artifact/format.ts";
export { type Engine, localEngine } from "./compute/engine.ts";
export type { Embedder, OpenEmbedder } from "./content/embedder.ts";
export { type Catalog, emptyCatalog, type Labels, labelsFrom, labelsOf, yearOf } from "./data/catalog.ts";
export {
  type Dataset,
  type DatasetParts,
  datasetFrom,
  fingerprint,
  type ItemIndex,
  likedFrom,
  type RatingScale,
  type ReadReport,
  type Shape,
  type Space,
  shapeOf,
  type UserIndex,
} from "./data/dataset.ts";
export { type Id, type Ids, idsFrom } from "./data/ids.ts";
export { type ErrorCode, errorTable, MatineeError } from "./errors.ts";
export { type Csr, rowsAt, type Times } from "./matrix/csr.ts";
export { topK } from "./matrix/topk.ts";
export { type FitOptions, fit, stepper } from "./models/fit.ts";
export {
  type Algorithm,
  type Answer,
  type Blend,
  type Cost,
  type Explanation,
  type FitContext,
  type Json,
  type Model,
  type Neighbour,
  type Part,
  type PredictionRule,
  type Profile,
  predictionRules,
  type State,
  type Subject,
  type Tensor,
  type Tensors,
  type Term,
  type Through,
  type Vectors,
} from "./models/model.ts";
export { type Predictions, predictAll, profileOf } from "./models/people.ts";
export { algorithmNamed, algorithms, defaultModel } from "./models/registry.ts";
export type { Trained, TrainingRecord } from "./models/trained.ts";
export { type AllOptions, type Lists, listAll, recommendAll } from "./recommend/all.ts";
export { blendedBy, reweighted } from "./recommend/blend.ts";
export { mmr } from "./recommend/mmr.ts";
export { lookAlike, mostRated } from "./recommend/onboarding.ts";
export { type Prediction, predict } from "./recommend/predict.ts";
export { recallOf } from "./recommend/recall.ts";
export {
  type Film,
  filmOf,
  type Reason,
  type Recommendation,
  type RecommendOptions,
  recommend,
  type ScoredFilm,
  type ScorePart,
  similar,
  topTerms,
} from "./recommend/recommend.ts";
export { open, type Recommender } from "./recommend/recommender.ts";
export {
  type Candidate,
  type Placing,
  type RerankAllOptions,
  type RerankContext,
  type Reranked,
  type RerankedLists,
  type Reranker,
  rerankAll,
} from "./recommend/rerank.ts";
export type { FilmSearch } from "./recommend/search.ts";
export { type People, peopleKept, subjectFrom, subjectOf } from "./recommend/subject.ts";
export { type LikedFilm, type LikePerson, neighbours, type RatedFilm, ratedFilms } from "./recommend/taste.ts";
