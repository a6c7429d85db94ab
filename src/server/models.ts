/** The models that a server answers with, which may be exchanged while it runs. */
import type { ErrorCode } from "../errors.ts";
import { present } from "../present.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import type { UserRatings } from "../recommend/query.ts";

/** A model that answers, and the users whose ratings are at hand, in the index space of its films. */
export interface ServedModel {
  readonly opened: OpenModel;
  readonly users?: UserRatings;
}

/** A model while a request works with it: it stays open until it is let go. */
export interface HeldModel extends ServedModel, Disposable {}

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
  /** The model that answers a request. Let go of it when the request's work has ended. */
  hold(): HeldModel;
  status(): ModelStatus;
}

/** Models of which the active one can be replaced by another. */
export interface ExchangeableModels extends Models {
  /** Answers all requests from now on by another model. What disposes of the former one is called once its last request has ended. */
  exchange(next: ServedModel, dispose?: () => void): void;
}

/** @param dispose called once the model has been exchanged for another, and its last request has ended */
export function exchangeableModels(first: ServedModel, dispose?: () => void): ExchangeableModels {
  const now = () => Math.floor(Date.now() / 1000);
  let [active, name, since] = [counted(first, dispose), first.opened.name, now()];
  return {
    hold: () => active.hold(),
    status: () => ({ model: name, since }),
    exchange(next, disposeNext) {
      const former = active;
      [active, name, since] = [counted(next, disposeNext), next.opened.name, now()];
      former.retire();
    },
  };
}

/** A model that is disposed of once it has been retired and nobody holds it. */
function counted({ opened, users }: ServedModel, dispose: (() => void) | undefined) {
  let [holders, retired] = [0, false];
  const disposeIfUnused = () => {
    if (retired && holders === 0) dispose?.();
  };
  return {
    hold(): HeldModel {
      holders++;
      let held = true;
      return {
        opened,
        ...present({ users }),
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
