/** The models that study 004 compares, those that are set beside them, and which of them can run here. */
import {
  ease,
  genreOverlap,
  hybrid,
  MatineeError,
  mmr,
  pagerank,
  popular,
  rp3beta,
  spectral,
  tasteGraph,
  text,
  tfidf,
  userKnn,
} from "../../core.ts";
import { type Contender, contender, crossEncoder, withReranker } from "../../index.ts";
import type { ExperimentContext } from "../experiment.ts";
import { lastOfTiesContender, nearestContender } from "./contenders.ts";

/** How many films the study's first stage finds, rated ones among them. */
export const candidates = 50;

export const specs = {
  filtering: userKnn({ preset: "deviation" }),
  sure: userKnn({ preset: "deviation", minNeighbours: 10 }),
  genres: genreOverlap({ placeholders: true }),
  graph: tasteGraph({ placeholders: true }),
  texts: text(),
  ease: ease(),
};

export const names = {
  filtering: "collaborative filtering",
  lastTies: "filtering, highest id first",
  sure: "filtering, 10 of 20 neighbours",
  genres: "genres",
  graph: "graph",
  texts: "embeddings of texts",
  nearTexts: `embeddings, ${candidates} nearest`,
  reranked: `embeddings, ${candidates} nearest, reranked`,
  popular: "popular",
  ease: "ease",
  nearEase: `ease, ${candidates} highest`,
} as const;

const ofStudy: readonly Contender[] = [
  contender(specs.filtering, names.filtering),
  contender(specs.genres, names.genres),
  contender(specs.graph, names.graph),
];
const yardsticks: readonly Contender[] = [
  contender(tfidf(), "terms of texts"),
  contender(rp3beta(), "rp3beta"),
  contender(pagerank(), "pagerank"),
  contender(spectral(), "spectral"),
  contender(popular(), names.popular),
  contender(specs.ease, names.ease),
  contender(hybrid([ease(), tfidf()]), "ease and terms"),
  named("ease, then variety", withReranker(contender(specs.ease), mmr({ lambda: 0.9 }), 30)),
];

/** What a mistake does, on the study's own split. */
export const ofTraps: readonly Contender[] = [
  lastOfTiesContender(names.lastTies, contender(specs.filtering)),
  contender(specs.sure, names.sure),
  nearestContender(names.nearEase, contender(specs.ease), candidates),
];

const ofTexts = contender(specs.texts, names.texts);
const nearTexts = nearestContender(names.nearTexts, ofTexts, candidates);
const crossEncoding = crossEncoder();

export interface UsableModels {
  readonly usable: readonly Contender[];
  /** Whether texts can be embedded here. */
  readonly texts: boolean;
  /** What cannot run, and why. */
  readonly missing: readonly string[];
}

/** Models of texts need an optional package and weights; what cannot run without them is named. */
export async function findUsable(context: ExperimentContext): Promise<UsableModels> {
  const noTexts = await whyNot(() => tryTexts(context));
  if (noTexts !== undefined) {
    return {
      usable: [...ofStudy, ...yardsticks],
      texts: false,
      missing: [`embeddings of texts and their reranking (${noTexts})`],
    };
  }
  const noReranking = await whyNot(() => tryReranking(context));
  const reranked = named(names.reranked, withReranker(nearTexts, crossEncoding, candidates));
  return {
    usable: [...ofStudy, ofTexts, nearTexts, ...(noReranking === undefined ? [reranked] : []), ...yardsticks],
    texts: true,
    missing: noReranking === undefined ? [] : [`the reranking of embeddings (${noReranking})`],
  };
}

function named(name: string, contender: Contender): Contender {
  return { ...contender, name };
}

/** Embeds the texts of all films, which are kept for the models. */
async function tryTexts({ data, step }: ExperimentContext): Promise<void> {
  using _ = (await step(`Training ${ofTexts.name}`, (tools) => ofTexts.fit(data, tools))).model;
}

async function tryReranking({ data, step }: ExperimentContext): Promise<void> {
  using model = (await step(`Training ${ofTexts.name}`, (tools) => ofTexts.fit(data, tools))).model;
  const liked = { items: Int32Array.of(0), values: Float32Array.of(data.scale.max) };
  await crossEncoding.rerank({ profile: liked }, [{ item: 1, score: 0 }], { info: data, model, k: 1 });
}

/** A few words on what kept the work from being done; undefined where it was. */
async function whyNot(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code === "CANCELLED") throw error;
    return error.code === "PACKAGE_MISSING"
      ? "the package onnxruntime-node is not installed"
      : "the weights are not at hand";
  }
}
