import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const dataFolder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");
const patience = 120_000;

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The server at MATINEE_TEST_URL if there is one; otherwise one of our own, on a free port, stopped by `stop`. */
export async function startServer(): Promise<RunningServer> {
  const running = process.env.MATINEE_TEST_URL;
  if (running) return { url: running, stop: async () => {} };
  return serve(join(dataFolder, "ml-latest-small"));
}

/** A server of these data, on a free port. */
export function serve(data: string, ...flags: string[]): Promise<RunningServer> {
  return serveWith("--data", data, ...flags);
}

/** A server with these flags, on a free port. */
export async function serveWith(...flags: string[]): Promise<RunningServer> {
  const args = ["src/cli/main.ts", "serve", "--port", "0", ...flags];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  try {
    return { url: await addressPrinted(child), stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** Training comes first, so this may take a while; a server that ends or stays silent is an error with its output. */
function addressPrinted(child: ChildProcess): Promise<string> {
  return new Promise((found, fail) => {
    let output = "";
    const giveUp = (why: string) => fail(new Error(`matinee serve ${why}; it printed:\n${output}`));
    const timer = setTimeout(() => giveUp(`named no address within ${patience / 1000} s`), patience);
    const read = (chunk: Buffer) => {
      output += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(output);
      if (!address) return;
      clearTimeout(timer);
      found(address[0]);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => giveUp(`did not start: ${error.message}`));
    child.once("exit", (code) => {
      clearTimeout(timer);
      giveUp(`ended with exit code ${code}`);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
