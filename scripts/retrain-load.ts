/**
 * What retraining does to the answers of a server: 100 requests a second arrive, whether or not earlier ones have been answered, while the server does
 * nothing else, and while it retrains: in a process of the lowest priority, as it does, or for comparison in a thread.
 * Times count from when a request was to be sent. This process sends the requests, and another is the server.
 *
 *   node scripts/retrain-load.ts FOLDER [DATA [process] [thread]]
 *
 * FOLDER: ml-latest-small, whose model answers; DATA: what the store holds and is retrained on, synthetic-1m unless given. Writes
 * docs/results/retrain-load.md.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, constants, cpus, loadavg, setPriority, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { readRatings } from "../src/data/read.ts";
import { ease } from "../src/models/specs.ts";
import { median } from "../src/numbers.ts";
import { retrain, type ScheduleOptions, scheduleRetraining } from "../src/server/index.ts";
import { importRatings } from "../src/store/import.ts";
import { openStore } from "../src/store/open-store.ts";
import { train } from "../src/train.ts";
import { sendRequests } from "./send-requests.ts";

const root = resolve(import.meta.dirname, "..");
const perSecond = 100;
/** Each kind of work takes turns with the others, so that what else the machine does is shared by all. */
const turns = 3;
const seconds = 8;

/** Where the store and the models are, and the data. */
interface Place {
  readonly source: string;
  /** What the store holds. */
  readonly stored: string;
  readonly store: string;
  readonly models: string;
}

/** What the server is told, and says once it is done. */
type Order = "process" | "thread" | "stop";

async function serve({ source, stored, store: file, models }: Place): Promise<void> {
  const { createApp } = await import("../src/server/app.ts");
  const data = await readRatings(source);
  await using store = await openStore(file);
  await importRatings(store, await readRatings(stored));
  using recommender = await train(data, ease());
  const app = await createApp(recommender);
  const address = await app.listen({ port: 0 });
  const options: ScheduleOptions = { store, place: file, folder: models, everyHours: 1e6 };
  const retraining = scheduleRetraining(options);
  await retraining.run(); // a first model, so that later ones are judged beside it
  process.on("message", async (order: Order) => {
    if (order === "process") await retraining.run();
    if (order === "thread")
      await once(new Worker(import.meta.filename, { workerData: { store: file, models }, execArgv: [] }), "exit");
    if (order === "stop") {
      await retraining.stop();
      await app.close();
    }
    process.send!("done");
  });
  process.send!(address);
  await once(process, "disconnect");
}

/** Retrains in this thread, which gets the lowest priority where threads have one. */
async function retrainInThread({ store: file, models }: Pick<Place, "store" | "models">): Promise<void> {
  if (process.platform === "linux") {
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), constants.priority.PRIORITY_LOW);
  }
  await using store = await openStore(file);
  await retrain({ store, folder: models });
}

/** A kind of work, and what was measured meanwhile. */
interface Kind {
  readonly name: string;
  /** Milliseconds, of each turn. */
  readonly times: number[][];
  failed: number;
  retrainings: number;
}

const kindOf = (name: string): Kind => ({ name, times: [], failed: 0, retrainings: 0 });
const kindsByOrder = new Map<Order | undefined, Kind>([
  [undefined, kindOf("nothing else")],
  ["process", kindOf("retraining in a process of the lowest priority")],
  ["thread", kindOf("retraining in a thread of the lowest priority")],
]);

/** Shares of the answers of each turn, and of them the median over turns; the longest of all. */
function rowOf({ name, times, failed, retrainings }: Kind): string {
  const sorted = times.map((turn) => turn.toSorted((a, b) => a - b));
  const share = (of: number) => {
    const each = sorted.map((turn) => turn[Math.floor(of * turn.length)]).sort((a, b) => a - b);
    return median(each).toFixed(1);
  };
  const longest = Math.max(...sorted.map((turn) => turn.at(-1)!)).toFixed(0);
  const answers = sorted.reduce((all, turn) => all + turn.length, 0);
  const row = `| ${name} | ${retrainings} | ${answers} | ${failed} | ${share(0.5)} | ${share(0.9)} | ${share(0.99)} | ${longest} |`;
  console.log(row);
  return row;
}

/** Sends requests at even times until the work has ended, and for at least some seconds. */
async function measure(address: string, bodies: readonly string[], work: () => Promise<unknown>) {
  let over = false;
  const ended = work().then(() => {
    over = true;
  });
  function* evenMoments() {
    for (let at = 0; !over || at < 1000 * seconds; at += 1000 / perSecond) yield at;
  }
  const { took, statuses } = await sendRequests(address, bodies, evenMoments());
  await ended;
  const asked = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return { times: [...took], failed: asked - took.length };
}

async function main(source: string, stored = "synthetic-1m", ...chosen: string[]): Promise<void> {
  const [load] = loadavg();
  const orders = chosen.length > 0 ? chosen : ["process"];
  const kinds = [...kindsByOrder].filter(([order]) => order === undefined || orders.includes(order));
  const folder = mkdtempSync(join(tmpdir(), "matinee-retrain-load-"));
  const place: Place = { source, stored, store: join(folder, "store.db"), models: join(folder, "models") };
  const server: ChildProcess = fork(import.meta.filename, [], {
    env: { ...process.env, MATINEE_SERVE: JSON.stringify(place) },
  });
  try {
    const [address] = (await once(server, "message")) as [string];
    const { items, counts } = await readRatings(source);
    const known = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
    const bodies = Array.from({ length: 50 }, (_, n) => {
      const ratings = Array.from({ length: 20 }, (_, at) => ({
        id: items.id(known[(7 * n + 31 * at) % 1000]),
        rating: 1 + ((n + at) % 5),
      }));
      return JSON.stringify({ ratings, k: 10, explain: true });
    });
    const repeat = async (order?: Order) => {
      const start = performance.now();
      if (order === undefined) await setTimeout(1000 * seconds);
      for (
        ;
        order !== undefined && performance.now() - start < 1000 * seconds;
        kindsByOrder.get(order)!.retrainings++
      ) {
        server.send(order);
        await once(server, "message");
      }
    };
    await measure(address, bodies, () => setTimeout(2000)); // the first requests
    for (let turn = 0; turn < turns; turn++) {
      for (const [order, kind] of kinds) {
        const { times, failed } = await measure(address, bodies, () => repeat(order));
        kind.times.push(times);
        kind.failed += failed;
      }
    }
    server.send("stop" satisfies Order);
    await once(server, "message");
    writePage(
      kinds.map(([, kind]) => rowOf(kind)),
      stored,
      load,
    );
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writePage(rows: readonly string[], stored: string, load: number): void {
  writeFileSync(
    join(root, "docs/results/retrain-load.md"),
    `# Answers while a model is retrained

Written by \`node scripts/retrain-load.ts FOLDER\`, where FOLDER has ml-latest-small. A server of the model \`ease\` is asked for 10 films for 20 ratings, with
reasons, ${perSecond} times a second, by a second process on the same machine (${availableParallelism()} processors, ${cpus()[0].model}). Requests are sent at even times,
whether or not earlier ones have been answered, and times count from when a request was to be sent. Meanwhile the server does nothing else, or retrains
the model of the usual settings (\`ease\`, and \`mf\` for ratings) again and again on ${stored}, which its store holds: each time it reads them, judges the
model, trains it and switches. They take turns, ${turns} each, of ${seconds} s or more; the median, and the times within which 90 and 99 % are answered, are those of a
turn: the median of all turns. In milliseconds:

| Meanwhile | Retrainings | Answers | Failed | Median | 90 % | 99 % | Longest of all |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}

The first row says how free the machine was: before the run, ${load.toFixed(1)} tasks of others wanted a processor (the load average of a minute).

The server retrains in a process: [decision 53](../adr/0053-retraining-judges-before-it-switches.md) says why.
`,
  );
}

if (!isMainThread) await retrainInThread(workerData);
else if (process.env.MATINEE_SERVE) await serve(JSON.parse(process.env.MATINEE_SERVE));
else await main(process.argv[2], ...process.argv.slice(3));
