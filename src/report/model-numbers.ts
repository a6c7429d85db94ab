/** What pictures show of the data and of a model: sums that tell nothing of a single user. */
import type { Step } from "../compute/engine.ts";
import { finishInSteps } from "../in-steps.ts";
import { type Csr, rowLengths } from "../matrix/csr.ts";
import type { LossCurve } from "../models/losses.ts";
import { present } from "../present.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import { modelVectors } from "./inspected.ts";
import { countRatings, type RatingHistograms } from "./rating-histograms.ts";
import { normsOf, type VectorNorms } from "./vector-norms.ts";

/** Numbers of the data that a model learnt from, and of the model. */
export interface ModelNumbers {
  readonly ratings: RatingHistograms;
  /** Of the model, of the parts of a blend, and of what predicts ratings beside it: of those that place films by vectors. */
  readonly vectors: readonly VectorNorms[];
  /** Of models that learn in epochs. */
  readonly losses: readonly LossCurve[];
  /** Whether the model itself compares films. */
  readonly comparesFilms: boolean;
}

const made = new WeakMap<OpenModel, ModelNumbers>();

/**
 * The numbers of an opened model, which are kept as long as this.
 *
 * @param options ratings: users × films; those that the model keeps unless given. step: awaited every few milliseconds
 */
export async function modelNumbers(
  opened: OpenModel,
  { ratings = opened.model.ratings, step = async () => {} }: { readonly ratings?: Csr; readonly step?: Step } = {},
): Promise<ModelNumbers> {
  const found = made.get(opened);
  if (found) return found;
  const vectors: VectorNorms[] = [];
  await step(0, 1);
  const { info, model, training } = opened;
  for (const one of [...(await modelVectors(opened, undefined, {})), ...(training?.vectors ?? [])]) {
    if (!vectors.some((known) => known.model === one.model)) vectors.push(normsOf(one));
    await step(0, 1);
  }
  const numbers = {
    ratings: await finishInSteps(
      countRatings({
        users: ratings?.rows ?? info.users.size,
        items: info.items.size,
        scale: info.scale,
        perItem: info.counts,
        ...present({ values: ratings?.values, perUser: ratings && rowLengths(ratings) }),
      }),
      step,
    ),
    vectors,
    losses: training?.losses ?? [],
    comparesFilms: model.similarItems !== undefined,
  };
  made.set(opened, numbers);
  return numbers;
}
