/**
 * A language model behind any server with OpenAI's chat protocol, a local one included: what the reranker and the retriever `llm` share. A
 * question is JSON and so is the answer, by a schema. Titles are sent as data between quotation marks.
 *
 * The key is OPENAI_API_KEY of the environment; servers without keys need none. Titles, years, genres and ratings are sent.
 */
import type { Static } from "typebox";
import { mostLiked } from "../content/description.ts";
import { labelsOf } from "../data/catalog.ts";
import type { DatasetInfo } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import type { Profile } from "../models/model.ts";
import { Type } from "../models/shared/schema.ts";
import { completeSettings } from "../models/shared/settings.ts";
import { loadOptionalPackage } from "../optional-package.ts";
import { present } from "../present.ts";

export const languageModelConfig = Type.Object({
  model: Type.String({ default: "", description: "the model's name on its server; required" }),
  endpoint: Type.String({
    default: "",
    description: "the server, such as http://localhost:11434/v1; by default OPENAI_BASE_URL, else OpenAI",
  }),
  timeout: Type.Number({
    default: 30,
    minimum: 0.1,
    maximum: 600,
    description: "seconds to wait for an answer, retries included",
  }),
  retries: Type.Integer({
    default: 2,
    minimum: 0,
    maximum: 10,
    description: "retries after errors of the server or the network",
  }),
  inputPrice: Type.Number({
    default: 0,
    minimum: 0,
    description: "dollars for a million input tokens, to report what lists cost",
  }),
  outputPrice: Type.Number({ default: 0, minimum: 0, description: "dollars for a million output tokens" }),
});

/** How many liked films are sent, the best rated ones. */
const maxLiked = 30;

/** What a language model is asked. */
export interface ChatQuestion {
  /** What it is to do. */
  readonly instructions: string;
  /** What it is to do it with, as JSON. */
  readonly message: object;
  /** The schema of the list that it answers with, and its name. */
  readonly name: string;
  readonly items: object;
}

/** A language model, and what it has taken so far. */
export interface LanguageModel {
  /**
   * Asks, and returns the list that the answer holds. All attempts together take no longer than the time-out.
   * @throws Error where there is no answer in time, or none of the wanted form
   */
  ask(question: ChatQuestion, signal?: AbortSignal): Promise<readonly unknown[]>;
  /** "llm m: 1 list, 1000 tokens read, 50 written, $0.0050" */
  spent(): string;
}

/**
 * Prepares to ask a server.
 * @param set settings; docs/reranking.md has them
 * @throws CONFIG_INVALID, PACKAGE_MISSING
 */
export function openLanguageModel(set: Readonly<Record<string, unknown>>): LanguageModel {
  const config = completeSettings("llm", languageModelConfig, set) as Static<typeof languageModelConfig>;
  const { model, inputPrice, outputPrice } = config;
  const send = openChat(config);
  const total = { requests: 0, input: 0, output: 0 };
  return {
    async ask(question, signal) {
      total.requests++;
      const { content, input, output } = await send(question, signal);
      total.input += input;
      total.output += output;
      return readList(content, question.name);
    },
    spent() {
      const { requests, input, output } = total;
      const dollars = (input * inputPrice + output * outputPrice) / 1e6;
      const price = inputPrice + outputPrice > 0 ? `, $${dollars.toFixed(4)}` : "";
      const lists = `${requests} ${requests === 1 ? "list" : "lists"}`;
      return `llm ${model}: ${lists}, ${input} tokens read, ${output} written${price}`;
    },
  };
}

/** A film as a language model is told of it. */
export function filmForModel({ catalog }: DatasetInfo, item: number) {
  return { title: catalog.titles[item], genres: labelsOf(catalog.genres, item) };
}

/** The films that somebody likes, with their ratings, and the scale of these: the same for every question. */
export function likesForModel(info: DatasetInfo, profile: Profile) {
  const { scale } = info;
  const ratingOf = new Map(Array.from(profile.items, (item, n) => [item, Number(profile.values[n].toPrecision(7))]));
  return {
    scale: { lowest: scale.min, highest: scale.max },
    likes: mostLiked(info, profile, maxLiked).map((item) => ({
      ...filmForModel(info, item),
      rating: ratingOf.get(item),
    })),
  };
}

/** The list of this name in an answer. */
function readList(content: string, name: string): readonly unknown[] {
  const answer = parseJson(content);
  const list: unknown =
    typeof answer === "object" && answer && Object.entries(answer).find(([key]) => key === name)?.[1];
  if (Array.isArray(list)) return list;
  throw new Error(`the answer is no ${name} but ${JSON.stringify(content.slice(0, 100))}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface ChatReply {
  readonly content: string;
  /** Tokens read and written; 0 where the server does not say. */
  readonly input: number;
  readonly output: number;
}

/** A function that asks the server. All attempts together take no longer than the time-out. */
function openChat({ model, endpoint, timeout, retries }: Static<typeof languageModelConfig>) {
  if (model === "")
    throw new MatineeError("CONFIG_INVALID", "llm: no model is named", { fix: "name one with model=NAME" });
  if (endpoint !== "" && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw new MatineeError("CONFIG_INVALID", `llm: endpoint is "${endpoint}"`, {
      fix: "it takes a URL that begins with http",
    });
  }
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL: server } = process.env;
  if (!key && endpoint === "" && !server) {
    throw new MatineeError("CONFIG_INVALID", "llm: OpenAI needs a key, and OPENAI_API_KEY is not set", {
      fix: "set it, or name another server with endpoint=URL",
    });
  }
  const { OpenAI } = loadOptionalPackage<typeof import("openai")>("openai");
  const client = new OpenAI({
    apiKey: key || "none",
    ...present({ baseURL: endpoint === "" ? undefined : endpoint }),
    maxRetries: retries,
  });

  return async ({ instructions, message, name, items }: ChatQuestion, signal?: AbortSignal): Promise<ChatReply> => {
    const deadline = AbortSignal.timeout(1000 * timeout);
    try {
      const { choices, usage } = await client.chat.completions.create(
        {
          model,
          messages: [
            { role: "system", content: instructions },
            { role: "user", content: JSON.stringify(message) },
          ],
          response_format: {
            type: "json_schema",
            json_schema: { name, strict: true, schema: listSchema(name, items) },
          },
        },
        { signal: signal ? AbortSignal.any([deadline, signal]) : deadline },
      );
      const reply = choices?.[0]?.message;
      if (reply?.refusal) throw new Error(`the model refuses: ${reply.refusal}`);
      return {
        content: reply?.content ?? "",
        input: usage?.prompt_tokens ?? 0,
        output: usage?.completion_tokens ?? 0,
      };
    } catch (error) {
      if (deadline.aborted) throw new Error(`no answer within ${timeout} s`);
      throw error;
    }
  };
}

function listSchema(name: string, items: object) {
  return {
    type: "object",
    properties: { [name]: { type: "array", items } },
    required: [name],
    additionalProperties: false,
  };
}
