/**
 * Speed and memory of training `als` out of core, beside training in memory: `node scripts/out-of-core.ts FOLDER NAME… [--write]`, the names
 * being of made-up data, such as synthetic-25m. Their column blocks are kept in the folder. Each training is a process of its own, with 64 factors, on two
 * threads; the smaller data take turns in memory and out of core. What is measured is kept in the folder as well, so that sizes can be measured
 * on different days; with --write all of it becomes docs/results/out-of-core.md.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { peakOfProcess } from "../src/bench/workloads/whole-run.ts";
import { createEngine } from "../src/compute/pool.ts";
import { writeRatingBlocks } from "../src/data/blocks/blocks-of-source.ts";
import { describeBlocks, openBlocks, readBlocksFolder } from "../src/data/blocks/open-blocks.ts";
import { trainingFilesIn } from "../src/data/blocks/training-files.ts";
import { syntheticNames } from "../src/data/synthetic/synthetic-ratings.ts";
import { configure, resolveSpec } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import { fitBlocks } from "../src/models/fit-blocks.ts";
import { planTraining } from "../src/models/plan.ts";

interface Measured {
  readonly name: string;
  readonly where: "memory" | "disk";
  readonly ratings: number;
  readonly iterations: number;
  /** Seconds until the first iteration begins, its data read or its segments written, and of an iteration. */
  readonly preparation: number;
  readonly iteration: number;
  /** The greatest memory of the process, and the files of training. */
  readonly peak: number;
  readonly disk: number;
}

/** With more ratings than these, data are trained on once; and not in memory. */
const mostInRounds = 1e8;
const mostInMemory = 3e8;
const rounds = 3;

/** Bytes that training out of core is given: less than half of what the ratings take in memory with the model. */
const memoryFor = (ratings: number) => 2e8 + 11 * ratings;

/** In a process of its own. */
async function trainHere(folder: string, where: string, iterations: number): Promise<Omit<Measured, "name">> {
  const started = performance.now();
  const spec = configure("als", { iterations });
  const shape = await describeBlocks(folder);
  const ends: number[] = [];
  const onEpoch = () => ends.push(performance.now());
  using engine = await createEngine({ threads: 2 });
  let disk = 0;
  let began = started;
  const marked = (share: number) => {
    if (ends.length === 0 && share <= (where === "disk" ? 1 / (2 * iterations + 1) : 0)) began = performance.now();
  };
  if (where === "memory") {
    await fit(await readBlocksFolder(folder), spec, { engine, onEpoch, onProgress: marked });
  } else {
    const work = await mkdtemp(`${folder}.work-`);
    const plan = planTraining(resolveSpec(spec), shape, {
      memory: memoryFor(shape.ratings),
      engine: { limit: 2 ** 32 },
    });
    if (plan.where !== "disk") throw new Error(plan.why);
    const { segmentBytes } = plan;
    const blocks = await openBlocks(folder);
    await fitBlocks(blocks, spec, { engine, files: trainingFilesIn(work), segmentBytes, onEpoch, onProgress: marked });
    await blocks.close();
    disk = readdirSync(work).reduce((sum, file) => sum + statSync(join(work, file)).size, 0);
    rmSync(work, { recursive: true });
  }
  const first = iterations > 1 ? ends[0] : began;
  return {
    where: where as Measured["where"],
    ratings: shape.ratings,
    iterations,
    preparation: (began - started) / 1000,
    iteration: (ends[ends.length - 1] - first) / 1000 / Math.max(1, iterations - 1),
    peak: peakOfProcess(),
    disk,
  };
}

const [folder, ...rest] = process.argv.slice(2);
if (folder === "child") {
  const [blocks, where, iterations] = rest;
  process.stdout.write(JSON.stringify(await trainHere(blocks, where, Number(iterations))));
} else {
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, "out-of-core.json");
  const measured: Measured[] = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : [];
  for (const name of rest.filter((word) => syntheticNames.some((known) => known === word))) {
    const blocks = join(folder, `${name}.blocks`);
    if (!existsSync(blocks)) await writeRatingBlocks(name, blocks);
    const { ratings } = await describeBlocks(blocks);
    const small = ratings <= mostInRounds;
    const both = ratings <= mostInMemory ? ["memory", "disk"] : ["disk"];
    const places = Array.from({ length: small ? rounds : 1 }, () => both).flat();
    for (const where of places) {
      const args = [import.meta.filename, "child", blocks, where, small ? "4" : "1"];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 24 });
      if (stdout === "") throw new Error(stderr);
      measured.push({ name, ...JSON.parse(stdout) });
      console.log(measured.at(-1));
      writeFileSync(kept, JSON.stringify(measured));
    }
  }
  if (rest.includes("--write"))
    writeFileSync(join(import.meta.dirname, "../docs/results/out-of-core.md"), page(measured));
}

function page(measured: readonly Measured[]): string {
  const best = new Map<string, Measured>();
  for (const own of measured) {
    const key = `${own.name} ${own.where}`;
    if (own.iteration <= (best.get(key)?.iteration ?? Number.POSITIVE_INFINITY)) best.set(key, own);
  }
  const rateOf = ({ ratings, iteration }: Measured) => ratings / iteration / 1e6;
  const rows = [...best.values()].map((own) => {
    const { name, where, ratings, preparation, iteration, peak, disk } = own;
    const memory = best.get(`${name} memory`);
    const cells = [
      name,
      where === "memory" ? "in memory" : "out of core",
      `${(ratings / 1e6).toFixed(0)} M`,
      preparation.toFixed(0),
      iteration.toFixed(1),
      rateOf(own).toFixed(1),
      memory ? `${((100 * rateOf(own)) / rateOf(memory)).toFixed(0)} %` : "",
      (peak / 1e6).toFixed(0),
      (disk / 1e9).toFixed(1),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "# Training out of core",
    "",
    "`node scripts/out-of-core.ts FOLDER NAME… --write` writes this page: `als` with 64 factors on made-up ratings, on two threads, each training in a process",
    `of its own: ${rounds} in turns, of the largest data one for one iteration. Of all that were measured the one of the fastest iterations counts. Out of core is given`,
    "200 MB and 11 bytes a rating, which is some half of what training in memory takes.",
    "*Before* is the time to read the blocks, or to write segments of them; an iteration solves for all users and all films. Files are those of training, beside the",
    "column blocks, which take 8 bytes a rating. A share stands where the same data were trained in memory too: rates of different data do not compare, because more",
    "users mean more vectors that are in no cache ([decision 7](../adr/0007-als-keeps-a-block-in-the-cache.md)), and more factors to read and write.",
    "",
    "| Data | Training | Ratings | Before, s | An iteration, s | Million ratings/s | Of in memory | Memory, MB | Files, GB |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
