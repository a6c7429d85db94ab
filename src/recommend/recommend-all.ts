/** The lists that `recommend` makes, for every user of a data set at once. */
import { type Arena, type Engine, localEngine, placeCsr, type Step } from "../compute/engine.ts";
import type { MakeIndex } from "../compute/hnsw.ts";
import { bestScores } from "../compute/kernels/scores.ts";
import { type ItemPanels, panelsOf, type TopLists, topKOfAll, type UserVectors } from "../compute/topk.ts";
import type { Dataset } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, rowsBetween } from "../matrix/csr.ts";
import { topK } from "../matrix/topk.ts";
import { throwNotFinite } from "../models/finite.ts";
import { stepper } from "../models/fit.ts";
import type { Answers, Model, Queries, ScoredPortion, Vectors } from "../models/model.ts";
import { answersOf, partOf, rowOf, slabsOf } from "../models/shared/answers.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { present } from "../present.ts";
import { findByIndex } from "./approximate.ts";
import { copyList, emptyLists, type Lists, type PartOfLists } from "./lists.ts";
import type { OpenModel } from "./open-model.ts";
import { checkListLength, checkSpace } from "./query.ts";

/** Options of `recommendAll`. */
export interface RecommendAllOptions {
  /** Length of each list; 10 unless given, and never more than there are films. */
  readonly k?: number;
  /** Where the loops run; a new engine on the calling thread unless given. */
  readonly engine?: Engine;
  /** For each user the row of the ratings that the model was fitted on, or −1; row for row unless given. */
  readonly users?: Int32Array;
  /** Choose from what an index finds, such as that of `hnsw()`: for models with vectors, and very many films. */
  readonly approximate?: MakeIndex;
  /** Called with the finished share of the work, 0 to 1, a few times a second. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Users whose vectors lie in memory at a time. */
const slabRows = 8192;

/**
 * The k films that suit each user best, none of which the user has rated. The lists are those of `recommend`, except where
 * scores are equal within single precision. The engine makes the lists of many users at once. With `approximate` some of the best may be missing from a list; its scores and its order are exact.
 *
 * @param dataset in the model's own index spaces of films and, without `users`, of users
 * @throws USAGE for a list length that makes no sense or films of another space; CAPABILITY_MISSING where
 *   `approximate` is asked of a model without vectors; NOT_FINITE, MEMORY, CANCELLED
 * @example
 * import { recommendAll } from "matinee/core";
 * const lists = await recommendAll(recommender.opened, data, { k: 5 });
 * data.items.id(lists.items[0]);
 */
export async function recommendAll(
  opened: OpenModel,
  dataset: Pick<Dataset, "byUser"> & Partial<Pick<Dataset, "name" | "users" | "items">>,
  options: RecommendAllOptions = {},
): Promise<Lists> {
  return together(recommendInParts(opened, dataset, options), dataset.byUser, options);
}

/** The lists of `recommendAll`, those of some users after others. Arguments and errors are those of `recommendAll`. */
export async function* recommendInParts(
  opened: OpenModel,
  dataset: Parameters<typeof recommendAll>[1],
  options: RecommendAllOptions = {},
): AsyncGenerator<PartOfLists> {
  const { model, info, name, fallback } = opened;
  const { byUser: ratings, items, users } = dataset;
  if (items) {
    const rows = users && !options.users ? { users } : {};
    checkSpace(info, { name: dataset.name ?? "the data", items, ...rows });
  }
  if (ratings.columns !== info.items.size) {
    const message = `the data name ${ratings.columns} films, the model ${info.items.size}`;
    throw new MatineeError("USAGE", message, { fix: "give the data that the model was trained on" });
  }
  if (options.approximate && !model.vectors) {
    throw new MatineeError("CAPABILITY_MISSING", `${name} has no vectors for an index to find`, {
      fix: "leave the index out (--approximate), or choose a model of factors, such as als",
    });
  }
  const step = stepper("recommending", options);
  for await (const { from, lists } of listInParts(model, ratings, options)) {
    const to = from + lists.users;
    await fillLists(fallback.model, rowsBetween(ratings, from, to), lists, (done) => step(from + done, ratings.rows));
    yield { from, lists };
  }
}

/**
 * The lists of `recommendAll` without its fallback: a list is shorter where the model can score fewer films.
 * @param ratings in the model's own index space of films
 */
export async function listAll(model: Model, ratings: Csr, options: RecommendAllOptions = {}): Promise<Lists> {
  return together(listInParts(model, ratings, options), ratings, options);
}

async function together(
  parts: AsyncIterable<PartOfLists>,
  ratings: Csr,
  { k = 10 }: RecommendAllOptions,
): Promise<Lists> {
  const all = emptyLists(ratings.rows, Math.min(checkListLength(k), ratings.columns));
  for await (const { from, lists } of parts) {
    for (let row = 0; row < lists.users; row++) copyList(lists, row, all, from + row);
  }
  return all;
}

async function* listInParts(
  model: Model,
  ratings: Csr,
  options: RecommendAllOptions = {},
): AsyncGenerator<PartOfLists> {
  const k = Math.min(checkListLength(options.k ?? 10), ratings.columns);
  const users = ratings.rows;
  const step = stepper("recommending", options);
  await step(0, users);
  using own = options.engine ? undefined : localEngine();
  const engine = options.engine ?? own!;
  using arena = engine.arena();
  const { users: trained = Int32Array.from({ length: users }, (_, user) => user) } = options;
  const list = model.vectors
    ? await listerByVectors(engine, arena, model.vectors(engine, arena), k, step, options.approximate)
    : listerByScores(engine, answersOf(model, engine, arena), k);
  for (const { from, queries } of slabsOf({ profiles: ratings, users: trained }, ratings.columns, list.usersAtOnce)) {
    const lists = emptyLists(queries.users.length, k);
    await list.fill(queries, lists, partOf(step, from, from + lists.users, users)!);
    for (let row = 0; row < lists.users; row++) {
      let chosen = k;
      while (chosen > 0 && lists.items[row * k + chosen - 1] === -1) chosen--;
      lists.chosen[row] = chosen;
    }
    yield { from, lists };
  }
  options.onProgress?.(1);
}

/** Finds the best items of some users. */
interface Lister {
  /** As many as scores of all items fit for, unless given. */
  readonly usersAtOnce?: number;
  /** @param lists of no items yet */
  fill(queries: Queries, lists: Lists, step: Step): Promise<void>;
}

/** By the vectors of the users, and then their best items. */
async function listerByVectors(
  engine: Engine,
  arena: Arena,
  vectors: Vectors,
  k: number,
  step: Step,
  approximate?: MakeIndex,
): Promise<Lister> {
  const find = approximate
    ? await findByIndex(vectors, approximate, step)
    : findByPanels(engine, await panelsOf(engine, arena, vectors.items, vectors.length));
  return {
    usersAtOnce: slabRows,
    async fill({ profiles }, lists, step) {
      using own = engine.arena();
      const slab = placeCsr(own, profiles);
      const { rows } = slab;
      const people = { ...slab, vectors: own.float32(rows * vectors.length) };
      const best = { k, items: own.int32(rows * k), scores: own.float32(rows * k) };
      await vectors.foldIn(slab, people.vectors, partOf(step, 0, rows / 2, rows));
      checkVectors(people.vectors);
      await find(people, best, partOf(step, rows / 2, rows, rows)!);
      lists.items.set(best.items);
      lists.scores.set(best.scores);
    },
  };
}

function checkVectors(vectors: Float32Array): void {
  const wrong = vectors.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new MatineeError("NOT_FINITE", `a user's vector of the model holds ${wrong}`);
}

type Find = (people: UserVectors, best: TopLists, step: Step) => Promise<void>;

function findByPanels(engine: Engine, panels: ItemPanels): Find {
  return (people, best, step) => topKOfAll(engine, people, panels, best, step);
}

/** By the scores of all items, or of some after others where these come so. */
function listerByScores(engine: Engine, { score, scoreInPortions }: Answers, k: number): Lister {
  if (scoreInPortions) {
    return {
      usersAtOnce: slabRows,
      fill: (queries, lists, step) => {
        const bestOf = bestOfPortions(engine, queries.profiles, lists);
        return scoreInPortions(queries, bestOf, step);
      },
    };
  }
  return {
    async fill({ profiles, users }, lists, step) {
      using own = engine.arena();
      const { times } = profiles;
      const placed = { ...placeCsr(own, profiles), ...present({ times }) };
      const scores = own.float32(profiles.rows * profiles.columns);
      await score({ profiles: placed, users }, scores, step);
      const { items, best } = await bestOfTile(engine, own, { scores, rated: placed, from: 0 }, k);
      lists.items.set(items);
      lists.scores.set(best);
    },
  };
}

/** Enters the best of each portion into lists. */
function bestOfPortions(
  engine: Engine,
  { rows, offsets, indices }: Csr,
  lists: Lists,
): (portion: ScoredPortion) => Promise<void> {
  /** Of each user's ratings, the first of an item that is still to come. */
  const next = offsets.slice(0, rows);
  return async ({ from, scores }) => {
    using own = engine.arena();
    const columns = scores.length / rows;
    const starts = own.int32(rows + 1);
    const rated: number[] = [];
    for (let row = 0; row < rows; row++) {
      while (next[row] < offsets[row + 1] && indices[next[row]] < from + columns)
        rated.push(indices[next[row]++] - from);
      starts[row + 1] = rated.length;
    }
    const ratedHere = { rows, columns, offsets: starts, indices: own.place(Int32Array.from(rated)) };
    const k = Math.min(lists.k, columns);
    const { items, best } = await bestOfTile(engine, own, { scores, rated: ratedHere, from }, k);
    for (let row = 0; row < rows; row++) {
      for (let n = row * k; n < (row + 1) * k && enter(lists, row, items[n] + from, best[n]); n++);
    }
  };
}

/** Enters an item into a list, after those of equal score, if there is room or its score is above the last. Returns whether it did. */
function enter({ k, items, scores }: Lists, row: number, item: number, score: number): boolean {
  let place = (row + 1) * k - 1;
  if (!(score > scores[place])) return false;
  for (; place > row * k && scores[place - 1] < score; place--) {
    items[place] = items[place - 1];
    scores[place] = scores[place - 1];
  }
  items[place] = item;
  scores[place] = score;
  return true;
}

/** Lists that are longer come from a heap, since a kernel's insertions would take k² steps. */
const longestInserted = 256;

/** Scores of the items from `from` on, and those of them that each user rated, in the engine's memory. */
interface Tile {
  readonly from: number;
  /** float32 [rows × columns], which is overwritten. */
  readonly scores: Float32Array;
  readonly rated: Pick<Csr, "rows" | "columns" | "offsets" | "indices">;
}

/** The k best columns of every row that it did not rate, and their scores; −1 and −Infinity where there are fewer. @throws NOT_FINITE */
async function bestOfTile(
  engine: Engine,
  own: Arena,
  { scores, rated, from }: Tile,
  k: number,
): Promise<{ readonly items: Int32Array; readonly best: Float32Array }> {
  const { rows, columns, offsets, indices } = rated;
  const found = { items: own.int32(rows * k), best: own.float32(rows * k) };
  const wrong = own.int32(rows);
  const kept = Math.min(k, longestInserted);
  const inserted = kept === k ? found : { items: own.int32(rows * kept), best: own.float32(rows * kept) };
  await bestScores(engine, { rows, scores, offsets, indices, ...inserted, wrong, columns, k: kept });
  for (let row = 0; row < rows; row++) {
    if (wrong[row] >= 0) throwNotFinite(from + wrong[row], scores[row * columns + wrong[row]]);
    if (kept === k) continue;
    const ofRow = rowOf(scores, row, columns);
    const best = topK(ofRow, k);
    found.items.fill(-1, row * k, (row + 1) * k);
    found.best.fill(-Infinity, row * k, (row + 1) * k);
    best.forEach((item, n) => {
      found.items[row * k + n] = item;
      found.best[row * k + n] = ofRow[item];
    });
  }
  return found;
}

/**
 * Fills the places that a model has left empty with what the fallback ranks first. `chosen` stays, and so says which items are the model's.
 *
 * @param ratings items that no list may hold; rows as in `lists`
 */
export async function fillLists(fallback: Model, ratings: Csr, lists: Lists, step: Step): Promise<void> {
  let scores = new Float32Array(0);
  let allowed = new Uint8Array(0);
  for (let user = 0; user < lists.users; user++) {
    const profile = profileOf(ratings, user);
    if (lists.chosen[user] >= Math.min(lists.k, ratings.columns - profile.items.length)) continue;
    if (scores.length === 0) {
      scores = new Float32Array(ratings.columns);
      allowed = new Uint8Array(ratings.columns).fill(1);
    }
    fallback.ask({ profile }).score(scores);
    appendBest(lists, user, scores, allowed, profile.items);
    await step(user + 1, lists.users);
  }
}

/** Appends the best scored items to a user's list, without those in the list and those that the user rated. */
function appendBest(lists: Lists, user: number, scores: Float32Array, allowed: Uint8Array, rated: Int32Array): void {
  const { k, chosen } = lists;
  const at = user * k + chosen[user];
  const before = lists.items.slice(user * k, at);
  const allow = (value: 0 | 1) => (item: number) => {
    allowed[item] = value;
  };
  rated.forEach(allow(0));
  before.forEach(allow(0));
  topK(scores, k - chosen[user], { allowed }).forEach((item, n) => {
    lists.items[at + n] = item;
    lists.scores[at + n] = scores[item];
  });
  rated.forEach(allow(1));
  before.forEach(allow(1));
}
