/** The lists that `recommend` makes, for every user of a data set at once. */
import { type Engine, localEngine, placeCsr, type Step } from "../compute/engine.ts";
import type { MakeIndex } from "../compute/hnsw.ts";
import { bestScores } from "../compute/kernels/scores.ts";
import { type ItemPanels, panelsOf, type TopLists, topKOfAll, type UserVectors } from "../compute/topk.ts";
import type { Dataset } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, rowsBetween } from "../matrix/csr.ts";
import { topK } from "../matrix/topk.ts";
import { checkScores, throwNotFinite } from "../models/finite.ts";
import { stepper } from "../models/fit.ts";
import type { Model, Queries } from "../models/model.ts";
import { answersOf, forSlabs, partOf, rowOf } from "../models/shared/answers.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { present } from "../present.ts";
import { findByIndex } from "./approximate.ts";
import type { Lists } from "./lists.ts";
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
  const lists = await listAll(model, ratings, options);
  await fillLists(fallback.model, ratings, lists, stepper("recommending", options));
  return lists;
}

/**
 * The lists of `recommendAll` without its fallback: a list is shorter where the model can score fewer films.
 * @param ratings in the model's own index space of films
 */
export async function listAll(model: Model, ratings: Csr, options: RecommendAllOptions = {}): Promise<Lists> {
  const k = Math.min(checkListLength(options.k ?? 10), ratings.columns);
  const users = ratings.rows;
  const lists: Lists = {
    users,
    k,
    items: new Int32Array(users * k).fill(-1),
    scores: new Float32Array(users * k).fill(-Infinity),
    chosen: new Int32Array(users),
  };
  const step = stepper("recommending", options);
  await step(0, users);
  using own = options.engine ? undefined : localEngine();
  const engine = options.engine ?? own!;
  if (model.vectors) await listByVectors(model, engine, ratings, lists, step, options.approximate);
  else {
    const { users: trained = Int32Array.from({ length: users }, (_, user) => user) } = options;
    await listByScores(model, engine, { profiles: ratings, users: trained }, lists, step);
  }
  for (let user = 0; user < users; user++) {
    let chosen = k;
    while (chosen > 0 && lists.items[user * k + chosen - 1] === -1) chosen--;
    lists.chosen[user] = chosen;
  }
  options.onProgress?.(1);
  return lists;
}

/** Slab after slab: the vectors of its users, then their best items. */
async function listByVectors(
  model: Model,
  engine: Engine,
  ratings: Csr,
  lists: Lists,
  step: Step,
  approximate?: MakeIndex,
): Promise<void> {
  const { users, k } = lists;
  using arena = engine.arena();
  const vectors = model.vectors!(engine, arena);
  const find = approximate
    ? await findByIndex(vectors, approximate, step)
    : findByPanels(engine, await panelsOf(engine, arena, vectors.items, vectors.length));
  for (let from = 0; from < users; from += slabRows) {
    using own = engine.arena();
    const slab = placeCsr(own, rowsBetween(ratings, from, Math.min(users, from + slabRows)));
    const { rows } = slab;
    const half =
      (start: number): Step =>
      (done, total) =>
        step(from + rows * (start + done / total / 2), users);
    const people = { ...slab, vectors: own.float32(rows * vectors.length) };
    const best = { k, items: own.int32(rows * k), scores: own.float32(rows * k) };
    await vectors.foldIn(slab, people.vectors, half(0));
    checkVectors(people.vectors);
    await find(people, best, half(0.5));
    lists.items.set(best.items, from * k);
    lists.scores.set(best.scores, from * k);
  }
}

function checkVectors(vectors: Float32Array): void {
  const wrong = vectors.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new MatineeError("NOT_FINITE", `a user's vector of the model holds ${wrong}`);
}

type Find = (people: UserVectors, best: TopLists, step: Step) => Promise<void>;

function findByPanels(engine: Engine, panels: ItemPanels): Find {
  return (people, best, step) => topKOfAll(engine, people, panels, best, step);
}

/** Lists that are longer come from a heap, since a kernel's insertions would take k² steps. */
const longestInserted = 256;

/** Slab after slab: the scores of all items, then the best of them. */
async function listByScores(model: Model, engine: Engine, queries: Queries, lists: Lists, step: Step): Promise<void> {
  using arena = engine.arena();
  const answers = answersOf(model, engine, arena);
  const columns = queries.profiles.columns;
  const allowed = new Uint8Array(columns).fill(1);
  await forSlabs(queries, columns, async ({ profiles, users }, from) => {
    using own = engine.arena();
    const { rows, offsets, indices, ...others } = placeCsr(own, profiles);
    const scores = own.float32(rows * columns);
    const part = partOf(step, from, from + rows, lists.users);
    const { times } = profiles;
    const placed = { ...others, rows, offsets, indices, ...present({ times }) };
    await answers.score({ profiles: placed, users }, scores, part);
    if (lists.k > longestInserted) {
      for (let row = 0; row < rows; row++) {
        const ofRow = rowOf(scores, row, columns);
        checkScores(ofRow);
        appendBest(lists, from + row, ofRow, allowed, profileOf(profiles, row).items);
      }
      return;
    }
    const best = { k: lists.k, items: own.int32(rows * lists.k), best: own.float32(rows * lists.k) };
    const wrong = own.int32(rows);
    await bestScores(engine, { rows, scores, offsets, indices, wrong, columns, ...best });
    for (let row = 0; row < rows; row++) {
      if (wrong[row] >= 0) throwNotFinite(wrong[row], scores[row * columns + wrong[row]]);
    }
    lists.items.set(best.items, from * lists.k);
    lists.scores.set(best.best, from * lists.k);
  });
}

/**
 * Fills the places that a model has left empty with what the fallback ranks first. `chosen` stays, and so says which items are the model's.
 *
 * @param ratings items that no list may hold; rows as in `lists`
 */
export async function fillLists(fallback: Model, ratings: Csr, lists: Lists, step: Step): Promise<void> {
  const scores = new Float32Array(ratings.columns);
  const allowed = new Uint8Array(ratings.columns).fill(1);
  for (let user = 0; user < lists.users; user++) {
    const profile = profileOf(ratings, user);
    if (lists.chosen[user] >= Math.min(lists.k, ratings.columns - profile.items.length)) continue;
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
