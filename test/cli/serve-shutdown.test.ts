/** `matinee serve` as a process that is told to end, and what it logs. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/index.ts";
import { openStore } from "../../src/store/open-store.ts";
import { assertRefused, matinee, start, temporaryFolder, written } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

// At the same time: one of them waits for ten seconds.
describe("matinee serve that is told to end", { concurrency: true }, () => {
  const folder = temporaryFolder();
  const data = join(folder, "data");
  before(() => writeRatingsCsv(filmDataset(), data));

  async function serve(...flags: string[]) {
    const started = start("serve", "--data", data, "--model", "popular", "--port", "0", ...flags);
    const [, port] = /:(\d+)\n/.exec(await written(started.child, /Matinee is at http\S+\n/))!;
    return { ...started, port: Number(port) };
  }

  /** Waits until nobody is let in any more. */
  async function refusesConnections(port: number): Promise<void> {
    for (;;) {
      const late = connect(port, "127.0.0.1");
      const outcome = await new Promise<string>((resolve) => {
        late
          .on("connect", () => resolve("connected"))
          .on("error", ({ code }: NodeJS.ErrnoException) => resolve(`${code}`));
      });
      late.destroy();
      if (outcome === "ECONNREFUSED") return;
      assert.equal(outcome, "connected");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Begins a request whose body is not complete; `end` completes it. */
  function begin(port: number, path: string, body: string, method = "POST") {
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    const sent = httpRequest({ port, path, method, headers, agent: new Agent({ keepAlive: true }) });
    const answer = new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
      sent.on("error", reject).on("response", (response) => {
        response
          .resume()
          .on("end", () => resolve({ status: response.statusCode!, connection: response.headers.connection }));
      });
    });
    sent.write(body.slice(0, -1));
    return { answer, end: () => sent.end(body.slice(-1)) };
  }

  it("answers what it has begun to receive, takes no new connections, and then closes the store", async () => {
    const place = join(folder, "store.sqlite");
    const { child, outcome, port } = await serve("--store", place);
    const list = JSON.stringify({ ratings: [{ id: 10, rating: 5 }] });
    const lists = Array.from({ length: 8 }, () => begin(port, "/api/v1/recommendations", list));
    const ratings = Array.from({ length: 8 }, (_, n) =>
      begin(port, `/api/v1/users/user-${n}/ratings/10`, JSON.stringify({ rating: 4 }), "PUT"),
    );
    const idle = connect(port, "127.0.0.1");
    await once(idle, "connect");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGTERM");
    await refusesConnections(port);
    assert.equal(child.exitCode, null, "it waits for them");
    for (const { end } of [...lists, ...ratings]) end();
    const answers = await Promise.all([...lists, ...ratings].map(({ answer }) => answer));
    assert.deepEqual(
      new Set(answers.map(({ status, connection }) => `${status} ${connection}`)),
      new Set(["200 close"]),
    );
    const { code, stderr } = await outcome;
    assert.equal(code, 0, stderr);
    await using store = await openStore(place);
    assert.equal((await store.counts()).ratings, 8);
  });

  it("gives up on who does not end within ten seconds, and at once at a second signal", async () => {
    const [patient, hasty] = await Promise.all([serve(), serve()]);
    for (const { port } of [patient, hasty]) begin(port, "/api/v1/recommendations", "{}").answer.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    const from = performance.now();
    patient.child.kill("SIGTERM");
    hasty.child.kill("SIGINT");
    await refusesConnections(hasty.port);
    assert.equal(hasty.child.exitCode, null);
    hasty.child.kill("SIGINT");
    assert.equal((await hasty.outcome).code, 130);
    assert.equal(patient.child.exitCode, null, "the other still waits");
    assert.equal((await patient.outcome).code, 0);
    assert.ok(performance.now() - from > 9_500);
  });

  it("has logged a line for each request, in a file of its own or on stderr, if it is told to", async () => {
    const log = join(folder, "requests.log");
    for (const file of [log, "-", undefined]) {
      const { child, outcome, port } = await serve(...(file === undefined ? [] : ["--log", file]));
      await fetch(`http://127.0.0.1:${port}/api/v1/items/10`);
      await fetch(`http://127.0.0.1:${port}/api/v1/items?query=heat`);
      child.kill("SIGINT");
      const { code, stderr } = await outcome;
      assert.equal(code, 0, stderr);
      const text = file === log ? readFileSync(log, "utf8") : stderr;
      const routes = text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line).route] : []));
      assert.deepEqual(routes, file === undefined ? [] : ["/api/v1/items/{id}", "/api/v1/items"]);
      if (file === log) assert.equal(stderr.includes("{"), false);
    }
    if (process.platform !== "win32") assert.equal(statSync(log).mode & 0o777, 0o600);
    const refused = await matinee("serve", "--data", data, "--model", "popular", "--log", join(folder, "none", "log"));
    assertRefused(refused, 2, /none.log: the log cannot be opened: ENOENT/);
  });
});
