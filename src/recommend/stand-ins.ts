/**
 * Models that answer where a recommender's own cannot, from the ratings at hand: `bias` predicts ratings where no predictor was fitted
 * beside the model, and `user-knn` compares users, both by their default settings.
 */
import type { Engine } from "../compute/engine.ts";
import { transpose } from "../matrix/csr.ts";
import { biasSettings, biasState } from "../models/bias.ts";
import type { Answer, State } from "../models/model.ts";
import { algorithmOf } from "../models/registry.ts";
import { emptyProfile } from "../models/shared/profiles.ts";
import { completeSettings } from "../models/shared/settings.ts";
import { onScale, standardRatings, standardScaleOf } from "../models/shared/standard-scale.ts";
import { userKnnSettings } from "../models/user-knn/settings.ts";
import { userKnnState } from "../models/user-knn/user-knn.ts";
import type { OpenModel } from "./open-model.ts";
import type { UserRatings } from "./query.ts";

/** What a model may lack, and a stand-in answers. */
export type StandInCapability = "predict" | "neighbours";

export interface StandIns extends Disposable {
  /** The recommender's own model if it has the capability, else its stand-in; its own too where no ratings are at hand. */
  modelFor(capability: StandInCapability): OpenModel;
}

/** Stand-ins over these ratings, each made at its first use: in time and memory that grow with the ratings alone. */
export function makeStandIns(opened: OpenModel, ratings: UserRatings | undefined, engine: Engine): StandIns {
  const chosen = new Map<StandInCapability, OpenModel>();

  function choose(capability: StandInCapability): OpenModel {
    const nothing: Answer = opened.model.ask({ profile: emptyProfile });
    if (!ratings || nothing[capability]) return opened;
    const { name, users, byUser } = ratings;
    const info = { ...opened.info, name, users };
    if (capability === "predict" && info.feedback === "events") return opened;
    const data = { byUser, byItem: transpose(byUser), scale: info.scale, feedback: info.feedback };
    const scale = standardScaleOf(data);
    const standard = standardRatings(data, scale);
    return capability === "predict"
      ? opening(biasState(standard, completeSettings("bias", biasSettings)))
      : opening(userKnnState(standard, completeSettings("user-knn", userKnnSettings)));

    function opening(state: State): OpenModel {
      const { name, summary, open } = algorithmOf(state);
      const model = open(onScale(state, scale), engine);
      const { search, prepareSearch, fallback } = opened;
      const dispose = () => model[Symbol.dispose]();
      return { name, summary, info, model, fallback, search, prepareSearch, [Symbol.dispose]: dispose };
    }
  }

  return {
    modelFor(capability) {
      const model = chosen.get(capability) ?? choose(capability);
      chosen.set(capability, model);
      return model;
    },
    [Symbol.dispose]() {
      for (const model of chosen.values()) if (model !== opened) model[Symbol.dispose]();
    },
  };
}
