/** `matinee/server`: the HTTP server as a Fastify app, and the store that it keeps users and items in. */
import "../require-node.ts";

export type { Judgement } from "../retraining/judge.ts";
export type { LastRetraining } from "../retraining/lease.ts";
export { type RetrainOptions, type RetrainResult, retrain } from "../retraining/retrain.ts";
export {
  type Retraining,
  type RetrainingStatus,
  type RetrainSchedule,
  type ScheduleOptions,
  scheduleRetraining,
} from "../retraining/schedule.ts";
export type { RetrainSettings } from "../retraining/settings.ts";
export { amountsOf, type EventWeighting, type ItemAmount } from "../store/amounts.ts";
export { datasetOf, type StoreDatasetOptions } from "../store/dataset.ts";
export { type Imported, importRatings } from "../store/import.ts";
export { type ModelSetting, readModelSetting } from "../store/model-setting.ts";
export { openStore } from "../store/open-store.ts";
export type { StoreOptions } from "../store/opening.ts";
export {
  type ClickCounts,
  type MarkKind,
  markKinds,
  type OnceOnly,
  type Page,
  type Store,
  type StoreActivity,
  type StoreCounts,
  type StoredEvent,
  type StoredItem,
  type StoredMark,
  type StoredRating,
  type StoredUser,
  type StoreWriter,
  type UserClicks,
  type WriteAnswer,
} from "../store/store.ts";

export { type AppOptions, createApp } from "./app.ts";
export { type ApiKey, makeApiKey } from "./keys.ts";
export type { ServerLimits } from "./limits.ts";
export type { ListedModel } from "./models/describe-model.ts";
export type { ModelFolder, UploadedModel } from "./models/folder.ts";
export type { ModelLimits } from "./models/limits.ts";
export type { ListedModels, RefusedModel } from "./models/list-models.ts";
export type {
  HeldModel,
  ModelChoice,
  ModelProblem,
  ModelStatus,
  Models,
  ServedModel,
  TrialGroup,
} from "./models/models.ts";
export { type FolderModels, type ModelsOptions, openModels } from "./models/open-models.ts";
export type { TrialCounts, TrialResult } from "./models/trial-result.ts";
export type { AccessKind, EventOptions, MatineeOptions, Scenario, ServerOptions } from "./options.ts";
export { matinee } from "./plugin.ts";
export { problemOf } from "./problem.ts";
export type { KeyScope } from "./scopes.ts";
export type { Problem } from "./shapes.ts";
