/** Times packages of Python and npm on the same work, by the programs in peers/. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "../data/dataset.ts";
import { defaultCacheFolder } from "../data/download/cache-folder.ts";
import { replaceFile } from "../replace-file.ts";
import { benchFolder } from "./data-shapes.ts";
import { runProgram } from "./run-program.ts";

/** What another package needs for the same work. */
export interface PeerResult {
  readonly workload: string;
  /** The package's name and version. */
  readonly peer: string;
  readonly unit: string;
  readonly threads: number;
  /** Of its best run. */
  readonly seconds: number;
  /** Peak memory of its process, in bytes. */
  readonly memory?: number;
  /** Share of the true neighbours that it finds, where its search is approximate. */
  readonly recall?: number;
  readonly remark?: string;
}

const windows = process.platform === "win32";
const scripts = fileURLToPath(new URL("../../peers/", import.meta.url));

/** The packages of npm that are timed; peers/requirements.txt has those of Python. */
const npmPins = ["libmf@0.2.0", "koffi@2.16.3"];

/** Times the peers of a workload, each in a process of its own. Installs them at the first use. */
export async function runPeers(workload: string, data: Dataset, threads: number): Promise<PeerResult[]> {
  const python = await ensurePython();
  const folder = benchFolder(data);
  // implicit has threads of its own, and needs a BLAS with one
  const blas = /^(ease|userknn|lists-ease|compare)/.test(workload) ? threads : 1;
  const limits = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(blas) };
  const script = join(scripts, "peers.py");
  const asked = ["--workload", workload, "--threads", String(threads)];
  const lines: string[] = [];
  for (const peer of await runProgram(python, [script, folder, "--list", ...asked])) {
    lines.push(...(await runProgram(python, [script, folder, "--peer", peer, ...asked], limits)));
  }
  if (workload === "mf-ml-1m" && threads === 1) {
    const packages = await ensureNpmPackages();
    lines.push(...(await runProgram(process.execPath, [join(scripts, "libmf.mjs"), folder, packages])));
  }
  return lines.map((line) => ({
    workload,
    threads,
    ...(JSON.parse(line) as Omit<PeerResult, "workload" | "threads">),
  }));
}

/** Writes the ratings for the peers, sorted by user: user.i32, item.i32, rating.f32 and shape.json. */
export async function writeForPeers(data: Dataset): Promise<void> {
  const target = join(benchFolder(data), "arrays");
  if (existsSync(target)) return;
  const { byUser, users, items } = data;
  const userOf = new Int32Array(byUser.values.length);
  for (let user = 0; user < users.size; user++) userOf.fill(user, byUser.offsets[user], byUser.offsets[user + 1]);
  await replaceFile(target, async (temporary) => {
    await mkdir(temporary, { recursive: true });
    await writeFile(join(temporary, "user.i32"), userOf);
    await writeFile(join(temporary, "item.i32"), byUser.indices);
    await writeFile(join(temporary, "rating.f32"), byUser.values);
    await writeFile(join(temporary, "shape.json"), JSON.stringify({ users: users.size, items: items.size }));
  });
}

/** The path of Python in an environment with the pinned peers. */
async function ensurePython(): Promise<string> {
  const folder = await ensureFolder("peers-5", async (folder) => {
    await runProgram(windows ? "python" : "python3", ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--quiet", "--requirement", join(scripts, "requirements.txt")];
    await runProgram(pythonIn(folder), pip);
  });
  return pythonIn(folder);
}

function pythonIn(environment: string): string {
  return windows ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

/** A folder with the pinned packages of npm, installed without running their scripts. */
function ensureNpmPackages(): Promise<string> {
  return ensureFolder("npm-peers-1", async (folder) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await runProgram("npm", ["install", "--prefix", folder, ...quiet, ...npmPins]);
  });
}

/** A folder below the cache folder, made at the first use. It is there only once it is complete. */
async function ensureFolder(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(defaultCacheFolder(), "bench", name);
  if (existsSync(folder)) return folder;
  await replaceFile(folder, make);
  return folder;
}
