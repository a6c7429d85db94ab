/** docs/traps.md, and what its tests share. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import type { Rating } from "./mf-twin.ts";

/** A table under a heading of docs/traps.md, the first unless told, says these rows, cell by cell. */
export function assertTable(heading: string, rows: readonly (readonly string[])[], table = 0): void {
  const section = traps().find((part) => part.startsWith(`${heading}\n`));
  assert.ok(section !== undefined, `docs/traps.md has no heading "${heading}"`);
  const tables = section.split("\n\n").filter((block) => block.startsWith("|"));
  const lines = tables[table].trim().split("\n").slice(2);
  const cells = lines.map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
  assert.deepEqual(cells, rows);
}

/** The sections of docs/traps.md, each from its heading on. */
export function traps(): string[] {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/traps.md"), "utf8");
  return page.split(/^## /m).slice(1);
}

/** All ratings, by index, users ascending and the items of each. */
export function ratingsOf({ byUser: { rows, offsets, indices, values } }: Dataset): Rating[] {
  return Array.from({ length: rows }, (_, user) => user).flatMap((user) =>
    Array.from(indices.subarray(offsets[user], offsets[user + 1]), (item, n): Rating => {
      return [user, item, values[offsets[user] + n]];
    }),
  );
}

/** The same people and films with other ratings. */
export function withRatings(data: Dataset, ratings: readonly Rating[]): Dataset {
  return datasetFrom({
    ...data,
    ratings: {
      userOf: Int32Array.from(ratings, ([user]) => user),
      itemOf: Int32Array.from(ratings, ([, item]) => item),
      values: Float32Array.from(ratings, ([, , value]) => value),
    },
  });
}

/** Element n of a mask of packed bits, lowest first. */
export function maskOf(base64: string): (n: number) => boolean {
  const bytes = Buffer.from(base64, "base64");
  return (n) => ((bytes[n >> 3] >> (n & 7)) & 1) === 1;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Root mean square. */
export function rms(errors: readonly number[]): number {
  return Math.sqrt(mean(errors.map((error) => error ** 2)));
}

/** .783, 1.4054 */
export function decimals(value: number, places: number): string {
  return value.toFixed(places).replace(/^(-?)0\./, "$1.");
}

/** 30,628 */
export function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
