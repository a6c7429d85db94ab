import { mkdir } from "node:fs/promises";
import { cpus } from "node:os";
import { basename, dirname, extname } from "node:path";
import { Command, Option } from "commander";
import { checkWorkload, type ThreadCheck, threadCheckTable } from "../../bench/check-threads.ts";
import { dataShapes, type Skew, skewOf } from "../../bench/data-shapes.ts";
import { type PeerResult, runPeers, writeForPeers } from "../../bench/peers.ts";
import { type BenchReport, benchPage, speedsOf } from "../../bench/report.ts";
import { type BenchResult, type Ceiling, measureCeiling, runWorkload } from "../../bench/run-workload.ts";
import type { Workload } from "../../bench/workload.ts";
import { optionalWorkloads, quickWorkloads, workloads } from "../../bench/workloads.ts";
import type { Arithmetic } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import type { Dataset } from "../../data/dataset.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { MatineeError } from "../../errors.ts";
import { replaceText } from "../../replace-file.ts";
import { blankDocument } from "../../report/document.ts";
import { speedPicture } from "../../report/pictures/speed.ts";
import { svgFile } from "../../report/svg-file.ts";
import { version } from "../../version.ts";
import { arithmeticOption } from "../options/model.ts";
import { parsePositive } from "../options/parse.ts";
import { describeTerm, note, printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";

interface BenchFlags {
  threads?: number[];
  arithmetic: Arithmetic;
  check?: true;
  peers?: true;
  out?: string;
  json?: true;
}

const everything = "all";

export function benchCommand(): Command {
  const quick = quickWorkloads.map(({ name }) => name);
  const slow = workloads.filter((workload) => !quickWorkloads.includes(workload)).map(({ name }) => name);
  const optional = optionalWorkloads.map(({ name }) => name);
  return new Command("bench")
    .description("Times Matinee on made-up ratings: a few minutes, many more with --peers or on 25 million ratings.")
    .argument("[workload...]", "what to time, see below")
    .option("--threads <n...>", "numbers of threads to time (default: 1 2)", (text, before?: number[]) => [
      ...(before ?? []),
      parsePositive(text),
    ])
    .addOption(arithmeticOption())
    .option("--check", "time nothing; check that 1, 2, 3 and 8 threads produce the same bytes")
    .addOption(
      new Option("--peers", "also time packages of Python and npm, installed into the cache folder").conflicts("check"),
    )
    .option("--out <file>", "write the results as Markdown, with a picture beside it")
    .option("--json", "print one JSON document")
    .addHelpText("after", () =>
      [
        "\nWorkloads:",
        ...describeTerm("  by default", quick.join(", "), 24),
        ...describeTerm("  25 million ratings", `${slow.join(", ")}; with "${everything}", these too`, 24),
        ...describeTerm("  with a text model", optional.join(", "), 24),
      ].join("\n"),
    )
    .action(run);
}

async function run(names: readonly string[], flags: BenchFlags): Promise<void> {
  const chosen = names.includes(everything)
    ? workloads
    : names.length === 0
      ? quickWorkloads
      : names.flatMap(findWorkloads);
  if (flags.check) await checkThreads(chosen, flags);
  else await timeWorkloads(chosen, names, flags);
}

async function timeWorkloads(chosen: readonly Workload[], names: readonly string[], flags: BenchFlags): Promise<void> {
  const document = flags.out === undefined ? undefined : await blankDocument(); // first, because what draws may not be installed
  const results: BenchResult[] = [];
  const peers: PeerResult[] = [];
  const data: Skew[] = [];
  const ceilings = new Map<number, Ceiling>();
  for await (const [dataset, here] of datasetsByShape(chosen)) {
    data.push(skewOf(dataset));
    if (flags.peers) await writeForPeers(dataset);
    for (const workload of here) {
      for (const threads of flags.threads ?? [1, 2]) {
        if (cancellation.aborted) throw cancelledError();
        note(`${workload.name}, threads: ${threads} …`);
        const { arithmetic } = flags;
        if (!ceilings.has(threads)) {
          using engine = await createEngine({ threads, arithmetic });
          ceilings.set(threads, await measureCeiling(engine));
        }
        using engine = await createEngine({ threads, arithmetic });
        results.push(await runWorkload(workload, dataset, engine, ceilings.get(threads)!));
        if (flags.peers) peers.push(...(await runPeers(workload.name, dataset, threads)));
      }
    }
  }
  const machine = { cpu: cpus()[0].model, processors: cpus().length, node: process.version, matinee: version };
  const { arithmetic } = flags;
  const report: BenchReport = { machine, arithmetic, ceilings: [...ceilings], data, results, peers };
  const given = [
    ...names,
    ...(flags.threads ? ["--threads", ...flags.threads] : []),
    ...(arithmetic === "strict" ? ["--arithmetic strict"] : []),
    ...(flags.peers ? ["--peers"] : []),
  ];
  const command = ["matinee bench", ...given].join(" ");
  if (document === undefined) {
    await printPage(report, benchPage(report, command), flags);
    return;
  }
  const picture = speedPicture(document, speedsOf(report));
  const file = `${flags.out!.slice(0, flags.out!.length - extname(flags.out!).length)}.svg`;
  const described = { file: basename(file), alt: picture.title, caption: picture.caption };
  await printPage(report, benchPage(report, command, described), flags);
  await replaceText(file, svgFile(picture));
}

async function checkThreads(chosen: readonly Workload[], flags: BenchFlags): Promise<void> {
  const checks: ThreadCheck[] = [];
  for await (const [dataset, here] of datasetsByShape(chosen)) {
    for (const workload of here) {
      if (cancellation.aborted) throw cancelledError();
      note(`${workload.name} …`);
      checks.push(await checkWorkload(workload, dataset, flags.arithmetic));
    }
  }
  await printPage(checks, threadCheckTable(checks), flags);
  const differing = checks.filter(({ same }) => !same).map(({ workload }) => workload);
  if (differing.length > 0) {
    throw new MatineeError("INTERNAL", `results depend on the number of threads: ${differing.join(", ")}`);
  }
}

/** The ratings of each shape in turn, with the workloads that are on it. */
async function* datasetsByShape(chosen: readonly Workload[]): AsyncGenerator<[Dataset, Workload[]]> {
  for (const [shape, size] of Object.entries(dataShapes)) {
    const here = chosen.filter((workload) => workload.shape === shape);
    if (here.length === 0) continue;
    const data = await withProgress(`Making ${shape}`, (onProgress) =>
      syntheticRatings({ name: shape, ...size }, { onProgress, signal: cancellation }),
    );
    yield [data, here];
  }
}

async function printPage(document: unknown, page: readonly string[], { out, json }: BenchFlags): Promise<void> {
  if (out !== undefined) {
    await mkdir(dirname(out), { recursive: true });
    await replaceText(out, `${page.join("\n")}\n`);
  }
  if (json) printJson(document);
  else printLines(page);
}

/** The workload of a name, or all whose names begin with these words. @throws USAGE */
function findWorkloads(name: string): Workload[] {
  const known = [...workloads, ...optionalWorkloads];
  const exact = known.filter((workload) => workload.name === name);
  const found = exact.length > 0 ? exact : known.filter((workload) => workload.name.startsWith(`${name}-`));
  if (found.length > 0) return found;
  const names = known.map((workload) => workload.name);
  throw new MatineeError("USAGE", `there is no workload "${name}"`, {
    fix: `${didYouMean(name, names)}the workloads are ${names.join(", ")}`,
  });
}

function cancelledError(): MatineeError {
  return new MatineeError("CANCELLED", "the benchmark was cancelled");
}
