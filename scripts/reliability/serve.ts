/** The real command, as a process that can be killed, with a store and a folder of three small models. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { writeArtifact } from "../../src/artifact/file.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { writeModelSetting } from "../../src/store/model-setting.ts";
import { openStore } from "../../src/store/open-store.ts";

/** The built command. */
export const command = resolve(import.meta.dirname, "../../dist/cli/main.js");
const patience = 60_000;

/**
 * The names of the models, which are those of their algorithms. Three: besides the one that was activated last and the one that is being
 * activated, there is one that must not answer.
 */
export const modelNames: readonly string[] = ["popular", "item-knn", "bias"];

/** Where a server finds what it serves. */
export interface Places {
  /** Of the store. */
  readonly place: string;
  /** The folder of models. */
  readonly models: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of any answer
  readonly body: any;
}

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  /** Whether it has ended by itself. */
  readonly ended: () => boolean;
  /** What it wrote to stderr. */
  readonly log: () => string;
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
}

/** Writes the models into a folder, and names the first in the store. */
export async function prepare({ place, models }: Places): Promise<void> {
  const data = await syntheticRatings({ users: 60, items: 80, ratings: 1500, seed: 7 });
  for (const name of modelNames) {
    await writeArtifact(join(models, `${name}.matinee`), await fit(data, configure(name)));
  }
  await using store = await openStore(place);
  await writeModelSetting(store, { active: modelNames[0] });
}

/**
 * Starts the command. Ends when it listens.
 *
 * @param flags of Node itself, such as a module to load before
 * @throws Error with what it printed, where it does not come to listen
 */
export async function serve({ place, models }: Places, flags: readonly string[] = []): Promise<ServerProcess> {
  const given = ["serve", "--store", place, "--models", models, "--port", "0"];
  const child = spawn(process.execPath, [...flags, command, ...given], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let [output, errors] = ["", ""];
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const listening = new Promise<string>((found) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const [, address] = /Matinee is at (http\S+)\n/.exec(output) ?? [];
      if (address) found(address);
    });
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  const url = await Promise.race([listening, exited.then(() => undefined)]);
  clearTimeout(timer);
  if (url === undefined) throw new Error(`the server did not come to listen: ${output}${errors}`);
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    child.kill(signal);
    await exited;
  }
  return {
    url,
    child,
    ended,
    log: () => errors,
    async ask(method, path, body, headers = {}) {
      const json = body === undefined ? {} : { "content-type": "application/json" };
      const response = await fetch(url + path, {
        method,
        headers: { ...json, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patience),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    kill: () => end("SIGKILL"),
    [Symbol.asyncDispose]: () => end("SIGTERM"),
  };
}
