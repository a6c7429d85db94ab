/** A thread that runs the command as often as it is asked to, so that its sources are loaded once: see `matinee` in command.ts. */
import { Readable } from "node:stream";
import { parentPort } from "node:worker_threads";
import type { Outcome } from "./command.ts";

export interface Request {
  readonly args: readonly string[];
  /** Lines on stdin. */
  readonly lines: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

let runs = 0;
const written = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"] as const) {
  process[name].write = ((text: string | Uint8Array) => {
    written[name] += typeof text === "string" ? text : Buffer.from(text).toString();
    return true;
  }) as typeof process.stdout.write;
}

parentPort!.on("message", async ({ args, lines, env }: Request) => {
  Object.assign(written, { stdout: "", stderr: "" });
  process.env = env;
  process.argv = [process.execPath, "matinee", ...args];
  process.exitCode = undefined;
  const stdin = Readable.from(lines.map((line) => `${line}\n`));
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  // Another address is another run of main.ts; what it imports is loaded already.
  await import(`../../src/cli/main.ts?run=${runs++}`);
  for (const emitter of [process, process.stdout, process.stderr]) {
    for (const event of ["SIGINT", "SIGTERM", "error"]) emitter.removeAllListeners(event);
  }
  const outcome: Outcome = { code: Number(process.exitCode ?? 0), ...written };
  process.exitCode = undefined;
  parentPort!.postMessage(outcome);
});
