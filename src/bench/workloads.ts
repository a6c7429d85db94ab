import { readCsv, whole } from "./files.ts";
import { topTen } from "./lists.ts";
import { allItems, userQuery } from "./nearest.ts";
import { terms20k } from "./texts.ts";
import { alsIteration, easeFit, mfEpoch } from "./training.ts";
import type { Workload } from "./workload.ts";

export const workloads: readonly Workload[] = [
  alsIteration("ml-1m", "conjugate-gradient", 8),
  mfEpoch,
  easeFit,
  terms20k,
  allItems("ml-1m", 5),
  allItems("ml25m-active", 3),
  userQuery({
    name: "userknn-ml25m-active",
    shape: "ml25m-active",
    unit: "one exact query by cosine, k = 20, mean of 200",
    similarity: "cosine",
    k: 20,
  }),
  userQuery({
    name: "userknn-batch-ml25m-active",
    shape: "ml25m-active",
    unit: "one of 200 exact queries in one call, by cosine, k = 20",
    similarity: "cosine",
    k: 20,
    together: true,
  }),
  userQuery({
    name: "userknn-centred-ml25m-active",
    shape: "ml25m-active",
    unit: "one exact query by cosine of ratings less the person's mean, k = 30, mean of 200",
    similarity: "centred",
    k: 30,
  }),
  alsIteration("ml32m-top1000", "conjugate-gradient", 5),
  alsIteration("ml32m-top1000", "cholesky", 3),
  topTen,
  alsIteration("ml25m", "conjugate-gradient", 4),
  userQuery({
    name: "userknn-ml25m",
    shape: "ml25m",
    unit: "one exact query by cosine, k = 20, mean of 200",
    similarity: "cosine",
    k: 20,
  }),
  readCsv,
  whole,
];

/** What runs unless workloads are named: those on 25 million ratings take minutes each. */
export const quickWorkloads = workloads.filter(({ shape }) => shape !== "ml25m");
