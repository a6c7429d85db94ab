import type { Engine } from "../../src/compute/engine.ts";
import { createEngine } from "../../src/compute/pool.ts";

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
