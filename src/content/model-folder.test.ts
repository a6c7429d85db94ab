import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { findTextModel } from "./model-folder.ts";

const files: Record<string, string> = {
  "config.json": "{}",
  "tokenizer.json": '{"version":"1.0"}',
  "tokenizer_config.json": "{ }",
  "onnx/model.onnx": "weights ".repeat(1000),
  "README.md": "nobody needs this",
};

function write(folder: string, names = Object.keys(files)): string {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), files[name]);
  }
  return folder;
}

describe("the folder of a text model", () => {
  const folder = temporaryFolder();
  const own = process.env.MATINEE_MODELS;
  const asked: string[] = [];
  let baseUrl: string;
  /** Files that the server does not give as it lists them. */
  const altered = new Map<string, string>();

  const server = createServer((request, response) => {
    const url = new URL(request.url!, "http://localhost");
    asked.push(url.pathname);
    if (url.pathname === "/api/models/org/small/tree/main" && url.searchParams.get("recursive") === "true") {
      response.end(JSON.stringify([{ type: "directory", path: "onnx", oid: "1", size: 0 }, ...listed()]));
      return;
    }
    const name = /^\/org\/small\/resolve\/main\/(.*)$/.exec(url.pathname)?.[1] ?? "";
    if (name in files) response.end(altered.get(name) ?? files[name]);
    else response.writeHead(404).end();
  });

  function listed() {
    return Object.entries(files).map(([path, content]) => {
      const { length: size } = content;
      const oid = createHash("sha1").update(`blob ${size}\0${content}`).digest("hex");
      const sha256 = createHash("sha256").update(content).digest("hex");
      return {
        type: "file",
        path,
        size,
        oid,
        ...(path.endsWith(".onnx") ? { oid: "0", lfs: { oid: sha256, size } } : {}),
      };
    });
  }

  before(async () => {
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    delete process.env.MATINEE_MODELS;
  });
  after(() => {
    server.close();
    if (own !== undefined) process.env.MATINEE_MODELS = own;
  });

  it("is a folder by its path, complete", async () => {
    const whole = write(join(folder, "whole"));
    assert.equal(await findTextModel(whole, { baseUrl }), whole);
    for (const name of ["config.json", "onnx/model.onnx"]) {
      const part = write(
        join(folder, `without-${name.length}`),
        Object.keys(files).filter((other) => other !== name),
      );
      await assert.rejects(findTextModel(part, { baseUrl }), {
        code: "TEXT_MODEL",
        message: `the folder ${part} holds no ${name}`,
      });
    }
    await assert.rejects(findTextModel("/nowhere/to/be/found"), {
      code: "TEXT_MODEL",
      message: "there is no folder /nowhere/to/be/found",
    });
    assert.deepEqual(asked, []);
  });

  it("is one below MATINEE_MODELS, by its name with or without its owner", async () => {
    const models = join(folder, "models");
    const [short, long] = [write(join(models, "small")), write(join(models, "other/large"))];
    process.env.MATINEE_MODELS = models;
    assert.equal(await findTextModel("org/small", { baseUrl }), short);
    assert.equal(await findTextModel("other/large", { baseUrl }), long);
    delete process.env.MATINEE_MODELS;
    assert.deepEqual(asked, []);
  });

  it("is downloaded once, and only what is needed", async () => {
    const cacheFolder = join(folder, "cache");
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const found = await findTextModel("org/small", { baseUrl, cacheFolder, onProgress });
    assert.equal(found, join(cacheFolder, "models/org/small"));
    assert.deepEqual(readdirSync(found).sort(), ["config.json", "onnx", "tokenizer.json", "tokenizer_config.json"]);
    assert.deepEqual(readdirSync(join(found, "onnx")), ["model.onnx"]);
    assert.equal(readFileSync(join(found, "onnx/model.onnx"), "utf8"), files["onnx/model.onnx"]);
    assert.deepEqual(readdirSync(dirname(found)), ["small"]);
    assert.ok(shares.every((share, n) => share >= (shares[n - 1] ?? 0)) && Math.abs(shares.at(-1)! - 1) < 1e-9);
    const before = asked.length;
    assert.equal(await findTextModel("org/small", { baseUrl, cacheFolder }), found);
    assert.equal(asked.length, before);
  });

  it("is not there until all files are what the hub lists; those that are are kept", async () => {
    const cacheFolder = join(folder, "wrong");
    for (const name of ["tokenizer_config.json", "onnx/model.onnx"]) {
      altered.set(name, `${files[name]} `);
      await assert.rejects(findTextModel("org/small", { baseUrl, cacheFolder }), {
        code: "DOWNLOAD_FAILED",
        message: /: it is longer than \d+ bytes$/,
      });
      altered.set(name, files[name].toUpperCase().replace(/^./, "-"));
      await assert.rejects(findTextModel("org/small", { baseUrl, cacheFolder }), { code: "DOWNLOAD_CHECKSUM" });
      altered.clear();
    }
    asked.length = 0;
    await findTextModel("org/small", { baseUrl, cacheFolder });
    assert.ok(!asked.some((path) => path.endsWith("/tokenizer.json")), "it was there");
  });

  it("is asked for in words where there is no network, no such model, or no way to name one", async () => {
    const cacheFolder = join(folder, "none");
    for (const [model, options] of [
      ["org/small", { baseUrl: "http://127.0.0.1:9" }],
      ["org/unknown", { baseUrl }],
    ] as const) {
      await assert.rejects(
        findTextModel(model, { cacheFolder, ...options }),
        (error: { code: string; fix: string }) => {
          assert.equal(error.code, "DOWNLOAD_FAILED");
          assert.match(
            error.fix,
            /give a folder with config.json, .*onnx\/model.onnx \(model=FOLDER\), or .* MATINEE_MODELS/,
          );
          return true;
        },
      );
    }
    for (const model of ["../../etc", "a/b/c", "org/..", "", "org/small?x"]) {
      await assert.rejects(findTextModel(model === "" ? "no such" : model, { baseUrl, cacheFolder }), {
        code: "TEXT_MODEL",
      });
    }
  });

  it("is no longer waited for once cancelled", async () => {
    const options = { baseUrl, cacheFolder: join(folder, "cancelled"), signal: AbortSignal.abort() };
    await assert.rejects(findTextModel("org/small", options), { code: "CANCELLED" });
  });
});
