/** What the page and the worker that answers in place of a server say to each other. */
import type { LocalAnswer, LocalRequest } from "./local-server.ts";

export type ToWorker =
  /** The first message: where the model lies, and how many bytes its file has. */
  | { readonly kind: "open"; readonly model: string; readonly bytes: number }
  | { readonly kind: "ask"; readonly id: number; readonly request: LocalRequest }
  /** Nobody waits for the answer any more. */
  | { readonly kind: "cancel"; readonly id: number };

export type FromWorker =
  | { readonly kind: "progress"; readonly loaded: number; readonly total: number }
  /** The model is open, and kept in the browser where it can be. */
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly id: number; readonly answer: LocalAnswer };
