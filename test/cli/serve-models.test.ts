import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { writeRatingsCsv } from "../../src/index.ts";
import { assertRefused, matinee, start, temporaryFolder, written } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

describe("matinee serve, of saved models", () => {
  const folder = temporaryFolder();
  const path = (name: string) => join(folder, name);
  before(async () => {
    writeRatingsCsv(filmDataset(), path("data"));
    for (const model of ["popular", "item-knn", "bias"]) {
      const made = await matinee("train", "--data", path("data"), "--model", model, "--out", path(`${model}.matinee`));
      assert.equal(made.code, 0, made.stderr);
    }
  });

  async function addressOf(child: ChildProcess): Promise<string> {
    const [, address] = /Matinee is at (http\S+)\n/.exec(await written(child, /Matinee is at http\S+\n/))!;
    return address;
  }

  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let n = 0; n < 1200; n++) {
      if (await holds()) return;
      await setTimeout(50);
    }
    assert.fail("it never came to hold");
  }

  it("answers by another model once its file is replaced, and keeps the one it has where the file is none", async () => {
    const file = path("served.matinee");
    copyFileSync(path("popular.matinee"), file);
    const { child, outcome } = start("serve", "--artifact", file, "--data", path("data"), "--port", "0");
    const url = await addressOf(child);
    const json = async (from: string) => (await fetch(url + from)).json() as Promise<Record<string, never>>;
    const answering = async () => (await json("/api/v1/users/6/recommendations")).model as string;
    assert.equal(await answering(), "popular");
    assert.equal((await json("/readyz")).model, "served");

    copyFileSync(path("item-knn.matinee"), path("next"));
    renameSync(path("next"), file);
    await until(async () => (await answering()) === "item-knn");

    writeFileSync(file, readFileSync(path("bias.matinee")).subarray(0, 500));
    await until(async () => "problem" in (await json("/readyz")));
    const { problem } = (await json("/readyz")) as unknown as { problem: { code: string; detail: string } };
    assert.equal(problem.code, "ARTIFACT_TRUNCATED");
    assert.ok(!problem.detail.includes(folder), problem.detail);
    assert.equal(await answering(), "item-knn");

    copyFileSync(path("bias.matinee"), file);
    await until(async () => (await answering()) === "bias");
    assert.equal((await json("/readyz")).problem, undefined);
    if (process.platform !== "win32") {
      const { since } = await json("/readyz");
      await setTimeout(1100);
      child.kill("SIGHUP");
      await until(async () => (await json("/readyz")).since > since);
    }
    child.kill("SIGINT");
    assert.equal((await outcome).code, 0, (await outcome).stderr);
  });

  it("answers by models of a folder, as the store says, signed ones alone where a key is trusted", async () => {
    const models = path("models");
    mkdirSync(models);
    for (const model of ["popular", "item-knn"])
      copyFileSync(path(`${model}.matinee`), join(models, `${model}.matinee`));
    const made = await matinee("sign", "--new-key", path("release.key"));
    assert.equal(made.stdout, `${path("release.key")}\n${path("release.key.pub")}\n`);
    if (process.platform !== "win32") assert.equal(statSync(path("release.key")).mode & 0o777, 0o600);
    assertRefused(await matinee("sign", "--new-key", path("release.key")), 2, /is there already/);
    assertRefused(await matinee("sign", path("popular.matinee")), 2, /nothing says what is signed/);
    const signed = await matinee("sign", join(models, "popular.matinee"), "--key", path("release.key"));
    assert.deepEqual([signed.code, signed.stdout], [0, `${join(models, "popular.matinee.sig")}\n`]);

    const trust = ["--trust", path("release.key.pub")];
    const { child, outcome } = start(
      "serve",
      "--models",
      models,
      "--store",
      path("store.sqlite"),
      ...trust,
      "--port",
      "0",
    );
    const url = await addressOf(child);
    const activate = (name: string) => fetch(`${url}/api/v1/models/${name}/activate`, { method: "POST" });
    assert.equal((await fetch(`${url}/readyz`)).status, 503);
    const refused = await activate("item-knn");
    assert.equal(refused.status, 422);
    assert.match(((await refused.json()) as { detail: string }).detail, /^ARTIFACT_UNSIGNED/);
    assert.equal((await activate("popular")).status, 200);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    child.kill("SIGTERM");
    assert.equal((await outcome).code, 0, (await outcome).stderr);

    const alone = ["serve", "--artifact", path("popular.matinee"), ...trust, "--port", "0"];
    assertRefused(await matinee(...alone), 5, /there is no signature/);
    assertRefused(await matinee("serve", "--models", models, "--port", "0"), 2, /--models needs a store/);
    assertRefused(
      await matinee("serve", "--trust", path("release.key"), "--port", "0"),
      2,
      /--trust is for saved models/,
    );
  });
});
