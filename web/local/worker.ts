/** The worker that answers in place of a server. */
import { openModel } from "../../src/core.ts";
import { problemOf } from "../../src/server/problem.ts";
import { stepUntil } from "../../src/server/turns.ts";
import { loadModel } from "./load-model.ts";
import { type LocalServer, localServer, pause } from "./local-server.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

const tell = (message: FromWorker) => postMessage(message);
const waiting = new Map<number, AbortController>();
let model: Extract<ToWorker, { kind: "open" }> | undefined;
let server: Promise<LocalServer> | undefined;

addEventListener("message", ({ data: message }: MessageEvent<ToWorker>) => {
  if (message.kind === "open") {
    model = message;
    void opened().catch(() => undefined); // who asks is told
  } else if (message.kind === "cancel") waiting.get(message.id)?.abort();
  else void answer(message);
});

async function answer({ id, request }: Extract<ToWorker, { kind: "ask" }>): Promise<void> {
  const controller = new AbortController();
  waiting.set(id, controller);
  try {
    const ask = await opened();
    tell({ kind: "answer", id, answer: await ask(request, controller.signal) });
  } catch (error) {
    const problem = problemOf(error);
    tell({ kind: "answer", id, answer: { status: problem.status, body: JSON.stringify(problem) } });
  } finally {
    waiting.delete(id);
  }
}

/** What answers, once the model has come. Where that failed, the next request tries again. */
function opened(): Promise<LocalServer> {
  server ??= open().catch((error) => {
    server = undefined;
    throw error;
  });
  return server;
}

async function open(): Promise<LocalServer> {
  const { model: url, bytes: total } = model!;
  const trained = await loadModel(url, (loaded) => tell({ kind: "progress", loaded, total }));
  const opened = openModel(trained);
  tell({ kind: "ready" });
  void opened.prepareSearch(stepUntil(new AbortController().signal, pause));
  return localServer(opened);
}
