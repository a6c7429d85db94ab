/**
 * Memory that training takes, beside what is estimated beforehand (src/models/shared/memory.ts): `node scripts/memory.ts [--write]` trains models
 * in processes of their own, on tables of made-up ratings, as the package does. With --write the table becomes docs/results/memory.md. It
 * fails where an estimate is more than a quarter off.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peakOfProcess } from "../src/bench/workloads/whole-run.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../src/data/write.ts";
import { configure } from "../src/models/configure.ts";
import { algorithmNamed } from "../src/models/registry.ts";
import { estimatePeak } from "../src/models/shared/memory.ts";

const shapes = {
  "ml-100k": { users: 943, items: 1_682, ratings: 100_000 },
  "ml-latest-small": { users: 610, items: 9_742, ratings: 100_836 },
  "ml-1m": { users: 6_040, items: 3_706, ratings: 1_000_209 },
  "ml-10m": { users: 69_878, items: 10_677, ratings: 10_000_054 },
  "ml-25m": { users: 162_541, items: 59_047, ratings: 25_000_095 },
};
/** Few passes take the memory of many. Those whose work grows too fast for the larger data are left out there. */
const models: Readonly<Record<string, { readonly set: Readonly<Record<string, number>>; readonly upTo: number }>> = {
  popular: { set: {}, upTo: Infinity },
  bias: { set: {}, upTo: Infinity },
  "item-knn": { set: {}, upTo: 1e7 + 54 },
  "user-knn": { set: {}, upTo: Infinity },
  rp3beta: { set: {}, upTo: 2e6 },
  ease: { set: {}, upTo: 2e6 },
  als: { set: { iterations: 1 }, upTo: Infinity },
  mf: { set: { epochs: 1 }, upTo: Infinity },
  neural: { set: { epochs: 1 }, upTo: 2e6 },
  pagerank: { set: {}, upTo: 2e6 },
};

/** In a process of its own: reads, trains, and prints the most memory that it took, in bytes. */
async function trainHere(file: string, model: string): Promise<void> {
  const { readRatings, train, configure: configureBuilt } = await import("../dist/index.js");
  using _recommender = await train(await readRatings(file), configureBuilt(model, models[model].set));
  process.stdout.write(`${peakOfProcess()}`);
}

async function tableOf(name: keyof typeof shapes): Promise<string> {
  const folder = join(tmpdir(), "matinee-memory");
  const table = join(folder, name);
  if (!existsSync(table)) {
    mkdirSync(folder, { recursive: true });
    await writeRatingsCsv(await syntheticRatings({ ...shapes[name], name, seed: 1 }), table);
  }
  return join(table, "ratings.csv");
}

const [first, ...others] = process.argv.slice(2);
if (first === "child") await trainHere(others[0], others[1]);
else {
  const rows: string[] = [];
  for (const name of Object.keys(shapes) as (keyof typeof shapes)[]) {
    const file = await tableOf(name);
    for (const [model, { set, upTo }] of Object.entries(models)) {
      if (shapes[name].ratings > upTo) continue;
      const { stdout, stderr } = spawnSync(process.execPath, [import.meta.filename, "child", file, model]);
      const took = Number(stdout.toString());
      if (!(took > 0)) throw new Error(stderr.toString());
      const estimated = estimatePeak(algorithmNamed(model), configure(model, set).settings, shapes[name]);
      const cells = [
        name,
        model,
        ...[estimated, took].map((bytes) => Math.round(bytes / 1e6)),
        (estimated / took).toFixed(2),
      ];
      rows.push(`| ${cells.join(" | ")} |`);
      process.stderr.write(`${rows.at(-1)}\n`);
    }
  }
  const wrong = rows.filter((row) => Math.abs(Number(row.split("|").at(-2)) - 1) > 0.25);
  if (wrong.length > 0) {
    process.stderr.write(`More than a quarter off:\n${wrong.join("\n")}\n`);
    process.exitCode = 1;
  }
  const page = `# Memory

\`node scripts/memory.ts --write\` writes this page: the greatest memory of a process that reads a table of made-up ratings and trains a model, in
one thread, and what is estimated before it starts, which \`--memory\` is checked against. Megabytes of 10⁶ bytes.

| Data | Model | Estimated | Taken | Ratio |
|---|---|---|---|---|
${rows.join("\n")}
`;
  if (first === "--write") writeFileSync(join(import.meta.dirname, "../docs/results/memory.md"), page);
  else process.stdout.write(page);
}
