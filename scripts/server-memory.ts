/**
 * Whether a server's memory grows: `node scripts/server-memory.ts FOLDER [--minutes N]` asks `matinee serve` for N minutes (10) at twice the rate that it can
 * answer, then six times as long at half of it, and writes docs/results/server-memory.md; FOLDER: ml-latest-small.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readRatings } from "../src/data/read.ts";
import { askFor, serveData, writeBodies } from "./loaded-server.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "10" } },
});
const data = await readRatings(positionals[0]);
const bodies = writeBodies(data);
const rows: string[] = [];
{
  await using server = await serveData(data.name, resolve(positionals[0]));
  const { url } = server;
  const ask = (rate: number, seconds: number) => askFor({ url, bodies, rate, seconds });
  await ask(100, 5);
  const most = Math.round((await ask(2000, 20)).took.length / 20);
  for (const [rate, minutes] of [
    [2 * most, Number(flags.minutes)],
    [most / 2, 6 * Number(flags.minutes)],
  ]) {
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
    rows.push(`| ${[rate.toFixed(0), minutes, ...cells, answers.join(", ")].join(" | ")} |`);
    console.log(rows.at(-1));
  }
}

writeFileSync(
  resolve(import.meta.dirname, "../docs/results/server-memory.md"),
  `# Whether the server's memory grows

Written by \`node scripts/server-memory.ts FOLDER --minutes ${flags.minutes}\`, where FOLDER has ml-latest-small, on ${cpus()[0].model}, ${availableParallelism()} processors,
Node ${process.version}. \`matinee serve\` with a store of SQLite and the default model is asked for lists as in [server-rates.md](server-rates.md): at twice the rate that it can
answer, then at half of it. Resident memory in MB, read after each minute.

| Asked a second | Minutes | After the first | Most | Most in the second half | At the end | Answers |
|---|---|---|---|---|---|---|
${rows.join("\n")}
`,
);
