/** What Spark finds of items and pairs of items, for real: the models are those of the engine here. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import { type Dataset, datasetFromCsr } from "../../src/data/dataset.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import type { Cluster, ItemSums } from "../../src/models/cluster.ts";
import { configureOnCluster } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { State } from "../../src/models/model.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { near } from "../helpers/numbers.ts";
import { localSpark, needsSpark, smallJobFlags } from "../helpers/spark.ts";
import { randomDataset } from "../helpers/toy.ts";

const folder = temporaryFolder();
/** What jobs left behind. */
const left = () => readdirSync(folder).filter((name) => name.startsWith("."));
const local = () => localSpark(folder);

/** The states of a model by the engine and by a cluster. */
async function bothOf(
  data: Dataset,
  cluster: Cluster,
  model: string,
  settings: Record<string, unknown> = {},
): Promise<[State, State]> {
  using engine = await createEngine({ threads: 2 });
  const spec = configureOnCluster(model, settings);
  return [(await fit(data, spec, { engine })).state, (await fit(data, spec, { engine, cluster })).state];
}

const numbers = ({ tensors }: State, name: string) => tensors[name].data as Float64Array;

/** Bit for bit, but for the means of these names: sums are taken in another order. */
function assertSame(here: State, there: State, means: readonly string[] = []): void {
  assert.deepEqual(Object.keys(there.tensors), Object.keys(here.tensors));
  for (const name of Object.keys(here.tensors)) {
    const [own, found] = [here, there].map((state) => numbers(state, name));
    if (!means.includes(name)) assert.deepEqual(found, own, name);
    // A film without ratings has no mean.
    else for (const [n, mean] of own.entries()) near(found[n] || 0, mean || 0, 1e-11, `${name} of ${n}`);
  }
}

describe("items and their pairs on Spark", needsSpark(), () => {
  const million = syntheticRatings("synthetic-1m");

  it("counts and adds as the engine does (popular, bias)", async () => {
    const data = await million;
    const cluster = await local();
    let found: Promise<ItemSums> | undefined;
    // One job for both models.
    const once: Cluster = { ...cluster, sums: (...given) => (found ??= cluster.sums(...given)) };
    assertSame(...(await bothOf(data, once, "popular")));
    const [here, there] = await bothOf(data, once, "bias");
    assertSame(here, there, ["itemBias"]);
    near(Number(there.facts.mean), Number(here.facts.mean), 1e-11);
    assert.deepEqual(left(), []);
  });

  it("finds the engine's neighbours, equal ones in its order (item-knn)", async () => {
    const [here, there] = await bothOf(await million, await local(), "item-knn");
    assertSame(here, there, ["itemMeans", "itemBias"]);
    const [lists, similarities] = [numbers(there, "neighbours"), numbers(there, "similarities")];
    assert.ok(lists.some((name, n) => name < lists[n + 1] && similarities[n] === similarities[n + 1]));
  });

  it("multiplies as the engine does (ease)", async () => {
    assertSame(...(await bothOf(await million, await local(), "ease")));
    assert.deepEqual(left(), []);
  });

  it("takes amounts of any fractions, more blocks than films, and films that nobody rated", async () => {
    const { byUser, ...info } = randomDataset(30, 3, 0.7, 3);
    const values = byUser.values.map((value, n) => (byUser.indices[n] === 1 ? 0 : value * Math.PI + n / 7));
    const data = datasetFromCsr({ ...info, feedback: "events" }, { ...byUser, values }, info.report);
    const [here, there] = await bothOf(data, await local(), "item-knn", {
      scale: "data",
      k: 3,
      shrinkage: 2,
    });
    assert.equal(numbers(there, "offsets")[2] - numbers(there, "offsets")[1], 0);
    assertSame(here, there, ["itemMeans", "itemBias"]);
  });

  it("says which package the Python of a node lacks, and leaves nothing", needsData("ml-latest-small"), async () => {
    const packages = join(folder, "packages");
    mkdirSync(packages);
    writeFileSync(join(packages, "scipy.py"), `raise ModuleNotFoundError("No module named 'scipy'", name="scipy")\n`);
    const job = ["--model", "item-knn", "--data", dataFolder("ml-latest-small"), "--out", join(folder, "none.matinee")];
    const flags = ["train", "--engine", "spark", "--master", "local[2]", ...smallJobFlags];
    const outcome = await matinee(...flags, `spark.executorEnv.PYTHONPATH=${packages}`, ...job);
    assertRefused(outcome, 2, /^matinee: the Python of a node has no scipy \(pip install scipy, on all nodes\)$/);
    assert.deepEqual([left(), readdirSync(folder)], [[], ["packages"]]);
  });
});
