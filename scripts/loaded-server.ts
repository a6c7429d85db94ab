/** A served default model, and the load of lists that `server-rates.ts` and `server-memory.ts` ask it for. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Dataset } from "../src/data/dataset.ts";
import { random } from "../src/random.ts";
import type { LoadPlan } from "./load-generator.ts";
import { command, serve } from "./reliability/serve.ts";
import type { Sent } from "./send-requests.ts";

/** A folder that is removed at the end of the process. */
export const scratch = mkdtempSync(join(tmpdir(), "matinee-rates-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Requests of 500 people: 20 ratings of films as people rate them, a filter of three comparisons, and every part of each score. */
export function writeBodies(data: Dataset): string {
  const source = random(7);
  const drawn = () => data.byUser.indices[source.int(data.byUser.indices.length)];
  const bodies = Array.from({ length: 500 }, () => {
    const films = new Set<number>();
    while (films.size < 20) films.add(drawn());
    const ratings = Array.from(films, (film) => ({ id: data.items.id(film), rating: 3 + source.int(3) }));
    const from = 1960 + source.int(30);
    const filter = {
      and: [
        { field: "year", from, to: from + 29 },
        { not: { field: "genre", is: "Horror" } },
        { field: "ratings", from: 5 },
      ],
    };
    return { ratings, k: 10, filter, explain: true };
  });
  const file = join(scratch, `${data.name}.json`);
  writeFileSync(file, JSON.stringify(bodies));
  return file;
}

/** Takes the data into a store, trains the default model, and serves it, as a product does. */
export async function serveData(name: string, data: string) {
  const places = { place: join(scratch, `${name}.sqlite`), models: join(scratch, name) };
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [command, ...args]);
  await run("store", "--store", places.place, "--import", "--data", data);
  await run("retrain", "--store", places.place, "--models", places.models);
  const server = await serve(places);
  const { pid } = server.child;
  return {
    url: server.url,
    /** Resident memory, in MB. */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000,
    /** Processor time so far, in milliseconds. */
    processor: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
      return 10 * (Number(fields[11]) + Number(fields[12]));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Asks the server from a process of its own. */
export async function askFor(plan: LoadPlan): Promise<Sent> {
  const options = { maxBuffer: 2 ** 28 };
  const program = join(import.meta.dirname, "load-generator.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(plan)], options);
  return JSON.parse(stdout) as Sent;
}
