/** Operations about the server itself, for those who run it. */
import { Type } from "typebox";
import { closed, type Operation } from "./operation.ts";
import { shapes } from "./shapes.ts";

export const statusOperations = {
  getStatus: {
    method: "GET",
    path: "/api/v1/status",
    access: "admin",
    summary: "Say how the server is doing",
    description: "What the page at `/admin` shows. For programs that watch many servers, `GET /metrics` has more.",
    query: Type.Object({}, closed),
    response: shapes.ServerStatus,
    problems: [],
    example: {
      model: "item-knn",
      path: "/api/v1/status",
      response: {
        version: "0.1.0",
        uptime: 86_512.4,
        requests: {
          answered: 182_034,
          byStatus: { "2xx": 181_900, "3xx": 12, "4xx": 122, "5xx": 0 },
          open: 1,
          waiting: 0,
          unsentBytes: 0,
        },
        lists: { count: 1210, seconds: 300, p50: 1.31, p90: 2.04, p99: 4.87 },
        model: { name: "item-knn", since: 1_796_000_000 },
        process: {
          residentBytes: 231_456_768,
          heapBytes: 58_903_552,
          externalBytes: 40_112_980,
          processorSeconds: 412.5,
          eventLoopDelay: { p50: 0.12, p99: 1.7 },
        },
        problems: [],
      },
    },
  },
} as const satisfies Record<string, Operation>;
