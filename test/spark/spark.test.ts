/** Training on Apache Spark, for real: on this machine alone, and on a master with two workers. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { mount, needsMounts } from "../../scripts/reliability/faults.ts";
import { localEngine } from "../../src/compute/engine.ts";
import { createEngine } from "../../src/compute/pool.ts";
import { datasetFromCsr } from "../../src/data/dataset.ts";
import { configure, evaluate, readRatings, splitRatings, splits, trainedContender } from "../../src/index.ts";
import { dot } from "../../src/matrix/dense.ts";
import type { Cluster, FoundVectors } from "../../src/models/cluster.ts";
import { configureOnCluster } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Json, State } from "../../src/models/model.ts";
import { algorithmNamed } from "../../src/models/registry.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { sparkCluster } from "../../src/spark/cluster.ts";
import { assertRefused, matinee, start, temporaryFolder, written } from "../helpers/command.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { allNear, near } from "../helpers/numbers.ts";
import {
  killWorker,
  localSpark,
  needsSpark,
  type StandaloneCluster,
  smallJobFlags,
  smallJobs,
  startStandalone,
} from "../helpers/spark.ts";
import { randomDataset } from "../helpers/toy.ts";

const folder = temporaryFolder();
const small = dataFolder("ml-latest-small");
/** What jobs left behind. */
const left = (of = folder) => readdirSync(of).filter((name) => name.startsWith("."));
const local = () => localSpark(folder);
const flagsOf = (master: string) => ["train", "--engine", "spark", "--master", master, ...smallJobFlags];

/** A cluster that keeps what was found. */
function observed(cluster: Cluster, users: boolean): Cluster & { found?: FoundVectors } {
  const observer: Cluster & { found?: FoundVectors } = {
    ...cluster,
    async factorise(ratings, wanted, step) {
      observer.found = await cluster.factorise(ratings, users ? { ...wanted, users } : wanted, step);
      return observer.found;
    },
  };
  return observer;
}

/** The process of spark-submit below a process. */
function driverOf(parent: number): number | undefined {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = ids.find((id) => {
    try {
      const isChild = new RegExp(`^PPid:\\s+${parent}$`, "m").test(readFileSync(`/proc/${id}/status`, "utf8"));
      return isChild && readFileSync(`/proc/${id}/cmdline`, "utf8").includes("SparkSubmit");
    } catch {
      return false; // it has ended
    }
  });
  return found === undefined ? undefined : Number(found);
}

describe("training on Spark, on this machine", needsSpark(), () => {
  it("finds users that are our half-step with Spark's films (als)", async () => {
    // Of events, an amount of 0 is no evidence: the first user has nothing else, which would end Spark's training.
    const { byUser, ...data } = randomDataset(60, 40, 0.3, 1);
    const values = byUser.values.map((value, n) => (n < byUser.offsets[1] ? 0 : value));
    const events = datasetFromCsr({ ...data, feedback: "events" }, { ...byUser, values }, data.report);
    const cluster = observed(await local(), true);
    const spec = configureOnCluster("als", { factors: 8, iterations: 3, scale: "data" });
    const { state } = await fit(events, spec, { cluster });
    const users = cluster.found!.users!;
    using engine = localEngine();
    using model = algorithmNamed("als").open(state, engine);
    using arena = engine.arena();
    const folded = arena.float32(60 * 8);
    await model.vectors!(engine, arena).foldIn(events.byUser, folded);
    allNear(folded, Float64Array.from(users), 1e-4);
    assert.ok(users.subarray(0, 8).every((value) => value === 0));
    const { scaling, scaledBy, foundBy } = state.facts;
    assert.deepEqual([scaling, scaledBy, (foundBy as { blocks: Json }).blocks], [1, "ratings", 4]);
    assert.deepEqual(left(), []);
  });

  it("finds users that are our half-step with Spark's films (mf, of what bias leaves)", async () => {
    const data = randomDataset(60, 40, 0.3, 2);
    const plain = { scale: "data", caution: 0, dislike: 0 };
    const spec = configureOnCluster("mf", { factors: 6, epochs: 3, keepUsers: true, ...plain });
    const { state } = await fit(data, spec, { cluster: await local() });
    const bias = await fit(data, configure("bias", { caution: 0 }));
    using engine = localEngine();
    using model = algorithmNamed("mf").open(state, engine);
    using means = algorithmNamed("bias").open(bias.state, engine);
    const [scores, expected] = [new Float32Array(40), new Float32Array(40)];
    const [users, items] = [tensor(state, "users"), tensor(state, "items")];
    for (let user = 0; user < 60; user++) {
      const profile = profileOf(data.byUser, user);
      model.ask({ profile }).score(scores);
      means.ask({ profile }).score(expected);
      for (let item = 0; item < 40; item++) {
        near(scores[item], expected[item] + dot(users, 6 * user, items, 6 * item, 6), 1e-4);
      }
    }
  });

  it("says that Spark was ended, leaves nothing, and starts it anew", async () => {
    const { byUser } = randomDataset(60, 40, 0.3, 1);
    const wanted = {
      implicit: true,
      factors: 8,
      iterations: 200,
      regularisation: 0.1,
      alpha: 1,
      users: false,
      seed: 1,
    };
    const cluster = await local();
    const ended = cluster.factorise(byUser, wanted, async (share) => {
      const driver = share > 0.1 ? driverOf(process.pid) : undefined;
      if (driver !== undefined) process.kill(driver, "SIGKILL");
    });
    await assert.rejects(ended, { code: "CLUSTER_FAILED", message: /^spark-submit was ended/ });
    assert.deepEqual(left(), []);
    const { counts } = await cluster.sums(byUser, async () => {});
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      byUser.values.length,
    );
  });

  it("serves what it trained", needsData("ml-latest-small"), async () => {
    const file = join(folder, "als.matinee");
    const set = ["--set", "factors=16", "iterations=4"];
    const trained = await matinee(
      ...flagsOf("local[2]"),
      "--model",
      "als",
      ...set,
      "--data",
      small,
      "--out",
      file,
      "--json",
    );
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stderr, /^Spark \d+\.\d+\.\d+: start [\d.]+ s, read [\d.]+ s, fit [\d.]+ s, write [\d.]+ s$/m);
    const { config } = JSON.parse(trained.stdout);
    assert.deepEqual([config.scaling, config.confidence, config.solver], [1, "1+alpha*r", "cholesky"]);
    assert.deepEqual(left(), []);
    const card = await matinee("inspect", file, "--card");
    assert.match(card.stdout, /^- Vectors found by: spark \d.*, 4 blocks$/m);
    const query = ["--rate", "1=5", "--rate", "50=5", "--k", "3", "--json", "--artifact", file];
    const { items } = JSON.parse((await matinee("recommend", ...query)).stdout);
    assert.equal(items.length, 3);
    const parts = items[0].because.reduce((sum: number, { value }: { value: number }) => sum + value, 0);
    near(parts, items[0].score, 1e-6);
    const server = start("serve", "--artifact", file, "--port", "0");
    const [address] = /http:\/\/\S+/.exec(await written(server.child, /http:\/\/\S+/))!;
    const answer = await fetch(new URL("/api/v1/recommendations", address), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        ratings: [
          { id: 1, rating: 5 },
          { id: 50, rating: 5 },
        ],
        k: 3,
      }),
    });
    const { items: served } = (await answer.json()) as { items: readonly { id: number }[] };
    assert.deepEqual(
      served.map(({ id }) => id),
      items.map(({ id }: { id: number }) => id),
    );
    server.child.kill("SIGTERM");
    await server.outcome;
  });

  it("says where the disk is full, and leaves nothing", {
    ...needsData("ml-latest-small"),
    ...needsMounts(),
  }, async () => {
    const disk = join(folder, "disk");
    using _disk = mount(disk, "-t", "tmpfs", "-o", "size=1500k", "none");
    const file = join(folder, "full.matinee");
    const job = ["--model", "als", "--set", "iterations=1", "--data", small, "--out", file, "--spark-folder", disk];
    const outcome = await matinee(...flagsOf("local[2]"), ...job);
    assertRefused(
      outcome,
      7,
      /^matinee: the job's disk is full: .*No space left on device.* \(free space in the folder /,
    );
    assert.deepEqual([left(), left(disk)], [[], []]);
  });

  it("passes Ctrl-C on", needsData("ml-latest-small"), async () => {
    const file = join(folder, "cancelled.matinee");
    const job = ["--model", "als", "--set", "iterations=200", "--data", small, "--out", file];
    const { child, outcome } = start(...flagsOf("local[2]"), "--spark-folder", folder, ...job);
    await written(child, "Training als …");
    // Spark has started, and read the ratings.
    while (left().length === 0 || !readdirSync(join(folder, left()[0])).includes("checkpoints")) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill("SIGINT");
    assertRefused(await outcome, 130, /^matinee: training was cancelled \(nothing was left half-written\)$/);
    assert.deepEqual(left(), []);
    assert.ok(!readdirSync(folder).includes("cancelled.matinee"));
  });
});

describe("training on a cluster of Spark", needsSpark(), () => {
  let cluster: StandaloneCluster;
  let worker: ChildProcess | undefined;
  before(async () => {
    cluster = await startStandalone(0);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  async function assertNoExecutor(memory: string): Promise<void> {
    const job = ["--model", "als", "--data", small, "--out", join(folder, "none.matinee"), "--spark-wait", "4"];
    const flags = flagsOf(cluster.master).map((flag) => flag.replace(/(executor\.memory)=.*/, `$1=${memory}`));
    const line = `^matinee: spark://127.0.0.1:\\d+: no worker gave an executor of ${memory} within 4 s \\(start workers, `;
    assertRefused(await matinee(...flags, ...job), 4, new RegExp(line));
    assert.deepEqual(left(), []);
  }

  it("says that there are no workers", needsData("ml-latest-small"), () => assertNoExecutor("600m"));

  it("says that no worker has so much memory", needsData("ml-latest-small"), async () => {
    worker = await cluster.addWorker();
    await assertNoExecutor("900g");
  });

  it(
    "ranks as our engine does by the same objective, and loses nothing by the end of a worker",
    needsData("ml-latest-small"),
    async () => {
      const first = worker ?? (await cluster.addWorker());
      await cluster.addWorker();
      const data = await readRatings(small);
      const parts = splitRatings(data, splits.perUser(0.8), 1);
      const { train } = await parts.split(0);
      const spec = configureOnCluster("als", { factors: 16, iterations: 8 });
      const killed = { worker: false };
      await using onTwo = await sparkCluster({ master: cluster.master, folder, conf: smallJobs });
      const onSpark = await fit(train, spec, {
        cluster: {
          ...onTwo,
          factorise: (ratings, wanted) =>
            onTwo.factorise(ratings, wanted, async (share) => {
              if (share < 0.25 || killed.worker) return;
              killed.worker = true;
              await killWorker(first);
            }),
        },
      });
      assert.ok(killed.worker);
      const undisturbed = await fit(train, spec, { cluster: await local() });
      allNear(tensor(onSpark.state, "items"), Float64Array.from(tensor(undisturbed.state, "items")), 1e-5);
      using engine = await createEngine({ threads: 2 });
      const here = await fit(train, spec, { engine });
      const contenders = [trainedContender(onSpark, "spark"), trainedContender(here, "matinee")];
      const { evaluation } = await evaluate(data, contenders, parts, { metrics: ["ndcg@10"], engine });
      const [spark, own] = evaluation.models.map(({ metrics }) => metrics["ndcg@10"].mean);
      assert.ok(Math.abs(spark - own) < 0.01 && own > 0.25, `${spark} and ${own}`);
    },
  );
});

function tensor({ tensors }: State, name: string): Float32Array {
  return tensors[name].data as Float32Array;
}
