/** What was acknowledged is on disk: after a kill, and as the system calls show. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { killWriters } from "../../scripts/store-kill.ts";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { storeKinds, storePlaces } from "../../test/helpers/stores.ts";

for (const { kind, needs } of storeKinds) {
  describe(`a process that writes to ${kind}`, needs, () => {
    const { place, server } = storePlaces(kind);

    it("loses nothing that it acknowledged when it is killed", async () => {
      const rounds = kind === "sqlite" ? 5 : 2;
      const cut = async () => {
        await server().stop();
        await server().start();
      };
      const meanwhile = kind === "sqlite" ? {} : { meanwhile: cut };
      const { acknowledged, lost, halves } = await killWriters(await place(), { rounds, ...meanwhile });
      assert.ok(acknowledged >= rounds, `${acknowledged} acknowledged`);
      assert.deepEqual({ lost, halves }, { lost: [], halves: [] });
    });
  });
}

const traceable = spawnSync("strace", ["-V"]).status === 0;
const needsTrace = traceable || process.env.CI === "true" ? {} : { skip: "no strace: apt-get install strace" };

describe("the system calls of a store in SQLite", needsTrace, () => {
  const writes = 5;
  const program = (synchronous: string) => `
    import { writeSync } from "node:fs";
    import { openStoreWith } from ${JSON.stringify(resolve(import.meta.dirname, "opening.ts"))};
    const store = await openStoreWith(process.argv[1], {}, { synchronous: "${synchronous}" });
    for (let n = 0; n < ${writes}; n++) {
      writeSync(1, "begin\\n");
      await store.write((writer) => writer.setRatings("ann", [{ item: String(n), rating: 4, time: 1 }]));
      writeSync(1, "acknowledged\\n");
    }
    process.exit();`;

  /** For each acknowledgement: whether the log was written and then synced since the write began. */
  function traced(synchronous: "FULL" | "OFF"): boolean[] {
    const folder = temporaryFolder();
    const trace = join(folder, "trace");
    const node = [process.execPath, "--input-type=module", "-e", program(synchronous), join(folder, "store.sqlite")];
    const calls = "trace=pwrite64,pwritev,write,fsync,fdatasync";
    execFileSync("strace", ["-f", "-y", "-e", calls, "-o", trace, ...node], { stdio: "pipe" });
    return syncedBeforeEach(readFileSync(trace, "utf8").split("\n"));
  }

  it("sync the log before each acknowledgement", () => {
    assert.deepEqual(traced("FULL"), Array(writes).fill(true));
  });

  it("would show it if they did not", () => {
    assert.deepEqual(traced("OFF"), Array(writes).fill(false));
  });
});

function syncedBeforeEach(lines: readonly string[]): boolean[] {
  const acknowledged: boolean[] = [];
  let [written, synced] = [false, false];
  for (const line of lines) {
    if (line.includes('"begin\\n"')) [written, synced] = [false, false];
    else if (/pwrite.*-wal>/.test(line)) [written, synced] = [true, false];
    else if (/(fsync|fdatasync)\(\d+<[^>]*-wal>/.test(line)) synced = written;
    else if (line.includes('"acknowledged\\n"')) acknowledged.push(synced);
  }
  return acknowledged;
}
