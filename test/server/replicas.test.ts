/** Two servers on one store, each with a connection and models of its own: what one is told, the other knows. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { writeArtifact } from "../../src/artifact/file.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { createApp } from "../../src/server/app.ts";
import { openModels } from "../../src/server/models/open-models.ts";
import { importRatings } from "../../src/store/import.ts";
import { openStore } from "../../src/store/open-store.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { storeKinds, storePlaces } from "../helpers/stores.ts";

for (const { kind, needs } of storeKinds) {
  describe(`two servers on one store of ${kind}`, needs, () => {
    const { place } = storePlaces(kind);
    const closing = new AsyncDisposableStack();
    let apps: readonly FastifyInstance[];
    before(async () => {
      const folder = join(temporaryFolder(), "models");
      mkdirSync(folder);
      for (const name of ["item-knn", "popular"]) {
        await writeArtifact(join(folder, `${name}.matinee`), await fit(filmDataset(), configure(name)));
      }
      const where = await place();
      apps = await Promise.all(
        [0, 1].map(async () => {
          const store = closing.use(await openStore(where));
          const models = closing.use(await openModels({ folder, store }));
          const app = await createApp(models, { store });
          closing.defer(() => app.close());
          return app;
        }),
      );
      const store = closing.use(await openStore(where));
      await importRatings(store, filmDataset());
      assert.equal((await ask(0, "POST", "/models/item-knn/activate")).status, 200);
      await follows(1, "item-knn");
    });
    after(() => closing.disposeAsync());

    async function ask(server: number, method: string, path: string, payload?: object, headers = {}) {
      const url = path.startsWith("/readyz") ? path : `/api/v1${path}`;
      const response = await apps[server].inject({
        method: method as "GET",
        url,
        headers,
        ...(payload && { payload }),
      });
      return { status: response.statusCode, body: response.json(), headers: response.headers };
    }
    async function follows(server: number, model: string): Promise<void> {
      for (let n = 0; n < 100; n++) {
        if ((await ask(server, "GET", "/readyz")).body.model === model) return;
        await new Promise((resume) => setTimeout(resume, 50));
      }
      assert.fail(`server ${server} does not answer by ${model}`);
    }
    const listOf = async (server: number, user: string) => {
      const { body } = await ask(server, "POST", "/recommendations", { user, k: 100 });
      return body.items.map(({ id, score }: { id: number; score: number }) => [id, score]);
    };

    it("answer alike, also right after a write through the other", async () => {
      for (const [n, path, payload] of [
        [0, "PUT /users/ann/ratings/10", { rating: 5 }],
        [1, "PUT /users/ann/ratings/20", { rating: 1 }],
        [0, "PUT /users/ann/marks/not-interested/30", undefined],
        [1, "DELETE /users/ann/ratings/20", undefined],
        [0, "PATCH /items/40", { attributes: { price: 3 } }],
        [1, "DELETE /items/50", undefined],
        [0, "PUT /items/50", { title: "Emma (1996)" }],
      ] as const) {
        const before = await listOf(1 - n, "ann");
        const [method, address] = path.split(" ");
        assert.equal((await ask(n, method, address, payload)).status, 200, path);
        const [there, here] = [await listOf(1 - n, "ann"), await listOf(n, "ann")];
        assert.deepEqual(there, here, path);
        if (!path.includes("PATCH")) assert.notDeepEqual(there, before, path);
      }
      assert.equal((await ask(0, "DELETE", "/users/ann")).body.ratings, 1);
      assert.deepEqual((await ask(1, "GET", "/users/ann/ratings")).body.items, []);
      const priced = { filter: { field: "attributes.price", is: 3 } };
      assert.deepEqual(
        (await ask(1, "POST", "/recommendations", priced)).body.items.map(({ id }: { id: number }) => id),
        [40],
      );
    });

    it("keep every change of one film, though both change it at once", async () => {
      const changes = [{ year: 1997 }, { tags: ["rain"] }, { genres: ["Drama"] }, { attributes: { price: 4 } }];
      const answers = await Promise.all(changes.map((change, n) => ask(n % 2, "PATCH", "/items/60", change)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 200],
      );
      const { items } = (await ask(0, "GET", "/catalog?limit=1000")).body;
      const { id: _, title: __, ...said } = items.find(({ id }: { id: string }) => id === "60");
      assert.deepEqual(said, Object.assign({}, ...changes));
    });

    it("know each other's visitors", async () => {
      const { headers } = await ask(0, "PUT", "/users/me/ratings/10", { rating: 5 });
      const cookie = String(headers["set-cookie"]).split(";")[0];
      const there = await ask(1, "GET", "/users/me/ratings", undefined, { cookie });
      assert.deepEqual(
        there.body.items.map(({ id }: { id: number }) => id),
        [10],
      );
      assert.equal(there.headers["set-cookie"], undefined);
    });

    it("carry a request out once that is sent to both", async () => {
      const events = { events: [{ type: "view", user: "bob", item: 10 }] };
      const keys = Array.from({ length: 10 }, (_, n) => ({ "idempotency-key": `once-${n}` }));
      const answers = await Promise.all(
        keys.flatMap((key) => [0, 1].map((server) => ask(server, "POST", "/events", events, key))),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      assert.equal(answers.filter(({ headers }) => headers["idempotency-replayed"] === "true").length, keys.length);
      assert.equal((await ask(1, "GET", "/users/bob/export")).body.events.length, keys.length);
    });

    it("answer by the model that either activates", async () => {
      await ask(1, "POST", "/models/popular/activate");
      await follows(0, "popular");
      assert.deepEqual(await listOf(0, "cleo"), await listOf(1, "cleo"));
    });
  });
}
