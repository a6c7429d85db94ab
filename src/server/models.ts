/** The models that a server answers with, which may be exchanged while it runs. */
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

/** The models of a server. */
export interface Models {
  /** The model that answers a request. Let go of it when the request's work has ended. */
  hold(): HeldModel;
}

/** Models of which the active one can be replaced by another. */
export interface ExchangeableModels extends Models {
  /** Answers all requests from now on by another model. What disposes of the former one is called once its last request has ended. */
  exchange(next: ServedModel, dispose?: () => void): void;
}

/** @param dispose called once the model has been exchanged for another, and its last request has ended */
export function exchangeableModels(first: ServedModel, dispose?: () => void): ExchangeableModels {
  let active = counted(first, dispose);
  return {
    hold: () => active.hold(),
    exchange(next, disposeNext) {
      const former = active;
      active = counted(next, disposeNext);
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
