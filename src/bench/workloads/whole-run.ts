/** A whole run of the library, from a file of ratings to lists for all users. */

import { readFileSync } from "node:fs";
import { writeArtifact } from "../../artifact/file.ts";
import type { Engine } from "../../compute/engine.ts";
import { readRatings } from "../../data/read.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import type { Trained } from "../../models/trained.ts";
import type { Lists } from "../../recommend/lists.ts";
import { openModel } from "../../recommend/open-model.ts";
import { recommendAll } from "../../recommend/recommend-all.ts";

/** Seconds of each part of a whole run, in order. */
export type WholeRunSeconds = Readonly<Record<"read" | "fit" | "save" | "recommend", number>>;

export async function wholeRun(
  ratings: string,
  artifact: string,
  iterations: number,
  engine: Engine,
): Promise<{ trained: Trained; lists: Lists; seconds: WholeRunSeconds }> {
  const ends = [performance.now()];
  const mark = () => ends.push(performance.now());
  const data = await readRatings(ratings, { threads: engine.threads });
  mark();
  const set = { factors: 64, iterations, alpha: 40, confidence: "alpha*r", regularisation: 0.1, scaling: 0 };
  const trained = await fit(data, configure("als", set), { engine });
  mark();
  await writeArtifact(artifact, trained);
  mark();
  using recommender = openModel(trained);
  const lists = await recommendAll(recommender, data, { k: 10, engine });
  mark();
  const [read, fitted, saved, recommended] = ends.slice(1).map((end, n) => (end - ends[n]) / 1000);
  return { trained, lists, seconds: { read, fit: fitted, save: saved, recommend: recommended } };
}

/** Peak memory of this process in bytes. */
export function peakOfProcess(): number {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
