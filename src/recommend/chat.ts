/**
 * One question to a server that speaks OpenAI's chat protocol, over fetch. What goes out is bound to one server: https, or this machine; the key
 * to the host that it was given for; no redirects. What comes in is bounded, and the key is taken out of it.
 */
import { setTimeout } from "node:timers/promises";
import { readText } from "../data/download/response.ts";
import { causeMessage, MatineeError } from "../errors.ts";
import { present } from "../present.ts";

/** More than any answer holds that is wanted; one that is longer is not read to its end. */
const maxBytes = 2 ** 20;
/** Seconds before the first retry, where the server does not say; twice as many before each further one. */
const firstPause = 0.5;
/** RFC 6750: what may follow "Bearer" in a header. */
const bearerKey = /^[\w.~+/-]+=*$/;

/** The place of a chat server, and its key. */
export interface ChatAddress {
  readonly url: string;
  readonly key?: string;
  /** The host that the key is for, where it is another, so that the server is asked without. */
  readonly keyFor?: string;
}

/** What a server answers. */
export interface ChatReply {
  readonly content: string;
  /** Tokens read and written, where the server says. */
  readonly input?: number;
  readonly output?: number;
}

/** A question that a server did not answer. */
export class ChatError extends Error {
  /** The status of HTTP, where there was one. */
  readonly status: number | undefined;
  /** Seconds after which the same question may be asked again; undefined where it would fail again. */
  readonly pause: number | undefined;

  constructor(message: string, options: { status?: number; pause?: number } = {}) {
    super(message);
    this.name = "ChatError";
    this.status = options.status;
    this.pause = options.pause;
  }
}

/**
 * Where to ask. OPENAI_API_KEY is for the host of OPENAI_BASE_URL, or else for OpenAI: another endpoint is asked without it.
 *
 * @param endpoint "" for OPENAI_BASE_URL, or else OpenAI
 * @throws CONFIG_INVALID where it is no URL, not https though elsewhere than on this machine, or OpenAI without a key
 */
export function findChatServer(endpoint: string): ChatAddress {
  const { OPENAI_BASE_URL: base = "" } = process.env;
  const key = process.env.OPENAI_API_KEY?.trim() ?? "";
  const own = base === "" ? new URL("https://api.openai.com/v1") : checkUrl(base, "OPENAI_BASE_URL");
  const asked = endpoint === "" ? own : checkUrl(endpoint, "endpoint");
  if (key !== "" && !bearerKey.test(key)) {
    throw new MatineeError("CONFIG_INVALID", "llm: OPENAI_API_KEY holds a character that no key has", {
      fix: "set it to the key alone",
    });
  }
  if (key === "" && endpoint === "" && base === "") {
    throw new MatineeError("CONFIG_INVALID", "llm: OpenAI needs a key, and OPENAI_API_KEY is not set", {
      fix: "set it, or name another server with endpoint=URL",
    });
  }
  const url = new URL(`${asked.pathname.replace(/\/+$/, "")}/chat/completions${asked.search}`, asked.origin);
  if (key === "") return { url: url.href };
  return { url: url.href, ...(asked.origin === own.origin ? { key } : { keyFor: own.host }) };
}

function checkUrl(text: string, name: string): URL {
  const url = URL.parse(text);
  const refuse = (problem: string, fix: string) =>
    new MatineeError("CONFIG_INVALID", `llm: ${name} ${problem}`, { fix });
  if (url?.username || url?.password) throw refuse("has a password in it", "give the key as OPENAI_API_KEY");
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw refuse(`is "${text}"`, "it takes a URL that begins with https");
  }
  const local = url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d+){3}$/.test(url.hostname);
  if (url.protocol === "http:" && !local) {
    throw refuse(
      `is "${text}", where ratings would travel in the open`,
      "use https, or a tunnel to a port of localhost",
    );
  }
  return url;
}

/** How often and how long an answer is waited for. */
export interface ChatPatience {
  readonly retries: number;
  /** Seconds for all attempts together. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks, and asks again after errors of the network or the server, with growing pauses.
 *
 * @param body as the protocol has it
 * @throws ChatError; AbortError where the signal is aborted
 */
export async function askChatServer(
  address: ChatAddress,
  body: object,
  { retries, timeout, signal: stopped }: ChatPatience,
): Promise<ChatReply> {
  const end = performance.now() + 1000 * timeout;
  const deadline = AbortSignal.timeout(Math.ceil(1000 * timeout));
  const signal = stopped ? AbortSignal.any([deadline, stopped]) : deadline;
  for (let attempt = 0; ; attempt++) {
    try {
      return await post(address, body, signal);
    } catch (error) {
      if (deadline.aborted) throw new ChatError(`no answer within ${timeout} s`);
      if (!(error instanceof ChatError) || error.pause === undefined || attempt === retries) throw error;
      const pause = 1000 * Math.max(error.pause, firstPause * 2 ** attempt);
      if (performance.now() + pause > end) throw error;
      await setTimeout(pause, undefined, { signal });
    }
  }
}

async function post({ url, key, keyFor }: ChatAddress, body: object, signal: AbortSignal): Promise<ChatReply> {
  const hide = (text: string) => (key === undefined ? text : text.replaceAll(key, "[key]"));
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...present({ authorization: key && `Bearer ${key}` }) },
      body: JSON.stringify(body),
      redirect: "manual",
      signal,
    });
    text = await readText(response, maxBytes);
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof RangeError) throw new ChatError(`the answer cannot be read: ${error.message}`);
    throw new ChatError(hide(causeMessage(error)), { pause: 0 });
  }
  const { status } = response;
  if (status >= 300 && status < 400) throw new ChatError(`${status}: it points to another address`, { status });
  const answer = parse(text);
  if (!response.ok) {
    const why = answer?.error?.message;
    const retried = status === 408 || status === 409 || status === 429 || status >= 500;
    const told = hide(typeof why === "string" ? `${status}: ${why}` : `the server answers ${status}`);
    const hint =
      status === 401 && keyFor ? `; OPENAI_API_KEY is for ${keyFor} unless OPENAI_BASE_URL names this server` : "";
    throw new ChatError(told + hint, {
      status,
      ...present({ pause: retried ? Number(response.headers.get("retry-after")) || 0 : undefined }),
    });
  }
  const message = answer?.choices?.[0]?.message;
  if (!message) {
    const begin = text.trim() === "" ? "nothing" : JSON.stringify(text.trim().slice(0, 60));
    throw new ChatError(hide(`it does not speak the chat protocol, and answers ${begin}`));
  }
  if (typeof message.refusal === "string") throw new ChatError(hide(`the model refuses: ${message.refusal}`));
  return {
    content: typeof message.content === "string" ? hide(message.content) : "",
    ...present({ input: count(answer?.usage?.prompt_tokens), output: count(answer?.usage?.completion_tokens) }),
  };
}

/** What is read of an answer, if it is there. */
interface Answer {
  readonly choices?:
    | readonly ({ readonly message?: { readonly content?: unknown; readonly refusal?: unknown } | null } | null)[]
    | null;
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null;
  readonly error?: { readonly message?: unknown } | null;
}

function parse(text: string): Answer | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function count(tokens: unknown): number | undefined {
  return Number.isSafeInteger(tokens) && (tokens as number) > 0 ? (tokens as number) : undefined;
}
