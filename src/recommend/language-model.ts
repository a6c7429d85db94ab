/**
 * A language model behind any server with OpenAI's chat protocol, a local one included: what the reranker and the retriever `llm` share. A
 * question is JSON and so is the answer, by a schema. Titles are sent as data between quotation marks.
 *
 * Titles, years, genres and ratings are sent, over https unless the server is on this machine; `chat.ts` says to whom the key goes.
 */
import type { Static } from "typebox";
import { mostLiked } from "../content/description.ts";
import { labelsOf } from "../data/catalog.ts";
import type { DatasetInfo } from "../data/dataset.ts";
import { MatineeError, oneLine } from "../errors.ts";
import type { Profile } from "../models/model.ts";
import { Type } from "../models/shared/schema.ts";
import { completeSettings } from "../models/shared/settings.ts";
import { askChatServer, type ChatReply, findChatServer } from "./chat.ts";
import { limitQuestions } from "./question-limits.ts";

export const languageModelConfig = Type.Object({
  model: Type.String({ default: "", description: "the model's name on its server; required" }),
  endpoint: Type.String({
    default: "",
    description: "the server, such as http://localhost:11434/v1, else https; by default OPENAI_BASE_URL, else OpenAI",
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
  tokenBudget: Type.Number({
    default: 5e6,
    minimum: 1,
    description: "tokens, read and written, for all questions together; then it is asked no more",
  }),
  timeBudget: Type.Number({
    default: 7200,
    minimum: 0.1,
    description: "seconds to wait for all answers together; then it is asked no more",
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
   * Asks, and returns what is read from the list that the answer holds. All attempts together take no longer than the time-out. After some
   * failures in a row, one that will not pass, or a budget that is spent, nothing is sent any more.
   *
   * @param read makes something of the list; an error that it throws is a failure of the answer
   * @throws Error where there is no answer in time, or none of the wanted form, or it is asked no more
   */
  ask<T>(question: ChatQuestion, read: (list: readonly unknown[]) => T, signal?: AbortSignal): Promise<T>;
  /** @throws LANGUAGE_MODEL where it was asked and never answered, or is asked no more */
  checkAnswers(): void;
  /** "llm m: 1 list, 1000 tokens read, 50 written, $0.0050" */
  spent(): string;
}

/**
 * Prepares to ask a server.
 * @param set settings; docs/reranking.md has them
 * @throws CONFIG_INVALID
 */
export function openLanguageModel(set: Readonly<Record<string, unknown>>): LanguageModel {
  const config = completeSettings("llm", languageModelConfig, set) as Static<typeof languageModelConfig>;
  const { model, retries, inputPrice, outputPrice } = config;
  if (model === "")
    throw new MatineeError("CONFIG_INVALID", "llm: no model is named", { fix: "name one with model=NAME" });
  const server = findChatServer(config.endpoint);
  const limits = limitQuestions(config);
  const total = { requests: 0, input: 0, output: 0 };
  return {
    async ask(question, read, signal) {
      const body = chatBody(model, question);
      const timeout = limits.admit(tokensOf(JSON.stringify(body)), config.timeout);
      total.requests++;
      const start = performance.now();
      let reply: ChatReply | undefined;
      try {
        reply = await askChatServer(server, body, { retries, timeout, signal });
        const list = read(readList(reply.content, question.name));
        limits.noteAnswer();
        return list;
      } catch (error) {
        if (!signal?.aborted) limits.noteFailure(error as Error);
        throw error;
      } finally {
        total.input += reply?.input ?? 0;
        total.output += reply?.output ?? 0;
        // A server that does not count is not free, nor is a question without an answer.
        const input = reply?.input ?? tokensOf(JSON.stringify(body));
        const output = reply?.output ?? tokensOf(reply?.content ?? "");
        limits.charge(input + output, (performance.now() - start) / 1000);
      }
    },
    checkAnswers() {
      const problem = limits.problem();
      if (problem === undefined) return;
      throw new MatineeError("LANGUAGE_MODEL", `llm ${model}: ${oneLine(problem)}`);
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

/** About as many tokens as a text has. */
function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

function chatBody(model: string, { instructions, message, name, items }: ChatQuestion): object {
  return {
    model,
    messages: [
      { role: "system", content: instructions },
      { role: "user", content: JSON.stringify(message) },
    ],
    response_format: { type: "json_schema", json_schema: { name, strict: true, schema: listSchema(name, items) } },
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
  if (content.trim() === "") throw new Error(`the answer is empty, and no ${name}`);
  throw new Error(`the answer is no ${name} but ${JSON.stringify(content.slice(0, 100))}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listSchema(name: string, items: object) {
  return {
    type: "object",
    properties: { [name]: { type: "array", items } },
    required: [name],
    additionalProperties: false,
  };
}
