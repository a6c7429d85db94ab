import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** Folder of a MovieLens set for tests: MATINEE_TEST_DATA, or ../shared/data beside the checkout. */
export function dataFolder(name: string): string {
  return resolve(root, process.env.MATINEE_TEST_DATA ?? "../shared/data", name);
}

/** Options for a test that needs real data: skipped, saying why, where they are missing; never in continuous integration. */
export function needsData(...names: string[]): { skip?: string } {
  const missing = names.map(dataFolder).filter((folder) => !existsSync(folder));
  return missing.length === 0 || process.env.CI === "true" ? {} : { skip: `no data at ${missing.join(", ")}` };
}

/** Expected values beside the data: ../golden/NAME. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(resolve(dataFolder("."), "../golden", name), "utf8")) as T;
}
