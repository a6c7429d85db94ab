import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/index.ts";
import { assertRefused, matinee, start, temporaryFolder, written } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

describe("matinee key and serve", () => {
  const folder = temporaryFolder();
  const [data, keys] = [join(folder, "data"), join(folder, "keys.json")];
  before(() => writeRatingsCsv(filmDataset(), data));
  const serve = (...flags: string[]) => ["serve", "--data", data, "--model", "popular", "--port", "0", ...flags];

  it("make a key, of which the file has the hash alone, and answer who has it", async () => {
    const made = await matinee("key", "--keys", keys, "--name", "shop", "--scope", "admin");
    assert.equal(made.code, 0, made.stderr);
    const secret = made.stdout.trim();
    assert.match(secret, /^matinee_[\w-]{43}$/);
    assert.match(made.stderr, /only time/);
    assert.ok(!readFileSync(keys, "utf8").includes(secret));
    if (process.platform !== "win32") assert.equal(statSync(keys).mode & 0o777, 0o600);
    assert.equal((await matinee("key", "--keys", keys, "--name", "other")).code, 0);
    assert.equal(JSON.parse(readFileSync(keys, "utf8")).keys.length, 2);
    assertRefused(await matinee("key", "--keys", keys, "--name", "shop"), 2, /a key of the name "shop" already/);

    const { child, outcome } = start(...serve("--host", "0.0.0.0", "--keys", keys));
    const [, port] = /:(\d+)\n/.exec(await written(child, /Matinee is at http\S+\n/))!;
    const url = `http://127.0.0.1:${port}/api/v1/users/1/ratings`;
    assert.equal((await fetch(url)).status, 401);
    assert.equal((await fetch(url, { headers: { authorization: `Bearer ${secret}` } })).status, 200);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await outcome;
    assert.equal(code, 0, stderr);
    assert.ok(!(stdout + stderr).includes(secret));
  });

  it("open nothing to other machines without a key or --public", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.7"]) {
      assertRefused(await matinee(...serve("--host", host)), 2, /--host .* would open the ratings .*--keys FILE/);
    }
  });

  it("answer anybody with --public, but not of users", async () => {
    const { child, outcome } = start(
      ...serve("--host", "0.0.0.0", "--public", "--allow-origin", "https://films.example"),
    );
    const [, port] = /:(\d+)\n/.exec(await written(child, /Matinee is at http\S+\n/))!;
    const url = `http://127.0.0.1:${port}/api/v1`;
    const films = await fetch(`${url}/items`, { headers: { origin: "https://films.example" } });
    assert.deepEqual([films.status, films.headers.get("access-control-allow-origin")], [200, "https://films.example"]);
    assert.equal((await fetch(`${url}/users/1/ratings`)).status, 401);
    child.kill("SIGINT");
    assert.equal((await outcome).code, 0);
  });

  it("refuse files of keys that are missing or wrong", async () => {
    assertRefused(
      await matinee(...serve("--keys", join(folder, "none.json"))),
      2,
      /no such file of keys .*matinee key/,
    );
    const wrong = join(folder, "wrong.json");
    for (const [text, message] of [
      ["{", /no JSON/],
      ['{"keys":[{"name":"a","scope":"all","hash":""}]}', /key 1 is not/],
      ['{"keys":[],"extra":1}', /is not \{ "keys"/],
      ['{"keys":[]}', /keys has no key .*matinee key/],
    ] as const) {
      writeFileSync(wrong, text);
      assertRefused(await matinee(...serve("--keys", wrong)), 2, message);
    }
  });
});
