import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const main = resolve(import.meta.dirname, "../../src/cli/main.ts");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command from its sources. `outcome` resolves when it has ended. */
export function start(...args: string[]): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
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

/** Runs the command to its end. */
export function matinee(...args: string[]): Promise<Outcome> {
  return start(...args).outcome;
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

/** A folder that goes when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "matinee-test-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
