import { type Engine, localEngine } from "../../src/compute/engine.ts";
import { createEngine } from "../../src/compute/pool.ts";

/** What `fit` and `openModel` make where they are given none. Made for each model, its memory of a gigabyte has garbage collected each time. */
export const sharedLocalEngine: Engine = localEngine();

const engines = new Map<number, Promise<Engine>>();

/** An engine that the tests of a process share: starting its threads takes longer than most of what they compute. */
export function sharedEngine(threads: number): Promise<Engine> {
  let engine = engines.get(threads);
  if (!engine) {
    engine = createEngine({ threads });
    engines.set(threads, engine);
  }
  return engine;
}
