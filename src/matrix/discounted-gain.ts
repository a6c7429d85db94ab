/**
 * Normalised discounted cumulative gain of one list, with a gain of 1 for a relevant item: K. Järvelin, J. Kekäläinen, "Cumulated
 * gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002. What the first k of the list gain, over what the best list of
 * length k would: Σ 1 / log₂(rank + 1) over the relevant ones of each. NaN where nothing is relevant.
 */
export function listNdcg(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  let [gain, ideal] = [0, 0];
  for (let n = 0; n < Math.min(k, list.length); n++) if (relevant.has(list[n])) gain += 1 / Math.log2(n + 2);
  for (let n = 0; n < Math.min(k, relevant.size); n++) ideal += 1 / Math.log2(n + 2);
  return gain / ideal;
}
