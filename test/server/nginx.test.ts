/** docs/operations/nginx.conf in a real nginx, with TLS, in front of the server. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { openRecommender, type Recommender } from "../../src/recommend/recommender.ts";
import { createApp } from "../../src/server/app.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { freePort } from "../helpers/free-port.ts";

const installed = spawnSync("nginx", ["-v"]).status === 0 && spawnSync("openssl", ["version"]).status === 0;
const needsNginx =
  installed || process.env.CI === "true" ? {} : { skip: "no nginx: apt-get install nginx-light openssl" };

describe("behind nginx", needsNginx, () => {
  let recommender: Recommender;
  let store: Store;
  let app: FastifyInstance;
  let nginx: ChildProcess;
  let port: number;
  before(async () => {
    recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")));
    const folder = temporaryFolder();
    store = await openStore(join(folder, "store.sqlite"));
    app = await createApp(recommender, {
      store,
      access: "public",
      trustProxy: ["127.0.0.1"],
      hosts: ["films.example"],
      limits: { perMinute: 20 },
    });
    const address = await app.listen({ host: "127.0.0.1", port: 0 });
    port = await freePort();
    const [certificate, key] = [join(folder, "films.pem"), join(folder, "films.key")];
    const subject = ["-subj", "/CN=films.example", "-days", "1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", certificate, ...subject], {
      stdio: "ignore",
    });
    const own = readFileSync(resolve(import.meta.dirname, "../../docs/operations/nginx.conf"), "utf8")
      .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
      .replace("/etc/ssl/films.example.pem", certificate)
      .replace("/etc/ssl/films.example.key", key)
      .replace("http://127.0.0.1:7070", address);
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${join(folder, name)};`,
    );
    const file = join(folder, "nginx.conf");
    writeFileSync(
      file,
      `daemon off; pid ${join(folder, "pid")}; error_log stderr; events {}\nhttp { access_log off; ${paths.join(" ")}\n${own}\n}\n`,
    );
    nginx = spawn("nginx", ["-c", file, "-p", folder, "-e", "stderr"], { stdio: ["ignore", "ignore", "inherit"] });
    for (let n = 0; n < 100; n++) {
      const answer = await ask("GET", "/healthz").catch(() => undefined);
      if (answer?.status === 200) return;
      await setTimeout(50);
    }
    assert.fail("nginx does not answer");
  });
  after(async () => {
    nginx?.kill();
    await app?.close();
    await store?.[Symbol.asyncDispose]();
    recommender?.[Symbol.dispose]();
  });

  interface Answer {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }

  /** Asks over TLS by the name in the certificate, from an address of this machine. */
  function ask(method: string, path: string, { headers = {}, body = "", from = "127.0.0.1" } = {}): Promise<Answer> {
    return new Promise((done, fail) => {
      const type = body === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const sent = request(
        {
          ...{ host: "127.0.0.1", port, method, path, localAddress: from, agent: false },
          ...{ servername: "films.example", rejectUnauthorized: false },
          headers: { host: "films.example", ...type, ...headers },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part) => {
            text += part;
          });
          response.on("end", () => done({ status: response.statusCode!, headers: response.headers, body: text }));
        },
      );
      sent.on("error", fail).end(body);
    });
  }

  it("pages and lists come over TLS, with what browsers are told", async () => {
    const answer = await ask("POST", "/api/v1/recommendations", { body: JSON.stringify({ k: 3 }), from: "127.0.0.2" });
    assert.deepEqual([answer.status, JSON.parse(answer.body).items.length], [200, 3]);
    assert.equal(answer.headers["strict-transport-security"], "max-age=31536000");
    assert.match(String(answer.headers["content-security-policy"]), /default-src/);
  });

  it("visitors have a cookie for TLS alone, and pages of this origin may write", async () => {
    const own = { origin: "https://films.example" };
    const put = { body: JSON.stringify({ rating: 5 }), headers: own, from: "127.0.0.3" };
    const kept = await ask("PUT", "/api/v1/users/me/ratings/10", put);
    assert.equal(kept.status, 200, kept.body);
    assert.match(String(kept.headers["set-cookie"]), /; Secure$/);
    const other = await ask("PUT", "/api/v1/users/me/ratings/10", {
      ...put,
      headers: { origin: "https://evil.example" },
    });
    assert.equal(JSON.parse(other.body).code, "ORIGIN_FORBIDDEN");
  });

  it("each visitor is counted alone, whatever they say of their address", async () => {
    const statuses = async (from: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, async (_, n) => {
          const headers = { "x-forwarded-for": `203.0.113.${n}` };
          return (await ask("GET", "/api/v1/items?limit=1", { headers, from })).status;
        }),
      );
    const many = await statuses("127.0.0.4", 30);
    assert.ok(many.includes(429) && many.includes(200), `${many}`);
    assert.deepEqual(await statuses("127.0.0.5", 3), [200, 200, 200]);
  });

  it("another name is none that the server answers to", async () => {
    const answer = await ask("GET", "/api/v1/models", { headers: { host: "evil.example" }, from: "127.0.0.6" });
    assert.equal(answer.status, 421);
  });
});
