import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { openEmbeddingCache } from "./embedding-cache.ts";

describe("kept embeddings", () => {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);
  const vectors = Float32Array.of(0.1, -2, 3e-40, 4, 5, Math.fround(Math.PI));

  it("are found again by their texts, bit for bit", async () => {
    const kept = file("several");
    const cache = await openEmbeddingCache(kept, 3);
    assert.equal(cache.get("Heat"), undefined);
    await cache.add(["Heat", "Amélie 🎬"], vectors);
    await cache.add([""], Float32Array.of(7, 8, 9));
    for (const again of [cache, await openEmbeddingCache(kept, 3)]) {
      assert.deepEqual(again.get("Heat"), vectors.slice(0, 3));
      assert.deepEqual(again.get("Amélie 🎬"), vectors.slice(3));
      assert.deepEqual(again.get(""), Float32Array.of(7, 8, 9));
      assert.equal(again.get("heat"), undefined);
    }
    assert.equal(readdirSync(kept).length, 2);
  });

  it("are as good as none where a file is damaged, at any byte or length", async () => {
    const kept = file("damaged");
    await (await openEmbeddingCache(kept, 3)).add(["Heat", "Fargo"], vectors);
    const [name] = readdirSync(kept);
    const sound = readFileSync(join(kept, name));
    for (let at = 0; at < sound.length; at++) {
      const damaged = Buffer.from(sound);
      damaged[at] ^= 4;
      writeFileSync(join(kept, name), damaged);
      assert.equal((await openEmbeddingCache(kept, 3)).get("Heat"), undefined, `byte ${at}`);
      writeFileSync(join(kept, name), sound.subarray(0, at));
      assert.equal((await openEmbeddingCache(kept, 3)).get("Heat"), undefined, `${at} bytes`);
    }
    writeFileSync(join(kept, name), sound);
    assert.ok((await openEmbeddingCache(kept, 3)).get("Heat"));
  });

  it("say where they cannot be kept", async () => {
    writeFileSync(file("taken"), "");
    const cache = await openEmbeddingCache(file("taken"), 1);
    await assert.rejects(cache.add(["a"], Float32Array.of(1)), { code: "WRITE_FAILED" });
  });
});
