/**
 * Hierarchical clustering by weighted linkage (WPGMA): R. R. Sokal, C. D. Michener, "A statistical method for evaluating
 * systematic relationships", University of Kansas Science Bulletin 38, 1958.
 *
 *   d(a ∪ b, c) = (d(a, c) + d(b, c)) / 2        merging the two nearest clusters until one is left
 *
 * O(n³), for a few dozen items.
 */
import { dot } from "../matrix/dense.ts";

/** Clusters 0 .. n − 1 are the single items; cluster n + m is made by merge m. */
export interface Merge {
  /** The two clusters that are merged; left < right. */
  readonly left: number;
  readonly right: number;
  /** The distance of the two. */
  readonly height: number;
  /** How many items the merged cluster holds. */
  readonly size: number;
}

/**
 * The n − 1 merges, nearest first; of equally near pairs, the one with the lower numbers.
 *
 * @param distances n × n, symmetric
 */
export function weightedLinkage(distances: Float64Array, n: number): Merge[] {
  const far = Array.from({ length: n }, (_, row) => Array.from(distances.subarray(row * n, (row + 1) * n)));
  const sizes = new Array<number>(n).fill(1);
  const open = Array.from(far.keys());
  const merges: Merge[] = [];
  while (open.length > 1) {
    let [left, right] = [open[0], open[1]];
    for (const [at, a] of open.entries()) {
      for (const b of open.slice(at + 1)) if (far[a][b] < far[left][right]) [left, right] = [a, b];
    }
    const size = sizes[left] + sizes[right];
    merges.push({ left, right, height: far[left][right], size });
    const made = far.length;
    const row = far.map((from) => (from[left] + from[right]) / 2);
    for (const [c, from] of far.entries()) from[made] = row[c];
    far.push([...row, 0]);
    sizes.push(size);
    open.splice(open.indexOf(left), 1);
    open.splice(open.indexOf(right), 1);
    open.push(made);
  }
  return merges;
}

/** The items in the order in which the dendrogram has no crossings: the left part of every merge, then the right. */
export function leafOrder(merges: readonly Merge[]): number[] {
  const n = merges.length + 1;
  const leaves = (cluster: number): number[] =>
    cluster < n ? [cluster] : [...leaves(merges[cluster - n].left), ...leaves(merges[cluster - n].right)];
  return leaves(n + merges.length - 1);
}

/** A merge as drawn: a bracket at its height, over the middles of its two parts. */
export interface Bracket {
  readonly height: number;
  readonly parts: readonly { readonly at: number; readonly height: number }[];
}

/** The brackets of the dendrogram, with its leaves at 0, 1, 2 … in their order. */
export function brackets(merges: readonly Merge[]): Bracket[] {
  const n = merges.length + 1;
  const places: { at: number; height: number }[] = [];
  for (const [place, leaf] of leafOrder(merges).entries()) places[leaf] = { at: place, height: 0 };
  return merges.map(({ left, right, height }, m) => {
    const parts = [places[left], places[right]];
    places[n + m] = { at: (parts[0].at + parts[1].at) / 2, height };
    return { height, parts };
  });
}

/** float64 [n × n]: 1 − cosine of every two rows of an n × columns matrix; 1 where a row is zero. */
export function cosineDistances(rows: Float64Array, n: number, columns: number): Float64Array {
  const inner = (a: number, b: number) => dot(rows, a * columns, rows, b * columns, columns);
  const lengths = Array.from({ length: n }, (_, row) => Math.sqrt(inner(row, row)));
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [a, b] = [Math.floor(at / n), at % n];
    if (a === b) return 0;
    const length = lengths[a] * lengths[b];
    return length === 0 ? 1 : 1 - inner(a, b) / length;
  });
}
