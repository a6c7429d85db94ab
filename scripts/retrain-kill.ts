/**
 * Kills retraining by SIGKILL at any moment, again and again, and looks at what is left: the store must name a whole model, and no file of the
 * folder may be half-written. Half of the rounds are killed at random times, half while files are being written.
 *
 *   node scripts/retrain-kill.ts [rounds] [place of an empty store]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { readArtifact } from "../src/artifact/file.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { random } from "../src/random.ts";
import type { Job, JobEnd } from "../src/retraining/child.ts";
import { importRatings } from "../src/store/import.ts";
import { readModelSetting } from "../src/store/model-setting.ts";
import { openStore } from "../src/store/open-store.ts";

/** What the rounds came to. */
export interface KillSummary {
  readonly rounds: number;
  /** Rounds in which the process was killed before it had ended. */
  readonly killed: number;
  /** Rounds after which another model was active than before. */
  readonly switched: number;
}

/**
 * @param folder an empty one, for the models
 * @param place of an empty store
 * @throws where anything is not as it must be
 */
export async function killRetraining(
  rounds: number,
  { folder, place }: { readonly folder: string; readonly place: string },
  seed = 0,
): Promise<KillSummary> {
  const { float } = random(seed);
  const models = join(folder, "models");
  const job: Job = { place, options: { folder: models, model: "popular" } };
  await using store = await openStore(place);
  await importRatings(store, await syntheticRatings({ users: 60, items: 80, ratings: 1500, seed: 7 }));
  const first = await run(job);
  if (first.end?.outcome !== "switched") throw new Error(`the first retraining: ${JSON.stringify(first)}`);
  let [killed, switched] = [0, 0];
  let { active } = await readModelSetting(store);
  for (let round = 0; round < rounds; round++) {
    const atWrite = round % 2 === 1 ? models : undefined;
    const { end } = await run(job, atWrite === undefined ? float() * first.milliseconds : float() * 10, atWrite);
    if (!end) killed++;
    else if (end.outcome !== "switched") throw new Error(`round ${round}: ${JSON.stringify(end)}`);
    const now = (await readModelSetting(store)).active;
    if (now !== active) switched++;
    active = now;
    const files = readdirSync(models).filter((name) => !name.startsWith("."));
    for (const name of files) await readArtifact(join(models, name)); // whole, or it throws
    if (!files.includes(`${active}.matinee`))
      throw new Error(`round ${round}: the active model ${active} is not there`);
  }
  const last = await run(job);
  if (last.end?.outcome !== "switched") throw new Error(`the last retraining: ${JSON.stringify(last)}`);
  return { rounds, killed, switched };
}

/** Runs a job to its end, or kills its process: after so many milliseconds, counted from the first file that is written into a folder. */
async function run(
  job: Job,
  milliseconds?: number,
  afterWrite?: string,
): Promise<{ end?: JobEnd; milliseconds: number }> {
  const start = performance.now();
  const child = fork(new URL("../src/retraining/child.ts", import.meta.url), { execArgv: [] });
  let end: JobEnd | undefined;
  child.on("message", (message: JobEnd) => {
    end = message;
  });
  child.send(job);
  const ended = once(child, "exit");
  if (milliseconds !== undefined) {
    const over = new AbortController();
    void ended.then(() => over.abort());
    if (afterWrite !== undefined) await firstChange(afterWrite, over.signal);
    await Promise.race([ended, setTimeout(milliseconds)]);
    child.kill("SIGKILL");
  }
  await ended;
  return { ...(end ? { end } : {}), milliseconds: performance.now() - start };
}

function firstChange(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    watch(folder, { signal }, () => resolve());
  });
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "matinee-retrain-kill-"));
  try {
    const [rounds = "200", place = join(folder, "store.db")] = process.argv.slice(2);
    console.log(await killRetraining(Number(rounds), { folder, place }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
