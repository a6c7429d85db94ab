/** What the forms of a state of EASE answer with; ease.ts has the formulas and describes the tensors. */
import type { Arena, Engine } from "../../compute/engine.ts";
import { type Csr, rowsAt, transpose } from "../../matrix/csr.ts";
import { type ScaledRow, sumOfRows } from "../../matrix/dense.ts";
import { topK } from "../../matrix/topk.ts";
import type { State } from "../model.ts";
import { checkIndexLists, numberOf, stateError, tensorOf } from "../shared/state.ts";
import { sharesOfLambda, timesRows } from "./fit.ts";
import { type Multiply, multiplyByItems, multiplyByUsers } from "./products.ts";

/** What each form of the state provides: B by its rows, columns and entries. */
export interface Weights {
  readonly items: number;
  /** 1 for the items with ratings; the others have no scores. */
  readonly rated: Uint8Array;
  /** The ratings, users × items, of which X has the differences from `origin`. */
  ratings?(origin: number): Csr;
  /** out_j = Σ_i x_i B_ij in double precision. */
  multiply(items: Int32Array, x: Float32Array, out: Float64Array): void;
  /** The same for many profiles, each out_j times discount_j. */
  multiplyAll(engine: Engine, arena: Arena, discount: Float64Array): Multiply;
  /** B_ij for each i of `items`: `out[n]` for `items[n]`. */
  column(items: Int32Array, j: number, out: Float64Array): void;
  /** −P_ij / √(P_ii P_jj) for every j, or for those of `among`: the partial correlation of i and j given all other items. */
  partialCorrelation(i: number, out: Float64Array, among?: Int32Array): void;
}

/** κ of p. */
export function growthOf(dropout: number): number {
  return dropout / (1 - dropout);
}

/** Over items: B as it stands in the paper. */
export function itemWeights(state: State): Weights {
  const diagonal = tensorOf(state, "diagonal", Float64Array, undefined);
  const items = diagonal.length;
  const b = tensorOf(state, "weights", Float32Array, items, items);
  return {
    items,
    rated: tensorOf(state, "rated", Uint8Array, items),
    multiply(profile, x, out) {
      sumOfRows(
        Array.from(profile, (item, n) => ({ values: b, at: item * items, factor: x[n] })),
        out,
      );
    },
    multiplyAll: (engine, arena, discount) => multiplyByItems(engine, arena, b, discount),
    column(profile, j, out) {
      for (let n = 0; n < profile.length; n++) out[n] = b[profile[n] * items + j];
    },
    partialCorrelation(i, out, among) {
      const count = among?.length ?? items;
      for (let n = 0; n < count; n++) {
        const j = among ? among[n] : n;
        out[j] = b[i * items + j] * Math.sqrt(diagonal[j] / diagonal[i]);
      }
    },
  };
}

/**
 * Bytes of the rows that are kept: as many as W has, and at least these. The rows are those of the films with most raters, which take longest
 * to make and are asked for most.
 */
const leastKeptBytes = 2 ** 27;

/**
 * Over users: W and the ratings, from which any entry of B follows, as B_ij = G_ij / d_j for i ≠ j, G = XᵀW, its rows times s² with dropout. Row i of G depends on no
 * profile. It is a sum of as many rows of W as film i has raters, so that of a film with many is made once, and kept.
 */
export function userWeights(state: State): Weights {
  const slack = tensorOf(state, "slack", Float64Array, undefined);
  const least = slack.find((value) => value <= 0);
  if (least !== undefined) throw stateError(state, `its slack of an item is ${least}`);
  const items = slack.length;
  const w = tensorOf(state, "w", Float32Array, undefined, items);
  const users = w.length / Math.max(1, items);
  const offsets = tensorOf(state, "offsets", Int32Array, items + 1);
  const raters = tensorOf(state, "raters", Int32Array, undefined);
  const entries = tensorOf(state, "values", Float32Array, raters.length);
  checkIndexLists(state, offsets, raters, users);
  const people = Object.hasOwn(state.facts, "featureCount") ? users - numberOf(state, "featureCount") : users;
  if (!(Number.isInteger(people) && people >= 0 && people <= users)) {
    throw stateError(state, `${users} rows of its X are for ${people} users`);
  }
  const byItem = { rows: items, columns: users, offsets, indices: raters, values: entries };
  const shares = sharesOf(state, byItem);
  const values = shares ? timesRows(byItem, shares) : entries;
  /** What an entry of G over √(d_i d_j) is multiplied by to be symmetric: s_j of its column over s_i of its row. */
  const scale = shares?.map(Math.sqrt) ?? new Float64Array(items).fill(1);
  const counts = Int32Array.from({ length: items }, (_, i) => offsets[i + 1] - offsets[i]);
  const kept = mostRated(counts, Math.floor(Math.max(leastKeptBytes, w.byteLength) / (4 * Math.max(1, items))));
  const rows = new Map<number, Float32Array>();
  const v = new Float64Array(users);

  /** Row i of G in single precision, if it is one of those that are kept. The first that asks for it gets the same as all others. */
  function keptRow(i: number): Float32Array | undefined {
    if (kept[i] === 0) return undefined;
    let row = rows.get(i);
    if (!row) {
      const sums = new Float64Array(items);
      sumOfRows(rowsOfRaters([i], [1]), sums);
      row = new Float32Array(sums);
      rows.set(i, row);
    }
    return row;
  }

  /** The rows of W, and what each counts, whose sum is Σ_i x_i G_i over some items. */
  function rowsOfRaters(of: readonly number[], x: ArrayLike<number>): ScaledRow[] {
    v.fill(0);
    for (const [n, i] of of.entries()) {
      for (let e = offsets[i]; e < offsets[i + 1]; e++) v[raters[e]] += x[n] * values[e];
    }
    const found: ScaledRow[] = [];
    for (let u = 0; u < users; u++) if (v[u] !== 0) found.push({ values: w, at: u * items, factor: v[u] });
    return found;
  }

  /** Σ_u x_ui w_uj */
  function entry(i: number, j: number): number {
    let sum = 0;
    for (let n = offsets[i]; n < offsets[i + 1]; n++) sum += values[n] * w[raters[n] * items + j];
    return sum;
  }

  return {
    items,
    rated: tensorOf(state, "rated", Uint8Array, items),
    ratings: (origin) => {
      const all = transpose({ ...byItem, values: entries.map((x) => x + origin) });
      return rowsAt(
        all,
        Int32Array.from({ length: people }, (_, user) => user),
      );
    },
    multiply(profile, x, out) {
      const terms: ScaledRow[] = [];
      const [others, ofOthers]: [number[], number[]] = [[], []];
      for (const [n, i] of profile.entries()) {
        const row = keptRow(i);
        if (row) terms.push({ values: row, at: 0, factor: x[n] });
        else {
          others.push(i);
          ofOthers.push(x[n]);
        }
      }
      sumOfRows([...terms, ...rowsOfRaters(others, ofOthers)], out);
      for (let n = 0; n < profile.length; n++) out[profile[n]] -= x[n] * (1 - slack[profile[n]]);
      for (let j = 0; j < items; j++) out[j] /= slack[j];
    },
    multiplyAll: (engine, arena, discount) =>
      multiplyByUsers(engine, arena, { w, slack, offsets, raters, values }, discount),
    column(profile, j, out) {
      for (let n = 0; n < profile.length; n++) {
        out[n] = profile[n] === j ? 0 : (keptRow(profile[n])?.[j] ?? entry(profile[n], j)) / slack[j];
      }
    },
    partialCorrelation(i, out, among) {
      const row = keptRow(i);
      if (among) {
        for (let n = 0; n < among.length; n++) {
          const j = among[n];
          out[j] = ((row ? row[j] : entry(i, j)) * scale[j]) / scale[i] / Math.sqrt(slack[i] * slack[j]);
        }
        return;
      }
      if (row) out.set(row);
      else sumOfRows(rowsOfRaters([i], [1]), out);
      for (let j = 0; j < items; j++) out[j] *= scale[j] / scale[i] / Math.sqrt(slack[i] * slack[j]);
    },
  };
}

/** 1 for so many items of the most ratings, of equal ones the first; for none without any. */
function mostRated(counts: Int32Array, most: number): Uint8Array {
  const marks = new Uint8Array(counts.length);
  for (const item of topK(Float64Array.from(counts), most)) marks[item] = counts[item] > 0 ? 1 : 0;
  return marks;
}

/** s² of every item; undefined without dropout. @param x items × users, with their entries @throws ARTIFACT_CONTENT */
function sharesOf(state: State, x: Csr): Float64Array | undefined {
  if (!Object.hasOwn(state.facts, "dropout")) return undefined;
  const [dropout, lambda] = [numberOf(state, "dropout"), numberOf(state, "lambda")];
  if (!(dropout >= 0 && dropout < 1)) throw stateError(state, `its dropout is ${dropout}`);
  if (!(lambda > 0)) throw stateError(state, `its lambda is ${lambda}`);
  return sharesOfLambda(x, lambda, growthOf(dropout));
}
