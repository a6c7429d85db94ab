/** All workloads. */
import { algorithms } from "../models/registry.ts";
import type { Workload } from "./workload.ts";
import { answersWorkload, askedWithAll } from "./workloads/answers.ts";
import { compareWorkload } from "./workloads/comparison.ts";
import { readCsvWorkload, wholeRunWorkload } from "./workloads/files.ts";
import { easeListsWorkload, itemListsWorkload, topTenWorkload } from "./workloads/lists.ts";
import { itemNeighboursWorkload, userQueryWorkload } from "./workloads/neighbours.ts";
import { mfPredictionsWorkload } from "./workloads/predictions.ts";
import { textEmbeddingWorkload } from "./workloads/text-embedding.ts";
import { tfidfWorkload } from "./workloads/tfidf.ts";
import { alsWorkload, bayesianMfWorkload, easeWorkload, mfWorkload, svdppWorkload } from "./workloads/training.ts";

export const workloads: readonly Workload[] = [
  alsWorkload("ml-1m", "conjugate-gradient", 8),
  mfWorkload,
  svdppWorkload,
  bayesianMfWorkload("ml-1m"),
  easeWorkload,
  tfidfWorkload,
  itemNeighboursWorkload("ml-1m", 5),
  itemNeighboursWorkload("ml25m-active", 3),
  userQueryWorkload({
    name: "userknn-ml25m-active",
    shape: "ml25m-active",
    unit: "one exact query by cosine, k = 20, mean of 200",
    similarity: "cosine",
    k: 20,
  }),
  userQueryWorkload({
    name: "userknn-batch-ml25m-active",
    shape: "ml25m-active",
    unit: "one of 200 exact queries in one call, by cosine, k = 20",
    similarity: "cosine",
    k: 20,
    together: true,
  }),
  userQueryWorkload({
    name: "userknn-centred-ml25m-active",
    shape: "ml25m-active",
    unit: "one exact query by cosine of ratings less the person's mean, k = 30, mean of 200",
    similarity: "centred",
    k: 30,
  }),
  alsWorkload("ml32m-top1000", "conjugate-gradient", 5),
  alsWorkload("ml32m-top1000", "cholesky", 3),
  topTenWorkload,
  easeListsWorkload("ml-1m"),
  easeListsWorkload("ml-latest-small"),
  itemListsWorkload("ml-1m"),
  itemListsWorkload("ml25m-active"),
  mfPredictionsWorkload,
  compareWorkload("ml-100k", 3),
  compareWorkload("ml-1m", 2),
  alsWorkload("ml25m", "conjugate-gradient", 4),
  bayesianMfWorkload("ml25m"),
  userQueryWorkload({
    name: "userknn-ml25m",
    shape: "ml25m",
    unit: "one exact query by cosine, k = 20, mean of 200",
    similarity: "cosine",
    k: 20,
  }),
  ...["default", ...algorithms.map(({ name }) => name)].map((model) => answersWorkload(model, "ml-latest-small")),
  answersWorkload("ease", "ml-latest-small", askedWithAll),
  answersWorkload("default", "12k-users"),
  answersWorkload("pagerank", "ml-1m"),
  readCsvWorkload,
  wholeRunWorkload,
];

/** Workloads that need an optional package, and run only where they are named. */
export const optionalWorkloads: readonly Workload[] = [textEmbeddingWorkload];

/** The default workloads. Those on 25 million ratings take minutes each. */
export const quickWorkloads = workloads.filter(({ shape }) => shape !== "ml25m");
