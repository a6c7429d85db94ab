/** Reads, checks and tries a model in a thread of its own, within limits. */
import { Worker } from "node:worker_threads";
import { type ErrorCode, MatineeError } from "../../errors.ts";
import type { Trained } from "../../models/trained.ts";
import { present } from "../../present.ts";
import type { ModelLimits } from "./limits.ts";
import { type PlainModel, trainedFrom } from "./plain-model.ts";

/** What the thread is started with. */
export interface CheckTask {
  readonly path: string;
  readonly fileBytes: number;
  /** PEM of the key that must have signed the file; unsigned files are taken where there is none. */
  readonly publicKey?: string;
  /** The signature; the one that lies beside the file unless given. */
  readonly signature?: Uint8Array;
  /** Whether the model is wanted, and not only its check. */
  readonly keep: boolean;
}

/** What the thread answers. */
export type CheckedMessage =
  | { readonly model?: PlainModel }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

/** What a file is held against. */
export interface ModelCheck {
  readonly limits: Required<ModelLimits>;
  readonly publicKey?: string;
  readonly signature?: Uint8Array;
}

/** MiB for objects of JavaScript: what the longest header takes when it is parsed, and room. */
const heapMegabytes = 768;
/** Milliseconds between two looks at the thread's memory. */
const lookEvery = 100;

/**
 * Reads a model in a thread of its own: decodes, opens and tries it there. Its arrays are given to this thread without a copy.
 *
 * @param signal ends the check, by its reason
 * @throws what `readArtifact` and `checkSignature` throw; ARTIFACT_LIMIT
 */
export async function checkedModel(path: string, check: ModelCheck, signal: AbortSignal): Promise<Trained> {
  return trainedFrom((await runCheck(path, check, true, signal))!);
}

/** The same, where the model itself is not wanted. */
export async function checkModel(path: string, check: ModelCheck, signal: AbortSignal): Promise<void> {
  await runCheck(path, check, false, signal);
}

async function runCheck(
  path: string,
  check: ModelCheck,
  keep: boolean,
  signal: AbortSignal,
): Promise<PlainModel | undefined> {
  signal.throwIfAborted();
  const { limits, publicKey, signature } = check;
  const task: CheckTask = { path, fileBytes: limits.fileBytes, keep, ...present({ publicKey, signature }) };
  const script = new URL(`check-thread.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
  const worker = new Worker(script, {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  const over = Promise.withResolvers<never>();
  const beyond = (what: string) => over.reject(new MatineeError("ARTIFACT_LIMIT", `${path}: ${what}`));
  const stop = () => over.reject(signal.reason);
  signal.addEventListener("abort", stop);
  const timer = setTimeout(() => beyond(`it was not ready after ${limits.seconds} s`), 1000 * limits.seconds);
  const look = setInterval(async () => {
    const { external_memory: taken = 0 } = await worker.getHeapStatistics().catch(() => ({ external_memory: 0 }));
    if (taken > limits.memoryBytes) beyond(`it takes more than ${limits.memoryBytes} bytes of memory`);
  }, lookEvery);
  const answered = new Promise<CheckedMessage>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") beyond("it takes more memory than the check has");
      else
        reject(
          new MatineeError("ARTIFACT_CONTENT", `${path}: it cannot be opened: ${error.message}`, { cause: error }),
        );
    });
    worker.once("exit", () => reject(new MatineeError("ARTIFACT_CONTENT", `${path}: it cannot be opened`)));
  });
  try {
    const message = await Promise.race([answered, over.promise]);
    if ("failure" in message) throw new MatineeError(message.failure.code, message.failure.message);
    return message.model;
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(timer);
    clearInterval(look);
    await worker.terminate();
  }
}
