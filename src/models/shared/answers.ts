/** Asks any model for many users: at once where it can, by its vectors, or one by one. */
import { type Arena, type Engine, localEngine, placeCsr, type Step } from "../../compute/engine.ts";
import { densePanel, denseScores } from "../../compute/kernels/scores.ts";
import { type Csr, rowsBetween } from "../../matrix/csr.ts";
import { present } from "../../present.ts";
import type { Answers, Model, Predictions, Queries, Query, Vectors, WantedRatings } from "../model.ts";
import { profileOf } from "./profiles.ts";

/**
 * The answers of a model to many queries. Its predictions are had by `predictInto`, which asks query by query where these have none.
 * @param arena holds what is prepared; answers last as long as it
 */
export function answersOf(model: Model, engine: Engine, arena: Arena): Answers {
  if (model.askAll) return model.askAll(engine, arena);
  if (model.vectors) return { score: scoreByVectors(engine, arena, model.vectors(engine, arena)) };
  return {
    async score(queries, out, step) {
      for (const [row, query] of queriesOf(queries)) {
        model.ask(query).score(rowOf(out, row, model.items));
        await step?.(row + 1, queries.users.length);
      }
    },
  };
}

/**
 * Predicts many ratings: by `Answers.predict`, or, of a model without it, query by query.
 * @returns whether the model predicts ratings
 */
export async function predictInto(
  model: Model,
  engine: Engine,
  queries: Queries,
  wanted: WantedRatings,
  out: Predictions,
  step?: Step,
): Promise<boolean> {
  using arena = engine.arena();
  const answers = model.askAll?.(engine, arena);
  if (answers?.predict) {
    await answers.predict(queries, wanted, out, step);
    return true;
  }
  for (const [row, query] of queriesOf(queries)) {
    const { predict } = model.ask(query);
    if (!predict) return false;
    const { items, ratings, rules } = predictionsOf(wanted, out, row);
    predict(items, ratings, rules);
    await step?.(row + 1, queries.users.length);
  }
  return true;
}

function* queriesOf({ profiles, users }: Queries): Iterable<readonly [row: number, query: Query]> {
  for (const [row, user] of users.entries()) {
    yield [row, { profile: profileOf(profiles, row), ...present({ user: user < 0 ? undefined : user }) }];
  }
}

/** One row of a matrix of `width` columns. */
export function rowOf<T extends Float32Array | Float64Array>(matrix: T, row: number, width: number): T {
  return matrix.subarray(row * width, (row + 1) * width) as T;
}

/** What is wanted of one query, and where it is written. */
export function predictionsOf(
  { offsets, indices }: Pick<Csr, "offsets" | "indices">,
  { ratings, rules }: Predictions,
  row: number,
): { readonly items: Int32Array } & Predictions {
  const range = [offsets[row], offsets[row + 1]] as const;
  return { items: indices.subarray(...range), ratings: ratings.subarray(...range), rules: rules.subarray(...range) };
}

/** Bytes of scores that are in memory at a time. */
const tileBytes = 2 ** 26;

/** Calls `each` for some queries after others: as many at a time as the scores of all items take a limited part of memory for. */
export async function forSlabs(
  { profiles, users }: Queries,
  items: number,
  each: (queries: Queries, from: number) => Promise<void>,
): Promise<void> {
  const most = Math.max(1, Math.floor(tileBytes / (4 * Math.max(1, items))));
  for (let from = 0; from < users.length; from += most) {
    const to = Math.min(users.length, from + most);
    await each({ profiles: rowsBetween(profiles, from, to), users: users.subarray(from, to) }, from);
  }
}

/** Reports a part of the work: from .. to of `total`. */
export function partOf(step: Step | undefined, from: number, to: number, total: number): Step | undefined {
  return step && ((done, all) => step(from + (done / all) * (to - from), total));
}

/**
 * A matrix as `denseScores` takes it: [⌈columns / 8⌉ × depth × 8], zeros after the last column.
 * @param at the number in row k of a column
 */
export function densePanels(
  arena: Arena,
  columns: number,
  depth: number,
  at: (column: number, k: number) => number,
): Float32Array {
  const panels = arena.float32(Math.ceil(columns / densePanel) * depth * densePanel);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor(column / densePanel) * depth * densePanel + (column % densePanel);
    for (let k = 0; k < depth; k++) panels[start + k * densePanel] = at(column, k);
  }
  return panels;
}

/** Scores by vectors. */
function scoreByVectors(engine: Engine, arena: Arena, { length, items, foldIn }: Vectors): Answers["score"] {
  const columns = items.length / length;
  const panels = densePanels(arena, columns, length, (item, k) => items[item * length + k]);
  const unknown = rowsOfZeros(items, length);
  return async ({ profiles }, out, step) => {
    using own = engine.arena();
    const { rows } = profiles;
    const left = own.float32(rows * length);
    await foldIn(placeCsr(own, profiles), left, partOf(step, 0, rows / 2, rows));
    await denseScores(engine, { rows, left, panels, out, depth: length, columns }, partOf(step, rows / 2, rows, rows));
    for (const row of rowsOfZeros(left, length)) rowOf(out, row, columns).fill(-Infinity);
    leaveOut(out, columns, unknown);
  };
}

/** Sets columns of every row to −Infinity: the items that a model knows nothing of. */
export function leaveOut(out: Float32Array, columns: number, unknown: readonly number[] | Int32Array): void {
  if (unknown.length === 0) return;
  for (let row = 0; row < out.length; row += columns) for (const item of unknown) out[row + item] = -Infinity;
}

function rowsOfZeros(vectors: Float32Array, length: number): number[] {
  const found: number[] = [];
  for (let row = 0; row * length < vectors.length; row++) {
    if (rowOf(vectors, row, length).every((value) => value === 0)) found.push(row);
  }
  return found;
}

/** Options of `predictAll`. */
export interface PredictAllOptions {
  /** Where the loops run; a new engine on the calling thread unless given. */
  readonly engine?: Engine;
  readonly step?: Step;
}

/**
 * Predicts many ratings: for profile n those of the items wanted.indices[wanted.offsets[n] .. wanted.offsets[n + 1]].
 *
 * @param profiles ratings (rows × items)
 * @param wanted with times, which the predictions are for, or without
 * @param users the training row of each profile's user, or −1
 * @returns undefined where the model predicts no ratings
 */
export async function predictAll(
  model: Model,
  profiles: Csr,
  wanted: WantedRatings,
  users: Int32Array,
  { engine, step }: PredictAllOptions = {},
): Promise<Predictions | undefined> {
  using own = engine ? undefined : localEngine();
  const { length } = wanted.indices;
  const out = { ratings: new Float32Array(length), rules: new Uint8Array(length) };
  return (await predictInto(model, engine ?? own!, { profiles, users }, wanted, out, step)) ? out : undefined;
}
