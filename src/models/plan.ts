/** Where a model is trained: in memory, or out of core, with ratings that are read from disk again and again. */
import type { Shape } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import type { Resolved } from "./configure.ts";
import type { MemoryLimits } from "./fit.ts";
import { describeApart, describeBytes, estimatePeak, processBytes } from "./shared/memory.ts";

export type TrainingPlan =
  | { readonly where: "memory"; readonly why: string }
  | {
      readonly where: "disk";
      readonly why: string;
      /** Bytes that are read from disk at a time, about. */
      readonly segmentBytes: number;
    };

/** Bytes of a segment: less is read too often, and more gains nothing. */
const [leastSegment, mostSegment] = [2 ** 20, 2 ** 28];
/** Segments that a fit has room for: two in the engine's memory, and one that is made, with its ratings as they were. */
const segmentsHeld = 6;

/** Bytes of a column block as it is read, and of ids, order and numbers of ratings; what there is of them for small data is in `processBytes`. */
function blockBytes({ users, items, ratings }: Shape): number {
  return ratings / 8 + 32 * (users + items);
}

/**
 * Chooses where a model is trained, by what it needs and what there is. In memory wherever that is enough: it is faster.
 *
 * @param shape numbers of users and items may be 0 where they are not known yet
 * @throws MEMORY where neither fits
 */
export function planTraining(
  { algorithm, settings }: Resolved,
  shape: Shape,
  { memory = Number.POSITIVE_INFINITY, engine }: MemoryLimits,
): TrainingPlan {
  const peak = estimatePeak(algorithm, settings, shape);
  const [needed, there] = describeApart(peak, memory);
  const { engineBytes: fitted = 0 } = algorithm.estimate(shape, settings);
  if (peak <= memory && fitted <= engine.limit) {
    return { where: "memory", why: `it takes about ${needed} of memory, and there are ${there}` };
  }
  const [ofEngine, limit] = describeApart(fitted, engine.limit);
  const inMemory =
    peak > memory
      ? `it would take about ${needed} in memory, and there are ${there}`
      : `in memory it would take about ${ofEngine} of the engine's memory, which holds ${limit}`;
  const cost = algorithm.fitBlocks && algorithm.estimateBlocks?.(shape, settings);
  if (!cost) return { where: "memory", why: inMemory };
  const { engineBytes = 0 } = cost;
  const bytes = cost.bytes + blockBytes(shape);
  const room = Math.min(memory - processBytes - bytes, engine.limit - engineBytes);
  const segmentBytes = Math.min(mostSegment, Math.floor(room / segmentsHeld));
  if (segmentBytes < leastSegment) {
    const least = processBytes + bytes + segmentsHeld * leastSegment;
    const [about, available] = describeApart(least, memory);
    const inEngine = engineBytes >= 1e5 ? `, ${describeBytes(engineBytes)} of them in the engine's memory` : "";
    throw new MatineeError(
      "MEMORY",
      `${algorithm.name} would take about ${about} even out of core${inEngine}; there are ${available}`,
      {
        fix:
          "factors" in algorithm.settings.properties ? "choose fewer factors, or filter the data" : "filter the data",
      },
    );
  }
  return { where: "disk", why: inMemory, segmentBytes };
}
