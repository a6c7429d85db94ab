/** Fits the sparse form of EASE; ease.ts has the formulas and describes the tensors. */
import type { Engine } from "../../compute/engine.ts";
import { fillGram, gramBytes, tileBytes, tilesIn } from "../../compute/inverse.ts";
import { regressions, regressionsScratch } from "../../compute/kernels/ease.ts";
import type { Dataset, Shape } from "../../data/dataset.ts";
import { type Csr, rowsAt, transpose } from "../../matrix/csr.ts";
import { topK } from "../../matrix/topk.ts";
import type { FitContext, Tensors } from "../model.ts";
import {
  type EaseBytes,
  type EaseInput,
  entriesByItem,
  phase,
  ratedItems,
  sharesOfLambda,
  squaresOf,
  unpack,
} from "./fit.ts";

/** Regressors are among so many of the most rated items: the products of all pairs of these are in memory, 67 MB. */
const headSize = 4096;
/** Items whose systems are in memory at a time. */
const batch = 2048;

export async function fitSparse(
  data: Dataset,
  { lambda, growth, regressors, ...input }: EaseInput & { readonly regressors: number },
  { engine, step }: Pick<FitContext, "engine" | "step">,
): Promise<Tensors> {
  const x = entriesByItem(data, input);
  const shares = sharesOfLambda(x, lambda, growth);
  const diagonal = shares.map((share, item) => lambda / share + squaresOf(x, item));
  const w = await factor(engine, x, diagonal, { lambda, regressors }, step);
  return {
    offsets: { shape: [w.offsets.length], data: w.offsets },
    indices: { shape: [w.indices.length], data: w.indices },
    factor: { shape: [w.values.length], data: w.values },
    rated: { shape: [x.rows], data: ratedItems(data.byItem) },
  };
}

/**
 * W by its columns: row i has w_ki of every k.
 * @param x items × users, with their entries
 * @param diagonal A_ii of every item
 */
async function factor(
  engine: Engine,
  x: Csr,
  diagonal: Float64Array,
  { lambda, regressors }: { readonly lambda: number; readonly regressors: number },
  step: FitContext["step"],
): Promise<Csr> {
  const items = x.rows;
  const order = Int32Array.from(diagonal.keys()).sort((i, j) => countOf(x, j) - countOf(x, i) || i - j);
  const rank = new Int32Array(items);
  for (const [place, item] of order.entries()) rank[item] = place;
  const head = order.slice(0, headSize).sort();
  /** Where each of these stands among them. */
  const places = new Int32Array(items);
  for (const [place, item] of head.entries()) places[item] = place;
  const known = rowsAt(x, head);
  const byUser = transpose(known);
  using arena = engine.arena();
  const a = await productsOf(head);
  const scale = Float64Array.from(head, (item) => 1 / Math.sqrt(diagonal[item]));

  const width = Math.min(regressors, head.length);
  const f = paddedTo8(width);
  const systems = {
    ...{ a, n: head.length, f },
    sets: arena.int32(batch * f),
    products: arena.float32(batch * f),
    rest: arena.float64(batch),
  };
  const [products, strength, found] = [
    new Float64Array(head.length),
    new Float64Array(head.length),
    new Int32Array(head.length),
  ];
  const offsets = new Int32Array(items + 1);
  const indices = new Int32Array(items * (width + 1));
  const values = new Float32Array(items * (width + 1));
  let at = 0;
  for (let first = 0; first < items; first += batch) {
    const rows = Math.min(batch, items - first);
    systems.sets.fill(-1);
    systems.products.fill(0);
    for (let row = 0; row < rows; row++) {
      const item = first + row;
      systems.rest[row] = diagonal[item];
      for (const [n, q] of regressorsOf(item).entries()) {
        systems.sets[row * f + n] = q;
        systems.products[row * f + n] = products[q];
      }
      if (row % 64 === 0) await step(0.2 + (0.8 * (first + row)) / items, 1);
    }
    await regressions(engine, { ...systems, rows });
    for (let row = 0; row < rows; row++) put(first + row, row);
  }
  const size = { rows: items, columns: items, offsets };
  return transpose({ ...size, indices: indices.subarray(0, at), values: values.subarray(0, at) });

  /** A of the items that may be regressors: float32 [head × head]. */
  async function productsOf(among: Int32Array): Promise<Float32Array> {
    const n = among.length;
    const out = arena.float32(n * n);
    using room = engine.arena();
    const tiles = tilesIn(room, n, "single");
    await fillGram(engine, tiles, known, byUser, 0, phase(step, 0, 0.2));
    unpack(tiles, out, n);
    for (const [p, item] of among.entries()) out[p * n + p] = diagonal[item];
    return out;
  }

  /** Chooses the regressors of an item, ascending, and leaves its products with them. */
  function regressorsOf(item: number): Int32Array {
    fillProducts(item);
    let count = 0;
    for (let q = 0; q < head.length; q++) {
      if (products[q] === 0 || rank[head[q]] >= rank[item]) continue;
      strength[q] = Math.abs(products[q]) * scale[q];
      found[count++] = q;
    }
    return topK(strength, width, { among: found.subarray(0, count) }).sort();
  }

  /** A_Si of an item, S being all items that may be regressors: from A where it is one of them. */
  function fillProducts(item: number): void {
    if (rank[item] < head.length) {
      const row = places[item] * head.length;
      products.set(a.subarray(row, row + head.length));
      return;
    }
    products.fill(0);
    for (let e = x.offsets[item]; e < x.offsets[item + 1]; e++) {
      const user = x.indices[e];
      for (let m = byUser.offsets[user]; m < byUser.offsets[user + 1]; m++) {
        products[byUser.indices[m]] += x.values[e] * byUser.values[m];
      }
    }
  }

  /** Writes row k of W, its columns ascending. */
  function put(k: number, row: number): void {
    // A_kk − A_kS A_SS⁻¹ A_Sk is λ_k at least, since A − Λ has no negative eigenvalue.
    const own = 1 / Math.sqrt(Math.max(lambda, systems.rest[row]));
    let placed = false;
    for (let n = row * f; n < row * f + width && systems.sets[n] >= 0; n++) {
      const i = head[systems.sets[n]];
      if (!placed && i > k) putEntry(k, own);
      placed ||= i > k;
      putEntry(i, -own * systems.products[n]);
    }
    if (!placed) putEntry(k, own);
    offsets[k + 1] = at;
  }

  function putEntry(i: number, value: number): void {
    indices[at] = i;
    values[at++] = value;
  }
}

function countOf({ offsets }: Csr, row: number): number {
  return offsets[row + 1] - offsets[row];
}

/** Peak bytes of `fitSparse`, with one thread. */
export function bytesOfSparse({ users, items, ratings }: Shape, regressors: number): EaseBytes {
  const head = Math.min(items, headSize);
  const width = Math.min(regressors, head);
  const f = paddedTo8(width);
  const making = tileBytes(head, "single") + gramBytes(head, users, ratings);
  const engineBytes = 4 * head * head + Math.max(making, batch * (8 * f + 8) + regressionsScratch(f));
  return { bytes: engineBytes + 16 * items * (width + 1) + 20 * ratings + 17 * items, engineBytes };
}

/** Floating-point operations of `fitSparse`: the products of all pairs in a row of X, and a system for each item. */
export function operationsOfSparse({ users, items, ratings }: Shape, regressors: number): number {
  const width = Math.min(regressors, items, headSize);
  return (2 * ratings * ratings) / Math.max(1, users) + items * (width ** 3 / 3 + 2 * width ** 2);
}

function paddedTo8(length: number): number {
  return 8 * Math.ceil(length / 8);
}
