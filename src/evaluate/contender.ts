/** The models, and what answers as one, that take part in a comparison. */
import type { Engine } from "../compute/engine.ts";
import { type Dataset, fingerprint, type Shape } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import type { Csr } from "../matrix/csr.ts";
import { resolveSpec } from "../models/configure.ts";
import { checkMemory, type FitOptions, fit, type MemoryLimits } from "../models/fit.ts";
import type { Json, Model, ModelSpec } from "../models/model.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import type { Lists } from "../recommend/lists.ts";
import { openModel } from "../recommend/open-model.ts";
import { listAll, type RecommendAllOptions } from "../recommend/recommend-all.ts";
import type { Recommender } from "../recommend/recommender.ts";
import { defaultPool, type Reranker, rerankAll } from "../recommend/reranking/rerank.ts";
import { type Retriever, retrieveAll } from "../recommend/retrieval/retrieve.ts";

/**
 * A model, or anything that answers as one. It is fitted to the training part of each split. `compare` makes one of a
 * specification such as `als()`; the functions below make others.
 */
export interface Contender {
  /** Unique among the contenders. */
  readonly name: string;
  readonly model: string;
  readonly config: Readonly<Record<string, Json>>;
  /** Name of the model that predicts ratings, where it is another. */
  readonly predictor?: string;
  /** Contenders of one key measure alike on the same data and seed, so that a journal may keep it. Absent where they may not. */
  readonly key?: string;
  /**
   * Refuses data of a shape that it cannot be fitted to in the memory there is, before any contender is fitted.
   * @throws MEMORY
   */
  checkMemory?(shape: Shape, limits: MemoryLimits): void;
  fit(train: Dataset, options: ContenderOptions): Promise<FittedContender>;
}

/** What a contender is fitted with. */
export type ContenderOptions = Required<Pick<FitOptions, "seed" | "engine">> &
  Pick<FitOptions, "onProgress" | "signal" | "memory" | "embedder">;

/** A contender that was fitted to the training part of a split. */
export interface FittedContender {
  readonly model: Model;
  /** Fingerprint of the data that it was fitted on; after several trainings those of all their data, with spaces between. */
  readonly data: string;
  /** int32 [items]: how often each item was rated in that data. */
  readonly counts: Int32Array;
  /**
   * Makes the lists where they need more than the model's scores, such as a reranker. Called as `listAll` is.
   *
   * @param ranking `model`; where the split ranks only some films, `model` with a score for those only
   */
  lists?(ranking: Model, profiles: Csr, options: RecommendAllOptions): Promise<Lists>;
}

/**
 * An algorithm with its settings, under a name of your own.
 *
 * @param name by default the name of the specification: "als factors=32"
 * @throws USAGE, MODEL_UNKNOWN, CONFIG_INVALID
 * @example
 * import { als, compare, contender, splits } from "matinee";
 * await compare(data, [als(), contender(als({ factors: 32 }), "few factors")], splits.perUser(0.8));
 */
export function contender(spec: ModelSpec, name?: string): Contender {
  const resolved = resolveSpec(spec);
  const { settings: config, name: own, predictor } = resolved;
  const { model } = spec;
  return {
    name: name ?? own,
    model,
    config,
    ...present({ predictor: predictor?.algorithm.name }),
    key: JSON.stringify([model, config, ...(predictor ? [predictor.algorithm.name, predictor.settings] : [])]),
    checkMemory: (shape, limits) => checkMemory(resolved, shape, limits),
    async fit(train, options) {
      return fittedContender(await fit(train, spec, options), options.engine);
    },
  };
}

/**
 * A model that was trained before, on exactly the training part of the split. It is evaluated as it is; a model that was trained on
 * other data is refused with LEAK.
 *
 * @param name by default the name of the algorithm
 * @example
 * import { compare, ease, splitRatings, splits, train, trainedContender } from "matinee";
 * const parts = splitRatings(data, splits.perUser(0.8), 7);
 * const recommender = await train((await parts.split(0)).train, ease());
 * await compare(data, [trainedContender(recommender)], parts);
 */
export function trainedContender(model: Trained | Recommender, name?: string): Contender {
  const trained = "trained" in model ? model.trained : model;
  return {
    name: name ?? trained.state.algorithm,
    model: trained.state.algorithm,
    config: trained.record.config,
    ...present({ predictor: trained.predictor?.state.algorithm }),
    fit: async (_train, { engine }) => fittedContender(trained, engine),
  };
}

/**
 * A contender whose lists a reranker makes from the items that another contender ranks first. It is named after both. Where the reranker
 * fails for a user, the list stays as it was, as `recommend` leaves it; where it fails for everybody, the contender fails with LIST_INVALID, or with
 * LANGUAGE_MODEL where its language model never answered or is asked no more.
 *
 * @param pool how many items the reranker chooses from
 * @example
 * import { compare, contender, ease, mmr, splits, withReranker } from "matinee";
 * await compare(data, [ease(), withReranker(contender(ease()), mmr({ lambda: 0.9 }))], splits.perUser(0.8));
 */
export function withReranker(base: Contender, reranker: Reranker, pool = defaultPool): Contender {
  return withLists(base, `${base.name} + ${reranker.name}`, (train, fitted) => {
    return async (ranking, profiles, { k = 10, ...rest }) => {
      const lists = await listAll(ranking, profiles, { ...rest, k: Math.max(k, pool) });
      const made = await rerankAll(lists, { model: fitted.model, info: train }, profiles, reranker, { ...rest, k });
      reranker.checkAnswers?.(); // else the base would be judged under this name
      if (made.failures > 0 && made.failures === lists.chosen.filter((own) => own > 0).length) {
        throw new MatineeError("LIST_INVALID", `${reranker.name} ranked no list: ${made.failure}`, {
          fix: "check its settings, and whether its model or server is there",
        });
      }
      return made;
    };
  });
}

/**
 * A contender whose lists begin with the films that a retriever proposes, and go on with those that another contender ranks first. It is named
 * after both.
 *
 * @param pool how many films the retriever is asked for
 * @example
 * import { compare, contender, llmRetriever, popular, splits, withRetriever } from "matinee";
 * const retriever = llmRetriever({ model: "llama3.2", endpoint: "http://localhost:11434/v1" });
 * await compare(data, [popular(), withRetriever(contender(popular()), retriever)], splits.perUser(0.8));
 */
export function withRetriever(base: Contender, retriever: Retriever, pool = defaultPool): Contender {
  return withLists(base, `${retriever.name}, then ${base.name}`, (train, fitted) => {
    return async (ranking, profiles, { k = 10, ...rest }) => {
      const lists = await (fitted.lists ?? listAll)(ranking, profiles, { ...rest, k });
      const options = { ...rest, wanted: Math.max(k, pool) };
      const retrieved = await retrieveAll(lists, { model: ranking, info: train }, profiles, retriever, options);
      retriever.checkAnswers?.(); // else the base would be judged under this name
      return retrieved;
    };
  });
}

/** A contender with lists that are made otherwise than by its scores alone. A journal does not keep it. */
function withLists(
  base: Contender,
  name: string,
  listing: (train: Dataset, fitted: FittedContender) => NonNullable<FittedContender["lists"]>,
): Contender {
  const { model, config, predictor, checkMemory } = base;
  return {
    name,
    model,
    config,
    ...present({ predictor, checkMemory }),
    async fit(train, options) {
      const fitted = await base.fit(train, options);
      return { ...fitted, lists: listing(train, fitted) };
    },
  };
}

/**
 * A contender of your own.
 *
 * @param make builds a model from the training data alone; it is called once for each split
 * @example
 * import { compare, customContender, popular, splits } from "matinee";
 * const oldest = customContender("oldest", ({ items, catalog }) => ({
 *   items: items.size,
 *   ask: () => ({ score: (out) => out.set(catalog.years.map((year) => -year)) }),
 *   [Symbol.dispose]() {},
 * }));
 * await compare(data, [popular(), oldest], splits.perUser(0.8));
 */
export function customContender(
  name: string,
  make: (train: Dataset, options: ContenderOptions) => Model | Promise<Model>,
): Contender {
  return {
    name,
    model: name,
    config: {},
    async fit(train, options) {
      return { model: await make(train, options), data: await fingerprint(train), counts: train.counts };
    },
  };
}

/** @throws USAGE where there are no contenders, or two of the same name */
export function checkContenders(contenders: readonly Contender[]): void {
  const names = contenders.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (names.length === 0) {
    throw new MatineeError("USAGE", "there is no model to evaluate", { fix: "name at least one" });
  }
  if (twice !== undefined) {
    throw new MatineeError("USAGE", `${twice} takes part twice`, { fix: "name each once, or with other settings" });
  }
}

function fittedContender(trained: Trained, engine: Engine): FittedContender {
  const { model } = openModel(trained, engine);
  const { data, earlier = [] } = trained.record;
  const all = new Set([...earlier.map((stage) => stage.data), data]);
  return { model, data: [...all].join(" "), counts: trained.info.counts };
}
