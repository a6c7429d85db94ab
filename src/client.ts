/** A client of the HTTP API, for browsers and Node. It needs nothing but `fetch`. */
import type { RatingScale } from "./data/dataset.ts";
import type { Id } from "./data/ids.ts";
import type { ErrorCode } from "./errors.ts";
import type { Confidence } from "./recommend/confidence.ts";
import type { Reason, ScorePart } from "./recommend/explanation.ts";
import type { Film, ScoredFilm } from "./recommend/films.ts";
import type { RatedFilm, SharedFilm, SimilarUser } from "./recommend/neighbours.ts";
import type { Recommendation } from "./recommend/recommend.ts";
import type { operations, RequestOf } from "./server/operations.ts";
import type { Problem, ShapeOf } from "./server/shapes.ts";

// The library's own types, which tsc holds equal to the server's schemas (server/shapes.test.ts). `reranked` and `retrievalFailure` of a `Recommendation` are never sent.
export type {
  Confidence,
  ErrorCode,
  Film,
  Id,
  Problem,
  RatedFilm,
  RatingScale,
  Reason,
  Recommendation,
  ScoredFilm,
  ScorePart,
  SharedFilm,
  SimilarUser,
};

/** The data that a model was trained on. */
export type ModelData = ShapeOf<"ModelData">;

/** Films found by title, or the most rated. */
export type FilmList = ShapeOf<"FilmList">;

/** That the server is up. */
export type Health = ShapeOf<"Health">;

/** A model of the server. */
export type ModelInfo = ShapeOf<"ModelInfo">;

/** The models of the server. */
export type ModelList = ShapeOf<"ModelList">;

/** Which models answer. */
export type ModelRoles = ShapeOf<"ModelRoles">;

/** That the server answers, and by which model. */
export type Readiness = ShapeOf<"Readiness">;

/** What an A/B test has found. */
export type TrialOutcome = ShapeOf<"TrialResult">;

/** The films that a user rated. */
export type RatedFilmList = ShapeOf<"RatedFilmList">;

/** A list for given ratings. */
export type NewUserRecommendations = ShapeOf<"NewUserRecommendations">;

/** Ratings, and what the list should be like. */
export type RecommendationRequest = ShapeOf<"RecommendationRequest">;

/** The films most similar to a film. */
export type SimilarFilmList = ShapeOf<"SimilarFilmList">;

/** The users most similar to a user. */
export type UserNeighbours = ShapeOf<"UserNeighbours">;

/** The rating to expect of a user for a film. */
export type UserPrediction = ShapeOf<"UserPrediction">;

/** A list for a user of the data. */
export type UserRecommendations = ShapeOf<"UserRecommendations">;

/** Options of `createClient`. */
export interface ClientOptions {
  /** Sends the requests; the global `fetch` unless given. */
  readonly fetch?: typeof fetch;
  /** The key of a server that asks for one. A page must not have one: whoever reads the page reads the key. */
  readonly key?: string;
}

/** Options of every request. */
export interface RequestOptions {
  /** Cancels the request, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The query parameters of an operation, all of which have defaults. */
type QueryOf<Name extends keyof typeof operations> = Partial<RequestOf<(typeof operations)[Name]>["query"]> &
  RequestOptions;

/** Each method resolves to the response as docs/api.md describes it. @throws ProblemError */
export interface Client {
  health(options?: RequestOptions): Promise<Health>;
  /** Whether it answers, and by which model. */
  readiness(options?: RequestOptions): Promise<Readiness>;
  models(options?: RequestOptions): Promise<ModelList>;
  /** Changes of which models answer, for keys of the scope `admin`. */
  readonly answering: {
    /** Takes a model file into the folder. @param signature in base64, where the server takes signed models only */
    upload(
      name: string,
      file: Blob,
      options?: RequestOptions & { readonly signature?: string },
    ): Promise<{ name: string }>;
    delete(name: string, options?: RequestOptions): Promise<ModelRoles>;
    activate(name: string, options?: RequestOptions): Promise<ModelRoles>;
    rollBack(options?: RequestOptions): Promise<ModelRoles>;
    /** Begins an A/B test: a model answers a share of the users. */
    startTrial(model: string, share: number, options?: RequestOptions): Promise<ModelRoles>;
    endTrial(options?: RequestOptions): Promise<ModelRoles>;
    trialResult(options?: RequestOptions): Promise<TrialOutcome>;
    /** Lets a model answer the same requests, unseen. */
    startShadow(model: string, options?: RequestOptions): Promise<ModelRoles>;
    endShadow(options?: RequestOptions): Promise<ModelRoles>;
  };
  /** Films that match `query`, best match first; without it, the most rated. */
  items(options?: QueryOf<"listFilms">): Promise<FilmList>;
  item(id: Id, options?: RequestOptions): Promise<Film>;
  /** The `k` films most similar to a film. */
  similar(id: Id, options?: QueryOf<"listSimilarFilms">): Promise<SimilarFilmList>;
  /** The films that suit a user with these ratings best. */
  recommend(request: RecommendationRequest & RequestOptions): Promise<NewUserRecommendations>;
  /** Requests about users of the data. */
  readonly users: {
    /** The films that a user rated, highest rating first. */
    ratings(user: Id, options?: RequestOptions): Promise<RatedFilmList>;
    recommendations(user: Id, options?: QueryOf<"recommendToUser">): Promise<UserRecommendations>;
    /** The rating to expect of a user for a film. */
    prediction(user: Id, item: Id, options?: RequestOptions): Promise<UserPrediction>;
    /** The `k` users most similar to a user. */
    neighbours(user: Id, options?: QueryOf<"listNeighbours">): Promise<UserNeighbours>;
  };
}

/** Why there is no answer: a code of the server, or of the client where the server gave none. */
export type ProblemCode = ErrorCode | "UNREACHABLE" | "NOT_MATINEE";

/** A request that failed. `message` is the problem's `detail`. */
export class ProblemError extends Error {
  /** `UNREACHABLE`: nothing answered. `NOT_MATINEE`: something other than Matinee did. */
  readonly code: ProblemCode;
  /** The HTTP status; 0 if nothing answered. */
  readonly status: number;
  /** What happened, in a few words. */
  readonly title: string;
  /** What happened here: the place and the value. */
  readonly detail: string;
  /** What to do about it. */
  readonly fix: string;

  constructor(problem: Omit<Problem, "code" | "type"> & { readonly code: ProblemCode }, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = "ProblemError";
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.fix = problem.fix;
  }
}

/**
 * A client of the server at an address such as `"http://127.0.0.1:7070"`.
 * @param base the origin of the page unless given
 * @example
 * import { createClient } from "matinee/client";
 * const client = createClient("http://127.0.0.1:7070");
 * const { items } = await client.recommend({ ratings: [{ id: 260, rating: 5 }], k: 5 });
 */
export function createClient(base = "", { fetch: send = fetch, key }: ClientOptions = {}): Client {
  const root = base.replace(/\/+$/, "");
  const api = `${root}/api/v1`;

  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };

  /** @param expected a key that the response has if it is Matinee's */
  async function request<Answer>(
    url: string,
    expected: (keyof Answer & string) | undefined,
    init: RequestInit,
  ): Promise<Answer> {
    const type = init.body instanceof Blob ? "application/octet-stream" : "application/json";
    const headers = { ...authorization, ...(init.body ? { "content-type": type } : {}), ...init.headers };
    const response = await send(url, { ...init, headers }).catch((cause) => {
      throw isAbort(cause, init.signal) ? cause : unreachable(cause);
    });
    const body = await readObject(response, init.signal);
    if (!response.ok) throw problemFrom(response, body);
    if (!body || (expected !== undefined && body[expected] === undefined)) throw notMatinee(response);
    return body as Answer;
  }

  function get<Answer>(path: string, expected: keyof Answer & string, options: RequestOptions = {}): Promise<Answer> {
    const { signal, ...query } = options;
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return request(search ? `${path}?${search}` : path, expected, signal ? { signal } : {});
  }

  /** Changes which models answer. */
  function change(method: string, path: string, body?: object, { signal }: RequestOptions = {}): Promise<ModelRoles> {
    return request<ModelRoles>(`${api}/models/${path}`, undefined, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  }

  const named = (name: string) => encodeURIComponent(name);
  const item = (id: Id) => `${api}/items/${encodeURIComponent(id)}`;
  const user = (id: Id) => `${api}/users/${encodeURIComponent(id)}`;
  return {
    health: (options) => get<Health>(`${root}/healthz`, "status", options),
    readiness: (options) => get<Readiness>(`${root}/readyz`, "status", options),
    models: (options) => get<ModelList>(`${api}/models`, "models", options),
    answering: {
      upload: (name, file, { signature, signal } = {}) =>
        request<{ name: string }>(`${api}/models/${named(name)}`, "name", {
          method: "PUT",
          body: file,
          ...(signature !== undefined && { headers: { "x-matinee-signature": signature } }),
          ...(signal && { signal }),
        }),
      delete: (name, options) => change("DELETE", named(name), undefined, options),
      activate: (name, options) => change("POST", `${named(name)}/activate`, undefined, options),
      rollBack: (options) => change("POST", "rollback", undefined, options),
      startTrial: (model, share, options) => change("PUT", "trial", { model, share }, options),
      endTrial: (options) => change("DELETE", "trial", undefined, options),
      trialResult: (options) => get<TrialOutcome>(`${api}/models/trial/result`, "verdict", options),
      startShadow: (model, options) => change("PUT", "shadow", { model }, options),
      endShadow: (options) => change("DELETE", "shadow", undefined, options),
    },
    items: (options) => get<FilmList>(`${api}/items`, "items", options),
    item: (id, options) => get<Film>(item(id), "title", options),
    similar: (id, options) => get<SimilarFilmList>(`${item(id)}/similar`, "items", options),
    recommend: ({ signal, ...body }) =>
      request<NewUserRecommendations>(`${api}/recommendations`, "items", {
        method: "POST",
        body: JSON.stringify(body),
        ...(signal && { signal }),
      }),
    users: {
      ratings: (id, options) => get<RatedFilmList>(`${user(id)}/ratings`, "items", options),
      recommendations: (id, options) => get<UserRecommendations>(`${user(id)}/recommendations`, "items", options),
      prediction: (id, film, options) =>
        get<UserPrediction>(`${user(id)}/predictions/${encodeURIComponent(film)}`, "predicted", options),
      neighbours: (id, options) => get<UserNeighbours>(`${user(id)}/neighbours`, "neighbours", options),
    },
  };
}

/** The body as a JSON object; undefined if it is none. */
async function readObject(
  response: Response,
  signal: AbortSignal | null | undefined,
): Promise<Record<string, unknown> | undefined> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch (error) {
    if (isAbort(error, signal)) throw error;
    return undefined;
  }
}

function problemFrom(response: Response, body: Record<string, unknown> = {}): ProblemError {
  const text = (key: string, otherwise: string) => (typeof body[key] === "string" ? body[key] : otherwise);
  return new ProblemError({
    code: text("code", "NOT_MATINEE") as ProblemCode,
    status: response.status,
    title: text("title", "The server could not answer"),
    detail: text("detail", `It answered with status ${response.status}.`),
    fix: text("fix", "retry in a moment"),
  });
}

function unreachable(cause: unknown): ProblemError {
  return new ProblemError(
    {
      code: "UNREACHABLE",
      status: 0,
      title: "Matinee cannot be reached",
      detail: "The server did not answer.",
      fix: "see whether matinee serve is still running, then retry",
    },
    { cause },
  );
}

function notMatinee(response: Response): ProblemError {
  return new ProblemError({
    code: "NOT_MATINEE",
    status: response.status,
    title: "The answer is not understood",
    detail: `${response.url || "The server"} did not answer as Matinee does.`,
    fix: "see whether another program answers at this address",
  });
}

function isAbort(error: unknown, signal: AbortSignal | null | undefined): boolean {
  return signal?.aborted === true || (error instanceof Error && error.name === "AbortError");
}
