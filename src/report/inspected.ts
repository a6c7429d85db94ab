/** What a report shows of a model: its vectors, and those of its parts. */
import type { Engine } from "../compute/engine.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { lossCurves } from "../models/losses.ts";
import type { State } from "../models/model.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import { factorsOf } from "../recommend/factors.ts";
import { vectorsIn } from "../recommend/kept-vectors.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import type { UserRatings } from "../recommend/query.ts";
import type { Inspected } from "./inspect-report.ts";
import type { ModelVectors } from "./vector-norms.ts";

/**
 * @param recommender of the trained model, on `engine`
 * @param known ratings of users, whose vectors are shown as well
 */
export async function inspectModel(
  recommender: OpenModel,
  trained: Trained,
  engine: Engine,
  known?: UserRatings,
): Promise<Inspected> {
  const vectors = await modelVectors(recommender, trained.state, { engine, ...present({ known }) });
  return { recommender, record: trained.record, losses: lossCurves(trained), vectors };
}

/** Whether users have vectors: in the model, or in a part of it. */
export function hasUserVectors(recommender: OpenModel): boolean {
  return partsOf(recommender).some(({ model }) => model.vectors !== undefined);
}

/**
 * The vectors of a model, or of those parts of a blend that have some.
 *
 * @param state of the model; without it, only vectors whose products are scores
 * @param options known: ratings of users, for theirs; engine: the calling thread's own unless given
 */
export async function modelVectors(
  recommender: Pick<OpenModel, "name" | "model">,
  state: State | undefined,
  options: { readonly engine?: Engine; readonly known?: UserRatings } & ProgressOptions,
): Promise<ModelVectors[]> {
  const { known, ...rest } = options;
  const found: ModelVectors[] = [];
  for (const { name, model } of partsOf(recommender)) {
    if (model.vectors) {
      const { items, ...factors } = await factorsOf({ name, model }, { ...rest, ...present({ users: known }) });
      found.push({ ...factors, model: name, films: items });
    } else if (state) {
      const kept = vectorsIn(recommender.model.blend ? state.parts![name] : state, model.items);
      if (kept) found.push(kept);
    }
  }
  return found;
}

function partsOf({ name, model }: Pick<OpenModel, "name" | "model">): readonly Pick<OpenModel, "name" | "model">[] {
  return model.blend?.parts ?? [{ name, model }];
}
