/** Checks that a workload produces the same bytes for any number of threads. */
import type { Arithmetic } from "../compute/engine.ts";
import { createEngine } from "../compute/pool.ts";
import type { Dataset } from "../data/dataset.ts";
import { sha256, sha256OfPieces } from "../hash.ts";
import type { Workload } from "./workload.ts";

/** Numbers of threads whose results are compared. */
export const checkedThreads = [1, 2, 3, 8] as const;

export interface ThreadCheck {
  readonly workload: string;
  /** SHA-256 of the result in hex, for each of `checkedThreads`. */
  readonly digests: readonly string[];
  readonly same: boolean;
}

/** Runs a short form of the workload with each number of threads, and compares the bytes. */
export async function checkWorkload(workload: Workload, data: Dataset, arithmetic: Arithmetic): Promise<ThreadCheck> {
  const digests: string[] = [];
  for (const threads of checkedThreads) {
    using engine = await createEngine({ threads, arithmetic });
    digests.push(await digestArrays(await workload.result(data, engine)));
  }
  return { workload: workload.name, digests, same: new Set(digests).size === 1 };
}

async function digestArrays(arrays: readonly ArrayBufferView[]): Promise<string> {
  const pieces = await sha256OfPieces(
    arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
  return sha256(new TextEncoder().encode(pieces.join(" ")));
}

export function threadCheckTable(checks: readonly ThreadCheck[]): string[] {
  return [
    `| Work | ${checkedThreads.map((threads) => `${threads} threads`).join(" | ")} | |`,
    `|---|${checkedThreads.map(() => "---").join("|")}|---|`,
    ...checks.map(({ workload, digests, same }) => {
      const short = digests.map((digest) => digest.slice(0, 12));
      return `| ${workload} | ${short.join(" | ")} | ${same ? "OK" : "DIFFERENT"} |`;
    }),
  ];
}
