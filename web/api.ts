import type { Film, FilmId, ModelInfo, Recommendation } from "./film.ts";

/** A failure as the server describes it (problem+json), or as the page does where the server did not answer. */
export class Problem extends Error {
  readonly title: string;
  readonly fix: string;

  constructor(title: string, detail: string, fix: string) {
    super(detail);
    this.name = "Problem";
    this.title = title;
    this.fix = fix;
  }
}

export interface RecommendationRequest {
  readonly ratings: readonly { readonly id: FilmId; readonly rating: number }[];
  readonly exclude: readonly FilmId[];
  readonly k: number;
}

export interface Api {
  models(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** Films that match a query, best match first; without a query, the most rated. */
  films(query: string, limit: number, signal: AbortSignal): Promise<readonly Film[]>;
  recommend(wanted: RecommendationRequest, signal: AbortSignal): Promise<readonly Recommendation[]>;
}

export function createApi(fetchLike: typeof fetch, base = "/api/v1"): Api {
  async function request<T>(path: string, key: string, init: RequestInit): Promise<readonly T[]> {
    const response = await send(() => fetchLike(base + path, init));
    const body = await readJson(response);
    if (!response.ok) throw problemFrom(response, body);
    const list = body[key];
    if (!Array.isArray(list)) throw unexpectedAnswer(response);
    return list as T[];
  }

  return {
    models: (signal) => request<ModelInfo>("/models", "models", { signal }),
    films: (query, limit, signal) => {
      const search = new URLSearchParams(query === "" ? {} : { query });
      search.set("limit", String(limit));
      return request<Film>(`/items?${search}`, "items", { signal });
    },
    recommend: (wanted, signal) =>
      request<Recommendation>("/recommendations", "items", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...wanted, explain: true }),
        signal,
      }),
  };
}

/** Any error as a problem that the page can show. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem("Something went wrong in the page", detail, "reload the page");
}

async function send(call: () => Promise<Response>): Promise<Response> {
  try {
    return await call();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Problem(
      "Matinee cannot be reached",
      "The server did not answer.",
      "see whether matinee serve is still running, then retry",
    );
  }
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch (error) {
    if (isAbort(error)) throw error;
    if (response.ok) throw unexpectedAnswer(response);
    return {};
  }
}

function problemFrom(response: Response, body: Record<string, unknown>): Problem {
  const text = (key: string, otherwise: string) => (typeof body[key] === "string" ? body[key] : otherwise);
  return new Problem(
    text("title", "The server could not answer"),
    text("detail", `It answered with status ${response.status}.`),
    text("fix", "retry in a moment"),
  );
}

function unexpectedAnswer(response: Response): Problem {
  return new Problem(
    "The answer is not understood",
    `${response.url || "The server"} did not answer as Matinee does.`,
    "see whether another program answers at this address",
  );
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
