/**
 * Which film came right after which, in the order in which users rated. Of ratings of one moment, the mean over all their orders counts: two
 * films of one moment, of m, come right after one another in 1 / m of its orders; a film of one moment and one of the next, of m', in 1 / (m m').
 * Of more than 64 ratings of one moment, each is paired with the next 63 in a circle that is drawn, by as much more.
 */
import type { Shape } from "../../data/dataset.ts";
import type { Csr, Times } from "../../matrix/csr.ts";
import { type Random, random } from "../../random.ts";
import type { Cost, FitContext, State, Tensors } from "../model.ts";
import { ratingOrder } from "./moments.ts";
import { profileOf } from "./profiles.ts";
import { checkRows, stateError, tensorOf } from "./state.ts";

/** Ratings of one moment of which every pair is counted. */
const mostPaired = 64;

/** Counts of transitions, in sparse rows. */
export interface Transitions {
  /** int32 [films + 1]: where the row of each film begins. */
  readonly offsets: Int32Array;
  /** int32 [entries]: the films j that came right after film i, ascending. */
  readonly reached: Int32Array;
  /** float64 [entries]: c_ij, how often. */
  readonly counts: Float64Array;
}

/** As a state has them. */
export function transitionTensors({ offsets, reached, counts }: Transitions): Tensors {
  return {
    offsets: { shape: [offsets.length], data: offsets },
    reached: { shape: [reached.length], data: reached },
    counts: { shape: [counts.length], data: counts },
  };
}

/**
 * Those of a state, and float64 [films] Σ_j c_ij + `smoothing`.
 *
 * @param films how many there must be
 * @throws ARTIFACT_CONTENT
 */
export function transitionsOf(
  state: State,
  smoothing: number,
  films?: number,
): Transitions & { readonly totals: Float64Array } {
  const offsets = tensorOf(state, "offsets", Int32Array, films === undefined ? undefined : films + 1);
  const reached = tensorOf(state, "reached", Int32Array, undefined);
  const counts = tensorOf(state, "counts", Float64Array, reached.length);
  const rows = offsets.length - 1;
  checkRows(state, offsets, reached, rows);
  if (!counts.every((count) => count > 0 && count < Infinity)) throw stateError(state, "a count is not above 0");
  const totals = Float64Array.from({ length: rows }, (_, film) => {
    let total = smoothing;
    for (let n = offsets[film]; n < offsets[film + 1]; n++) total += counts[n];
    return total;
  });
  return { offsets, reached, counts, totals };
}

/** What counting takes at most: memory, most of it for the entries, and operations. */
export function transitionsCost({ items, ratings }: Shape): Pick<Cost, "bytes" | "operations"> {
  const most = mostPaired * ratings;
  return { bytes: 60 * Math.min(most, items * items) + 16 * items, operations: most };
}

/**
 * Counts transitions between the films that take part, as if others had not been rated.
 *
 * @param rows int32 [items]: the number of each film among those that take part, or −1
 */
export async function countTransitions(
  byUser: Csr,
  { films, rows }: { readonly films: number; readonly rows: Int32Array },
  { seed, step }: Pick<FitContext, "seed" | "step">,
): Promise<Transitions> {
  const after = Array.from({ length: films }, () => new Map<number, number>());
  const draw = random(seed);
  const add = (from: number, to: number, weight: number) => {
    after[from].set(to, (after[from].get(to) ?? 0) + weight);
  };
  for (let user = 0; user < byUser.rows; user++) {
    await step(user, byUser.rows);
    const { items, times } = profileOf(byUser, user);
    const known = items.map((item) => rows[item]).filter((film) => film >= 0);
    const order = times?.filter((_, at) => rows[items[at]] >= 0);
    let before: Int32Array | undefined;
    for (const moment of momentsOf(known, order, draw)) {
      addMoment(moment, add);
      if (before) addFollowing(before, moment, add);
      before = moment;
    }
  }
  const lists = after.map((reached) => Array.from(reached).sort(([a], [b]) => a - b));
  const offsets = new Int32Array(films + 1);
  for (const [film, list] of lists.entries()) offsets[film + 1] = offsets[film] + list.length;
  const entries = lists.flat();
  return {
    offsets,
    reached: Int32Array.from(entries, ([film]) => film),
    counts: Float64Array.from(entries, ([, count]) => count),
  };
}

/** The films of each moment, the earliest first; those of one in an order that is drawn. */
function momentsOf(films: Int32Array, times: Times | undefined, draw: Random): Int32Array[] {
  const { order, places } = ratingOrder(films.length, times, draw);
  const moments: Int32Array[] = [];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && places[to] === places[from]) to++;
    moments.push(order.subarray(from, to).map((position) => films[position]));
    from = to;
  }
  return moments;
}

type AddTransition = (from: number, to: number, weight: number) => void;

function addMoment(moment: Int32Array, add: AddTransition): void {
  const m = moment.length;
  const pairs = Math.min(m, mostPaired) - 1;
  for (let a = 0; a < m; a++) {
    for (let n = 1; n <= pairs; n++) add(moment[a], moment[(a + n) % m], (m - 1) / (m * pairs));
  }
}

function addFollowing(before: Int32Array, after: Int32Array, add: AddTransition): void {
  const [last, first] = [before.subarray(0, mostPaired), after.subarray(0, mostPaired)];
  for (const i of last) for (const j of first) add(i, j, 1 / (last.length * first.length));
}
