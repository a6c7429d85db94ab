import { type Engine, localEngine } from "../compute/engine.ts";
import { type Dataset, fingerprint, type Space, shapeOf } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { completeConfig } from "./config.ts";
import type { FitContext } from "./model.ts";
import { algorithmNamed, defaultModel } from "./registry.ts";
import type { Trained } from "./trained.ts";

export interface FitOptions {
  /** Settings of the model; text values are converted. Defaults: the model's own. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Seed of every random choice; 0 unless given. */
  readonly seed?: number;
  /** Where the loops run; an engine of its own on the calling thread unless given. */
  readonly engine?: Engine;
  /** Called with the finished share of the work, 0 to 1, a few times a second. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Fits a model to ratings. The same data, settings and seed give the same bytes.
 *
 * @param model a name from the registry; without one, the best that the size of the data allows
 * @throws MODEL_UNKNOWN, CONFIG_INVALID, DATA_EMPTY, MEMORY, CANCELLED
 */
export async function fit(train: Dataset, model?: string, options: FitOptions = {}): Promise<Trained> {
  const algorithm = algorithmNamed(model ?? defaultModel(shapeOf(train)));
  if (train.byUser.values.length === 0)
    throw new MatineeError("DATA_EMPTY", `${train.name} holds no ratings to learn from`);
  const config = completeConfig(algorithm.name, algorithm.config, options.set);
  const seed = options.seed ?? 0;
  using own = options.engine ? undefined : localEngine();
  const step = stepper("training", options);
  const context: FitContext = { engine: options.engine ?? own!, seed, step };
  await context.step(0, 1);
  const state = await withMemory(algorithm.name, () => algorithm.fit(train, config, context));
  options.onProgress?.(1);
  return {
    space: spaceOf(train),
    state,
    record: { config, seed, arithmetic: context.engine.arithmetic, data: await fingerprint(train) },
  };
}

/** Long loops give way this often, so that progress is drawn and a cancellation is heard. */
const breathEvery = 50;

/** What long loops await: `onProgress` now and then, CANCELLED (`what` was) once the signal is aborted. */
export function stepper(
  what: string,
  { onProgress, signal }: Pick<FitOptions, "onProgress" | "signal">,
): FitContext["step"] {
  let last = 0;
  return async (done, total) => {
    const now = performance.now();
    if (now - last < breathEvery) return;
    last = now;
    onProgress?.(done / total);
    await new Promise((resume) => setTimeout(resume));
    if (signal?.aborted) throw new MatineeError("CANCELLED", `${what} was cancelled`);
  };
}

async function withMemory<T>(model: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RangeError && /array (buffer allocation|length)/i.test(error.message))) throw error;
    throw new MatineeError("MEMORY", `${model} does not fit in memory for these data`, { cause: error });
  }
}

function spaceOf({ name, users, items, catalog, scale, counts }: Dataset): Space {
  return { name, users, items, catalog, scale, counts };
}
