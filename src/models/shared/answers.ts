/** Asks any model for many users: at once where it can, by its vectors, or one by one. */
import { type Arena, type Engine, localEngine, type Step } from "../../compute/engine.ts";
import { densePanel, denseScores } from "../../compute/kernels/scores.ts";
import { type Csr, rowsBetween } from "../../matrix/csr.ts";
import { present } from "../../present.ts";
import type {
  Answer,
  Answers,
  Model,
  Predictions,
  Queries,
  Query,
  ScoredPortion,
  Vectors,
  WantedRatings,
} from "../model.ts";
import { profileOf } from "./profiles.ts";
import { rowsInMemory, type VectorRows } from "./vector-rows.ts";

/**
 * The answers of a model to many queries. Its predictions are had by `predictInto`, which asks query by query where these have none.
 * @param arena holds what is prepared; answers last as long as it
 */
export function answersOf(model: Model, engine: Engine, arena: Arena): Answers {
  if (model.askAll) return model.askAll(engine, arena);
  if (model.vectors) {
    const { length, items, foldIn } = model.vectors(engine, arena);
    return productAnswers(engine, arena, {
      ...{ items: rowsInMemory(items, length), depth: length, foldIn },
      numberOf: (_, k, vectors, at) => vectors[at + k],
      isScored: (item) => rowOf(items, item, length).some((value) => value !== 0),
    });
  }
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

/**
 * Some queries after others.
 * @param most how many at a time; as many as the scores of all items take a limited part of memory for, unless given
 */
export function* slabsOf(
  { profiles, users }: Queries,
  items: number,
  most = Math.max(1, Math.floor(tileBytes / (4 * Math.max(1, items)))),
): Generator<{ readonly from: number; readonly queries: Queries }> {
  for (let from = 0; from < users.length; from += most) {
    const to = Math.min(users.length, from + most);
    yield { from, queries: { profiles: rowsBetween(profiles, from, to), users: users.subarray(from, to) } };
  }
}

/** The scores of other answers, changed. */
export interface ScoreChanges {
  /** What the others are asked in place of queries. */
  asked?(queries: Queries): Queries;
  /** Changes scores of one query, those of the items from `from` on. */
  change?(scores: Float32Array, from: number): void;
}

export function changedScores(
  { score, scoreInPortions }: Answers,
  { asked = (queries) => queries, change }: ScoreChanges,
): Pick<Answers, "score" | "scoreInPortions"> {
  const changeAll = (scores: Float32Array, { users }: Queries, from: number) => {
    const width = scores.length / users.length;
    for (let row = 0; change && row < users.length; row++) change(rowOf(scores, row, width), from);
  };
  return {
    async score(queries, out, step) {
      await score(asked(queries), out, step);
      changeAll(out, queries, 0);
    },
    ...(scoreInPortions && {
      scoreInPortions(queries: Queries, each: (portion: ScoredPortion) => Promise<void>, step?: Step) {
        const changed = (portion: ScoredPortion) => {
          changeAll(portion.scores, queries, portion.from);
          return each(portion);
        };
        return scoreInPortions(asked(queries), changed, step);
      },
    }),
  };
}

/** The scores of another answer, changed. */
export function changedAnswer(
  { score, scoreInSteps }: Answer,
  change: (scores: Float32Array) => void,
): Pick<Answer, "score" | "scoreInSteps"> {
  return {
    score(out) {
      score(out);
      change(out);
    },
    ...(scoreInSteps && {
      async scoreInSteps(out: Float32Array, step: Step) {
        await scoreInSteps(out, step);
        change(out);
      },
    }),
  };
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

/** What scores are products of. */
export interface Products {
  /** The vectors of items that the model keeps. */
  readonly items: VectorRows;
  /** Length of the vectors that are multiplied, which may have more numbers. */
  readonly depth: number;
  /** Number k of the vector of an item, whose kept vector begins at `at` in `vectors`. */
  numberOf(item: number, k: number, vectors: Float32Array, at: number): number;
  /** Writes users' vectors into `out`: float32 [queries × depth] in the engine's memory, zeros for users of whom nothing is known. */
  readonly foldIn: Vectors["foldIn"];
  /** Whether an item has a score. */
  isScored(item: number): boolean;
}

/** Vectors of some items as the kernel takes them, and those of the items that have no score, by their place. */
interface Panels {
  readonly panels: Float32Array;
  readonly columns: number;
  readonly unscored: readonly number[];
}

/** @param arena holds the vectors of items, where they are in memory */
export function productAnswers(
  engine: Engine,
  arena: Arena,
  { items, depth, numberOf, foldIn, isScored }: Products,
): Pick<Answers, "score" | "scoreInPortions"> {
  const { all } = items;
  let whole: Panels | undefined;

  /** Of the items from .. from + columns, whose kept vectors begin at place `first` of `vectors`. */
  function panelsIn(own: Arena, from: number, columns: number, vectors: Float32Array, first: number): Panels {
    const panels = densePanels(own, columns, depth, (n, k) => {
      return numberOf(from + n, k, vectors, (first + n) * items.length);
    });
    const unscored = Array.from({ length: columns }, (_, n) => n).filter((n) => !isScored(from + n));
    return { panels, columns, unscored };
  }

  async function usersOf({ profiles }: Queries, own: Arena, step?: Step) {
    const { rows } = profiles;
    const left = own.float32(rows * depth);
    await foldIn(profiles, left, step);
    const unknown = Array.from({ length: rows }, (_, row) => row).filter((row) => {
      return rowOf(left, row, depth).every((value) => value === 0);
    });
    return { rows, left, unknown };
  }

  async function multiply(
    { rows, left, unknown }: Awaited<ReturnType<typeof usersOf>>,
    { panels, columns, unscored }: Panels,
    out: Float32Array,
    step?: Step,
  ): Promise<void> {
    await denseScores(engine, { rows, left, panels, out, depth, columns }, step);
    leaveOut(out, columns, unscored);
    for (const row of unknown) rowOf(out, row, columns).fill(-Infinity);
  }

  async function scoreInPortions(
    queries: Queries,
    each: (portion: ScoredPortion) => Promise<void>,
    step?: Step,
  ): Promise<void> {
    using own = engine.arena();
    const users = await usersOf(queries, own);
    const { rows } = users;
    const most = 8 * Math.max(1, Math.floor(tileBytes / (32 * Math.max(1, rows))));
    for (const { from, vectors } of items.portions()) {
      const count = vectors.length / items.length;
      for (let first = 0; first < count; first += most) {
        using tile = engine.arena();
        const columns = Math.min(most, count - first);
        const scores = tile.float32(rows * columns);
        await multiply(users, panelsIn(tile, from + first, columns, vectors, first), scores);
        await each({ from: from + first, scores });
      }
      await step?.(rows * ((from + count) / items.rows), rows);
    }
  }

  return {
    async score(queries, out, step) {
      if (!all) {
        const columns = items.rows;
        return scoreInPortions(
          queries,
          async ({ from, scores }) => copyColumns(scores, out, queries.users.length, from, columns),
          step,
        );
      }
      using own = engine.arena();
      whole ??= panelsIn(arena, 0, items.rows, all, 0);
      const total = queries.users.length;
      const users = await usersOf(queries, own, partOf(step, 0, total / 2, total));
      await multiply(users, whole, out, partOf(step, total / 2, total, total));
    },
    ...(!all && { scoreInPortions }),
  };
}

/** Copies a matrix of `rows` rows into one of `columns` columns, from column `at` on. */
function copyColumns(part: Float32Array, out: Float32Array, rows: number, at: number, columns: number): void {
  const width = part.length / rows;
  for (let row = 0; row < rows; row++) out.set(rowOf(part, row, width), row * columns + at);
}

/** Sets columns of every row to −Infinity: the items that a model knows nothing of. */
export function leaveOut(out: Float32Array, columns: number, unknown: readonly number[] | Int32Array): void {
  if (unknown.length === 0) return;
  for (let row = 0; row < out.length; row += columns) for (const item of unknown) out[row + item] = -Infinity;
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
