/** `matinee retrain` on a store of made-up ratings. */
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { readArtifact } from "../../src/artifact/file.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { readRetraining, takeLease } from "../../src/retraining/lease.ts";
import { importRatings } from "../../src/store/import.ts";
import { openStore } from "../../src/store/open-store.ts";
import { assertRefused, matinee, start, temporaryFolder, written } from "../helpers/command.ts";

const weak = ["--model", "als", "--set", "factors=8", "iterations=1", "regularisation=100"];

describe("matinee retrain", () => {
  const folder = temporaryFolder();
  const [place, models] = [join(folder, "store.db"), join(folder, "models")];
  const retrain = (...flags: string[]) => matinee("retrain", "--store", place, "--models", models, ...flags);
  before(async () => {
    await using store = await openStore(place);
    await importRatings(store, await syntheticRatings({ users: 150, items: 120, ratings: 6000, seed: 7 }));
  });

  it("trains a first model and says what it learnt from, what was measured and where it lies", async () => {
    const { code, stdout, stderr } = await retrain("--model", "ease");
    assert.equal(code, 0, stderr);
    const lines = stdout.trim().split("\n");
    assert.match(lines[0], /^\d{4}-\d\d-\d\d-ease answers now: it is the first model$/);
    assert.match(lines[1], /^Learnt from 6,000 ratings of 120 films by 150 users, 120 and 150 of them new\.$/);
    assert.match(lines[2], /^NDCG@10 on latest:0\.8: ease 0\.\d{4}, popular 0\.\d{4}$/);
    assert.ok(lines[3].startsWith(join(models, lines[0].split(" ")[0])), lines[3]);
    assert.match(stderr, /Judging ease: .+\n[\s\S]*Training ease: /);
  });

  it("ends with exit code 8 and the document where the old model is kept, and switches by --force", async () => {
    const before = readdirSync(models);
    const kept = await retrain(...weak, "--json");
    assert.equal(kept.code, 8);
    const document = JSON.parse(kept.stdout);
    assert.deepEqual(
      [document.outcome, document.verdict, document.active],
      ["kept", "worse", before[0].replace(".matinee", "")],
    );
    assert.match(kept.stderr, /matinee: kept the old one, .+ \(.+--force\)\n$/);
    assert.deepEqual(readdirSync(models), before);
    assertRefused(await retrain(...weak), 8, /^matinee: kept the old one/);

    const forced = await retrain(...weak, "--force", "--json");
    assert.equal(forced.code, 0, forced.stderr);
    assert.deepEqual([JSON.parse(forced.stdout).verdict, readdirSync(models).length], ["forced", 2]);
  });

  it("is refused while another process retrains, and for what it does not know", async () => {
    await using store = await openStore(place);
    const lease = await takeLease(store);
    assertRefused(await retrain(), 7, /retrains since .+ \(wait until it has ended/);
    await lease.release({ outcome: "kept", message: "so" });
    assertRefused(await retrain("--model", "esae"), 2, /did you mean ease/);
    assertRefused(await retrain("--margin", "7"), 2, /margin is 7/);
    assertRefused(await matinee("retrain", "--store", place), 2, /--models/);
  });

  it("learns from events by their weights and their age", async () => {
    const shop = join(temporaryFolder(), "shop.db");
    const now = Date.now() / 1000;
    const views = Array.from({ length: 400 }, (_, n) => {
      const [user, item] = [n % 20, (n * n + (n % 20) * 3) % 17];
      return {
        user: `u${user}`,
        item: `i${item}`,
        type: n % 5 === 0 ? "purchase" : "view",
        value: 1,
        time: now - n * 3600,
      };
    });
    {
      await using store = await openStore(shop);
      await store.write((writer) => writer.addEvents(views));
    }
    const flags = ["retrain", "--store", shop, "--models", join(shop, "..", "models"), "--model", "item-knn", "--json"];
    assertRefused(await matinee(...flags), 3, /holds no ratings to learn from/);
    assertRefused(await matinee(...flags, "--half-life", "9d"), 2, /--weights view=1/);
    const amountsBy = async (...more: string[]) => {
      const { code, stdout, stderr } = await matinee(...flags, "--weights", "view=1,purchase=5", ...more);
      assert.equal(code, 0, stderr);
      const { info } = await readArtifact(JSON.parse(stdout).file);
      assert.equal(info.feedback, "events");
      return info.scale;
    };
    const [plain, aged] = [await amountsBy(), await amountsBy("--half-life", "1d", "--force")];
    assert.ok(Number.isInteger(plain.max) && plain.max >= 5, `${plain.max}`);
    const config = join(shop, "..", "config.json");
    writeFileSync(config, JSON.stringify({ store: shop, events: { learnFrom: "events", weights: { purchase: 3 } } }));
    const [, , , ...others] = flags;
    const configured = await matinee("retrain", "--config", config, "--force", ...others);
    assert.equal(configured.code, 0, configured.stderr);
    assert.equal((await readArtifact(JSON.parse(configured.stdout).file)).info.scale.min, 3);
    assertRefused(await matinee("retrain", ...others), 2, /no store is named/);
    assert.ok(aged.min < 1 && aged.max < plain.max, `${aged.min} to ${aged.max}`);
  });

  it("is cancelled by Ctrl-C, and leaves the model that answers", async () => {
    const before = readdirSync(models);
    const flags = ["--model", "als", "--set", "factors=128", "iterations=100"];
    const { child, outcome } = start("retrain", "--store", place, "--models", models, "--force", ...flags);
    await written(child, "Judging als");
    child.kill("SIGINT");
    const { code, stderr } = await outcome;
    assert.equal(code, 130, stderr);
    assert.deepEqual(readdirSync(models), before);
    await using store = await openStore(place);
    const { holder, last } = await readRetraining(store);
    assert.deepEqual([holder, last?.code], [undefined, "CANCELLED"]);
  });
});
