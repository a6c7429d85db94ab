/**
 * Apache Spark beside the engine here, on the same two cores: `node scripts/spark.ts [--sizes 1,5] [--models als,ease] [--write]`. Made-up
 * ratings, in millions, and each model that a cluster fits; als and mf with three iterations of 64 factors. With --write the rows take the places of
 * those of the same size and model in docs/results/spark.md.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createEngine } from "../src/compute/pool.ts";
import { type Dataset, fit, type ModelSpec } from "../src/core.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { configureOnCluster, namesOnCluster } from "../src/models/configure.ts";
import { sparkCluster } from "../src/spark/cluster.ts";

const iterations = 3;
/** The inverse of `ease` takes half an hour on two cores for the films of 50 million ratings, whoever multiplies. */
const mostOfEase = 20;
const { values: flags } = parseArgs({
  options: {
    sizes: { type: "string", default: "1,5" },
    models: { type: "string", default: namesOnCluster().join(",") },
    write: { type: "boolean", default: false },
  },
});
const sizes = flags.sizes.split(",").map(Number);
const epochs: Readonly<Record<string, object>> = { als: { iterations }, mf: { epochs: iterations } };
const specs = flags.models.split(",").map((model) => configureOnCluster(model, { ...epochs[model] }));

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
  const onTask = (_spark: string, seconds: typeof stages) => {
    stages = seconds;
  };
  const there = await measured(heldBelow, async () => {
    await using cluster = await sparkCluster({ master: "local[2]", folder: tmpdir(), onTask });
    await fit(data, spec, { engine, cluster });
  });
  const { start = 0, read = 0, sums = 0, fit: found = 0, write = 0 } = stages;
  const fitted = sums + found;
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

/** Size and model of a row. */
const keyOf = (row: string) => row.split(" | ").filter((_, at) => at === 0 || at === 2);
const file = join(import.meta.dirname, "../docs/results/spark.md");
const rows = new Map<string, string>();
const add = (row: string) => rows.set(`${keyOf(row)}`, row);
for (const row of flags.write ? readFileSync(file, "utf8").split("\n") : []) if (/^\| \d/.test(row)) add(row);
for (const size of sizes) {
  const data = await madeUp(size);
  for (const spec of specs) if (spec.model !== "ease" || size <= mostOfEase) add(await rowOf(data, spec));
}
const place = (row: string) => {
  const [size, model] = keyOf(row);
  return 100 * Number(size.slice(2)) + namesOnCluster().indexOf(model);
};
const page = `# Spark beside the engine here

\`node scripts/spark.ts --sizes 1,5 --write\` writes rows of this page, as do other sizes, and \`--models\` with some of the models: made-up ratings, \`als\` and \`mf\` with ${iterations} iterations of
64 factors, the same objective, the same two cores; Spark with the master \`local[2]\`. Seconds: *here* and *Spark* are all of training; *start* to *write* are the stages of the job, and *around* is
what Matinee does before and after it, with what Spark takes to come up and to end; of \`ease\` also the inverse. MB are the most that was held: here by the process with its ratings, of Spark by its
processes alone.

| M ratings | Users × films | Model | Here | Spark | start | read | fit | write | around | Spark / here | MB here | MB Spark |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
${[...rows.values()].sort((a, b) => place(a) - place(b)).join("\n")}
`;
if (flags.write) writeFileSync(file, page);
else process.stdout.write(page);
