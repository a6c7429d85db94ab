import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configure, resolveSpec } from "./configure.ts";
import { planTraining } from "./plan.ts";
import { estimatePeak } from "./shared/memory.ts";

const shape = { users: 1_600_000, items: 60_000, ratings: 150_000_000 };
const engine = { limit: 2 ** 32 };

describe("the plan of training", () => {
  it("tells what is needed from what there is, however near they lie", () => {
    const resolved = resolveSpec(configure("als", {}));
    const peak = estimatePeak(resolved.algorithm, resolved.settings, shape);
    const short = planTraining(resolved, shape, { memory: peak - 3e6, engine });
    const [, needed, there] = /it would take about (\S+) GB in memory, and there are (\S+) GB/.exec(short.why)!;
    assert.equal(short.where, "disk");
    assert.ok(Number(needed) > Number(there), short.why);
    assert.ok(Math.abs(1e9 * Number(needed) - peak) < 1e7);
    assert.equal(planTraining(resolved, shape, { memory: peak, engine }).where, "memory");
  });

  it("says that the engine's memory is what is too small", () => {
    const more = { ...shape, ratings: 600_000_000 };
    const plan = planTraining(resolveSpec(configure("als", {})), more, { memory: 64e9, engine });
    assert.equal(plan.where, "disk");
    assert.match(plan.why, /in memory it would take about \d\.\d GB of the engine's memory, which holds 4\.3 GB/);
  });
});
