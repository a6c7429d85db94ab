/** What takes part in a comparison. */
import type { Engine } from "../compute/engine.ts";
import { type Dataset, fingerprint } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";
import { completeConfig } from "../models/config.ts";
import { type FitOptions, fit } from "../models/fit.ts";
import type { Json, Model } from "../models/model.ts";
import { algorithmNamed } from "../models/registry.ts";
import type { Trained } from "../models/trained.ts";
import { type AllOptions, type Lists, listAll } from "../recommend/all.ts";
import { open } from "../recommend/recommender.ts";
import { defaultPool, type Reranker, rerankAll } from "../recommend/rerank.ts";

/** A model, or anything else that answers as one, to be fitted to the training part of each split. */
export interface Entrant {
  /** Tells it from the others. */
  readonly name: string;
  readonly model: string;
  readonly config: Readonly<Record<string, Json>>;
  /** Two of the same key, data and seed measure alike: what a journal may keep. Absent where that cannot be promised. */
  readonly key?: string;
  fit(train: Dataset, options: EntrantOptions): Promise<Fitted>;
}

export type EntrantOptions = Required<Pick<FitOptions, "seed" | "engine">> &
  Pick<FitOptions, "onProgress" | "signal" | "memory" | "embedder">;

export interface Fitted {
  readonly model: Model;
  /** Fingerprint of the data that it was fitted on, and how often it believes each item to have been rated. */
  readonly data: string;
  readonly counts: Int32Array;
  /**
   * Makes the lists where that is more than to rank by the model's scores: with a second stage, say. As `listAll`.
   *
   * @param ranking `model`, or, where the split ranks some films alone, the same without a score for the others
   */
  lists?(ranking: Model, people: Csr, options: AllOptions): Promise<Lists>;
}

/**
 * A model of the registry with these settings.
 * @param name unless given, the model's name with the settings that are not its defaults: "als factors=32"
 * @throws MODEL_UNKNOWN, CONFIG_INVALID
 */
export function entrant(model: string, set: Readonly<Record<string, unknown>> = {}, name?: string): Entrant {
  const { config: schema } = algorithmNamed(model);
  const config = completeConfig(model, schema, set) as Record<string, Json>;
  const changed = Object.keys(set).map((key) => `${key}=${config[key]}`);
  return {
    name: name ?? [model, ...changed].join(" "),
    model,
    config,
    key: JSON.stringify([model, config]),
    async fit(train, options) {
      return opened(await fit(train, model, { ...options, set: config }), options.engine);
    },
  };
}

/** A model that was trained before: it is judged as it is, and must have been trained on the very training part. */
export function trainedEntrant(trained: Trained, name: string = trained.state.algorithm): Entrant {
  return {
    name,
    model: trained.state.algorithm,
    config: trained.record.config,
    fit: async (_train, { engine }) => opened(trained, engine),
  };
}

/** An entrant whose lists a second stage rearranges, each made of a pool of the entrant's own best. */
export function withSecondStage(base: Entrant, reranker: Reranker, pool = defaultPool): Entrant {
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
          return rerankAll(lists, { model: fitted.model, space: train }, people, reranker, { ...rest, k });
        },
      };
    },
  };
}

/** Any scorer that is made from training data alone; for one's own models, and for the deliberately wrong ones of tests. */
export function scorer(
  name: string,
  make: (train: Dataset, options: EntrantOptions) => Model | Promise<Model>,
): Entrant {
  return {
    name,
    model: name,
    config: {},
    async fit(train, options) {
      return { model: await make(train, options), data: await fingerprint(train), counts: train.counts };
    },
  };
}

function opened(trained: Trained, engine: Engine): Fitted {
  const { model } = open(trained, engine);
  return { model, data: trained.record.data, counts: trained.space.counts };
}
