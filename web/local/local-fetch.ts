/** What a page without a server sends its requests by: a worker answers them. */
import type { FromWorker, ToWorker } from "./messages.ts";
import type { SiteModel } from "./site-model.ts";

/** Starts the worker. @returns as `fetch`, for the client */
export function localFetch({ url, bytes, told }: SiteModel): typeof fetch {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const send = (message: ToWorker) => worker.postMessage(message);
  const waiting = new Map<number, { answer(response: Response): void; fail(error: unknown): void }>();
  let asked = 0;

  worker.addEventListener("message", ({ data: message }: MessageEvent<FromWorker>) => {
    if (message.kind === "progress") told(message.loaded);
    else if (message.kind === "ready") void keepSite();
    else {
      const { status, body } = message.answer;
      waiting.get(message.id)?.answer(new Response(body, { status }));
      waiting.delete(message.id);
    }
  });
  worker.addEventListener("error", ({ message }) => {
    for (const { fail } of waiting.values()) fail(new Error(message || "the page's worker did not start"));
    waiting.clear();
  });
  send({ kind: "open", model: url, bytes });

  return (input, { method = "GET", body, signal } = {}) =>
    new Promise((resolve, fail) => {
      signal?.throwIfAborted();
      const id = asked++;
      waiting.set(id, { answer: resolve, fail });
      signal?.addEventListener("abort", () => {
        if (!waiting.delete(id)) return;
        send({ kind: "cancel", id });
        fail(signal.reason);
      });
      const { pathname, search } = new URL(String(input), document.baseURI);
      const address = pathname.slice(new URL(document.baseURI).pathname.length - 1) + search;
      send({ kind: "ask", id, request: { method, address, ...(typeof body === "string" && { body }) } });
    });
}

/** Has the browser keep the site, so that it opens without a network. Only now, because the model has come and need not come again. */
async function keepSite(): Promise<void> {
  await navigator.serviceWorker?.register(new URL("service-worker.js", document.baseURI)).catch(console.warn);
}
