/** What the server does, counted: for `GET /metrics` and `GET /api/v1/status`. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { latencyRing } from "./latencies.ts";
import { listOperations } from "./list-operations.ts";
import { metricRegistry } from "./metrics.ts";
import { operations } from "./operations.ts";
import type { ShapeOf } from "./shapes.ts";
import { type ServerParts, statusOf } from "./status.ts";

/** What is known of an answer once it has been sent. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the address, without its values: `/api/v1/items/{id}`; `none` where no route answered. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly bytes: number;
}

/** What is said of a request in metrics and logs. It has nothing that tells who asked, or of what. @param prefix what stands before the routes */
export function answeredRequest(request: FastifyRequest, reply: FastifyReply, prefix = ""): AnsweredRequest {
  const { method, is404, routeOptions } = request;
  const url = is404 ? undefined : routeOptions.url;
  return {
    method: methods.has(method) ? method : "other",
    route: url === undefined ? "none" : url.slice(prefix.length).replace(/:(\w+)/g, "{$1}"),
    status: reply.statusCode,
    milliseconds: reply.elapsedTime,
    bytes: Number(reply.getHeader("content-length") ?? 0),
  };
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts what the server does. */
export interface Activity {
  /** What has been counted, as text for Prometheus. */
  metrics(): string;
  /** The same for people, with what the store holds. */
  status(): Promise<ShapeOf<"ServerStatus">>;
}

/** Seconds: upper ends of the histogram's buckets. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Milliseconds between two looks of the event loop at its own delay, and over which the delay is told. */
const [delayResolution, delayWindow] = [20, 10_000];

/** Routes whose latency is told by its quantiles. */
const listPaths = new Set(
  [...Object.values(listOperations), operations.recommendToUser, operations.listSimilarFilms].map(({ path }) => path),
) as ReadonlySet<string>;

/** Counts the requests of the routes of a plugin that are added after this. */
export function countActivity(app: FastifyInstance, parts: Omit<ServerParts, "counted">): Activity {
  const { models, store, open, turns } = parts;
  const registry = metricRegistry();
  const lists = latencyRing();
  const byClass = { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0 };
  let failures = 0;

  const countRequest = registry.counter("matinee_requests_total", "Requests that have been answered.", [
    "method",
    "route",
    "status",
  ]);
  const observe = registry.histogram(
    "matinee_request_seconds",
    "Time from a request's headers until its answer was sent.",
    ["route"],
    bounds,
  );
  app.addHook("onResponse", async (request, reply) => {
    const { method, route, status, milliseconds } = answeredRequest(request, reply, app.prefix);
    countRequest([method, route, String(status)]);
    observe([route], milliseconds / 1000);
    const kind = `${Math.floor(status / 100)}xx`;
    if (kind in byClass) byClass[kind as keyof typeof byClass]++;
    if (status === 500) failures++;
    if (status === 200 && listPaths.has(route)) lists.add(milliseconds);
  });

  const histogram = monitorEventLoopDelay({ resolution: delayResolution });
  const delayNow = () => {
    const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - delayResolution / 1000);
    return { p50: seconds(histogram.percentile(50)), p99: seconds(histogram.percentile(99)) };
  };
  let delay: ReturnType<typeof delayNow> | undefined;
  let timer: NodeJS.Timeout | undefined;
  app.addHook("onReady", async () => {
    histogram.enable();
    timer = setInterval(() => {
      delay = delayNow();
      histogram.reset();
    }, delayWindow).unref();
  });
  app.addHook("onClose", async () => {
    clearInterval(timer);
    histogram.disable();
  });

  const gauge = (name: string, help: string, read: () => number) =>
    registry.read("gauge", name, help, [], () => [[[], read()]]);
  const total = (name: string, help: string, read: () => number) =>
    registry.read("counter", name, help, [], () => [[[], read()]]);
  registry.read("gauge", "matinee_waiting_turns", "Requests that wait for their turn to compute.", ["work"], () => [
    [["short"], turns.short.waiting()],
    [["long"], turns.long.waiting()],
  ]);
  gauge("matinee_open_requests", "Requests that are received, answered or sent.", () => open.count().open);
  gauge("matinee_unsent_bytes", "Bytes of answers that have not been taken.", () => open.count().unsentBytes);
  registry.read("gauge", "matinee_model_age_seconds", "How long the model has answered.", ["model"], () => {
    const { model, since } = models.status();
    return model === undefined || since === undefined ? [] : [[[model], Math.max(0, Date.now() / 1000 - since)]];
  });
  registry.read("gauge", "matinee_event_loop_delay_seconds", "Delay of the event loop.", ["quantile"], () => [
    [["0.5"], (delay ?? delayNow()).p50],
    [["0.99"], (delay ?? delayNow()).p99],
  ]);
  if (store) {
    total("matinee_store_writes_total", "Writes that the store carried out.", () => store.activity.writes);
    total("matinee_store_commits_total", "Transactions of those writes.", () => store.activity.commits);
    gauge("matinee_store_waiting_writes", "Writes that wait for the store.", () => store.activity.waiting);
  }
  gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
  gauge("process_heap_bytes", "Memory of its JavaScript objects.", () => process.memoryUsage().heapUsed);
  gauge("process_external_memory_bytes", "Memory of its arrays.", () => process.memoryUsage().external);
  total("process_cpu_seconds_total", "Processor time of the process.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge(
    "process_start_time_seconds",
    "When the process began, since 1970.",
    () => Date.now() / 1000 - process.uptime(),
  );

  const status = statusOf({
    ...parts,
    counted: () => ({ byClass, failures, lists: lists.summary(), eventLoopDelay: delay ?? delayNow() }),
  });
  return { metrics: () => registry.text(), status };
}
