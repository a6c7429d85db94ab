/** The recall of approximate lists against exact ones. */
import { type Csr, rowsAt } from "../matrix/csr.ts";
import { random } from "../random.ts";
import type { Lists } from "./lists.ts";
import type { OpenModel } from "./open-model.ts";
import { type RecommendAllOptions, recommendAll } from "./recommend-all.ts";

/**
 * The share of the model's items in exact lists that the given lists hold too, over a seeded sample of the users; 1 where the
 * model ranks none.
 *
 * @param sampleSize how many users are looked at
 * @param options those that the lists were made with, without `approximate`
 */
export async function recallOf(
  lists: Lists,
  opened: OpenModel,
  byUser: Csr,
  sampleSize: number,
  options: Omit<RecommendAllOptions, "approximate">,
): Promise<number> {
  const sample = sampleOf(lists.users, sampleSize);
  const { k } = lists;
  const users = options.users ? sample.map((row) => options.users![row]) : sample;
  const exact = await recommendAll(opened, { byUser: rowsAt(byUser, sample) }, { ...options, users, k });
  let [found, all] = [0, 0];
  for (const [n, user] of sample.entries()) {
    const own = new Set(lists.items.subarray(user * k, user * k + lists.chosen[user]));
    for (const item of exact.items.subarray(n * k, n * k + exact.chosen[n])) {
      all++;
      if (own.has(item)) found++;
    }
  }
  return all === 0 ? 1 : found / all;
}

/** `wanted` of the rows, ascending; the same in every run. */
function sampleOf(rows: number, wanted: number): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const { int } = random(0);
  for (let n = 0; n < wanted; n++) {
    const other = n + int(rows - n);
    [all[n], all[other]] = [all[other], all[n]];
  }
  return all.subarray(0, wanted).sort();
}
