/** The process that a server retrains in: it takes a job from the server, gives way to everything else, and ends with it. */
import { MatineeError } from "../errors.ts";
import { openStore } from "../store/open-store.ts";
import { giveWay } from "./give-way.ts";
import { type RetrainOptions, retrain } from "./retrain.ts";

/** What the process is sent. */
export interface Job {
  /** The store's file or URL, which may hold a password: no argument of a process, which everybody can read. */
  readonly place: string;
  readonly options: Omit<RetrainOptions, "store" | "signal" | "onProgress" | "embedder">;
}

/** What it sends back, once. */
export type JobEnd =
  | { readonly outcome: "switched" | "kept"; readonly message: string }
  | { readonly outcome: "failed"; readonly code: string; readonly message: string };

giveWay();

const stop = new AbortController();
// Once the server is gone, nobody would stop this.
process.once("disconnect", () => stop.abort());
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());

process.once("message", async (job: Job) => {
  const end = await carryOut(job);
  if (process.connected) process.send!(end, () => process.disconnect!());
});

async function carryOut({ place, options }: Job): Promise<JobEnd> {
  try {
    await using store = await openStore(place);
    const { outcome, message } = await retrain({ ...options, store, signal: stop.signal });
    return { outcome, message };
  } catch (error) {
    const known = error instanceof MatineeError;
    const text = error instanceof Error ? error.message : String(error);
    return { outcome: "failed", code: known ? error.code : "INTERNAL", message: text };
  }
}
