/** The JSON objects of how the server is doing. */
import { Type } from "typebox";
import { type ErrorCode, errorTable } from "../errors.ts";
import { modelShapes } from "./model-shapes.ts";
import { describe, shape } from "./schema.ts";

const count = Type.Integer({ minimum: 0 });
const bytes = Type.Integer({ minimum: 0, description: "in bytes" });
const milliseconds = Type.Number({ minimum: 0, description: "in milliseconds" });

const RequestCounts = shape("RequestCounts", "Requests since the server started, and those of the moment.", {
  answered: describe(count, "all that have been answered"),
  byStatus: Type.Object({ "2xx": count, "3xx": count, "4xx": count, "5xx": count }),
  open: describe(count, "those that are received, answered or sent"),
  waiting: describe(count, "those that wait for their turn to compute"),
  unsentBytes: describe(count, "bytes of answers that have not been taken"),
});
const ListLatency = shape(
  "ListLatency",
  "Lists of the last five minutes, or of the last 16,384 where there were more.",
  {
    count,
    seconds: Type.Number({ minimum: 0, description: "over how many seconds they are counted" }),
    p50: Type.Optional(
      describe(milliseconds, "half of them took at most so many milliseconds; absent where there was none"),
    ),
    p90: Type.Optional(milliseconds),
    p99: Type.Optional(milliseconds),
  },
);
const ServingModel = shape("ServingModel", "The model that answers.", {
  name: Type.String(),
  since: Type.Optional(Type.Number({ description: "since when it has answered, in seconds since 1970" })),
});
const ProcessUse = shape("ProcessUse", "What the process takes.", {
  residentBytes: bytes,
  heapBytes: describe(bytes, "bytes of its JavaScript objects"),
  externalBytes: describe(bytes, "bytes of its arrays"),
  processorSeconds: Type.Number({ minimum: 0, description: "processor time since it began" }),
  eventLoopDelay: Type.Object(
    { p50: milliseconds, p99: milliseconds },
    { description: "how late the event loop was in the last 10 seconds" },
  ),
});
const StoreUse = shape("StoreUse", "What the store holds; counted twice a minute at most.", {
  kind: Type.Enum(["sqlite", "postgresql"]),
  users: count,
  ratings: count,
  events: count,
  items: count,
  eventsOfLastHour: count,
  eventsOfLastDay: count,
  waitingWrites: describe(count, "writes that wait for their turn"),
});
const ServerProblem = shape("ServerProblem", "Something that is wrong with the server.", {
  code: Type.Enum(Object.keys(errorTable) as ErrorCode[], { description: "one of the codes in errors.md" }),
  detail: Type.String({ description: "what happened" }),
});

export const statusShapes = {
  RequestCounts,
  ListLatency,
  ServingModel,
  ProcessUse,
  StoreUse,
  ServerProblem,
  ServerStatus: shape("ServerStatus", "How the server is doing.", {
    version: Type.String({ description: "the version of Matinee" }),
    uptime: Type.Number({ minimum: 0, description: "seconds since the process began" }),
    requests: RequestCounts,
    lists: ListLatency,
    model: Type.Optional(describe(ServingModel, "absent where none answers yet")),
    trial: Type.Optional(describe(modelShapes.Trial, "the A/B test that is going on, if any")),
    process: ProcessUse,
    store: Type.Optional(describe(StoreUse, "absent where there is none, or where it does not answer")),
    problems: Type.Array(ServerProblem, { description: "empty where all is well" }),
  }),
};
