/** The factorisations of study 001, with its settings. */
import { type ModelSpec, mf, type Trained, topK } from "../../core.ts";
import { type ExperimentContext, trainForStudy } from "../experiment.ts";
import { byTrainedVectors, type PredictByVectors } from "../trained-vectors.ts";

/** Adam on all ratings at once, and the vectors of users kept, because the study lists by these. */
const common = {
  optimiser: "adam",
  batch: 0,
  epochs: 30,
  scaling: 1,
  damping: 0,
  keepUsers: true,
  scale: "data",
  dislike: 0,
  caution: 0,
} as const;

/** In [21] and In [22]. */
export const firstModel = mf({ ...common, factors: 20, rate: 0.05, regularisation: 0.01, spread: 0.01 });
/** In [27] and In [28]; there the biases start at N(0, 1) too. */
export const secondModel = mf({ ...common, factors: 32, rate: 0.005, regularisation: 1e-4, spread: 1 });

/** A model as the study trains it. */
export interface StudyFactors {
  readonly trained: Trained;
  /** Of each epoch, before its step: the mean squared error, and with the penalty. */
  readonly losses: readonly number[];
  readonly objectives: readonly number[];
  readonly predict: PredictByVectors;
}

export async function trainStudyFactors(
  context: ExperimentContext,
  spec: ModelSpec,
  ratings = context.data,
): Promise<StudyFactors> {
  const trained = await trainForStudy(context, spec, ratings);
  const { losses, penalties } = trained.state.facts as { losses: number[]; penalties: number[] };
  const objectives = losses.map((loss, epoch) => loss + penalties[epoch]);
  return { trained, losses, objectives, predict: byTrainedVectors(trained.state) };
}

/** The k best films of a user by the vectors of training, of those that were rated. @param left films to leave out */
export function bestFilms(
  { counts }: ExperimentContext["data"],
  predict: PredictByVectors,
  user: number,
  left: Iterable<number> = [],
  k = 10,
): number[] {
  const scores = Float32Array.from(counts, (count, film) => (count > 0 ? predict(user, film) : -Infinity));
  for (const film of left) scores[film] = -Infinity;
  return Array.from(topK(scores, k));
}
