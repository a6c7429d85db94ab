/** nginx with a configuration of docs/operations, on a port and with a certificate of its own. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { temporaryFolder } from "./command.ts";
import { freePort } from "./free-port.ts";

const installed = spawnSync("nginx", ["-v"]).status === 0 && spawnSync("openssl", ["version"]).status === 0;
export const needsNginx =
  installed || process.env.CI === "true" ? {} : { skip: "no nginx: apt-get install nginx-light openssl" };

export interface ProxyAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ProxyRequest {
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string;
  /** An address of this machine that the request comes from. */
  readonly from?: string;
}

export interface NginxProxy extends AsyncDisposable {
  /** Asks over TLS by the name in the certificate. */
  ask(method: string, path: string, how?: ProxyRequest): Promise<ProxyAnswer>;
}

/** @param servers what stands in the configuration for the servers' address, and what takes its place */
export async function startNginx(name: string, servers: readonly [string, string]): Promise<NginxProxy> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const [certificate, key] = [join(folder, "films.pem"), join(folder, "films.key")];
  const subject = ["-subj", "/CN=films.example", "-days", "1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", certificate, ...subject], {
    stdio: "ignore",
  });
  let own = readFileSync(resolve(import.meta.dirname, "../../docs/operations", name), "utf8");
  for (const [from, to] of [
    ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
    ["/etc/ssl/films.example.pem", certificate],
    ["/etc/ssl/films.example.key", key],
    servers,
  ] as const) {
    assert.ok(own.includes(from), `${name} has no ${from}`);
    own = own.replace(from, to);
  }
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (temporary) => `${temporary}_temp_path ${join(folder, temporary)};`,
  );
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; pid ${join(folder, "pid")}; error_log ${join(folder, "errors")}; events {}\nhttp { access_log off; ${paths.join(" ")}\n${own}\n}\n`,
  );
  const nginx = spawn("nginx", ["-c", file, "-p", folder, "-e", "stderr"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const agent = new Agent({ keepAlive: true });

  function ask(method: string, path: string, { headers = {}, body = "", from }: ProxyRequest = {}) {
    return new Promise<ProxyAnswer>((done, fail) => {
      const type = body === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const sent = request(
        {
          ...{ host: "127.0.0.1", port, method, path },
          ...(from === undefined ? { agent } : { localAddress: from, agent: false }),
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

  const proxy: NginxProxy = {
    ask,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      const ended = nginx.exitCode === null && once(nginx, "exit");
      nginx.kill();
      await ended;
    },
  };
  for (let n = 0; n < 200; n++) {
    const answer = await ask("GET", "/healthz").catch(() => undefined);
    if (answer?.status === 200) return proxy;
    await setTimeout(50);
  }
  await proxy[Symbol.asyncDispose]();
  assert.fail("nginx does not answer");
}
