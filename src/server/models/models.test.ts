import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { hotSwap } from "../../../scripts/hot-swap.ts";
import { filmDataset } from "../../../test/helpers/films.ts";
import { madeUpFilms } from "../../../test/helpers/made-up-films.ts";
import { ask, modelFolderWith } from "../../../test/helpers/model-folder.ts";
import { encodeContainer } from "../../artifact/safetensors.ts";
import { makeSigningKeys, signArtifact, signatureFile } from "../../artifact/signature.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import { openModel } from "../../recommend/open-model.ts";
import { readModelSetting, writeModelSetting } from "../../store/model-setting.ts";
import { makeApiKey } from "../keys.ts";
import { readRecommendationId } from "../recommendation-id.ts";
import { countModel } from "./models.ts";
import { exchangeableModel } from "./one-model.ts";
import { isInTrial } from "./open-models.ts";

type Folder = Awaited<ReturnType<typeof modelFolderWith>>;

const ratings = [{ id: 10, rating: 5 }];
const list = { payload: { ratings, k: 3 } };
const octets = { "content-type": "application/octet-stream" };

/** Waits until something holds, for a minute at most. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 2400; n++) {
    if (await holds()) return;
    await setTimeout(25);
  }
  assert.fail("it never came to hold");
}

describe("a model that is held", () => {
  it("is disposed of once, when it is retired and the last request has ended", async () => {
    using opened = openModel(await fit(filmDataset(), configure("popular")));
    let disposed = 0;
    const model = countModel({ name: "one", opened }, () => disposed++);
    const [first, second] = [model.hold(""), model.hold("a")];
    assert.deepEqual([second.name, second.group], ["one", "a"]);
    first[Symbol.dispose]();
    model.retire();
    first[Symbol.dispose]();
    assert.equal(disposed, 0);
    second[Symbol.dispose]();
    assert.equal(disposed, 1);
    model.retire();
    model.hold("")[Symbol.dispose]();
    assert.equal(disposed, 1);
  });

  it("is told with what was measured of it", async () => {
    const trained = await fit(filmDataset(), configure("popular"));
    const measured = { version: "1", split: "per-user:0.8", seed: 0, train: 20, test: 5, people: 4, relevant: 4 };
    const evaluation = { ...measured, metrics: [{ name: "ndcg@10", mean: 0.5, n: 4 }] };
    using opened = openModel({ ...trained, record: { ...trained.record, evaluation } });
    const { models } = await exchangeableModel({ name: "one", opened }).list();
    assert.deepEqual(models[0].evaluation, evaluation);
  });

  it("stays the same while another takes over", async () => {
    using opened = openModel(await fit(filmDataset(), configure("popular")));
    const disposed: string[] = [];
    const models = exchangeableModel({ name: "one", opened }, () => disposed.push("one"));
    const held = models.hold();
    models.exchange({ name: "two", opened }, () => disposed.push("two"));
    assert.deepEqual([held.name, models.hold().name, models.status().model, disposed], ["one", "two", "two", []]);
    held[Symbol.dispose]();
    assert.deepEqual(disposed, ["one"]);
  });
});

describe("a folder of models", () => {
  let models: Folder;
  before(async () => {
    models = await modelFolderWith({ one: ["popular"], two: ["item-knn"], three: ["bias"] });
  });
  after(() => models[Symbol.asyncDispose]());

  it("answers once a model is active, rolls back, and keeps what is in use", async () => {
    await using server = await models.serve();
    const none = await ask(server, "POST /recommendations", list);
    assert.deepEqual([none.status, none.body.code, none.headers["retry-after"]], [503, "NOT_READY", "1"]);
    const film = await ask(server, "PUT /items/10", { payload: { title: "Night Harbour (1991)" } });
    const view = { type: "view", user: "ann" };
    const events = { events: [10, 11].map((item) => ({ ...view, item })) };
    const kept = await ask(server, "POST /events", { payload: events });
    assert.deepEqual([film.status, kept.status, kept.body], [200, 200, { added: 2, unknown: [11] }]);
    assert.match((await ask(server, "GET /readyz")).body.detail, /no model answers yet/);
    assert.equal((await ask(server, "GET /healthz")).status, 200);
    assert.deepEqual((await ask(server, "POST /models/rollback")).body.code, "MODEL_UNKNOWN");

    assert.deepEqual((await ask(server, "POST /models/one/activate")).body, { active: "one" });
    assert.equal((await ask(server, "POST /recommendations", list)).body.model, "popular");
    const ready = (await ask(server, "GET /readyz")).body;
    assert.deepEqual([ready.status, ready.model], ["ready", "one"]);
    assert.ok(Math.abs(ready.since - Date.now() / 1000) < 60);
    assert.deepEqual((await ask(server, "POST /models/two/activate")).body, { active: "two", previous: "one" });
    assert.deepEqual((await ask(server, "POST /models/two/activate")).body, { active: "two", previous: "one" });
    assert.equal((await ask(server, "POST /recommendations", list)).body.model, "item-knn");

    const told = (await ask(server, "GET /models")).body.models;
    assert.deepEqual([told[0].name, told[0].active, told[0].algorithm], ["two", true, "item-knn"]);
    assert.deepEqual(told.find(({ name }: { name: string }) => name === "one").previous, true);
    const { ratings: count, users, items } = told[0].data;
    assert.deepEqual([count, users, items, told.length], [16, 6, 8, 3]);

    for (const name of ["one", "two"]) {
      assert.equal((await ask(server, `DELETE /models/${name}`)).body.code, "MODEL_IN_USE", name);
    }
    assert.deepEqual((await ask(server, "POST /models/rollback")).body, { active: "one", previous: "two" });
    assert.equal((await ask(server, "POST /recommendations", list)).body.model, "popular");
    assert.equal((await ask(server, "DELETE /models/three")).status, 200);
    assert.equal((await ask(server, "DELETE /models/three")).body.code, "MODEL_UNKNOWN");
    assert.equal((await ask(server, "POST /models/three/activate")).body.code, "MODEL_UNKNOWN");
    assert.equal((await ask(server, "POST /models/Two/activate")).body.code, "REQUEST_INVALID");
    await writeModelSetting(models.store, {});
  });

  it("takes uploads whole and checked, or not at all", async () => {
    const { apiKey, secret } = makeApiKey("reader", "read");
    await using server = await models.serve({ limits: { fileBytes: 200_000 } }, { keys: [apiKey] });
    const bearing = { authorization: `Bearer ${secret}` };
    const bytes = readFileSync(models.file("two"));
    assert.equal(
      (await ask(server, "PUT /models/four", { payload: bytes, headers: bearing })).body.code,
      "SCOPE_MISSING",
    );

    await using open = await models.serve({ limits: { fileBytes: 200_000 } });
    const put = (payload: Buffer | object, headers = octets) => ask(open, "PUT /models/four", { payload, headers });
    const refused = [
      await put(bytes.subarray(0, bytes.length - 1)),
      await put(Buffer.from("no model")),
      await put(Buffer.alloc(200_001)),
    ];
    for (const { status, body } of refused) assert.deepEqual([status, body.code], [422, "MODEL_REFUSED"], body.detail);
    assert.match(refused[0].body.detail, /^ARTIFACT_TRUNCATED: four: /);
    assert.equal((await put({ no: "file" }, {} as typeof octets)).body.code, "REQUEST_INVALID");
    assert.ok(!existsSync(models.file("four")));
    assert.deepEqual((await put(bytes)).body, { name: "four" });
    assert.deepEqual(readFileSync(models.file("four")), bytes);
    assert.deepEqual([(await put(bytes)).status, (await put(bytes)).body.code], [409, "MODEL_EXISTS"]);
    assert.equal((await ask(open, "POST /models/four/activate")).status, 200);
    await writeModelSetting(models.store, {});
  });

  it("is told in full to admins alone", async () => {
    const { apiKey, secret } = makeApiKey("reader", "read");
    await using server = await models.serve({}, { keys: [apiKey] });
    await server.models.folder.activate("one");
    const headers = { authorization: `Bearer ${secret}` };
    const told = (await ask(server, "GET /models", { headers })).body;
    assert.deepEqual([told.models.map(({ name }: { name: string }) => name), told.refused], [["one"], undefined]);
    await writeModelSetting(models.store, {});
  });

  it("is followed by every server on the store", async () => {
    await using first = await models.serve();
    await using second = await models.serve();
    await first.models.folder.activate("one");
    await until(() => second.models.status().model === "one");
    await second.models.folder.activate("two");
    await until(() => first.models.status().model === "two");
    const [a, b] = [await ask(first, "POST /recommendations", list), await ask(second, "POST /recommendations", list)];
    assert.deepEqual(a.body.items, b.body.items);
    await writeModelSetting(models.store, { active: "one" });
    await first.models.refresh();
    assert.equal(first.models.status().model, "one");
    await writeModelSetting(models.store, {});
  });

  it("refuses what is none of its options", async () => {
    const { folder, store } = models;
    const wrong = [
      { folder: models.file("one") },
      { folder, publicKey: "no key" },
      { folder, limit: {} },
      { folder, limits: { seconds: 0 } },
      { folder, limits: { second: 1 } },
    ];
    for (const options of wrong as object[]) await assert.rejects(models.serve(options), { code: "USAGE" });
    await store.write((writer) => writer.setSetting("models", { active: 7 }));
    await assert.rejects(readModelSetting(store), { code: "STORE_FAILED" });
    await writeModelSetting(store, {});
  });
});

describe("a model that cannot be used", () => {
  let models: Folder;
  before(async () => {
    models = await modelFolderWith({ good: ["popular"], other: ["item-knn"], biased: ["bias"], slow: ["item-knn"] });
  });
  after(() => models[Symbol.asyncDispose]());

  /** Files that are no models, and with which code they are refused. */
  const kinds: Readonly<Record<string, readonly [code: string, write: (file: string) => void | Promise<void>]>> = {
    truncated: ["ARTIFACT_TRUNCATED", (file) => truncateSync(copyOf("other", file), 3000)],
    "not-a-model": ["ARTIFACT_HEADER", (file) => writeFileSync(file, "id,title\n1,Heat\n".repeat(100))],
    changed: ["ARTIFACT_CHECKSUM", (file) => writeFileSync(file, flipped(readFileSync(models.file("other"))))],
    empty: ["ARTIFACT_TRUNCATED", (file) => writeFileSync(file, "")],
    // 30 million empty objects would take a gigabyte: a header that long ends the process that parses it.
    "memory-bomb": ["ARTIFACT_LIMIT", (file) => writeFileSync(file, longHeader())],
    "no-numbers": ["ARTIFACT_CONTENT", withNaN],
  };

  function copyOf(name: string, file: string): string {
    writeFileSync(file, readFileSync(models.file(name)));
    return file;
  }

  function flipped(bytes: Buffer): Buffer {
    bytes[bytes.length - 5] ^= 1;
    return bytes;
  }

  function longHeader(): Buffer {
    const bytes = Buffer.from(readFileSync(models.file("other")).subarray(0, 200));
    const tail = Buffer.from(`"x":[${"{},".repeat(30e6 / 3)}{}]}`);
    const whole = Buffer.concat([bytes, tail]);
    whole.writeBigUInt64LE(BigInt(whole.length - 8));
    return whole;
  }

  /** A file whose checksum is right, with a score that is NaN. */
  async function withNaN(file: string): Promise<void> {
    const { decodeArtifact } = await import("../../artifact/format.ts");
    const { checksumOf, NO_CHECKSUM, withChecksum } = await import("../../artifact/checksum.ts");
    const { readEntries, readHeader, readMetadata, tensorAt } = await import("../../artifact/safetensors.ts");
    const bytes = new Uint8Array(readFileSync(models.file("biased")));
    const header = readHeader(bytes, file);
    const metadata = Object.fromEntries(readMetadata(header, file));
    const tensors = new Map(
      readEntries(header, bytes.length - header.start, file).map((entry) => [
        entry.name,
        tensorAt(entry, bytes, header.start),
      ]),
    );
    const [, biases] = [...tensors].find(
      ([name, { data }]) => name.startsWith("state/") && /Float/.test(data.constructor.name),
    )!;
    biases.data[0] = Number.NaN;
    const made = encodeContainer({ ...metadata, checksum: NO_CHECKSUM }, tensors);
    const whole = withChecksum(made.header, await checksumOf(made.header, made.chunks));
    writeFileSync(file, Buffer.concat([whole, ...made.chunks]));
    await assert.rejects(decodeArtifact(new Uint8Array(readFileSync(file))), { code: "ARTIFACT_CONTENT" });
  }

  it("leaves the one before it answering, and is told by its code", async () => {
    await using server = await models.serve();
    await server.models.folder.activate("good");
    const expected = (await ask(server, "POST /recommendations", list)).body.items;
    for (const [name, [code, write]] of Object.entries(kinds)) {
      await write(models.file(name));
      const before = await readModelSetting(models.store);
      const { status, body } = await ask(server, `POST /models/${name}/activate`);
      assert.deepEqual([status, body.code], [422, "MODEL_REFUSED"], name);
      assert.ok(body.detail.startsWith(`${code}: `), body.detail);
      assert.ok(!body.detail.includes(models.folder), body.detail);
      assert.deepEqual(await readModelSetting(models.store), before);
      // As another server, or a retraining, may have written it.
      await writeModelSetting(models.store, { active: name, previous: "good" });
      await server.models.refresh();
      const ready = (await ask(server, "GET /readyz")).body;
      assert.deepEqual([ready.model, ready.problem.model, ready.problem.code], ["good", name, code]);
      assert.deepEqual((await ask(server, "POST /recommendations", list)).body.items, expected);
      const { refused } = (await ask(server, "GET /models")).body;
      const told = refused.filter((one: { name: string }) => one.name === name);
      assert.equal(told.length, 1, name);
    }
    await writeModelSetting(models.store, { active: "good" });
    await server.models.refresh();
    assert.equal((await ask(server, "GET /readyz")).body.problem, undefined);
  });

  it("is refused beyond the limits of time and memory", async () => {
    const limits = [{ seconds: 0.001 }, { memoryBytes: 1 }, { fileBytes: 1000 }];
    for (const limit of limits) {
      await writeModelSetting(models.store, { active: "slow", previous: "good" });
      await using server = await models.serve({ limits: limit });
      const { problem, model } = server.models.status();
      if (!("memoryBytes" in limit)) assert.equal(model, undefined);
      assert.equal(problem?.code, "ARTIFACT_LIMIT", JSON.stringify(limit));
    }
  });

  it("lets the one before it answer where a server starts", async () => {
    await writeModelSetting(models.store, { active: "truncated", previous: "good" });
    await using server = await models.serve();
    const { model, problem } = (await ask(server, "GET /readyz")).body;
    assert.deepEqual([model, problem.code], ["good", "ARTIFACT_TRUNCATED"]);
    // Once the file is another, it is tried again.
    copyOf("other", models.file("truncated"));
    await until(() => server.models.status().model === "truncated");
    assert.equal((await ask(server, "GET /readyz")).body.problem, undefined);
    await writeModelSetting(models.store, {});
  });

  it("is one that the trusted key has not signed, where there is one", async () => {
    const { privateKey, publicKey } = makeSigningKeys();
    await using server = await models.serve({ publicKey });
    const activate = async () => (await ask(server, "POST /models/other/activate")).body;
    const file = models.file("other");
    assert.match((await activate()).detail, /^ARTIFACT_UNSIGNED: other: /);
    await signArtifact(file, makeSigningKeys().privateKey);
    assert.match((await activate()).detail, /^ARTIFACT_SIGNATURE: other: /);
    writeFileSync(signatureFile(file), "short");
    assert.match((await activate()).detail, /^ARTIFACT_SIGNATURE: other: /);
    await signArtifact(file, privateKey);
    assert.deepEqual(await activate(), { active: "other" });

    const payload = readFileSync(models.file("good"));
    const put = async (signature?: Buffer) =>
      ask(server, "PUT /models/signed", {
        payload,
        headers: { ...octets, ...(signature && { "x-matinee-signature": signature.toString("base64") }) },
      });
    assert.match((await put()).body.detail, /^ARTIFACT_UNSIGNED/);
    assert.match((await put(sign(null, payload.subarray(1), privateKey))).body.detail, /^ARTIFACT_SIGNATURE/);
    assert.deepEqual((await put(sign(null, payload, privateKey))).body, { name: "signed" });
    assert.equal((await ask(server, "POST /models/signed/activate")).status, 200);
    const rsa = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    await assert.rejects(models.serve({ publicKey: rsa.publicKey }), { code: "USAGE" });
    await assert.rejects(signArtifact(file, rsa.privateKey), { code: "USAGE" });
    await writeModelSetting(models.store, {});
  });
});

describe("an A/B test", () => {
  it("gives each user one group, in the shares that are asked for, drawn anew for each test", () => {
    const trial = { model: "b", since: 1000.5, share: 0.3 };
    const users = Array.from({ length: 10_000 }, (_, n) => `user ${n}`);
    const chosen = users.filter((user) => isInTrial(user, trial));
    // Five standard errors of a share of 0.3 among 10,000.
    assert.ok(Math.abs(chosen.length - 3000) < 5 * Math.sqrt(10_000 * 0.3 * 0.7), String(chosen.length));
    assert.deepEqual(
      users.filter((user) => isInTrial(user, trial)),
      chosen,
    );
    const again = chosen.filter((user) => isInTrial(user, { ...trial, since: 1001 })).length;
    assert.ok(Math.abs(again / chosen.length - 0.3) < 0.05, String(again));
    assert.ok(chosen.every((user) => isInTrial(user, { ...trial, share: 0.4 })));
  });

  it("answers users of the groups by their models, everybody else by the active one", async () => {
    await using models = await modelFolderWith({ one: ["popular"], two: ["item-knn"] });
    await using server = await models.serve();
    await server.models.folder.activate("one");
    assert.equal((await ask(server, "GET /models/trial/result")).body.code, "NOT_FOUND");
    const trialOf = (model: string) => ask(server, "PUT /models/trial", { payload: { model, share: 0.5 } });
    assert.equal((await trialOf("one")).body.code, "MODEL_IN_USE");
    const { trial } = (await trialOf("two")).body;
    const originOf = async (user: string) => {
      const { body } = await ask(server, "POST /recommendations", { payload: { user, ratings: [] } });
      return readRecommendationId(body.recommendationId);
    };
    assert.deepEqual([trial.model, trial.share], ["two", 0.5]);
    for (let n = 0; n < 50; n++) {
      const user = `user ${n}`;
      using held = server.models.hold({ user });
      const [model, group] = isInTrial(user, trial) ? ["two", "b"] : ["one", "a"];
      assert.deepEqual([held.name, held.group], [model, group]);
      if (n < 8) assert.deepEqual(await originOf(user), { model, group });
    }
    // Visitors who are not known yet are not one user.
    assert.deepEqual(await originOf("me"), { model: "one" });
    using held = server.models.hold();
    assert.deepEqual([held.name, held.group], ["one", ""]);

    const events = ["a", "b"].flatMap((group, n) =>
      Array.from({ length: 40 }, (_, user) => ({ group, user: `${group}${user}`, clicks: user % (2 + n) })),
    );
    await models.store.write((writer) =>
      writer.addEvents(
        events.flatMap(({ group, user, clicks }) =>
          ["impression", "impression", ...Array<string>(clicks).fill("click")].map((type) => ({
            ...{ type, user, item: "10", value: 1, time: trial.since + 1, model: "one", scenario: "home", group },
          })),
        ),
      ),
    );
    const result = (await ask(server, "GET /models/trial/result")).body;
    assert.deepEqual(result.a, { model: "one", users: 40, impressions: 80, clicks: 20, clickThrough: 0.25 });
    // 0, 1, 2, 0, 1, 2 … of forty users: 39.
    assert.deepEqual(result.b, { model: "two", users: 40, impressions: 80, clicks: 39, clickThrough: 39 / 80 });
    assert.equal(result.difference.value, 39 / 80 - 20 / 80);
    assert.equal(result.verdict, "better");
    assert.equal((await ask(server, "DELETE /models/two")).body.code, "MODEL_IN_USE");
    assert.deepEqual((await ask(server, "DELETE /models/trial")).body, { active: "one" });
    assert.equal(server.models.hold({ user: "user 1" }).group, "");
  });
});

describe("a shadow", () => {
  it("is counted, and changes no answer", async () => {
    await using models = await modelFolderWith({ one: ["popular"], two: ["item-knn"] });
    await using server = await models.serve();
    await server.models.folder.activate("one");
    const expected = (await ask(server, "POST /recommendations", list)).body.items;
    assert.equal((await ask(server, "PUT /models/shadow", { payload: { model: "two" } })).body.shadow, "two");
    using shadow = server.models.holdShadow()!;
    let asked = 0;
    const { ask: askModel } = shadow.opened.model;
    (shadow.opened.model as { ask: typeof askModel }).ask = (query) => {
      asked++;
      return askModel(query);
    };
    assert.deepEqual((await ask(server, "POST /recommendations", list)).body.items, expected);
    assert.equal(asked, 0, "the shadow answered before the answer had gone");
    await until(() => asked === 1);
    assert.equal((await ask(server, "GET /items?limit=1")).status, 200);
    await setTimeout(50);
    assert.equal(asked, 1);
    assert.deepEqual((await ask(server, "DELETE /models/shadow")).body, { active: "one" });
    await ask(server, "POST /recommendations", list);
    await setTimeout(50);
    assert.equal(asked, 1);
  });
});

describe("the exchange of models", () => {
  it("fails no request, and mixes no answer", async () => {
    const { swaps, requests, byModel, wrong } = await hotSwap(8, await madeUpFilms(), 2);
    assert.deepEqual([swaps, wrong], [8, []]);
    assert.ok(requests > 100 && byModel.every((answers) => answers > 0), `${requests}: ${byModel}`);
  });
});
