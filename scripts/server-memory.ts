/**
 * Whether a server's memory grows: `node scripts/server-memory.ts FOLDER` asks `matinee serve` for lists,
 * and writes docs/results/server-memory.md; FOLDER: ml-latest-small. `--loads RATE:MINUTES,…`: 2,000 a second for ten minutes, more than it can answer,
 * then 250 for an hour, unless given.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readRatings } from "../src/data/read.ts";
import { askFor, serveData, writeBodies } from "./loaded-server.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { loads: { type: "string", default: "2000:10,250:60" } },
});
const data = await readRatings(positionals[0]);
const bodies = writeBodies(data);
const rows: string[] = [];
{
  await using server = await serveData(data.name, resolve(positionals[0]));
  const { url } = server;
  const ask = (rate: number, seconds: number) => askFor({ url, bodies, rate, seconds });
  await ask(100, 5);
  for (const load of flags.loads.split(",")) {
    const [rate, minutes] = load.split(":").map(Number);
    const memory: number[] = [];
    const statuses: Record<string, number> = {};
    for (let minute = 0; minute < minutes; minute++) {
      const sent = await ask(rate, 60);
      for (const [status, count] of Object.entries(sent.statuses)) statuses[status] = (statuses[status] ?? 0) + count;
      memory.push(server.memory());
    }
    const half = memory.slice(memory.length >> 1);
    const cells = [memory[0], Math.max(...memory), Math.max(...half), half.at(-1)!].map((value) => value.toFixed(0));
    const answers = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
    rows.push(`| ${[rate, minutes, ...cells, answers.join(", ")].join(" | ")} |`);
    console.log(rows.at(-1));
  }
}

writeFileSync(
  resolve(import.meta.dirname, "../docs/results/server-memory.md"),
  `# Whether the server's memory grows

Written by \`node scripts/server-memory.ts FOLDER --loads ${flags.loads}\`, where FOLDER has ml-latest-small, on ${cpus()[0].model}, ${availableParallelism()} processors,
Node ${process.version}. \`matinee serve\` with a store of SQLite and the default model is asked for lists as in [server-rates.md](server-rates.md). Resident memory in MB, read after each minute.

| Asked a second | Minutes | After the first | Most | Most in the second half | At the end | Answers |
|---|---|---|---|---|---|---|
${rows.join("\n")}
`,
);
