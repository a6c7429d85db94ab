/** Training out of core, where the flags and the memory there is ask for it. */
import { configure } from "../../models/configure.ts";
import { describeBytes } from "../../models/shared/memory.ts";
import type { Trained } from "../../models/trained.ts";
import { type OutOfCoreTraining, planSource } from "../../out-of-core.ts";
import { note } from "../terminal/output.ts";
import { epochWords, withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { dataSource, readOptionsFrom } from "./data.ts";
import type { ModelFlags } from "./model.ts";

/**
 * Chooses out of core where the model that is named can be trained so and does not fit in memory otherwise, and says why; undefined where
 * it is trained in memory.
 *
 * @param work the folder of its files
 * @throws what `planSource` and `begin` throw
 */
export async function beginOnDisk(flags: ModelFlags, work: string): Promise<OutOfCoreTraining | undefined> {
  if (flags.model === undefined) return undefined;
  const spec = configure(flags.model, flags.set);
  const { memory, seed, arithmetic } = flags;
  const source = dataSource(flags);
  const plan = await planSource({ source, spec, reading: readOptionsFrom(flags), memory, seed, arithmetic });
  if (plan?.where !== "disk") {
    if (plan && flags.memory !== undefined) note(`${spec.model} is trained in memory: ${plan.why}.`);
    return undefined;
  }
  note(`${spec.model} is trained out of core, with its files in ${work}: ${plan.why}.`);
  const begun = await plan.begin(work);
  if (begun.goesOn) note("It goes on where it was interrupted.");
  return begun;
}

export async function trainOnDisk(begun: OutOfCoreTraining, { model, threads }: ModelFlags): Promise<Trained> {
  const signal = cancellation;
  const segmentBytes = await withProgress("Writing ratings as column blocks", (onProgress) =>
    begun.prepare({ onProgress, signal }),
  );
  return await withProgress(`Training ${model}, ${describeBytes(segmentBytes)} at a time`, (onProgress, tell) =>
    begun.train({ threads, onProgress, signal, onEpoch: (epoch) => tell(epochWords(epoch)) }),
  );
}
