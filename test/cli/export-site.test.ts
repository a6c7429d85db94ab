/** `matinee export site`: the folder that it writes. test/browser/site.test.ts opens it. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { readArtifact } from "../../src/artifact/file.ts";
import { decodeArtifact } from "../../src/artifact/format.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { writeSite } from "../../src/site/write-site.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const artifact = join(folder, "films.matinee");
const site = join(folder, "site");
const filesOf = (path: string) => readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
const read = (...path: string[]) => readFileSync(join(site, ...path), "utf8");

before(async () => {
  await writeRatingsCsv(filmDataset(), data);
  assert.equal((await matinee("train", "--model", "item-knn", "--data", data, "--out", artifact)).code, 0);
  const { code, stdout, stderr } = await matinee("export", "site", site, "--artifact", artifact, "--json");
  assert.equal(code, 0, stderr);
  const { model, files, bytes } = JSON.parse(stdout);
  assert.deepEqual([model, bytes.unpacked], ["item-knn", readFileSync(artifact).length]);
  assert.equal(filesOf(site).filter((name) => /\.\w+$/.test(name)).length, files);
});

describe("matinee export site", () => {
  it("writes the model, and a page that names it and may ask nobody else", async () => {
    const [model] = filesOf(site).filter((name) => name.endsWith(".packed"));
    const trained = await decodeArtifact(gunzipSync(readFileSync(join(site, model))));
    assert.deepEqual(trained.state, (await readArtifact(artifact)).state);
    const index = read("index.html");
    assert.ok(index.includes(`<meta name="matinee-model" content="${model}"`));
    assert.match(index, /content-security-policy" content="default-src 'none'; [^"]*connect-src 'self';/);
    assert.ok(!filesOf(site).some((name) => name.includes("admin")), "the page of those who run a server is left out");
  });

  it("has a page for each place, whose addresses lead up to the site's folder", () => {
    for (const place of ["rate", "you", "lab"])
      assert.ok(read(place, "index.html").includes('<base href="../" />'), place);
    assert.ok(read("404.html").includes('<base href="../" />'));
    assert.ok(read("index.html").includes('<base href="./" />'));
  });

  it("has a service worker that keeps every file which a page loads", () => {
    const [, json] = /^self\.matineeSite = (.*);$/m.exec(read("service-worker.js"))!;
    const { files, places } = JSON.parse(json);
    const left = ["service-worker.js", "404.html", "matinee-site.json"];
    const kept = filesOf(site).filter((name) => /\.\w+$/.test(name) && !/\.packed$|^\w+.index\.html$/.test(name));
    assert.deepEqual([...files, ...left].sort(), kept.map((name) => name.replaceAll("\\", "/")).sort());
    assert.ok(places.includes("film/:film"));
    const manifest = JSON.parse(read("manifest.webmanifest"));
    for (const { src } of manifest.icons) assert.ok(existsSync(join(site, src)), src);
  });

  it("writes the same bytes again, in place of the site that is there", async () => {
    const before = filesOf(site).map((name) => [name, name.includes(".") ? readFileSync(join(site, name)) : undefined]);
    assert.equal((await matinee("export", "site", site, "--artifact", artifact)).code, 0);
    const after = filesOf(site).map((name) => [name, name.includes(".") ? readFileSync(join(site, name)) : undefined]);
    assert.deepEqual(after, before);
    assert.equal((await matinee("export", "site", site, "--data", data, "--model", "als")).code, 0);
    assert.equal(filesOf(site).filter((name) => name.endsWith(".packed")).length, 1, "the old model is gone");
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith(".")),
      [],
    );
  });

  it("leaves a folder alone that has anything else", async () => {
    const other = join(folder, "other");
    mkdirSync(other);
    writeFileSync(join(other, "thesis.txt"), "ten years of work");
    assertRefused(
      await matinee("export", "site", other, "--artifact", artifact),
      7,
      /other: has thesis\.txt, which is none/,
    );
    writeFileSync(join(site, "CNAME"), "films.example");
    const before = filesOf(site);
    assertRefused(await matinee("export", "site", site, "--artifact", artifact), 7, /site: has CNAME, which is none/);
    assert.deepEqual(filesOf(site), before);
    assertRefused(
      await matinee("export", "site", artifact, "--artifact", artifact),
      7,
      /films\.matinee: is not a folder/,
    );
  });

  it("refuses a model that no page could open, and writes nothing", async () => {
    const trained = await readArtifact(artifact);
    const filler = { shape: [2 ** 28], data: new Uint8Array(2 ** 28) };
    const state = { ...trained.state, tensors: { ...trained.state.tensors, filler } };
    const path = join(folder, "large");
    await assert.rejects(writeSite(path, { ...trained, state }), { code: "ARTIFACT_LIMIT", fix: /--model als/ });
    assert.ok(!existsSync(path));
  });

  it("leaves the old site where it is stopped", async () => {
    const path = join(folder, "stopped");
    const trained = await readArtifact(artifact);
    await writeSite(path, trained);
    const before = filesOf(path);
    await assert.rejects(writeSite(path, trained, { signal: AbortSignal.abort() }), { code: "CANCELLED" });
    assert.deepEqual(filesOf(path), before);
  });
});
