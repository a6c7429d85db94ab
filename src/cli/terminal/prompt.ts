import { createInterface } from "node:readline/promises";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { note, printable } from "./output.ts";
import { cancellation } from "./run.ts";

/** Questions on stderr, answers from stdin: a terminal, where lines can be edited, or a file or pipe. */
export interface Prompt extends Disposable {
  /** The line typed; undefined once there are no more (Ctrl-D, or the end of the pipe). @throws CANCELLED after Ctrl-C */
  ask(question: string): Promise<string | undefined>;
}

export function openPrompt(): Prompt {
  const { stdin: input, stderr: output } = process;
  const terminal = input.isTTY === true && output.isTTY === true;
  const lines = createInterface({ input, output, terminal, ...present({ prompt: terminal ? undefined : "" }) });
  // A pipe may bring many lines before they are asked for.
  const waiting: string[] = [];
  let closed = false;
  let wake = () => {};
  lines.on("line", (line) => {
    waiting.push(line);
    wake();
  });
  lines.on("close", () => {
    closed = true;
    wake();
  });
  // The terminal is in raw mode while a line is edited, so that Ctrl-C is a key there.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const interrupted = () => wake();
  cancellation.addEventListener("abort", interrupted);

  return {
    async ask(question) {
      if (terminal) {
        lines.setPrompt(printable(question));
        lines.prompt();
      } else note(question);
      while (waiting.length === 0 && !closed && !cancellation.aborted) {
        await new Promise<void>((resume) => {
          wake = resume;
        });
      }
      if (cancellation.aborted) {
        if (terminal) note("");
        throw new MatineeError("CANCELLED", "the questions were stopped");
      }
      if (waiting.length === 0 && terminal) note("");
      return waiting.shift();
    },
    [Symbol.dispose]() {
      cancellation.removeEventListener("abort", interrupted);
      lines.close();
    },
  };
}
