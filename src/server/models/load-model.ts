/** Loads a model while requests are answered: checked and tried in another thread, then opened and warmed here, a step at a time. */
import { setImmediate } from "node:timers/promises";
import type { Trained } from "../../models/trained.ts";
import { type OpenModel, openModel } from "../../recommend/open-model.ts";
import { stepUntil } from "../turns.ts";
import { warmUp } from "../warm-up.ts";
import { checkedModel, type ModelCheck } from "./check-model.ts";

/** A model that is ready to answer. */
export interface WarmModel {
  readonly opened: OpenModel;
  readonly trained: Trained;
}

/** @param signal ends the loading, by its reason. @throws what `checkedModel` throws */
export async function loadWarmModel(path: string, check: ModelCheck, signal: AbortSignal): Promise<WarmModel> {
  const trained = await checkedModel(path, check, signal);
  await setImmediate();
  signal.throwIfAborted();
  const opened = openModel(trained);
  try {
    await setImmediate();
    await warmUp(opened, stepUntil(signal, setImmediate));
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
  return { opened, trained };
}
