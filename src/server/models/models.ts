/** The models that a server answers with, which may be exchanged while it runs. */
import type { ErrorCode } from "../../errors.ts";
import { present } from "../../present.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import type { UserRatings } from "../../recommend/query.ts";
import type { ModelFolder } from "./folder.ts";
import type { ListedModels } from "./list-models.ts";

/** A model that answers, and the users whose ratings are at hand, in the index space of its films. */
export interface ServedModel {
  /** The name of its file in the folder of models; of the algorithm, where it comes from elsewhere. */
  readonly name: string;
  readonly opened: OpenModel;
  readonly users?: UserRatings;
}

/** Which group of an A/B test a list is for: `a`, the active model; `b`, the one on trial; "", where there is no test. */
export type TrialGroup = "a" | "b" | "";

/** A model while a request works with it: it stays open until it is let go. */
export interface HeldModel extends ServedModel, Disposable {
  readonly group: TrialGroup;
}

/** Whom a model is asked for. */
export interface ModelChoice {
  /** An A/B test gives a user the same model each time. Who has no id is not in it. */
  readonly user?: string;
}

/** Why a model does not answer that should. */
export interface ModelProblem {
  readonly model: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** Which model answers, since when (seconds since 1970), and what is wrong with another that should. */
export interface ModelStatus {
  readonly model?: string;
  readonly since?: number;
  readonly problem?: ModelProblem;
}

/** The models of a server. */
export interface Models {
  /** The model that answers a request. Let go of it when the request's work has ended. @throws NOT_READY */
  hold(choice?: ModelChoice): HeldModel;
  /** The model that answers the same requests unseen, if there is one. */
  holdShadow(): HeldModel | undefined;
  status(): ModelStatus;
  list(): Promise<ListedModels>;
  /** Looks for another model at once. */
  refresh(): Promise<void>;
  /** What can be changed; absent where the model comes from elsewhere than a folder and a store. */
  readonly folder?: ModelFolder;
}

/** A model that is disposed of once it has been retired and nobody holds it. */
export interface CountedModel extends ServedModel {
  hold(group: TrialGroup): HeldModel;
  /** It is asked no more. */
  retire(): void;
}

/** @param dispose called once, when the model has been retired and its last request has ended */
export function countModel({ name, opened, users }: ServedModel, dispose?: () => void): CountedModel {
  const served = { name, opened, ...present({ users }) };
  let [holders, retired, disposed] = [0, false, false];
  const disposeIfUnused = () => {
    if (!retired || holders > 0 || disposed) return;
    disposed = true;
    dispose?.();
  };
  return {
    ...served,
    hold(group) {
      holders++;
      let held = true;
      return {
        ...served,
        group,
        [Symbol.dispose]() {
          if (!held) return;
          held = false;
          holders--;
          disposeIfUnused();
        },
      };
    },
    retire() {
      retired = true;
      disposeIfUnused();
    },
  };
}
