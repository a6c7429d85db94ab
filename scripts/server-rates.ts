/**
 * How many lists a second `matinee serve` answers, and how long each takes, while this machine also runs the clients.
 * `node scripts/server-rates.ts FOLDER` writes docs/results/server-rates.md; FOLDER: ml-latest-small. `--minutes N` adds as long a run at
 * full load and six times as long a one at half of it, for memory.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import type { Dataset } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../src/index.ts";
import { random } from "../src/random.ts";
import type { LoadPlan } from "./load-generator.ts";
import { command, serve } from "./reliability/serve.ts";
import type { Sent } from "./send-requests.ts";

const root = resolve(import.meta.dirname, "..");
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string" }, rates: { type: "string", default: "100,250,500" } },
});
const seconds = 12;
const scratch = mkdtempSync(join(tmpdir(), "matinee-rates-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Requests of 500 people: 20 ratings of films as people rate them, a filter of three comparisons, and every part of each score. */
function writeBodies(data: Dataset): string {
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
async function serveData(name: string, data: string) {
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

async function load(plan: LoadPlan): Promise<Sent> {
  const options = { maxBuffer: 2 ** 28 };
  const program = join(import.meta.dirname, "load-generator.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(plan)], options);
  return JSON.parse(stdout) as Sent;
}

const share = (took: readonly number[], of: number) =>
  took.length === 0 ? "–" : took[Math.min(took.length - 1, Math.floor(of * took.length))].toFixed(1);

const rows: string[] = [];
const memoryRows: string[] = [];

async function measure(name: string, data: Dataset, place: string): Promise<void> {
  const bodies = writeBodies(data);
  await using server = await serveData(data.name, place);
  const { url } = server;
  await load({ url, bodies, rate: 100, seconds: 5 });
  const at = async (rate: number, length = seconds) => {
    const before = server.processor();
    const result = await load({ url, bodies, rate, seconds: length });
    const asked = Object.values(result.statuses).reduce((sum, count) => sum + count, 0);
    const others = Object.entries(result.statuses).filter(([status]) => status !== "200");
    const cells = [
      ...[0.5, 0.9, 0.99, 0.999].map((of) => share(result.took, of)),
      (result.took.length / length).toFixed(0),
      others.map(([status, count]) => `${status}: ${((100 * count) / asked).toFixed(1)} %`).join(", ") || "none",
      ((server.processor() - before) / asked).toFixed(2),
      server.memory().toFixed(0),
    ];
    rows.push(`| ${name} | ${rate} | ${cells.join(" | ")} |`);
    console.log(rows.at(-1));
    return result;
  };
  let answered = 0;
  for (const rate of flags.rates.split(",").map(Number)) answered = (await at(rate)).took.length / seconds;
  for (let rate = 1000; ; rate *= 2) {
    const now = (await at(rate)).took.length / seconds;
    if (now < rate * 0.95) break;
    answered = now;
  }
  if (flags.minutes === undefined) return;
  const most = Math.round(answered);
  for (const [rate, minutes] of [
    [2 * most, Number(flags.minutes)],
    [most / 2, 6 * Number(flags.minutes)],
  ]) {
    const seen: number[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      await load({ url, bodies, rate, seconds: 60 });
      seen.push(server.memory());
    }
    const half = seen.slice(seen.length >> 1);
    const cells = [rate.toFixed(0), minutes, seen[0].toFixed(0), Math.max(...half).toFixed(0), half.at(-1)!.toFixed(0)];
    memoryRows.push(`| ${name} | ${cells.join(" | ")} |`);
    console.log(memoryRows.at(-1));
  }
}

const small = await readRatings(positionals[0]);
const large = await syntheticRatings({ users: 6000, items: 10_000, ratings: 1_000_000 });
const table = join(scratch, "made-up");
await writeRatingsCsv(large, table);
await measure("ml-latest-small, 100,836 ratings, 9,742 films", small, resolve(positionals[0]));
await measure("made-up, 1,000,000 ratings, 10,000 films", large, table);

const memory = `
## Memory

Resident memory of the server in MB, read after each minute: at twice the rate that it can answer, and at half of it.

| Data | Asked a second | Minutes | After the first | Most in the second half | At the end |
|---|---|---|---|---|---|
${memoryRows.join("\n")}
`;

writeFileSync(
  resolve(root, "docs/results/server-rates.md"),
  `# How many lists the server answers

Written by \`node scripts/server-rates.ts FOLDER\`, where FOLDER has ml-latest-small, on ${cpus()[0].model}, ${availableParallelism()} processors, Node ${process.version}.
\`matinee serve\` with a store of SQLite and the default model is asked for 10 films, for 20 ratings of a new user, with a filter of three comparisons and
every part of each score (\`explain\`), by a second process on the same machine. Requests come at random moments (a Poisson process) for ${seconds} s a row, and are timed
from the moment at which they were due. Times in milliseconds; processor time is that of the server for one request.

| Data | Asked a second | Median | 90 % | 99 % | 99.9 % | Answered a second | Other statuses | Processor time | Memory, MB |
|---|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}
${memoryRows.length > 0 ? memory : ""}`,
);
