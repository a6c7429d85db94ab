/**
 * How many lists a second `matinee serve` answers, and how long each takes, while this machine also runs the clients.
 * `node scripts/server-rates.ts FOLDER` writes docs/results/server-rates.md; FOLDER: ml-latest-small. `--rates N,N`: other rates
 * than 100, 250 and 500 a second.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Dataset } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../src/index.ts";
import { askFor, scratch, serveData, writeBodies } from "./loaded-server.ts";

const root = resolve(import.meta.dirname, "..");
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { rates: { type: "string", default: "100,250,500" } },
});
const seconds = 12;

const share = (took: readonly number[], of: number) =>
  took.length === 0 ? "–" : took[Math.min(took.length - 1, Math.floor(of * took.length))].toFixed(1);

const rows: string[] = [];

async function measure(name: string, data: Dataset, place: string): Promise<void> {
  const bodies = writeBodies(data);
  await using server = await serveData(data.name, place);
  const { url } = server;
  await askFor({ url, bodies, rate: 100, seconds: 5 });
  const at = async (rate: number) => {
    const before = server.processor();
    const result = await askFor({ url, bodies, rate, seconds });
    const asked = Object.values(result.statuses).reduce((sum, count) => sum + count, 0);
    const others = Object.entries(result.statuses).filter(([status]) => status !== "200");
    const cells = [
      ...[0.5, 0.9, 0.99, 0.999].map((of) => share(result.took, of)),
      (result.took.length / seconds).toFixed(0),
      others.map(([status, count]) => `${status}: ${((100 * count) / asked).toFixed(1)} %`).join(", ") || "none",
      ((server.processor() - before) / asked).toFixed(2),
      server.memory().toFixed(0),
    ];
    rows.push(`| ${name} | ${rate} | ${cells.join(" | ")} |`);
    console.log(rows.at(-1));
    return result;
  };
  for (const rate of flags.rates.split(",").map(Number)) await at(rate);
  for (let rate = 1000; (await at(rate)).took.length / seconds >= rate * 0.95; rate *= 2);
}

const small = await readRatings(positionals[0]);
const large = await syntheticRatings({ users: 6000, items: 10_000, ratings: 1_000_000 });
const table = join(scratch, "made-up");
await writeRatingsCsv(large, table);
await measure("ml-latest-small, 100,836 ratings, 9,742 films", small, resolve(positionals[0]));
await measure("made-up, 1,000,000 ratings, 10,000 films", large, table);

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
`,
);
