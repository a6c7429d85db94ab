/**
 * Apache Spark beside the engine here, on the same two cores: `node scripts/spark.ts [--sizes 1,5] [--write]`. Made-up ratings, in millions; three
 * iterations of 64 factors by each model that a cluster fits. With --write the table becomes docs/results/spark.md.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createEngine } from "../src/compute/pool.ts";
import { type Dataset, fit, type ModelSpec } from "../src/core.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { configureOnCluster } from "../src/models/configure.ts";
import { sparkCluster } from "../src/spark/cluster.ts";

const iterations = 3;
const { values: flags } = parseArgs({
  options: { sizes: { type: "string", default: "1,5" }, write: { type: "boolean", default: false } },
});
const sizes = flags.sizes.split(",").map(Number);
const specs = [configureOnCluster("als", { iterations }), configureOnCluster("mf", { epochs: iterations })];

/** Users and items in the ratio of MovieLens 32M. */
function madeUp(millions: number): Promise<Dataset> {
  const ratings = Math.round(millions * 1e6);
  return syntheticRatings({
    users: Math.round(ratings / 160),
    items: Math.round(3000 * millions ** 0.6),
    ratings,
    seed: 42,
  });
}

/** Bytes that the processes below this one hold. */
function heldBelow(): number {
  const parents = new Map<number, { parent: number; bytes: number }>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(join("/proc", name, "status"), "utf8");
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      parents.set(Number(name), { parent, bytes: 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) });
    } catch {} // it has ended
  }
  let total = 0;
  for (const [id, { bytes }] of parents) {
    let at = parents.get(id)?.parent;
    while (at !== undefined && at !== process.pid) at = parents.get(at)?.parent;
    if (at === process.pid) total += bytes;
  }
  return total;
}

/** Seconds that work takes, and the most that `held` tells meanwhile, in MB. */
async function measured(
  held: () => number,
  work: () => Promise<unknown>,
): Promise<{ seconds: number; megabytes: number }> {
  let most = held();
  const timer = setInterval(() => {
    most = Math.max(most, held());
  }, 250);
  const start = performance.now();
  await work().finally(() => clearInterval(timer));
  return { seconds: (performance.now() - start) / 1000, megabytes: Math.max(most, held()) / 1e6 };
}

async function rowOf(data: Dataset, spec: ModelSpec): Promise<string> {
  using engine = await createEngine({ threads: 2 });
  const here = await measured(
    () => process.memoryUsage.rss(),
    () => fit(data, spec, { engine }),
  );
  let stages: Readonly<Record<string, number>> = {};
  const onJob = (_spark: string, seconds: typeof stages) => {
    stages = seconds;
  };
  const cluster = await sparkCluster({ master: "local[2]", folder: tmpdir(), onJob });
  const there = await measured(heldBelow, () => fit(data, spec, { engine, cluster }));
  const { start = 0, read = 0, fit: fitted = 0, write = 0 } = stages;
  const around = there.seconds - start - read - fitted - write;
  const cells = [
    (data.byUser.values.length / 1e6).toFixed(0),
    `${data.users.size.toLocaleString("en-US")} × ${data.items.size.toLocaleString("en-US")}`,
    spec.model,
    ...[here.seconds, there.seconds, start, read, fitted, write, around].map((seconds) => seconds.toFixed(1)),
    `${(there.seconds / here.seconds).toFixed(0)} ×`,
    ...[here.megabytes, there.megabytes].map((megabytes) => Math.round(megabytes).toLocaleString("en-US")),
  ];
  const row = `| ${cells.join(" | ")} |`;
  process.stderr.write(`${row}\n`);
  return row;
}

const rows: string[] = [];
for (const size of sizes) {
  const data = await madeUp(size);
  for (const spec of specs) rows.push(await rowOf(data, spec));
}
const page = `# Spark beside the engine here

\`node scripts/spark.ts --sizes ${flags.sizes} --write\` writes this page: made-up ratings, ${iterations} iterations of 64 factors, the same objective, the same two cores; Spark with the master
\`local[2]\`. Seconds: *here* and *Spark* are all of training; *start* to *write* are the stages of the job, and *around* is what Matinee does before and after it, with what Spark takes to come up
and to end. MB are the most that was held: here by the process with its ratings, of Spark by its processes alone.

| M ratings | Users × films | Model | Here | Spark | start | read | fit | write | around | Spark / here | MB here | MB Spark |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
if (flags.write) writeFileSync(join(import.meta.dirname, "../docs/results/spark.md"), page);
else process.stdout.write(page);
