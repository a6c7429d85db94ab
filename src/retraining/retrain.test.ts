/** Retraining on made-up ratings in a store: what answers afterwards, what is refused, and what lies in the folder. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { killRetraining } from "../../scripts/retrain-kill.ts";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { storeKinds, storePlaces } from "../../test/helpers/stores.ts";
import { readArtifact } from "../artifact/file.ts";
import { checkSignature, makeSigningKeys, readSignature } from "../artifact/signature.ts";
import { type Dataset, datasetFromCsr } from "../data/dataset.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { MatineeError } from "../errors.ts";
import { compare } from "../evaluate/compare.ts";
import { entriesWhere } from "../matrix/csr.ts";
import type { Json } from "../models/model.ts";
import { als, ease } from "../models/specs.ts";
import { splits } from "../split/splits.ts";
import { datasetOf } from "../store/dataset.ts";
import { importRatings } from "../store/import.ts";
import { readModelSetting } from "../store/model-setting.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { readRetraining } from "./lease.ts";
import { type RetrainOptions, retrain } from "./retrain.ts";

const day = new Date().toISOString().slice(0, 10);
const weak = { model: "als", settings: { factors: 8, iterations: 1, regularisation: 100 } };

const refused =
  (code: string, message = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof MatineeError, String(error));
    assert.deepEqual([error.code, message.test(error.message)], [code, true], error.message);
    return true;
  };

async function setSetting(store: Store, name: string, value: object): Promise<void> {
  await store.write(async (writer) => {
    await writer.setSetting(name, value as Json);
    return undefined;
  });
}

describe("retraining", () => {
  let all: Dataset;
  before(async () => {
    all = await syntheticRatings({ users: 150, items: 120, ratings: 6000, seed: 7 });
  });

  /** A store of its own with ratings, and a folder. */
  async function shop(data = all) {
    const place = temporaryFolder();
    const store = await openStore(join(place, "store.db"));
    await importRatings(store, data);
    const folder = join(place, "models");
    const again = (options: Partial<RetrainOptions> = {}) => retrain({ store, folder, model: "ease", ...options });
    return { store, folder, again, place, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  }

  /** The ratings before a moment, with the users and films that they are of. */
  function upTo(data: Dataset, share: number): Dataset {
    const times = data.byUser.times!;
    const cut = times.slice().sort()[Math.floor(share * times.length)];
    const { byUser, name, users, items, catalog, scale, report } = data;
    return datasetFromCsr(
      { name, users, items, catalog, scale },
      entriesWhere(byUser, (entry) => times[entry] < cut),
      report,
    );
  }

  it("trains a first model, records what was measured of it, and activates it", async () => {
    await using at = await shop();
    const { outcome, verdict, active, candidate, evaluation, file, bytes, previous } = await at.again();
    assert.deepEqual([outcome, verdict, active, candidate], ["switched", "first", `${day}-ease`, "ease"]);
    assert.equal(previous, undefined);
    assert.deepEqual(await readModelSetting(at.store), { active: `${day}-ease` });
    assert.equal(file, join(at.folder, `${day}-ease.matinee`));
    assert.equal(readFileSync(file!).length, bytes);
    const { record } = await readArtifact(file!);
    assert.deepEqual(
      [record.evaluation?.split, record.evaluation?.metrics[0].mean],
      ["latest:0.8", evaluation!.models[0].metrics["ndcg@10"].mean],
    );
  });

  it("learns today's users and films with those of yesterday, as the active model is, unless told otherwise", async () => {
    const yesterday = upTo(all, 0.6);
    await using at = await shop(yesterday);
    const first = await at.again({ settings: { lambda: 50 } });
    const before = (await readArtifact(first.file!)).info;
    await importRatings(at.store, all);
    const second = await at.again({ model: undefined } as never);
    assert.deepEqual([second.candidate, second.verdict, second.previous], ["ease lambda=50", "level", first.active]);
    const after = (await readArtifact(second.file!)).info;
    const unknown = (ids: typeof after.users | typeof after.items, old: typeof ids) =>
      Array.from({ length: ids.size }, (_, n) => n).filter((n) => old.index(ids.id(n)) < 0).length;
    assert.deepEqual(
      [second.data.newUsers, second.data.newItems],
      [unknown(after.users, before.users), unknown(after.items, before.items)],
    );
    assert.ok(second.data.newUsers > 0, "the cut leaves no user to come");
    assert.equal(second.data.ratings, all.byUser.values.length);
    assert.equal((await readArtifact(second.file!)).record.config.lambda, 50);
  });

  it("refuses a model that a test finds worse, and leaves everything as it was", async () => {
    await using at = await shop();
    const first = await at.again();
    const { outcome, verdict, message, active, file, evaluation } = await at.again(weak);
    assert.deepEqual([outcome, verdict, active, file], ["kept", "worse", first.active, undefined]);
    assert.match(
      message,
      /^kept the old one, \S+-ease: by NDCG@10, ease is better than als .+ by 0\.\d+, p = 0\.0\d+$/,
    );
    assert.deepEqual(readdirSync(at.folder), [`${day}-ease.matinee`]);
    assert.deepEqual(await readModelSetting(at.store), { active: first.active });
    assert.deepEqual(
      evaluation!.models.map(({ model }) => model),
      ["als", "ease", "popular"],
    );

    const forced = await at.again({ ...weak, force: true });
    assert.deepEqual([forced.outcome, forced.verdict, forced.previous], ["switched", "forced", first.active]);
    assert.deepEqual(await readModelSetting(at.store), { active: `${day}-als`, previous: first.active });
  });

  it("judges the active model's specification on the same held-out ratings, not the model that has seen them", async () => {
    await using at = await shop();
    await at.again();
    const { evaluation } = await at.again({ model: "als" });
    const data = await datasetOf(at.store, {});
    const alone = await compare(data, [als(), ease()], splits.latest(), { metrics: ["ndcg@10"] });
    const means = (models: readonly { name: string; metrics: Record<string, { mean: number }> }[]) =>
      models.map(({ name, metrics }) => [name, metrics["ndcg@10"].mean]);
    assert.deepEqual(means(evaluation!.models).slice(0, 2), means(alone.evaluation.models));
    assert.deepEqual(evaluation!.split.fingerprints, alone.evaluation.split.fingerprints);
  });

  it("refuses one below the margin where no test tells it apart", async () => {
    await using at = await shop(await syntheticRatings({ users: 12, items: 120, ratings: 500, seed: 3 }));
    const plain = { settings: { beta: 0 } };
    await at.again(plain);
    const close = { settings: { lambda: 5000, beta: 0 } };
    const { models, versus } = (await at.again({ ...close, margin: 1, force: true })).evaluation!;
    const [own, other] = models.map(({ metrics }) => metrics["ndcg@10"].mean);
    assert.ok(own < other, `${own} against ${other}`);
    assert.ok(versus!.every(({ adjusted }) => adjusted > 0.05));
    await at.again({ ...plain, force: true, margin: 1 });
    const margins = [1 - own / other - 1e-9, 1 - own / other + 1e-9];
    const kept = await at.again({ ...close, margin: margins[0] });
    assert.deepEqual([kept.outcome, kept.verdict], ["kept", "worse"]);
    assert.match(kept.message, /not distinguishable.+which is more than the \d+ % that may be/);
    assert.equal((await at.again({ ...close, margin: margins[1] })).outcome, "switched");
  });

  it("refuses one that is worse than the most rated films, though the active one is as bad", async () => {
    await using at = await shop();
    assert.equal((await at.again(weak)).verdict, "first");
    const { verdict, message } = await at.again(weak);
    assert.equal(verdict, "worse");
    assert.match(message, /popular is better than als/);
  });

  it("keeps the old one where nothing can be judged, unless it has the same settings", async () => {
    // One rating of each user: nothing can be held out.
    const { byUser, name, users, items, catalog, scale, report } = all;
    const single = entriesWhere(byUser, (entry) => byUser.offsets.includes(entry));
    await using at = await shop(datasetFromCsr({ name, users, items, catalog, scale }, single, report));
    const first = await at.again();
    assert.deepEqual([first.verdict, first.evaluation], ["first", undefined]);
    assert.equal((await at.again()).verdict, "level");
    const other = await at.again({ settings: { lambda: 50 } });
    assert.deepEqual([other.outcome, other.verdict], ["kept", "unjudged"]);
    assert.match(other.message, /too little is known to judge it: latest:0.8|per-user:0.8/);
  });

  it("replaces an active model whose file is damaged or gone", async () => {
    await using at = await shop();
    const { file, active } = await at.again();
    writeFileSync(file!, readFileSync(file!).subarray(0, 1000));
    const { outcome, message } = await at.again();
    assert.equal(outcome, "switched");
    assert.ok(message.includes(`the active model, ${active}, cannot be read: ARTIFACT_TRUNCATED`), message);
  });

  it("removes its models beyond the last few, and none that is in use or of another name", async () => {
    await using at = await shop();
    const writeSetting = async (more: Record<string, unknown>) => {
      const now = await readModelSetting(at.store);
      await setSetting(at.store, "models", { ...now, ...more });
    };
    await at.again({ keep: 2 });
    writeFileSync(join(at.folder, `${day}-ease.matinee.sig`), "");
    writeFileSync(join(at.folder, "ours.matinee"), "");
    await at.again({ keep: 2 });
    await writeSetting({ trial: { model: `${day}-ease-2`, share: 0.5, since: 0 } });
    await at.again({ keep: 2 });
    await writeSetting({ shadow: `${day}-ease-3` });
    const { removed } = await at.again({ keep: 2 });
    await at.again({ keep: 2 });
    assert.deepEqual(removed, []);
    assert.deepEqual(
      readdirSync(at.folder).sort(),
      ["2", "3", "4", "5"].map((n) => `${day}-ease-${n}.matinee`).concat("ours.matinee"),
    );
    const { trial, shadow, active, previous } = await readModelSetting(at.store);
    assert.deepEqual([trial?.model, shadow], [`${day}-ease-2`, `${day}-ease-3`]);
    assert.deepEqual([active, previous], [`${day}-ease-5`, `${day}-ease-4`]);
  });

  it("signs what it writes, and takes a key that is none before it begins", async () => {
    await using at = await shop();
    const keys = makeSigningKeys();
    const signingKey = join(at.place, "release.key");
    writeFileSync(signingKey, keys.publicKey);
    await assert.rejects(at.again({ signingKey }), refused("USAGE", /private key/));
    await assert.rejects(at.again({ signingKey: join(at.place, "none") }), refused("USAGE", /no such key/));
    assert.equal((await readRetraining(at.store)).last, undefined);
    writeFileSync(signingKey, keys.privateKey);
    const { file } = await at.again({ signingKey });
    const signature = await readSignature(file!);
    checkSignature(file!, readFileSync(file!), signature, keys.publicKey);
  });

  it("takes options by their names, and needs something to learn from", async () => {
    await using at = await shop();
    await assert.rejects(at.again({ margins: 1 } as never), refused("USAGE", /margins/));
    await assert.rejects(at.again({ margin: -1 }), refused("USAGE", /margin is -1/));
    await assert.rejects(at.again({ model: "als", settings: { factor: 8 } }), refused("CONFIG_INVALID"));
    await using empty = await openStore(join(at.place, "empty.db"));
    await assert.rejects(retrain({ store: empty, folder: at.folder }), refused("DATA_EMPTY"));
    const { last, holder } = await readRetraining(empty);
    assert.deepEqual([last?.outcome, last?.code, holder], ["failed", "DATA_EMPTY", undefined]);
  });

  it("ends where it is cancelled, with the old model and without a lease", async () => {
    await using at = await shop();
    const { active } = await at.again();
    const stop = new AbortController();
    const onProgress = (what: string) => {
      if (what.startsWith("Training")) stop.abort();
    };
    await assert.rejects(at.again({ onProgress, signal: stop.signal }), refused("CANCELLED"));
    assert.deepEqual(await readModelSetting(at.store), { active });
    assert.equal((await at.again()).outcome, "switched");
  });
});

for (const { kind, needs } of storeKinds) {
  describe(`retraining of a store in ${kind}, killed at any moment`, needs, () => {
    const { place } = storePlaces(kind);

    it("leaves a whole model that answers, and no half-written one", async () => {
      const { rounds, killed } = await killRetraining(5, { folder: temporaryFolder(), place: await place() });
      assert.ok(rounds === 5 && killed > 0, `${killed} of ${rounds}`);
    });
  });
}
