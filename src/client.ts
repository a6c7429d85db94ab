/** A client of the HTTP API, for browsers and Node. It needs nothing but `fetch`. */
import type { RatingScale } from "./data/dataset.ts";
import type { Id } from "./data/ids.ts";
import type { ErrorCode } from "./errors.ts";
import type { Confidence } from "./recommend/confidence.ts";
import type { Reason, ScorePart } from "./recommend/explanation.ts";
import type { FilmFilter } from "./recommend/film-filter.ts";
import type { Film, ScoredFilm } from "./recommend/films.ts";
import type { ItemDetails } from "./recommend/item-details.ts";
import type { ComparedFilm } from "./recommend/neighbourhood.ts";
import type { RatedFilm, SharedFilm, SimilarUser } from "./recommend/neighbours.ts";
import type { Recommendation } from "./recommend/recommend.ts";
import type { Titles } from "./recommend/titles.ts";
import type { RequestOf } from "./server/operation.ts";
import type { operations } from "./server/operations.ts";
import type { Problem, ShapeOf } from "./server/shapes.ts";

// The library's own types, which tsc holds equal to the server's schemas (server/shapes.test.ts). `retrievalFailure` of a `Recommendation` is never sent.
export type {
  ComparedFilm,
  Confidence,
  ErrorCode,
  Film,
  FilmFilter,
  Id,
  ItemDetails,
  Problem,
  RatedFilm,
  RatingScale,
  Reason,
  Recommendation,
  ScoredFilm,
  ScorePart,
  SharedFilm,
  SimilarUser,
  Titles,
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

/** Answers to a batch: lists and problems, in the order of the requests. */
export type BatchRecommendations = ShapeOf<"BatchRecommendations">;

/** A list for given ratings. */
export type NewUserRecommendations = ShapeOf<"NewUserRecommendations">;

/** Ratings, and what the list should be like. */
export type RecommendationRequest = ShapeOf<"RecommendationRequest">;

/** Films to ask a new user about. */
export type QuestionList = ShapeOf<"QuestionList">;

/** What a new user has said of films so far. */
export type QuestionsRequest = ShapeOf<"QuestionsRequest">;

/** The users who rate most as somebody does, taken together. */
export type UserNeighbourhood = ShapeOf<"UserNeighbourhood">;

/** Ratings, and which films of those who rate alike count. */
export type UserNeighbourhoodRequest = ShapeOf<"UserNeighbourhoodRequest">;

/** Several people, and what a list for them should be like. */
export type TogetherRequest = ShapeOf<"TogetherRequest">;

/** A list for several people. */
export type GroupRecommendations = ShapeOf<"GroupRecommendations">;

/** The films most similar to a film. */
export type SimilarFilmList = ShapeOf<"SimilarFilmList">;

/** The users most similar to a user. */
export type UserNeighbours = ShapeOf<"UserNeighbours">;

/** How the server is doing. */
export type ServerStatus = ShapeOf<"ServerStatus">;

/** The rating to expect of a user for a film. */
export type UserPrediction = ShapeOf<"UserPrediction">;

/** A list for a user of the data. */
export type UserRecommendations = ShapeOf<"UserRecommendations">;

/** The data and the model that answers, in numbers. */
export type LabNumbers = ShapeOf<"LabNumbers">;

/** Similarities of some films to one another. */
export type FilmSimilarities = ShapeOf<"FilmSimilarities">;

/** The words that mark some films. */
export type FilmTerms = ShapeOf<"FilmTerms">;

/** A film that a user marked. */
export type Mark = ShapeOf<"Mark">;

/** What a user did with a film, or that it was shown to them. */
export type ListEvent = ShapeOf<"Event">;

/** What is said of a film. */
export type CatalogItem = ShapeOf<"CatalogItem">;

/** Films of the server's catalog, by id. */
export type CatalogPage = ShapeOf<"CatalogPage">;

/** Everything that the server keeps of a user. */
export type UserExport = ShapeOf<"UserExport">;

/** Options of `createClient`. */
export interface ClientOptions {
  /** Sends the requests; the global `fetch` unless given. */
  readonly fetch?: typeof fetch;
  /** The key of a server that asks for one. A page must not bring one along: whoever reads the page reads the key. */
  readonly key?: string;
}

/** Options of every request. */
export interface RequestOptions {
  /** Cancels the request, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options of a request that changes something. */
export interface ChangeOptions extends RequestOptions {
  /** Names the request, so that it is carried out once however often it is sent: a random UUID. */
  readonly idempotencyKey?: string;
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
  /** How the server is doing, for those who run it. */
  status(options?: RequestOptions): Promise<ServerStatus>;
  /** Films that match `query`, best match first; without it, the most rated. */
  items(options?: QueryOf<"listFilms">): Promise<FilmList>;
  item(id: Id, options?: RequestOptions): Promise<Film>;
  /** What names all films, to look for some without a request. */
  titles(options?: RequestOptions): Promise<Titles>;
  /** How people rated a film, its tags, and its pages elsewhere. */
  itemDetails(id: Id, options?: RequestOptions): Promise<ItemDetails>;
  /** The `k` films most similar to a film. */
  similar(id: Id, options?: QueryOf<"listSimilarFilms">): Promise<SimilarFilmList>;
  /** The films that suit a user with these ratings best, or that go with the films of a session. */
  recommend(request: RecommendationRequest & RequestOptions): Promise<NewUserRecommendations>;
  /** The films to ask a new user about next, by their answers so far; the first to show to anybody without any. */
  questions(request?: QuestionsRequest & RequestOptions): Promise<QuestionList>;
  /** The users who rate most as somebody with these ratings does, taken together, and the films that they like. */
  neighbourhood(request: UserNeighbourhoodRequest & RequestOptions): Promise<UserNeighbourhood>;
  /** Up to 100 lists at once. A request that fails is answered by its problem, and leaves the others as they are. */
  recommendBatch(requests: readonly RecommendationRequest[], options?: RequestOptions): Promise<BatchRecommendations>;
  /** The films that suit several people best together. */
  recommendTogether(request: TogetherRequest & RequestOptions): Promise<GroupRecommendations>;
  /** Keeps events: all of them, or none. */
  addEvents(events: readonly ListEvent[], options?: ChangeOptions): Promise<ShapeOf<"EventsAdded">>;
  /** Requests about the data and the model as a whole, for pictures. */
  readonly lab: {
    numbers(options?: RequestOptions): Promise<LabNumbers>;
    /** The similarities of some films to one another. @param films up to 30 */
    similarities(
      films: readonly Id[],
      options?: RequestOptions & { readonly content?: number },
    ): Promise<FilmSimilarities>;
    /** The words that mark some films. @param films up to 30 */
    terms(films: readonly Id[], options?: RequestOptions): Promise<FilmTerms>;
  };
  /** Requests about the server's catalog. */
  readonly catalog: {
    list(options?: QueryOf<"listCatalog">): Promise<CatalogPage>;
    /** Says what a film is, in place of what was said of it. */
    set(id: Id, item: ShapeOf<"NewItem">, options?: ChangeOptions): Promise<CatalogItem>;
    /** Changes what is given; the rest stays. */
    change(id: Id, item: ShapeOf<"ItemChange">, options?: ChangeOptions): Promise<CatalogItem>;
    delete(id: Id, options?: ChangeOptions): Promise<ShapeOf<"Deleted">>;
  };
  /** Requests about users: of the data, or of the store. `"me"` is the visitor of a page. */
  readonly users: {
    /** Keeps a user's rating of a film. @param options `time`: when it was given, in seconds since 1970; now unless given */
    rate(
      user: Id,
      item: Id,
      rating: number,
      options?: ChangeOptions & { readonly time?: number },
    ): Promise<ShapeOf<"StoredRating">>;
    /** Takes a rating back. */
    unrate(user: Id, item: Id, options?: ChangeOptions): Promise<ShapeOf<"Deleted">>;
    marks(user: Id, options?: RequestOptions): Promise<ShapeOf<"MarkList">>;
    mark(user: Id, kind: Mark["kind"], item: Id, options?: ChangeOptions): Promise<Mark>;
    /** Takes a mark back. */
    unmark(user: Id, kind: Mark["kind"], item: Id, options?: ChangeOptions): Promise<ShapeOf<"Deleted">>;
    /** Gives everything of another user to this one. */
    merge(user: Id, from: Id, options?: ChangeOptions): Promise<ShapeOf<"Changed">>;
    /** Everything that is kept of a user. */
    export(user: Id, options?: RequestOptions): Promise<UserExport>;
    /** Erases everything that is kept of a user. */
    erase(user: Id, options?: ChangeOptions): Promise<ShapeOf<"Changed">>;
    /** The films that a user rated, highest rating first. */
    ratings(user: Id, options?: RequestOptions): Promise<RatedFilmList>;
    recommendations(user: Id, options?: QueryOf<"recommendToUser">): Promise<UserRecommendations>;
    /** The rating to expect of a user for a film. */
    prediction(user: Id, item: Id, options?: QueryOf<"predictRating">): Promise<UserPrediction>;
    /** The `k` users most similar to a user. */
    neighbours(user: Id, options?: QueryOf<"listNeighbours">): Promise<UserNeighbours>;
    /** The `k` films most like a film and most suited to a user. */
    related(user: Id, item: Id, options?: QueryOf<"listRelatedFilms">): Promise<UserRecommendations>;
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

  /** @param expected as of `request` */
  function change<Answer>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    url: string,
    expected: (keyof Answer & string) | undefined,
    { signal, idempotencyKey }: ChangeOptions = {},
    body?: object,
  ): Promise<Answer> {
    return request(url, expected, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
      ...(idempotencyKey !== undefined && { headers: { "idempotency-key": idempotencyKey } }),
    });
  }

  /** Changes which models answer. */
  const changeModels = (
    method: "POST" | "PUT" | "DELETE",
    path: string,
    options?: RequestOptions,
    body?: object,
  ): Promise<ModelRoles> => change(method, `${api}/models/${path}`, undefined, options, body);

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
      delete: (name, options) => changeModels("DELETE", named(name), options),
      activate: (name, options) => changeModels("POST", `${named(name)}/activate`, options),
      rollBack: (options) => changeModels("POST", "rollback", options),
      startTrial: (model, share, options) => changeModels("PUT", "trial", options, { model, share }),
      endTrial: (options) => changeModels("DELETE", "trial", options),
      trialResult: (options) => get<TrialOutcome>(`${api}/models/trial/result`, "verdict", options),
      startShadow: (model, options) => changeModels("PUT", "shadow", options, { model }),
      endShadow: (options) => changeModels("DELETE", "shadow", options),
    },
    status: (options) => get<ServerStatus>(`${api}/status`, "uptime", options),
    items: (options) => get<FilmList>(`${api}/items`, "items", options),
    item: (id, options) => get<Film>(item(id), "title", options),
    titles: (options) => get<Titles>(`${api}/titles`, "titles", options),
    itemDetails: (id, options) => get<ItemDetails>(`${item(id)}/details`, "film", options),
    similar: (id, options) => get<SimilarFilmList>(`${item(id)}/similar`, "items", options),
    recommend: ({ signal, ...body }) =>
      change<NewUserRecommendations>("POST", `${api}/recommendations`, "items", signal ? { signal } : {}, body),
    questions: ({ signal, ...body } = {}) =>
      change<QuestionList>("POST", `${api}/questions`, "items", signal ? { signal } : {}, body),
    neighbourhood: ({ signal, ...body }) =>
      change<UserNeighbourhood>("POST", `${api}/neighbourhood`, "compared", signal ? { signal } : {}, body),
    recommendBatch: (requests, options) =>
      change<BatchRecommendations>("POST", `${api}/recommendations/batch`, "answers", options, { requests }),
    recommendTogether: ({ signal, ...body }) =>
      change<GroupRecommendations>("POST", `${api}/recommendations/together`, "items", signal ? { signal } : {}, body),
    addEvents: (events, options) =>
      change<ShapeOf<"EventsAdded">>("POST", `${api}/events`, "added", options, { events }),
    lab: {
      numbers: (options) => get<LabNumbers>(`${api}/lab`, "ratings", options),
      similarities: (items, { content = 0, ...options } = {}) =>
        change<FilmSimilarities>("POST", `${api}/lab/similarities`, "similarities", options, { items, content }),
      terms: (items, options) => change<FilmTerms>("POST", `${api}/lab/terms`, "items", options, { items }),
    },
    catalog: {
      list: (options) => get<CatalogPage>(`${api}/catalog`, "items", options),
      set: (id, body, options) => change<CatalogItem>("PUT", item(id), "title", options, body),
      change: (id, body, options) => change<CatalogItem>("PATCH", item(id), "title", options, body),
      delete: (id, options) => change<ShapeOf<"Deleted">>("DELETE", item(id), "deleted", options),
    },
    users: {
      rate: (id, film, rating, { time, ...options } = {}) =>
        change<ShapeOf<"StoredRating">>("PUT", `${user(id)}/ratings/${encodeURIComponent(film)}`, "rating", options, {
          rating,
          ...(time !== undefined && { time }),
        }),
      unrate: (id, film, options) =>
        change<ShapeOf<"Deleted">>("DELETE", `${user(id)}/ratings/${encodeURIComponent(film)}`, "deleted", options),
      marks: (id, options) => get<ShapeOf<"MarkList">>(`${user(id)}/marks`, "items", options),
      mark: (id, kind, film, options) =>
        change<Mark>("PUT", `${user(id)}/marks/${kind}/${encodeURIComponent(film)}`, "kind", options),
      unmark: (id, kind, film, options) =>
        change<ShapeOf<"Deleted">>(
          "DELETE",
          `${user(id)}/marks/${kind}/${encodeURIComponent(film)}`,
          "deleted",
          options,
        ),
      merge: (id, from, options) =>
        change<ShapeOf<"Changed">>("POST", `${user(id)}/merge`, "ratings", options, { from }),
      export: (id, options) => get<UserExport>(`${user(id)}/export`, "ratings", options),
      erase: (id, options) => change<ShapeOf<"Changed">>("DELETE", user(id), "ratings", options),
      ratings: (id, options) => get<RatedFilmList>(`${user(id)}/ratings`, "items", options),
      recommendations: (id, options) => get<UserRecommendations>(`${user(id)}/recommendations`, "items", options),
      prediction: (id, film, options) =>
        get<UserPrediction>(`${user(id)}/predictions/${encodeURIComponent(film)}`, "predicted", options),
      neighbours: (id, options) => get<UserNeighbours>(`${user(id)}/neighbours`, "neighbours", options),
      related: (id, film, options) =>
        get<UserRecommendations>(`${item(film)}/related-for/${encodeURIComponent(id)}`, "items", options),
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
