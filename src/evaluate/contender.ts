/** What takes part in a comparison. */
import type { Engine } from "../compute/engine.ts";
import { type Dataset, fingerprint } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";
import { type FitOptions, fit } from "../models/fit.ts";
import type { Json, Model } from "../models/model.ts";
import { algorithmNamed } from "../models/registry.ts";
import { completeSettings } from "../models/shared/settings.ts";
import type { Trained } from "../models/trained.ts";
import { type Lists, listAll, type RecommendAllOptions } from "../recommend/recommend-all.ts";
import { open } from "../recommend/recommender.ts";
import { defaultPool, type Reranker, rerankAll } from "../recommend/reranking/rerank.ts";

/** A model, or anything else that answers as one, to be fitted to the training part of each split. */
export interface Contender {
  /** Tells it from the others. */
  readonly name: string;
  readonly model: string;
  readonly config: Readonly<Record<string, Json>>;
  /** Two of the same key, data and seed measure alike: what a journal may keep. Absent where that cannot be promised. */
  readonly key?: string;
  fit(train: Dataset, options: ContenderOptions): Promise<FittedContender>;
}

export type ContenderOptions = Required<Pick<FitOptions, "seed" | "engine">> &
  Pick<FitOptions, "onProgress" | "signal" | "memory" | "embedder">;

export interface FittedContender {
  readonly model: Model;
  /** Fingerprint of the data that it was fitted on, and how often it believes each item to have been rated. */
  readonly data: string;
  readonly counts: Int32Array;
  /**
   * Makes the lists where that is more than to rank by the model's scores: with a second stage, say. As `listAll`.
   *
   * @param ranking `model`, or, where the split ranks some films alone, the same without a score for the others
   */
  lists?(ranking: Model, people: Csr, options: RecommendAllOptions): Promise<Lists>;
}

/**
 * A model of the registry with these settings.
 * @param name unless given, the model's name with the settings that are not its defaults: "als factors=32"
 * @throws MODEL_UNKNOWN, CONFIG_INVALID
 */
export function contender(model: string, set: Readonly<Record<string, unknown>> = {}, name?: string): Contender {
  const { settings: schema } = algorithmNamed(model);
  const config = completeSettings(model, schema, set);
  const changed = Object.keys(set).map((key) => `${key}=${config[key]}`);
  return {
    name: name ?? [model, ...changed].join(" "),
    model,
    config,
    key: JSON.stringify([model, config]),
    async fit(train, options) {
      return opened(await fit(train, model, { ...options, set }), options.engine);
    },
  };
}

/** A model that was trained before: it is judged as it is, and must have been trained on the very training part. */
export function trainedContender(trained: Trained, name: string = trained.state.algorithm): Contender {
  return {
    name,
    model: trained.state.algorithm,
    config: trained.record.config,
    fit: async (_train, { engine }) => opened(trained, engine),
  };
}

/** An contender whose lists a second stage rearranges, each made of a pool of the contender's own best. */
export function withSecondStage(base: Contender, reranker: Reranker, pool = defaultPool): Contender {
  return {
    name: `${base.name} + ${reranker.name}`,
    model: base.model,
    config: base.config,
    async fit(train, options) {
      const fitted = await base.fit(train, options);
      return {
        ...fitted,
        async lists(ranking, people, { k = 10, ...rest }) {
          const lists = await listAll(ranking, people, { ...rest, k: Math.max(k, pool) });
          return rerankAll(lists, { model: fitted.model, info: train }, people, reranker, { ...rest, k });
        },
      };
    },
  };
}

/** Any scorer that is made from training data alone; for one's own models, and for the deliberately wrong ones of tests. */
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

function opened(trained: Trained, engine: Engine): FittedContender {
  const { model } = open(trained, engine);
  return { model, data: trained.record.data, counts: trained.info.counts };
}
