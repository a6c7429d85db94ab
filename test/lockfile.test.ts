import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";

interface Entry {
  readonly version?: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

describe("the lock file", () => {
  const text = readFileSync(resolve(import.meta.dirname, "../package-lock.json"), "utf8");
  const packages = JSON.parse(text).packages as Record<string, Entry>;

  it("names the packages of every platform, so that npm ci works on all of them", () => {
    for (const [place, { optionalDependencies = {} }] of Object.entries(packages)) {
      for (const name of Object.keys(optionalDependencies)) {
        const found = [`${place}/node_modules/${name}`, `node_modules/${name}`].some((path) => path in packages);
        assert.ok(found, `${place} → ${name}: choose versions that are published for every platform`);
      }
    }
  });

  it("goes with the digests of Node, one of which the Node here has", () => {
    const file = resolve(import.meta.dirname, "../scripts/node-binaries.json");
    const { version, sha256 } = JSON.parse(readFileSync(file, "utf8"));
    assert.equal(packages["node_modules/node"].version, version);
    const own = createHash("sha256").update(readFileSync(process.execPath)).digest("hex");
    if (process.version === `v${version}`)
      assert.ok(Object.values(sha256).includes(own), `${process.execPath}: ${own}`);
  });

  it("holds no download addresses", () => assert.ok(!/"resolved"|https?:\/\/[^"]*\.tgz/.test(text)));
});
