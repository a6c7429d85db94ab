import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "../data/dataset.ts";
import { defaultCacheFolder } from "../data/download/cache-folder.ts";
import { output } from "./process.ts";
import { folderOf } from "./shapes.ts";

/** What others need for the same work. */
export interface PeerResult {
  readonly workload: string;
  /** Name and version. */
  readonly peer: string;
  readonly unit: string;
  readonly threads: number;
  /** The best of its runs. */
  readonly seconds: number;
  /** Bytes: the most that its process had. */
  readonly memory?: number;
  /** Share of the true neighbours that it found, where it is not exact. */
  readonly recall?: number;
  readonly remark?: string;
}

const scripts = fileURLToPath(new URL("../../peers/", import.meta.url));

/** Packages of npm that are timed, beside those of peers/requirements.txt. */
const npmPins = ["libmf@0.2.0", "koffi@2.16.3"];

/** Times the peers of a workload, each in a process of its own; they are installed at the first use. */
export async function runPeers(workload: string, data: Dataset, threads: number): Promise<PeerResult[]> {
  const python = await pythonEnvironment();
  const folder = folderOf(data);
  // implicit wants a BLAS of one thread beside its own.
  const blas = /^(ease|userknn)/.test(workload) ? threads : 1;
  const limits = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(blas) };
  const script = join(scripts, "peers.py");
  const asked = ["--workload", workload, "--threads", String(threads)];
  const lines: string[] = [];
  for (const peer of await output(python, [script, folder, "--list", ...asked])) {
    lines.push(...(await output(python, [script, folder, "--peer", peer, ...asked], limits)));
  }
  if (workload === "mf-ml-1m" && threads === 1) {
    const packages = await npmEnvironment();
    lines.push(...(await output(process.execPath, [join(scripts, "libmf.mjs"), folder, packages])));
  }
  return lines.map((line) => ({
    workload,
    threads,
    ...(JSON.parse(line) as Omit<PeerResult, "workload" | "threads">),
  }));
}

/** Writes ratings as the peers read them: user.i32, item.i32, rating.f32 and shape.json, sorted by user. */
export async function writeForPeers(data: Dataset): Promise<void> {
  const target = join(folderOf(data), "arrays");
  if (existsSync(target)) return;
  const { byUser, users, items } = data;
  const userOf = new Int32Array(byUser.values.length);
  for (let user = 0; user < users.size; user++) userOf.fill(user, byUser.offsets[user], byUser.offsets[user + 1]);
  const temporary = `${target}.part`;
  await mkdir(temporary, { recursive: true });
  await writeFile(join(temporary, "user.i32"), userOf);
  await writeFile(join(temporary, "item.i32"), byUser.indices);
  await writeFile(join(temporary, "rating.f32"), byUser.values);
  await writeFile(join(temporary, "shape.json"), JSON.stringify({ users: users.size, items: items.size }));
  await rename(temporary, target);
}

/** The Python of an environment with the pinned peers. */
async function pythonEnvironment(): Promise<string> {
  const folder = await environment("peers-3", async (folder) => {
    await output("python3", ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--quiet", "--requirement", join(scripts, "requirements.txt")];
    await output(join(folder, "bin", "python"), pip);
  });
  return join(folder, "bin", "python");
}

/** A folder with the pinned packages of npm, none of whose scripts were run. */
function npmEnvironment(): Promise<string> {
  return environment("npm-peers-1", async (folder) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await output("npm", ["install", "--prefix", folder, ...quiet, ...npmPins]);
  });
}

/** A folder below the cache, made at the first use and there only when it is complete. */
async function environment(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(defaultCacheFolder(), "bench", name);
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.part`;
  await rm(temporary, { recursive: true, force: true });
  await make(temporary);
  await rename(temporary, folder);
  return folder;
}
