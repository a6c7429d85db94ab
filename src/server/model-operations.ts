/** Operations on models. */
import { Type } from "typebox";
import { modelName } from "../store/model-setting.ts";
import { modelShapes } from "./model-shapes.ts";
import type { Operation } from "./operation.ts";

const params = Type.Object({ name: modelName });
/** Loading, checking and trying a model takes longer than answers do. */
const seconds = 150;
const answering = { access: "admin", response: modelShapes.ModelRoles } as const;
const problems = ["REQUEST_INVALID", "CAPABILITY_MISSING", "STORE_UNAVAILABLE", "STORE_FAILED"] as const;
const loading = [...problems, "MODEL_UNKNOWN", "MODEL_REFUSED"] as const;

export const modelOperations = {
  listModels: {
    method: "GET",
    path: "/api/v1/models",
    access: "read",
    summary: "List the server's models",
    description: "The active one first, then the newest. Without the scope `admin`: the one that is active.",
    response: modelShapes.ModelList,
    problems: [],
    example: {
      model: "item-knn",
      path: "/api/v1/models",
      response: {
        models: [
          {
            name: "item-knn",
            algorithm: "item-knn",
            summary: "Item-based neighbours: the k most similar films by cosine of their ratings.",
            active: true,
            data: {
              name: "ml-latest-small",
              users: 610,
              items: 9742,
              ratings: 100836,
              scale: { min: 0.5, max: 5, step: 0.5 },
              feedback: "ratings",
              madeUp: false,
            },
          },
        ],
      },
    },
  },
  uploadModel: {
    method: "PUT",
    path: "/api/v1/models/{name}",
    access: "admin",
    summary: "Upload a model",
    description:
      "The body is a model file as `matinee train` writes it. It is checked and tried, and comes into the folder whole or not at all. It answers nobody until it is activated.",
    params,
    headers: Type.Object({
      "x-matinee-signature": Type.Optional(
        Type.String({
          maxLength: 100,
          description: "the signature of the file in base64, where the server takes signed models only",
        }),
      ),
    }),
    upload: "a model file",
    seconds,
    response: modelShapes.UploadedFile,
    problems: [...problems, "MODEL_EXISTS", "MODEL_REFUSED", "WRITE_FAILED"],
  },
  deleteModel: {
    method: "DELETE",
    path: "/api/v1/models/{name}",
    access: "admin",
    summary: "Delete a model",
    description: "A model that answers, or that can be rolled back to, is `MODEL_IN_USE`.",
    params,
    response: modelShapes.ModelRoles,
    problems: [...problems, "MODEL_UNKNOWN", "MODEL_IN_USE", "WRITE_FAILED"],
  },
  activateModel: {
    ...answering,
    method: "POST",
    path: "/api/v1/models/{name}/activate",
    summary: "Answer by a model",
    description:
      "It is loaded, checked and tried first; until it is warm, and where it cannot be used, the one before goes on. All servers on the store follow.",
    params,
    seconds,
    problems: loading,
  },
  rollBackModel: {
    ...answering,
    method: "POST",
    path: "/api/v1/models/rollback",
    summary: "Answer by the model that was active before",
    seconds,
    problems: loading,
  },
  startTrial: {
    ...answering,
    method: "PUT",
    path: "/api/v1/models/trial",
    summary: "Begin an A/B test",
    description:
      "The model answers a share of the users: the same ones each time, drawn anew for each test. Who asks without naming a user is not in the test.",
    body: modelShapes.TrialRequest,
    seconds,
    problems: [...loading, "MODEL_IN_USE"],
  },
  endTrial: {
    ...answering,
    method: "DELETE",
    path: "/api/v1/models/trial",
    summary: "End the A/B test",
    problems,
  },
  getTrialResult: {
    method: "GET",
    path: "/api/v1/models/trial/result",
    access: "admin",
    summary: "Tell what the A/B test has found",
    description:
      "The groups are different users. The interval of the difference comes from resampling the users of both groups 2,000 times (bootstrap).",
    response: modelShapes.TrialResult,
    problems: [...problems, "NOT_FOUND"],
  },
  startShadow: {
    ...answering,
    method: "PUT",
    path: "/api/v1/models/shadow",
    summary: "Let a model answer the same requests, unseen",
    description:
      "It answers when an answer has gone and nothing else waits. How far its lists are those of the active model is counted.",
    body: modelShapes.ShadowRequest,
    seconds,
    problems: loading,
  },
  endShadow: {
    ...answering,
    method: "DELETE",
    path: "/api/v1/models/shadow",
    summary: "End the shadow model",
    problems,
  },
} as const satisfies Record<string, Operation>;
