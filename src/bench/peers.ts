import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "../data/dataset.ts";
import { defaultCacheFolder } from "../data/download.ts";
import { MatineeError } from "../errors.ts";

/** What others need for the same work. */
export interface PeerResult {
  readonly workload: string;
  /** Name and version. */
  readonly peer: string;
  readonly unit: string;
  readonly threads: number;
  /** The best of its runs. */
  readonly seconds: number;
}

const scripts = fileURLToPath(new URL("../../bench/peers/", import.meta.url));

/** Times the peers of a workload in an environment of their own, made at the first use. */
export async function runPeers(workload: string, folder: string, threads: number): Promise<PeerResult[]> {
  const python = await environment();
  const limits = {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: workload.startsWith("ease") ? String(threads) : "1",
  };
  const lines = await output(python, [join(scripts, "peers.py"), folder, workload, String(threads)], limits);
  return lines.map((line) => JSON.parse(line) as PeerResult);
}

/** Writes ratings as the peers read them: user.i32, item.i32, rating.f32 and shape.json, sorted by user. */
export async function writeForPeers(data: Dataset, folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const { byUser, users, items } = data;
  const userOf = new Int32Array(byUser.values.length);
  for (let user = 0; user < users.size; user++) userOf.fill(user, byUser.offsets[user], byUser.offsets[user + 1]);
  const temporary = `${folder}.part`;
  await mkdir(temporary, { recursive: true });
  await writeFile(join(temporary, "user.i32"), userOf);
  await writeFile(join(temporary, "item.i32"), byUser.indices);
  await writeFile(join(temporary, "rating.f32"), byUser.values);
  await writeFile(join(temporary, "shape.json"), JSON.stringify({ users: users.size, items: items.size }));
  await rename(temporary, folder);
}

/** The Python of an environment with the pinned peers. */
async function environment(): Promise<string> {
  const folder = join(defaultCacheFolder(), "bench", "peers-2");
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  const temporary = `${folder}.part`;
  await rm(temporary, { recursive: true, force: true });
  await output("python3", ["-m", "venv", temporary]);
  const pip = ["-m", "pip", "install", "--quiet", "--requirement", join(scripts, "requirements.txt")];
  await output(join(temporary, "bin", "python"), pip);
  await rename(temporary, folder);
  return python;
}

/** The lines that a program prints; throws USAGE with its last words where it fails. */
async function output(program: string, args: readonly string[], extra: Record<string, string> = {}): Promise<string[]> {
  const child = spawn(program, args, { env: { ...process.env, ...extra }, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = `${stderr}${text}`.slice(-2000);
  });
  const code = await new Promise<number | null>((ended, failed) => child.on("close", ended).on("error", failed)).catch(
    () => -1,
  );
  if (code === 0) return stdout.split("\n").filter(Boolean);
  throw new MatineeError("USAGE", `${program} failed: ${stderr.trim().split("\n").at(-1) ?? ""}`, {
    fix: "the peers need python3 with venv, and its package index",
  });
}
