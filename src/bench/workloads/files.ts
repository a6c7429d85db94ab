/** Workloads that start from a file of ratings. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "../../data/dataset.ts";
import { readRatings } from "../../data/read.ts";
import { writeRatingsCsv } from "../../data/write.ts";
import { benchFolder } from "../data-shapes.ts";
import { runProgram } from "../run-program.ts";
import { arraysOf, type Workload } from "../workload.ts";
import { type WholeRunSeconds, wholeRun } from "./whole-run.ts";

/** The path of a CSV file of the ratings, which is written at the first use. */
async function ensureRatingsFile(data: Dataset): Promise<string> {
  const folder = join(benchFolder(data), "csv");
  if (!existsSync(folder)) {
    await mkdir(benchFolder(data), { recursive: true });
    await writeRatingsCsv(data, folder);
  }
  return join(folder, "ratings.csv");
}

export const readCsvWorkload: Workload = {
  name: "csv-ml25m",
  shape: "ml25m",
  unit: "reading ratings.csv, to ratings by user and by film",
  async time(data, { threads }) {
    const file = await ensureRatingsFile(data);
    const runs: { seconds: number; bytes: number }[] = [];
    for (let run = 0; run < 3; run++) {
      const [line] = await runProgram(process.execPath, [scriptOf("read-csv-process"), file, String(threads)]);
      runs.push(JSON.parse(line));
    }
    const bytes = Math.max(...runs.map((run) => run.bytes));
    return { seconds: runs.map((run) => run.seconds), memory: { bytes, of: "process" } };
  },
  async result(data, { threads }) {
    const { byUser, byItem } = await readRatings(await ensureRatingsFile(data), { threads });
    const times = byUser.times ? [byUser.times] : [];
    return [byUser.offsets, byUser.indices, byUser.values, ...times, byItem.indices, byItem.values];
  },
};

function scriptOf(name: string): string {
  return fileURLToPath(new URL(`${name}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
}

export const wholeRunWorkload: Workload = {
  name: "whole-ml25m",
  shape: "ml25m",
  unit: "read ratings.csv, ALS with 64 factors × 15, save, top 10 unseen for everybody",
  async time(data, { threads, arithmetic }) {
    const file = await ensureRatingsFile(data);
    return inTemporaryFolder(async (folder) => {
      const args = [scriptOf("whole-run-process"), file, join(folder, "model"), "15", String(threads), arithmetic];
      const [line] = await runProgram(process.execPath, args);
      const { seconds, bytes } = JSON.parse(line) as { seconds: WholeRunSeconds; bytes: number };
      const parts = Object.entries(seconds);
      return {
        seconds: [parts.reduce((sum, [, seconds]) => sum + seconds, 0)],
        memory: { bytes, of: "process" },
        remark: parts.map(([part, seconds]) => `${part} ${seconds.toPrecision(3)} s`).join(", "),
      };
    });
  },
  async result(data, engine) {
    const file = await ensureRatingsFile(data);
    return inTemporaryFolder(async (folder) => {
      const { trained, lists } = await wholeRun(file, join(folder, "model"), 1, engine);
      return [...arraysOf(trained.state), lists.items, lists.scores];
    });
  },
};

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "matinee-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
