/** Retraining by a server, in processes of its own. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { importRatings } from "../store/import.ts";
import { readModelSetting } from "../store/model-setting.ts";
import { openStore } from "../store/open-store.ts";
import { readRetraining } from "./lease.ts";
import { isDue, type ScheduleOptions, scheduleRetraining } from "./schedule.ts";

/** What takes some seconds to train. */
const slow = { model: "als", settings: { factors: 64, iterations: 100 } };

async function shop() {
  const place = temporaryFolder();
  const file = join(place, "store.db");
  const store = await openStore(file);
  await importRatings(store, await syntheticRatings({ users: 300, items: 400, ratings: 12_000, seed: 7 }));
  const lines: string[] = [];
  const log = (line: string, code?: string) => void lines.push([line, ...(code ? [code] : [])].join(" "));
  const folder = join(place, "models");
  const schedule = (options: Partial<ScheduleOptions>) =>
    scheduleRetraining({ store, place: file, folder, everyHours: 24, model: "popular", log, ...options });
  return { store, place: file, folder, lines, schedule, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

/** Waits until something is so. */
async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (let n = 0; n < 6000; n++) {
    const found = await look();
    if (found) return found;
    await setTimeout(10);
  }
  throw new Error("it never was so");
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("scheduled retraining", () => {
  it("trains the first model at once, in another process, and the next when it is due", async () => {
    await using at = await shop();
    const retraining = at.schedule({});
    await until(() => retraining.status.last);
    const { running, last, failures } = retraining.status;
    assert.deepEqual([running, last?.outcome, failures], [false, "switched", 0]);
    const { active } = await readModelSetting(at.store);
    assert.ok(existsSync(join(at.folder, `${active}.matinee`)));
    assert.deepEqual(at.lines, [`retraining: ${active} answers now: it is the first model`]);
    await retraining.run(); // not due, but asked for
    assert.equal((await readModelSetting(at.store)).previous, active);
    await retraining.stop();
  });

  it("runs one process at a time, of the lowest priority in all its threads, and ends it when it is stopped", async () => {
    await using at = await shop();
    const retraining = at.schedule(slow);
    const { pid } = (await until(async () => (await readRetraining(at.store)).holder))!;
    assert.notEqual(pid, process.pid);
    assert.equal(retraining.status.running, true);
    if (process.platform === "linux") {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        assert.equal(fields[16], "19", `thread ${thread}`);
      }
    }
    const ended = [retraining.run(), retraining.run()];
    assert.equal((await readRetraining(at.store)).holder?.pid, pid);
    await retraining.stop();
    await Promise.all(ended);
    assert.equal(isAlive(pid), false);
    assert.deepEqual(await readModelSetting(at.store), {});
    const { holder, last } = await readRetraining(at.store);
    assert.deepEqual([holder, last?.code], [undefined, "CANCELLED"]);
    assert.deepEqual(at.lines, []);
  });

  it("tells of a failure, and leaves the active model", async () => {
    await using at = await shop();
    const retraining = at.schedule({ memory: 1 });
    await until(() => retraining.status.last);
    assert.deepEqual([retraining.status.failures, retraining.status.last?.code], [1, "MEMORY"]);
    assert.match(at.lines[0], /^retraining: .*popular would take .+ MEMORY$/);
    await retraining.run();
    assert.equal(retraining.status.failures, 2);
    await retraining.stop();
    assert.deepEqual(await readModelSetting(at.store), {});
  });

  it("goes on after its process was killed", async () => {
    await using at = await shop();
    const retraining = at.schedule(slow);
    const { pid } = (await until(async () => (await readRetraining(at.store)).holder))!;
    process.kill(pid, "SIGKILL");
    await until(() => retraining.status.failures);
    assert.deepEqual(at.lines, ["retraining: the process ended by SIGKILL INTERNAL"]);
    await retraining.stop();
    const next = at.schedule({});
    await next.run();
    assert.equal(next.status.last?.outcome, "switched");
    await next.stop();
  });

  it("ends its process with a server that is killed", async () => {
    await using at = await shop();
    const server = fork(new URL("../../test/helpers/retraining-server.ts", import.meta.url), { execArgv: [] });
    server.send({ place: at.place, folder: at.folder, everyHours: 24, ...slow });
    const { pid } = (await until(async () => (await readRetraining(at.store)).holder))!;
    server.kill("SIGKILL");
    await once(server, "exit");
    await until(() => !isAlive(pid));
    assert.deepEqual(await readModelSetting(at.store), {});
  });

  it("is due by time and by what came, counted from the latest on any server", async () => {
    const now = 1e9;
    const last = { started: now - 7200, ended: now - 7000, outcome: "kept", message: "", ratings: 100 } as const;
    const store = (events: number, ratings: number) => ({
      eventsSince: async (time: number) => (time === last.started ? events : 0),
      counts: async () => ({ users: 0, events: 0, items: 0, ratings }),
    });
    const due = (schedule: object, more: object = {}, began = 0, at = store(0, 100)) =>
      isDue(schedule, { turn: 1, last, ...more }, began, now, at);
    const holder = { by: "", machine: "", host: "", pid: 1, since: now, until: now + 1 };
    assert.equal(await due({ everyHours: 2 }), true);
    assert.equal(await due({ everyHours: 2.01 }), false);
    assert.equal(await due({ everyHours: 2 }, { holder }), false);
    assert.equal(await due({ everyHours: 2 }, { holder: { ...holder, until: now - 1 } }), true);
    assert.equal(await due({ everyHours: 2 }, {}, now - 10), false); // begun here, and killed before it could say so
    assert.equal(await due({ everyHours: 2 }, { last: { ...last, started: now + 7200 } }), true); // the clock was set back
    assert.equal(await due({ afterEvents: 5 }, { last: undefined }), true);
    assert.equal(await due({ afterEvents: 5 }, {}, 0, store(5, 100)), true);
    assert.equal(await due({ afterEvents: 5 }, {}, 0, store(2, 103)), true);
    assert.equal(await due({ afterEvents: 5 }, {}, 0, store(2, 102)), false);
    assert.equal(await due({ afterEvents: 5 }, {}, 0, store(4, 10)), false); // ratings were deleted
  });

  it("takes what says when, and settings of models that are", async () => {
    await using at = await shop();
    const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;
    assert.throws(() => at.schedule({ everyHours: undefined } as never), code("USAGE"));
    assert.throws(() => at.schedule({ everyHours: 0 }), code("USAGE"));
    assert.throws(() => at.schedule({ model: "esae" }), code("MODEL_UNKNOWN"));
    assert.throws(() => at.schedule({ keep: 0 }), code("USAGE"));
    assert.throws(() => at.schedule({ every: 1 } as never), code("USAGE"));
  });
});
