/** Models in the HTTP API: what is told of them, and which of them answer. */
import { Type } from "typebox";
import { type ErrorCode, errorTable } from "../errors.ts";
import { modelName } from "../store/model-setting.ts";
import { describe, shape } from "./schema.ts";

const code = Type.Enum(Object.keys(errorTable) as ErrorCode[], { description: "one of the codes in errors.md" });
const time = Type.Number({ description: "in seconds since 1970" });

const RatingScale = shape("RatingScale", "The scale of the data's ratings.", {
  min: Type.Number(),
  max: Type.Number(),
  step: Type.Number(),
});
const ModelData = shape("ModelData", "The data that a model was trained on.", {
  name: Type.String(),
  users: Type.Integer({ minimum: 0, description: "the number of users" }),
  items: Type.Integer({ minimum: 0, description: "the number of films" }),
  ratings: Type.Integer({ minimum: 0, description: "the number of ratings" }),
  scale: RatingScale,
  feedback: Type.Enum(["ratings", "events"], {
    description: 'what its numbers are: ratings, or amounts of `"events"`, any of which speaks for a film',
  }),
  madeUp: Type.Boolean({ description: "whether the films and ratings are invented, as in `synthetic-latest-small`" }),
});
const Measured = shape("MeasuredMetric", "A metric that was measured when the model was trained.", {
  name: Type.String(),
  mean: Type.Number(),
  low: Type.Optional(Type.Number({ description: "the interval of 95 %, where there is one" })),
  high: Type.Optional(Type.Number()),
  n: Type.Integer({ description: "how many users (for metrics of lists, folds) are averaged" }),
});
const RecordedEvaluation = shape("RecordedEvaluation", "What was measured of models of the same settings.", {
  version: Type.String({ description: "the version of Matinee that measured" }),
  split: Type.String({ description: "how ratings were held out" }),
  seed: Type.Number(),
  train: Type.Number({ description: "ratings that were trained on" }),
  test: Type.Number({ description: "ratings that were held out" }),
  people: Type.Number({ description: "users whose ratings were held out" }),
  view: Type.Optional(
    Type.Enum(["shipped", "model"], { description: "whose lists were judged: as shipped, or the model's own" }),
  ),
  relevant: Type.Number({ description: "the lowest rating of a relevant film" }),
  metrics: Type.Array(Measured),
});
const ModelInfo = shape("ModelInfo", "A model of the server.", {
  name: Type.String({ description: "the name of its file in the folder of models, or else of the algorithm" }),
  algorithm: Type.String(),
  summary: Type.String({ description: "the model in a sentence" }),
  predictor: Type.Optional(
    Type.String({ description: "the name of the model that predicts ratings, if it is another one beside this" }),
  ),
  active: Type.Boolean({ description: "whether it answers the requests" }),
  previous: Type.Optional(Type.Boolean({ description: "whether it was active before, and can be rolled back to" })),
  trial: Type.Optional(Type.Boolean({ description: "whether it is on trial in an A/B test" })),
  shadow: Type.Optional(Type.Boolean({ description: "whether it answers the same requests, unseen" })),
  bytes: Type.Optional(Type.Integer({ minimum: 0, description: "of its file" })),
  created: Type.Optional(Type.Integer({ description: "when its file came, in seconds since 1970" })),
  evaluation: Type.Optional(RecordedEvaluation),
  data: ModelData,
});

const RefusedFile = shape("RefusedFile", "A file of the folder that cannot be used as a model.", {
  name: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  created: Type.Integer({ description: "when it came, in seconds since 1970" }),
  code,
  detail: Type.String({ description: "what is wrong with it" }),
});
const LoadProblem = shape("LoadProblem", "Why a model does not answer that should.", {
  model: Type.String(),
  code,
  detail: Type.String({ description: "what is wrong with it" }),
});
const Trial = shape("Trial", "An A/B test.", {
  model: describe(modelName, "the model on trial"),
  share: Type.Number({ description: "the share of the users whom it answers" }),
  since: describe(time, "when the test began, in seconds since 1970"),
});
const TrialGroup = shape("TrialGroup", "A group of an A/B test.", {
  model: Type.String(),
  users: Type.Integer({ minimum: 0, description: "the users who were shown anything" }),
  impressions: Type.Integer({ minimum: 0, description: "how often items were shown to them" }),
  clicks: Type.Integer({ minimum: 0, description: "how often they clicked one" }),
  clickThrough: Type.Optional(Type.Number({ description: "clicks by impressions" })),
});
const Difference = shape("ClickThroughDifference", "The click-through of group b above that of group a.", {
  value: Type.Number(),
  low: Type.Number({ description: "where its interval of 95 % begins" }),
  high: Type.Number({ description: "where it ends" }),
});

/** The shapes of operations on models, by their names. */
export const modelShapes = {
  RatingScale,
  ModelData,
  MeasuredMetric: Measured,
  RecordedEvaluation,
  ModelInfo,
  RefusedFile,
  ModelList: shape("ModelList", "The server's models.", {
    models: Type.Array(ModelInfo),
    refused: Type.Optional(Type.Array(RefusedFile, { description: "files that cannot be used, where there are any" })),
  }),
  LoadProblem,
  Readiness: shape("Readiness", "That the server answers, and by which model.", {
    status: Type.Literal("ready"),
    model: Type.String(),
    since: Type.Integer({ description: "since when that model answers, in seconds since 1970" }),
    problem: Type.Optional(LoadProblem),
  }),
  UploadedFile: shape("UploadedFile", "A model that has come into the folder.", { name: Type.String() }),
  Trial,
  ModelRoles: shape("ModelRoles", "Which models answer.", {
    active: Type.Optional(Type.String()),
    previous: Type.Optional(Type.String({ description: "the one that was active before" })),
    trial: Type.Optional(Trial),
    shadow: Type.Optional(Type.String({ description: "the one that answers the same requests, unseen" })),
  }),
  TrialRequest: Type.Object(
    {
      model: modelName,
      share: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: "the share of the users whom it answers",
      }),
    },
    { title: "TrialRequest", description: "A model, and whom it answers.", additionalProperties: false },
  ),
  ShadowRequest: Type.Object(
    { model: modelName },
    { title: "ShadowRequest", description: "A model that answers unseen.", additionalProperties: false },
  ),
  TrialGroup,
  ClickThroughDifference: Difference,
  TrialResult: shape("TrialResult", "What an A/B test has found.", {
    since: describe(time, "when it began, in seconds since 1970"),
    share: Type.Number({ description: "the share of the users in group b" }),
    a: describe(TrialGroup, "the active model's group"),
    b: describe(TrialGroup, "the group of the model on trial"),
    difference: Type.Optional(describe(Difference, "absent where there are too few users or clicks")),
    verdict: Type.Enum(["too few", "better", "worse", "no difference"], {
      description:
        "what the interval says of the model on trial; `too few` where a group has fewer than 30 users or 10 clicks",
    }),
  }),
};
