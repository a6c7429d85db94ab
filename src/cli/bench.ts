import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { Command, Option } from "commander";
import { type PeerResult, runPeers, writeForPeers } from "../bench/peers.ts";
import { type Ceiling, measureCeiling, type Result, runWorkload } from "../bench/run.ts";
import { shapes, type Workload, workloads } from "../bench/workloads.ts";
import type { Arithmetic } from "../compute/engine.ts";
import { createEngine } from "../compute/pool.ts";
import { defaultCacheFolder } from "../data/download.ts";
import { syntheticRatings } from "../data/synthetic.ts";
import { MatineeError } from "../errors.ts";
import { didYouMean } from "../suggest.ts";
import { version } from "../version.ts";
import { whole } from "./options.ts";
import { note, printJson, printLines, timed } from "./output.ts";
import { cancellation } from "./run.ts";

interface Flags {
  threads: number[];
  arithmetic: Arithmetic;
  peers?: true;
  out?: string;
  json?: true;
}

export function benchCommand(): Command {
  return new Command("bench")
    .description("Time Matinee's work on made-up ratings of known sizes, and what people use in Python beside it.")
    .argument("[workload...]", `which; all unless named: ${workloads.map(({ name }) => name).join(", ")}`)
    .option("--threads <n...>", "numbers of threads to time", (text, before: number[]) => [
      ...(before ?? []),
      whole(text),
    ])
    .addOption(
      new Option("--arithmetic <name>", "how sums are rounded").choices(["strict", "relaxed"]).default("relaxed"),
    )
    .option("--peers", "time the Python packages on the same ratings too (installs them once, into the cache folder)")
    .option("--out <file>", "write the table as Markdown")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(names: readonly string[], flags: Flags): Promise<void> {
  const chosen = names.length === 0 ? workloads : names.map(workloadNamed);
  const results: Result[] = [];
  const peers: PeerResult[] = [];
  const ceilings = new Map<number, Ceiling>();
  for (const [shape, size] of Object.entries(shapes)) {
    const here = chosen.filter((workload) => workload.shape === shape);
    if (here.length === 0) continue;
    const data = await timed(`Making ${shape}`, (onProgress) =>
      syntheticRatings({ name: shape, ...size }, { onProgress, signal: cancellation }),
    );
    const folder = join(defaultCacheFolder(), "bench", `${shape}-1`);
    if (flags.peers) await writeForPeers(data, folder);
    for (const threads of flags.threads ?? [1]) {
      using engine = await createEngine({ threads, arithmetic: flags.arithmetic });
      if (!ceilings.has(threads)) ceilings.set(threads, await measureCeiling(engine));
      for (const workload of here) {
        if (cancellation.aborted) throw new MatineeError("CANCELLED", "the benchmark was cancelled");
        note(`${workload.name}, ${threads} threads …`);
        results.push(await runWorkload(workload, data, engine, ceilings.get(threads)!));
        if (flags.peers) peers.push(...(await runPeers(workload.name, folder, threads)));
      }
    }
  }
  const machine = { cpu: cpus()[0].model, processors: cpus().length, node: process.version, matinee: version };
  const report = { machine, arithmetic: flags.arithmetic, ceilings: [...ceilings], results, peers };
  const table = markdown(report, ["matinee bench", ...names, ...(flags.peers ? ["--peers"] : [])].join(" "));
  if (flags.out !== undefined) {
    await mkdir(dirname(flags.out), { recursive: true });
    await writeFile(flags.out, `${table.join("\n")}\n`);
  }
  if (flags.json) printJson(report);
  else printLines(table);
}

function workloadNamed(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (found) return found;
  const names = workloads.map((workload) => workload.name);
  throw new MatineeError("USAGE", `there is no workload "${name}"`, {
    fix: `${didYouMean(name, names)}the workloads are ${names.join(", ")}`,
  });
}

interface Report {
  readonly machine: {
    readonly cpu: string;
    readonly processors: number;
    readonly node: string;
    readonly matinee: string;
  };
  readonly arithmetic: Arithmetic;
  readonly ceilings: readonly (readonly [threads: number, ceiling: Ceiling])[];
  readonly results: readonly Result[];
  readonly peers: readonly PeerResult[];
}

function markdown({ machine, arithmetic, ceilings, results, peers }: Report, command: string): string[] {
  const seconds = (value: number) => value.toPrecision(3);
  const rows = results.flatMap(({ workload, unit, threads, seconds: ours, gflops, fraction }) => {
    const share = gflops === undefined ? "" : `${gflops.toFixed(1)} (${(100 * fraction!).toFixed(0)} %)`;
    const own = `${seconds(ours.min)} | ${seconds(ours.median)} | ${seconds(ours.max)} (${ours.runs}) | ${share}`;
    const theirs = peers.filter((peer) => peer.workload === workload && peer.threads === threads);
    const against = theirs.map(
      (peer) => `${peer.peer} | ${seconds(peer.seconds)} | ${(peer.seconds / ours.min).toFixed(2)}`,
    );
    return (against.length > 0 ? against : ["| |"]).map(
      (peer) => `| ${workload} | ${unit} | ${threads} | ${own} | ${peer} |`,
    );
  });
  const reached = ceilings.map(
    ([threads, { gflops, gbytes }]) =>
      `${gflops.toFixed(1)} GFLOP/s and ${gbytes.toFixed(1)} GB/s with ${threads} threads`,
  );
  return [
    "# Speed",
    "",
    `Made by \`${command}\`; seconds of wall clock, made-up ratings, seeded, warmed up.`,
    `${machine.cpu}, ${machine.processors} processors, Node ${machine.node}, Matinee ${machine.matinee}, ${arithmetic} arithmetic.`,
    `Plain loops reach ${reached.join(", ")}. The ratio is the peer's best time over ours.`,
    "",
    "| Work | Unit | Threads | Best | Median | Worst (runs) | GFLOP/s (of the ceiling) | Peer | Its best | Ratio |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ];
}
