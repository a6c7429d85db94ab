/** The results of a benchmark as a page of Markdown. */
import type { Arithmetic } from "../compute/engine.ts";
import { present } from "../present.ts";
import type { MeasuredSpeed } from "../report/pictures/speed.ts";
import type { Skew } from "./data-shapes.ts";
import type { PeerResult } from "./peers.ts";
import type { BenchResult, Ceiling } from "./run-workload.ts";

export interface BenchReport {
  readonly machine: {
    readonly cpu: string;
    readonly processors: number;
    readonly node: string;
    readonly matinee: string;
  };
  readonly arithmetic: Arithmetic;
  readonly ceilings: readonly (readonly [threads: number, ceiling: Ceiling])[];
  readonly data: readonly Skew[];
  readonly results: readonly BenchResult[];
  readonly peers: readonly PeerResult[];
}

/** What the picture of the results shows: a mark for each work and peer. */
export function speedsOf({ results, peers }: BenchReport): MeasuredSpeed[] {
  return results.flatMap(({ workload: work, threads, seconds, fraction }) => {
    const own = present({ work, threads, fraction });
    const theirs = peers.filter((peer) => peer.workload === work && peer.threads === threads);
    if (theirs.length === 0) return [own];
    return theirs.map((peer) => {
      const packages = peer.peer.split(", ").map((name) => name.split(" ")[0]);
      return { ...own, peer: packages.join(", "), ratio: peer.seconds / seconds.min };
    });
  });
}

/**
 * @param command the command that makes the page
 * @param picture the file of the picture beside the page, if there is one
 */
export function benchPage(
  { machine, arithmetic, ceilings, data, results, peers }: BenchReport,
  command: string,
  picture?: { readonly file: string; readonly alt: string; readonly caption: string },
): string[] {
  const rows = results.flatMap((result) => {
    const { workload, threads, seconds: ours } = result;
    const own = `${secondsText(ours.min)} | ${secondsText(ours.median)} | ${secondsText(ours.max)} (${ours.runs}) | ${rateText(result)}`;
    const theirs = peers.filter((peer) => peer.workload === workload && peer.threads === threads);
    const against = theirs.map(
      (peer) =>
        `${peer.peer} | ${secondsText(peer.seconds)} | ${(peer.seconds / ours.min).toFixed(2)} | ${notes(result, peer)}`,
    );
    return (against.length > 0 ? against : [`| | | ${notes(result)}`]).map(
      (rest) => `| ${workload} | ${threads} | ${own} | ${rest} |`,
    );
  });
  const reached = ceilings.map(
    ([threads, { gflops, gbytes }]) =>
      `${gflops.toFixed(1)} GFLOP/s and ${gbytes.toFixed(1)} GB/s with ${threadsText(threads)}`,
  );
  const count = (n: number) => n.toLocaleString("en-US");
  const unitOf = new Map([
    ...results.map(({ workload, unit }) => [`| ${workload} | Matinee`, unit] as const),
    ...peers.map(({ workload, peer, unit }) => [`| ${workload} | ${peer}`, unit] as const),
  ]);
  return [
    "# Speed",
    "",
    `Made by \`${command}\`; seconds of wall clock (answers: of processor time), made-up ratings, seeded, warmed up.`,
    `${machine.cpu}, ${machine.processors} processors, Node ${machine.node}, Matinee ${machine.matinee}, ${arithmetic} arithmetic.`,
    `Plain loops reach ${reached.join(", ")}: the ceiling. The ratio is the peer's best time over ours. Peers' memory is the`,
    "peak of their process. Bytes are those of the lists of ratings that a query goes through.",
    "",
    ...(picture ? [`![${picture.alt}](${picture.file})`, "", picture.caption, ""] : []),
    "| Work | Threads | Best | Median | Worst (runs) | Rate (of the ceiling) | Peer | Its best | Ratio | Notes |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
    "What is timed:",
    "",
    "| Work | By | Unit |",
    "|---|---|---|",
    ...Array.from(unitOf, ([start, unit]) => `${start} | ${unit} |`),
    "",
    "The ratings, where user u has rated n_u films and film i was rated n_i times:",
    "",
    "| Data | Users | Films | Ratings | Σ n_u² | Σ n_i² |",
    "|---|---|---|---|---|---|",
    ...data.map(
      ({ shape, users, items, ratings, userSquares, itemSquares }) =>
        `| ${shape} | ${count(users)} | ${count(items)} | ${count(ratings)} | ${userSquares.toExponential(2)} | ${itemSquares.toExponential(2)} |`,
    ),
  ];
}

function secondsText(seconds: number): string {
  return seconds < 0.0995 ? `${Number((1000 * seconds).toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`;
}

function rateText({ gflops, gbytes, fraction }: BenchResult): string {
  if (fraction === undefined) return "";
  const speed = gflops === undefined ? `${gbytes!.toFixed(1)} GB/s` : `${gflops.toFixed(1)} GFLOP/s`;
  return `${speed} (${(100 * fraction).toFixed(0)} %)`;
}

function notes({ memory, remark }: BenchResult, peer?: PeerResult): string {
  const own = [memory && `${megabytes(memory.bytes)} of ${memory.of === "arrays" ? "arrays" : "memory"}`, remark];
  const its = peer && [
    peer.recall !== undefined && `recall ${peer.recall.toFixed(2)}`,
    memory && peer.memory !== undefined && `${megabytes(peer.memory)} of memory`,
    peer.remark,
  ];
  const [ours, theirs] = [own, its ?? []].map((list) => list.filter(Boolean).join("; "));
  return [ours, theirs && `its: ${theirs}`].filter(Boolean).join("; ");
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString("en-US")} MB`;
}

function threadsText(threads: number): string {
  return `${threads} ${threads === 1 ? "thread" : "threads"}`;
}
