/** What a page without a server sends its requests by: a worker answers them. */
import type { FromWorker, ToWorker } from "./messages.ts";
import type { SiteModel } from "./site-model.ts";

/** Starts the worker. @returns as `fetch`, for the client */
export function localFetch({ url, bytes, told }: SiteModel): typeof fetch {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const send = (message: ToWorker) => worker.postMessage(message);
  const waiting = new Map<number, (response: Response) => void>();
  let asked = 0;
  /** Why the worker is not there, where it is not. */
  let missing: string | undefined;

  function settle(id: number, response: Response): void {
    waiting.get(id)?.(response);
    waiting.delete(id);
  }

  worker.addEventListener("message", ({ data: message }: MessageEvent<FromWorker>) => {
    if (message.kind === "progress") told(message.loaded);
    else if (message.kind === "ready") void keepSite();
    else settle(message.id, new Response(message.answer.body, { status: message.answer.status }));
  });
  // Errors within its work are answers; this one is of a script that did not come, or was not let.
  worker.addEventListener("error", ({ message }) => {
    missing = message || "the script that answers did not start";
    for (const id of waiting.keys()) settle(id, notStarted(missing));
  });
  send({ kind: "open", model: url, bytes });

  return (input, { method = "GET", body, signal } = {}) =>
    new Promise((resolve, fail) => {
      signal?.throwIfAborted();
      if (missing !== undefined) return resolve(notStarted(missing));
      const id = asked++;
      waiting.set(id, resolve);
      signal?.addEventListener("abort", () => {
        if (!waiting.delete(id)) return;
        send({ kind: "cancel", id });
        fail(signal.reason);
      });
      const { pathname, search } = new URL(String(input), document.baseURI);
      const address = pathname.slice(new URL(document.baseURI).pathname.length - 1) + search;
      return send({ kind: "ask", id, request: { method, address, ...(typeof body === "string" && { body }) } });
    });
}

function notStarted(detail: string): Response {
  const problem = { title: "The page did not start", status: 500, code: "INTERNAL", detail, fix: "reload the page" };
  return Response.json(problem, { status: 500 });
}

/** Has the browser keep the site, so that it opens without a network. Only now, because the model has come and need not come again. */
async function keepSite(): Promise<void> {
  await navigator.serviceWorker?.register(new URL("service-worker.js", document.baseURI)).catch(console.warn);
}
