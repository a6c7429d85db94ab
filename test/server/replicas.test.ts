/**
 * Two servers on one store, each with a connection and models of its own: what one is told, the other knows. And the same as docs/operations has
 * them: processes on PostgreSQL, behind nginx as one address.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join, resolve } from "node:path";
import { json } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { writeArtifact } from "../../src/artifact/file.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { createApp } from "../../src/server/app.ts";
import { openModels } from "../../src/server/models/open-models.ts";
import { importRatings } from "../../src/store/import.ts";
import { writeModelSetting } from "../../src/store/model-setting.ts";
import { openStore } from "../../src/store/open-store.ts";
import { matinee, type Started, start, temporaryFolder, written } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { freePort } from "../helpers/free-port.ts";
import { type NginxProxy, needsNginx, startNginx } from "../helpers/nginx.ts";
import { needsPostgres } from "../helpers/postgres.ts";
import { storeKinds, storePlaces } from "../helpers/stores.ts";

/** A folder with two models. */
async function modelsFolder(): Promise<string> {
  const folder = join(temporaryFolder(), "models");
  mkdirSync(folder);
  for (const name of ["item-knn", "popular"]) {
    await writeArtifact(join(folder, `${name}.matinee`), await fit(filmDataset(), configure(name)));
  }
  return folder;
}

for (const { kind, needs } of storeKinds) {
  describe(`two servers on one store of ${kind}`, needs, () => {
    const { place } = storePlaces(kind);
    const closing = new AsyncDisposableStack();
    let apps: readonly FastifyInstance[];
    before(async () => {
      const folder = await modelsFolder();
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
        await setTimeout(50);
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

describe("two servers behind one address", { ...needsPostgres(), ...needsNginx }, () => {
  const { place } = storePlaces("postgresql");
  const closing = new AsyncDisposableStack();
  const servers: { readonly process: Started; readonly address: string }[] = [];
  let nginx: NginxProxy;
  let key: string;

  before(async () => {
    const [where, models, keys] = [await place(), await modelsFolder(), join(temporaryFolder(), "keys.json")];
    await using store = await openStore(where);
    await importRatings(store, filmDataset());
    await writeModelSetting(store, { active: "item-knn" });
    key = (await matinee("key", "--keys", keys, "--name", "shop", "--scope", "admin")).stdout.trim();
    for (let n = 0; n < 2; n++) {
      const port = await freePort();
      const own: Record<string, readonly string[]> = {
        "0.0.0.0": ["127.0.0.1", "--port", `${port}`],
        "/data/keys.json": [keys],
        "--store": ["--store", where],
        "/data/models": [models],
        uniquelocal: ["127.0.0.1"],
      };
      const process = start(...serverCommand().flatMap((word) => own[word] ?? [word]));
      closing.defer(async () => {
        process.child.kill("SIGKILL");
        await process.outcome;
      });
      servers.push({ process, address: `127.0.0.1:${port}` });
    }
    await Promise.all(servers.map(({ process }) => written(process.child, "Matinee is at")));
    const lines = servers.map(({ address }) => `server ${address} fail_timeout=5s;`);
    nginx = closing.use(
      await startNginx("nginx-replicas.conf", ["server server:7070 fail_timeout=5s;", lines.join("\n")]),
    );
  });
  after(() => closing.disposeAsync());

  /** What the compose file starts a server with. */
  function serverCommand(): string[] {
    const file = readFileSync(resolve(import.meta.dirname, "../../docs/operations/compose.yaml"), "utf8");
    return JSON.parse(/^ {4}command: (\[.*\])$/m.exec(file)![1]);
  }

  interface Answered {
    readonly status: number;
    readonly body: { readonly items: readonly { readonly id: number }[]; readonly model?: string };
  }
  /** Through the address. */
  async function ask(method: string, path: string, payload?: object): Promise<Answered> {
    const headers = { authorization: `Bearer ${key}` };
    const body = payload === undefined ? {} : { body: JSON.stringify(payload) };
    const { status, body: text } = await nginx.ask(method, `/api/v1${path}`, { headers, ...body });
    return { status, body: JSON.parse(text) };
  }
  /** One of the servers itself. */
  async function askServer(server: number, method: string, path: string, payload?: object) {
    const headers = { host: "films.example", authorization: `Bearer ${key}`, "content-type": "application/json" };
    const { promise, resolve: done, reject } = Promise.withResolvers<Answered>();
    const [host, port] = servers[server].address.split(":");
    const sent = request({ host, port, method, path, headers }, async (response) => {
      done({ status: response.statusCode!, body: (await json(response)) as Answered["body"] });
    });
    sent.on("error", reject).end(payload && JSON.stringify(payload));
    return promise;
  }
  const idsOf = ({ body }: Answered) => body.items.map(({ id }) => id);
  const list = { user: "ann", k: 100 };

  it("know at once what the address was told", async () => {
    for (const item of [10, 20, 30]) {
      assert.equal((await ask("PUT", `/users/ann/ratings/${item}`, { rating: 4 })).status, 200);
      for (const server of [0, 1]) {
        const listed = idsOf(await askServer(server, "POST", "/api/v1/recommendations", list));
        assert.ok(!listed.includes(item) && listed.length > 0, `server ${server} lists ${item}: ${listed}`);
      }
      assert.ok(!idsOf(await ask("POST", "/recommendations", list)).includes(item));
    }
  });

  it("both answer by the model that was activated through the address", async () => {
    assert.equal((await ask("POST", "/models/popular/activate")).status, 200);
    for (const server of [0, 1]) {
      let model: string | undefined;
      for (let n = 0; n < 100 && model !== "popular"; n++) {
        if (n > 0) await setTimeout(50);
        ({ model } = (await askServer(server, "GET", "/readyz")).body);
      }
      assert.equal(model, "popular", `server ${server}`);
    }
  });

  it("fail no request when one of them is killed", async () => {
    const failed: string[] = [];
    let [asked, over, afterwards] = [0, false, 0];
    const killed = servers[0].process;
    async function client(n: number): Promise<void> {
      for (let m = 0; !over; m++) {
        const what = [
          () => ask("POST", "/recommendations", { user: "ann", k: 5 }),
          () => ask("GET", "/items?limit=5"),
          () => ask("PUT", `/users/client-${n}/ratings/10`, { rating: 1 + (m % 5) }),
        ];
        const { status, body } = await what[m % what.length]().catch((error) => ({ status: 0, body: error.message }));
        asked++;
        if (killed.child.signalCode !== null) afterwards++;
        if (status !== 200) failed.push(`${m % what.length}: ${status} ${JSON.stringify(body)}`);
      }
    }
    const clients = Array.from({ length: 8 }, (_, n) => client(n));
    while (asked < 200) await setTimeout(10);
    killed.child.kill("SIGKILL");
    await killed.outcome;
    while (afterwards < 400) await setTimeout(10);
    over = true;
    await Promise.all(clients);
    assert.deepEqual(failed, []);
    assert.equal((await askServer(1, "GET", "/readyz")).status, 200);
  });
});
