import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { Request } from "./command-thread.ts";

const main = resolve(import.meta.dirname, "../../src/cli/main.ts");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when it has ended. */
  readonly outcome: Promise<Outcome>;
}

/** Starts the command from its sources in a process of its own. */
export function start(...args: string[]): Started {
  return watched(spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs the command to its end in a process of its own: for what a thread cannot show, such as that the process ends. */
export function matineeProcess(...args: string[]): Promise<Outcome> {
  return start(...args).outcome;
}

/** Runs the command to its end, with lines on its stdin. */
export function answering(lines: readonly string[], ...args: string[]): Promise<Outcome> {
  const outcome = before.then(() => inThread({ args, lines, env: process.env }));
  before = outcome.catch(() => {});
  return outcome;
}

let before: Promise<unknown> = Promise.resolve();
let thread: Worker | undefined;

function inThread(request: Request): Promise<Outcome> {
  thread ??= new Worker(new URL("command-thread.ts", import.meta.url));
  const worker = thread;
  worker.ref();
  worker.postMessage({ ...request, env: { ...request.env } });
  return once(worker, "message")
    .then(([outcome]) => outcome as Outcome)
    .finally(() => worker.unref());
}

/** A terminal in which the command runs: what it shows, on stdout, and keys, on stdin; then its exit code and the terminal's state. */
export function inTerminal(...args: string[]): Started {
  const words = [process.execPath, main, ...args].map((word) => `'${word}'`).join(" ");
  // From util-linux, which every Debian has; it takes its keys from a pipe and gives the command a terminal of its own.
  const script = ["-q", "-e", "-c", `${words}; echo "exit code $?"; stty -a`, "/dev/null"];
  return watched(spawn("script", script, { stdio: "pipe", env: { ...process.env, SHELL: "/bin/sh" } }));
}

function watched(child: ChildProcess): Started {
  let [stdout, stderr] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const outcome = new Promise<Outcome>((ended) => child.on("close", (code) => ended({ code, stdout, stderr })));
  return { child, outcome };
}

/** Runs the command to its end, in a thread that the test file's runs share: a process each would load the sources each time. */
export function matinee(...args: string[]): Promise<Outcome> {
  return answering([], ...args);
}

/** One clear line on stderr, the last, and nothing on stdout. */
export function assertRefused({ code, stdout, stderr }: Outcome, exit: number, line: RegExp): void {
  assert.equal(code, exit, stderr);
  assert.equal(stdout, "");
  const lines = stderr.trimEnd().split("\n");
  assert.match(lines.at(-1)!, line);
  assert.equal(lines.filter((text) => /^matinee:| {4}at /.test(text)).length, 1, stderr);
}

/** Waits until the command has written a text to stderr or stdout. */
export function written(child: ChildProcess, text: string | RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = "";
    const look = (more: string) => {
      seen += more;
      if (typeof text === "string" ? seen.includes(text) : text.test(seen)) resolve(seen);
    };
    child.stdout!.on("data", look);
    child.stderr!.on("data", look);
    child.on("close", () => reject(new Error(`ended without "${text}": ${seen}`)));
  });
}

/** Waits for each text in what the command shows, in this order, and types the keys beside it. */
export async function dialogue(child: ChildProcess, steps: readonly (readonly [string, string])[]): Promise<void> {
  let [unread, wake] = ["", () => {}];
  let ended = false;
  child.stdout!.on("data", (text: string) => {
    unread += text;
    wake();
  });
  child.on("close", () => {
    ended = true;
    wake();
  });
  for (const [text, keys] of steps) {
    while (!unread.includes(text)) {
      if (ended) throw new Error(`ended without "${text}": ${unread}`);
      await new Promise<void>((resume) => {
        wake = resume;
      });
    }
    unread = unread.slice(unread.indexOf(text) + text.length);
    child.stdin!.write(keys);
  }
}

const folders: string[] = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "matinee-test-"));
  folders.push(folder);
  return folder;
}
