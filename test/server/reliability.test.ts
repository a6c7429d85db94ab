/** The real command is killed, its disk fills, its clock goes back, its database stops: nothing that it acknowledged is lost. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hotSwap } from "../../scripts/hot-swap.ts";
import { stopDatabase } from "../../scripts/reliability/database.ts";
import {
  fillDisk,
  loseDisk,
  needsDisks,
  needsMounts,
  setClockBack,
  startReadOnly,
} from "../../scripts/reliability/faults.ts";
import { killServer } from "../../scripts/reliability/kill.ts";
import { prepare } from "../../scripts/reliability/serve.ts";
import { killRetraining } from "../../scripts/retrain-kill.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { needsPostgres } from "../helpers/postgres.ts";
import { storeKinds, storePlaces } from "../helpers/stores.ts";

const rounds = 20;

// Both at once: mostly they wait for a process to start.
describe("a server that is killed", { concurrency: 2 }, () => {
  for (const { kind, needs } of storeKinds) {
    describe(`on ${kind}`, needs, () => {
      const { place } = storePlaces(kind);

      for (const switching of [false, true]) {
        const meanwhile = switching ? " while its model is exchanged" : "";
        it(`loses nothing that it acknowledged when it is killed${meanwhile}`, async () => {
          const places = { place: await place(), models: temporaryFolder() };
          await prepare(places);
          const { ratings, events, switches, wrong } = await killServer(places, { rounds, switching });
          assert.deepEqual(wrong, []);
          assert.ok(ratings > rounds && events > rounds, `${ratings} ratings, ${events} requests with events`);
          assert.ok(!switching || switches > 0, "no model was exchanged");
        });
      }

      it("has a whole model when retraining is killed", async () => {
        const { killed } = await killRetraining(rounds, { folder: temporaryFolder(), place: await place() });
        assert.ok(killed > 0);
      });
    });
  }
});

describe("a server", () => {
  it("fails no request when its model is exchanged", async () => {
    const data = await syntheticRatings({ users: 300, items: 1000, ratings: 20_000, seed: 1 });
    const { swaps, wrong } = await hotSwap(rounds, data);
    assert.deepEqual([swaps, wrong], [rounds, []]);
  });

  it("goes on reading where its disk is full, and writes again when there is space", needsMounts(), async () => {
    const { acknowledged, refused, wrong } = await fillDisk(temporaryFolder());
    assert.deepEqual([wrong, refused], [[], ["503 STORE_UNAVAILABLE"]]);
    assert.ok(acknowledged >= 40, `${acknowledged}`);
  });

  it("says that its folder is read-only, and starts once it is not", needsMounts(), async () => {
    assert.deepEqual(await startReadOnly(temporaryFolder()), { acknowledged: 1, refused: [], wrong: [] });
  });

  it("goes on reading where its disk has become read-only", needsDisks(), async () => {
    const { wrong, refused } = await loseDisk(temporaryFolder());
    assert.deepEqual([wrong, refused], [[], ["500 STORE_FAILED"]]);
  });

  it("goes on where its clock is set back", async () => {
    const { acknowledged, wrong } = await setClockBack(temporaryFolder());
    assert.deepEqual(wrong, []);
    assert.ok(acknowledged >= 11, `${acknowledged}`);
  });
});

describe("a server on PostgreSQL that stops", needsPostgres(), () => {
  const { place, server } = storePlaces("postgresql");

  it("answers 200 or 503, lists for given ratings always, and writes by itself when it is back", async () => {
    const places = { place: await place(), models: temporaryFolder() };
    const { answers, acknowledged, wrong } = await stopDatabase(server(), places, 3);
    assert.deepEqual(wrong, []);
    assert.ok(answers["rating: 503"] > 0 && acknowledged > 0, JSON.stringify(answers));
  });
});
