import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server is asked, as OpenAI's protocol for chats has it. */
export interface Asked {
  readonly url: string;
  readonly key: string | undefined;
  readonly body: {
    model: string;
    messages: { role: string; content: string }[];
    response_format: { type: string; json_schema: { strict: boolean; schema: { properties: { ranking: unknown } } } };
  };
}

/** The candidates in a question. */
export function candidatesIn({ body }: Asked): { id: string; title: string; genres: string[] }[] {
  return JSON.parse(body.messages[1].content).candidates;
}

export interface ChatServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly asked: Asked[];
}

/** A server that speaks the protocol for chats; `answer` may speak it badly. */
export async function chatServer(
  answer: (response: ServerResponse, asked: Asked, attempt: number) => void,
): Promise<ChatServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { url = "", headers } = request;
    asked.push({ url, key: headers.authorization, body: JSON.parse(Buffer.concat(parts).toString()) });
    answer(response, asked.at(-1)!, asked.length);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/v1`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((ended) => server.close(ended));
    },
  };
}

/** An answer as the protocol has it. */
export function say(response: ServerResponse, content: string, usage = { prompt_tokens: 1000, completion_tokens: 50 }) {
  response.setHeader("content-type", "application/json");
  response.end(completion(content, usage));
}

export function completion(content: string, usage = { prompt_tokens: 1000, completion_tokens: 50 }): string {
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
  return JSON.stringify({ id: "1", object: "chat.completion", created: 1, model: "m", choices, usage });
}

export function ranking(ids: readonly unknown[]): string {
  return JSON.stringify({ ranking: ids });
}
