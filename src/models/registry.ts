import type { Shape } from "../data/dataset.ts";
import { didYouMean } from "../did-you-mean.ts";
import { MatineeError } from "../errors.ts";

import { alsAlgorithm } from "./als/als.ts";
import { bayesianMfAlgorithm } from "./bayesian-mf/bayesian-mf.ts";
import { biasAlgorithm } from "./bias.ts";
import { easeAlgorithm } from "./ease/ease.ts";
import { genreOverlapAlgorithm } from "./genre-overlap.ts";
import { createHybridAlgorithm } from "./hybrid/hybrid.ts";
import { itemKnnAlgorithm } from "./item-knn.ts";
import { markovAlgorithm } from "./markov.ts";
import { mfAlgorithm } from "./mf/mf.ts";

import type { Algorithm, State } from "./model.ts";
import { neuralAlgorithm } from "./neural/neural.ts";
import { pagerankAlgorithm } from "./pagerank/pagerank.ts";
import { popularAlgorithm } from "./popular.ts";
import { rp3betaAlgorithm } from "./rp3beta.ts";
import { sequenceAlgorithm } from "./sequence/sequence.ts";
import { rankCautiously } from "./shared/caution.ts";
import { setDislikesAside } from "./shared/dislikes.ts";
import { checkWhenOpened } from "./shared/opening.ts";
import { completeSettings } from "./shared/settings.ts";
import { learnOnStandardScale } from "./shared/standard-scale.ts";
import { choiceOf } from "./shared/state.ts";
import { spectralAlgorithm } from "./spectral/spectral.ts";
import { createStackingAlgorithm } from "./stacking/stacking.ts";
import { svdppAlgorithm } from "./svdpp/svdpp.ts";
import { tasteGraphAlgorithm } from "./taste-graph.ts";
import { textAlgorithm } from "./text.ts";
import { tfidfAlgorithm } from "./tfidf.ts";
import { timeBiasAlgorithm } from "./time-bias.ts";
import { userKnnAlgorithm } from "./user-knn/user-knn.ts";

const hybridAlgorithm = createHybridAlgorithm({ algorithmNamed, algorithmOf });

/** Every algorithm. A line here enrols it in the command, the server, the documentation and the conformance tests. */
export const algorithms: readonly Algorithm[] = [
  ...[
    popularAlgorithm,
    biasAlgorithm,
    timeBiasAlgorithm,
    genreOverlapAlgorithm,
    tasteGraphAlgorithm,
    itemKnnAlgorithm,
    userKnnAlgorithm,
    rp3betaAlgorithm,
    pagerankAlgorithm,
    spectralAlgorithm,
    easeAlgorithm,
    markovAlgorithm,
    sequenceAlgorithm,
    alsAlgorithm,
    mfAlgorithm,
    svdppAlgorithm,
    bayesianMfAlgorithm,
    neuralAlgorithm,
    tfidfAlgorithm,
    textAlgorithm,
    createStackingAlgorithm({ algorithmNamed, algorithmOf }),
  ].map((algorithm) => checkWhenOpened(setDislikesAside(rankCautiously(learnOnStandardScale(algorithm as Algorithm))))),
  checkWhenOpened(hybridAlgorithm), // whose parts learn on the standard scale and set dislikes aside each
];

/** Former names, and what to use instead. */
const successors: Readonly<Record<string, string>> = { walk: "rp3beta or pagerank" };

/**
 * The algorithm of a name.
 *
 * @throws MODEL_UNKNOWN
 */
export function algorithmNamed(name: string): Algorithm {
  const found = algorithms.find((algorithm) => algorithm.name === name);
  if (found) return found;
  if (Object.hasOwn(successors, name)) {
    throw new MatineeError("MODEL_UNKNOWN", `there is no model "${name}" any more`, { fix: `use ${successors[name]}` });
  }
  const names = algorithms.map((algorithm) => algorithm.name);
  throw new MatineeError("MODEL_UNKNOWN", `there is no model "${name}"`, {
    fix: `${didYouMean(name, names)}the models are ${names.join(", ")}`,
  });
}

/**
 * The algorithm that opens a state. A file saved by `walk`, which is now two algorithms, says in a fact which of them made it.
 * @throws MODEL_UNKNOWN, ARTIFACT_CONTENT
 */
export function algorithmOf(state: State): Algorithm {
  if (state.algorithm !== "walk") return algorithmNamed(state.algorithm);
  return algorithmNamed(choiceOf(state, "method", ["rp3beta", "pagerank"]));
}

/** The best model that ranks and fits these data in a gigabyte, and in a minute, or a few for `als`: what is used when none is named. */
export function defaultModel(shape: Shape): string {
  // Flops: ease measured at 10 to 31 GFLOP/s (relaxed), less a third for slower machines; als at 4 to 6 on 25 and 32 M ratings, on a busy one.
  const limits: readonly (readonly [Algorithm, number])[] = [
    [easeAlgorithm as Algorithm, 4e11],
    [itemKnnAlgorithm as Algorithm, 3e10],
    [alsAlgorithm as Algorithm, 1.2e12],
  ];
  return affordable(shape, limits) ?? popularAlgorithm.name;
}

/** The best model that predicts ratings, and fits these data in a gigabyte and half a minute: what is fitted beside `defaultModel`. */
export function defaultPredictor(shape: Shape): string {
  // Flops: mf measured at 3 to 5 GFLOP/s on a busy machine.
  return affordable(shape, [[mfAlgorithm as Algorithm, 1e11]]) ?? biasAlgorithm.name;
}

/** The first algorithm that takes at most a gigabyte and so many operations by its default settings. */
function affordable(shape: Shape, limits: readonly (readonly [Algorithm, number])[]): string | undefined {
  return limits.find(([algorithm, flops]) => {
    const { bytes, operations } = algorithm.estimate(shape, defaults(algorithm));
    return bytes <= 2 ** 30 && operations <= flops;
  })?.[0].name;
}

function defaults(algorithm: Algorithm): unknown {
  return completeSettings(algorithm.name, algorithm.settings);
}
