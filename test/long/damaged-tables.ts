/**
 * Reads many damaged tables, and writes what came of them into docs/results/damaged-tables.md.
 *
 *   node test/long/damaged-tables.ts [--tables 100000] [--seed 1]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { version } from "../../src/version.ts";
import { type Outcome, readDamagedTables } from "../helpers/damaged-tables.ts";

const { values } = parseArgs({
  options: { tables: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const [tables, seed] = [Number(values.tables), Number(values.seed)];
/** Tables of one seed. */
const share = 1000;

const folder = await mkdtemp(join(tmpdir(), "matinee-damaged-"));
const counts = new Map<Outcome, number>();
const faults: string[] = [];
let done = 0;
const start = performance.now();
for (let n = 0; done < tables; n++) {
  const numRuns = Math.min(share, tables - done);
  try {
    const found = await readDamagedTables(folder, { numRuns, seed: seed + n });
    for (const [outcome, count] of Object.entries(found) as [Outcome, number][]) {
      counts.set(outcome, (counts.get(outcome) ?? 0) + count);
    }
  } catch (error) {
    faults.push((error as Error).message);
    console.error((error as Error).message);
  }
  done += numRuns;
  console.error(`${done} of ${tables}`);
}
await rm(folder, { recursive: true });
const seconds = Math.round((performance.now() - start) / 1000);
const lastSeed = seed + Math.ceil(tables / share) - 1;

const meanings: Record<Outcome, string> = {
  read: "Read, as the plain reader reads it",
  "refused for a row": "Refused for the row, and its value, that the plain reader finds wrong first",
  "refused as a whole":
    "Refused as a whole: a damaged .gz, UTF-16 or list, mixed encodings, no ratings, columns that cannot be told without names",
  "damaged beyond recognition": "The first line says no longer what the table is: a coded error, or finite ratings",
};
const page = `# Damaged tables

Made by \`node test/long/damaged-tables.ts --tables ${tables} --seed ${seed}\`, as \`.ci/long\` does with 100,000: seeds ${seed} to ${lastSeed},
up to ${share.toLocaleString("en")} tables each. Matinee ${version}, Node ${process.version}, ${availableParallelism()} processors, ${seconds.toLocaleString("en")} s.

Each table is made in one of eleven layouts, then damaged up to four times: fields lost, doubled and swapped, quotes and delimiters put
in, other values and line ends, stray bytes, truncation (\`test/helpers/damaged-tables.ts\`). It is read, strictly or leniently, with options
or without, and what comes of it is compared with a reader that goes one character after the other (\`test/helpers/plain-reader.ts\`).

| Outcome | Tables |
|---|---|
${[...counts].map(([outcome, count]) => `| ${meanings[outcome]} | ${count.toLocaleString("en")} |`).join("\n")}
| Anything else | ${faults.length === 0 ? 0 : `in ${faults.length} seeds, which ended there`} |
${faults.map((fault) => `\n\`\`\`\n${fault}\n\`\`\`\n`).join("")}`;
await writeFile(fileURLToPath(new URL("../../docs/results/damaged-tables.md", import.meta.url)), page);
if (faults.length > 0) process.exitCode = 1;
