/** What `recommend` lists, for everybody in a data set at once. */
import { type Arena, type Engine, localEngine, type Step } from "../compute/engine.ts";
import type { MakeIndex } from "../compute/hnsw.ts";
import { type ItemPanels, panelsOf, type TopLists, topKOfAll, type UserVectors } from "../compute/topk.ts";
import type { Dataset, ItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, rowsBetween } from "../matrix/csr.ts";
import { topK } from "../matrix/topk.ts";
import { stepper } from "../models/fit.ts";
import type { Model } from "../models/model.ts";
import { askEach, profileOf } from "../models/shared/profiles.ts";
import { findByIndex } from "./approximate.ts";
import { listLength } from "./recommend.ts";
import type { Recommender } from "./recommender.ts";

export interface RecommendAllOptions {
  /** Length of each list; 10 unless given, and never more than there are films. */
  readonly k?: number;
  /** Where the loops run; an engine of its own on the calling thread unless given. */
  readonly engine?: Engine;
  /** Which row of the ratings that the model was fitted on each of the people is, or −1; row for row unless given. */
  readonly users?: Int32Array;
  /** Choose from what an index finds, such as `hnsw()` of `matinee` makes: for models with vectors, and very many films. */
  readonly approximate?: MakeIndex;
  /** Called with the finished share of the work, 0 to 1, a few times a second. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** A list for every user of a data set, in the order of their indices. */
export interface Lists {
  readonly users: number;
  readonly k: number;
  /** int32 [users × k]: best first; −1 where there are fewer. */
  readonly items: Int32Array;
  /** float32 [users × k]: on the scale of whichever model chose the film; −Infinity where there is none. */
  readonly scores: Float32Array;
  /** int32 [users]: how many of the list the model chose; the fallback chose what comes after. */
  readonly chosen: Int32Array;
}

/** Users whose vectors lie in memory at a time. */
const slabRows = 8192;

/**
 * The k films that suit each user best, none of them rated by the user: as `recommend` lists them one by one, but for scores
 * that are equal within single precision. Models with vectors are multiplied out by the engine; others are asked. With
 * `approximate` some of the best may be missing from a list; its scores and its order are exact.
 *
 * @param dataset in the model's own index space of films
 * @throws USAGE for a list length that makes no sense or films of another space; CAPABILITY_MISSING where
 *   `approximate` is asked of a model without vectors; MEMORY, CANCELLED
 */
export async function recommendAll(
  recommender: Recommender,
  dataset: Pick<Dataset, "byUser">,
  options: RecommendAllOptions = {},
): Promise<Lists> {
  const { model, info, name, fallback } = recommender;
  const { byUser: ratings } = dataset;
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
  await filled(fallback.model, ratings, lists, stepper("recommending", options));
  return lists;
}

/** The same by the model alone: a list is shorter where it can score fewer films. `ratings` is in its own space of films. */
export async function listAll(model: Model, ratings: Csr, options: RecommendAllOptions = {}): Promise<Lists> {
  const k = Math.min(listLength(options.k ?? 10), ratings.columns);
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
  if (model.vectors) {
    using own = options.engine ? undefined : localEngine();
    await multiplied(model, options.engine ?? own!, ratings, lists, step, options.approximate);
  } else
    await asked(model, ratings, lists, options.users ?? Int32Array.from({ length: users }, (_, user) => user), step);
  options.onProgress?.(1);
  return lists;
}

/** Slab after slab: vectors of people, then their best items. */
async function multiplied(
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
    const slab = rowsOf(own, ratings, from, Math.min(users, from + slabRows));
    const { rows } = slab;
    const half =
      (start: number): Step =>
      (done, total) =>
        step(from + rows * (start + done / total / 2), users);
    const people = { ...slab, vectors: own.float32(rows * vectors.length) };
    const best = { k, items: own.int32(rows * k), scores: own.float32(rows * k) };
    await vectors.foldIn(slab, people.vectors, half(0));
    await find(people, best, half(0.5));
    lists.items.set(best.items, from * k);
    lists.scores.set(best.scores, from * k);
  }
  for (let user = 0; user < users; user++) {
    let chosen = k;
    while (chosen > 0 && lists.items[user * k + chosen - 1] === -1) chosen--;
    lists.chosen[user] = chosen;
  }
}

type Find = (people: UserVectors, best: TopLists, step: Step) => Promise<void>;

function findByPanels(engine: Engine, panels: ItemPanels): Find {
  return (people, best, step) => topKOfAll(engine, people, panels, best, step);
}

/** Some rows of a matrix, in the engine's memory. */
function rowsOf(arena: Arena, ratings: Csr, from: number, to: number): Csr {
  const { offsets, indices, values, ...size } = rowsBetween(ratings, from, to);
  return { ...size, offsets: arena.place(offsets), indices: arena.place(indices), values: arena.place(values) };
}

/** Every person's answer. */
async function asked(model: Model, ratings: Csr, lists: Lists, users: Int32Array, step: Step): Promise<void> {
  const scores = new Float32Array(ratings.columns);
  const allowed = new Uint8Array(ratings.columns).fill(1);
  const list: Parameters<typeof askEach>[3] = (answer, user) => {
    answer.score(scores);
    enter(lists, user, scores, allowed, profileOf(ratings, user).items);
    lists.chosen[user] = lists.items.subarray(user * lists.k, (user + 1) * lists.k).filter((item) => item >= 0).length;
  };
  await askEach(model, ratings, users, list, step);
}

/** The rest of the lists that the model could not fill. */
async function filled(fallback: Model, ratings: Csr, lists: Lists, step: Step): Promise<void> {
  const scores = new Float32Array(ratings.columns);
  const allowed = new Uint8Array(ratings.columns).fill(1);
  for (let user = 0; user < lists.users; user++) {
    if (lists.chosen[user] === lists.k) continue;
    const profile = profileOf(ratings, user);
    fallback.ask({ profile }).score(scores);
    enter(lists, user, scores, allowed, profile.items);
    await step(user + 1, lists.users);
  }
}

/** Puts the best of the scores after what the user's list holds, leaving out that and what was rated. */
function enter(lists: Lists, user: number, scores: Float32Array, allowed: Uint8Array, rated: Int32Array): void {
  const { k, chosen } = lists;
  const at = user * k + chosen[user];
  const before = lists.items.slice(user * k, at);
  const bar = (mark: number) => (item: ItemIndex) => {
    allowed[item] = mark;
  };
  rated.forEach(bar(0));
  before.forEach(bar(0));
  topK(scores, k - chosen[user], { allowed }).forEach((item, n) => {
    lists.items[at + n] = item;
    lists.scores[at + n] = scores[item];
  });
  rated.forEach(bar(1));
  before.forEach(bar(1));
}
