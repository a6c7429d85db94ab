/** matinee recommend --rerank: a second stage over any model. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { chatServer, ranking, say } from "../helpers/chat-server.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");

before(() => writeRatingsCsv(filmDataset(), data));

const recommend = (...args: string[]) => matinee("recommend", "--model", "popular", "--data", data, ...args);

interface Film {
  id: number;
  reranked?: { by: string; from: number; failure?: string };
}

describe("matinee recommend --rerank", () => {
  it("rearranges one person's list, and says where films stood", async () => {
    const args = ["--user", "1", "--k", "3", "--rerank", "mmr", "--rerank-set", "lambda=0.3"];
    const { stdout, code } = await recommend(...args);
    assert.equal(code, 0);
    assert.match(stdout, /Star Voyager \(1982\) {2}guess {2}\[30\] {2}Sci-Fi, Action {2}\(mmr; before: 1\)\n/);
    const { items } = JSON.parse((await recommend(...args, "--json")).stdout);
    const ids = items.map(({ id }: Film) => id);
    assert.equal(new Set(ids).size, 3);
    assert.notDeepEqual(ids, [30, 40, 50]);
    assert.ok(items.every(({ reranked }: Film) => reranked!.by === "mmr"));
    const pooled = JSON.parse((await recommend(...args, "--pool", "3", "--json")).stdout);
    assert.deepEqual(pooled.items.map(({ id }: Film) => id).sort(), [30, 40, 50]);
  });

  it("asks a language model, and tells what that took; a server that fails leaves the list as it is", async () => {
    await using server = await chatServer((response, _, attempt) =>
      attempt === 1
        ? say(response, ranking(["60", "30"]))
        : response.writeHead(400).end(JSON.stringify({ error: { message: "\u001b[31m\u0007no\r\u009b2J\u202e" } })),
    );
    const args = [
      "--user",
      "1",
      "--k",
      "3",
      "--rerank",
      "llm",
      "--rerank-set",
      "model=m",
      `endpoint=${server.endpoint}`,
    ];
    const { stdout, stderr } = await recommend(...args, "inputPrice=5", "--json");
    assert.deepEqual(
      JSON.parse(stdout).items.map(({ id }: Film) => id),
      [60, 30, 40],
    );
    assert.match(stderr, /llm m: 1 list, 1000 tokens read, 50 written, \$0\.0050\n/);
    const failed = await recommend(...args);
    assert.equal(failed.code, 4);
    assert.match(failed.stderr, /llm did not rank: .*400.*\. The list is as popular ranks it\.\n/);
    assert.match(failed.stderr, /\nmatinee: llm m: 400: .*no.* \(check its address, .*\)\n$/);
    assert.doesNotMatch(failed.stderr.replaceAll("\n", ""), /[\p{Cc}\p{Bidi_Control}]/u);
    assert.match(failed.stdout, /^ 1 {2}Star Voyager \(1982\) {2}guess {2}\[30\] {2}Sci-Fi, Action\n/);
  });

  it("rearranges everybody's lists", async () => {
    const out = join(folder, "all.csv");
    const args = ["--k", "3", "--rerank", "mmr", "--rerank-set", "lambda=0.3"];
    const { code, stderr } = await recommend("--all", "--out", out, ...args);
    assert.equal(code, 0, stderr);
    const rows = readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    for (const user of ["1", "4"]) {
      const { items } = JSON.parse((await recommend("--user", user, ...args, "--json")).stdout);
      assert.deepEqual(
        rows.filter(([id]) => id === user).map(([, , item]) => Number(item)),
        items.map(({ id }: Film) => id),
      );
    }
    await using server = await chatServer((response) => response.writeHead(401).end());
    const llm = ["--rerank", "llm", "--rerank-set", "model=m", `endpoint=${server.endpoint}`];
    const failed = await recommend("--all", "--out", out, "--k", "3", ...llm);
    assert.match(failed.stderr, /llm did not rank for 6 people, whose lists are as popular ranks them: .*401/);
    assert.equal(failed.code, 4);
    assert.match(failed.stderr, /\nmatinee: llm m: it is not asked again: the server answers 401 \(.*\)\n$/);
    assert.equal(server.asked.length, 1);
  });

  it("says what is wrong before it reads anything", async () => {
    const none = ["recommend", "--data", join(folder, "nothing")];
    assertRefused(
      await matinee(...none, "--rerank", "mr"),
      2,
      /there is no second stage "mr" \(there are mmr, cross-encoder, llm\)/,
    );
    assertRefused(await matinee(...none, "--pool", "5"), 2, /--pool is for a second stage \(name one with --rerank\)/);
    assertRefused(await matinee(...none, "--rerank-set", "lambda=1"), 2, /--rerank-set is for a second stage/);
    assertRefused(await matinee(...none, "--rerank", "mmr", "--rerank-set", "lambda=2"), 2, /mmr: lambda is "2"/);
    assertRefused(await matinee(...none, "--rerank", "llm"), 2, /llm: no model is named/);
  });

  it("says how to get a text model that is not there", async () => {
    const args = ["--model", "text", "--set", `model=${join(folder, "nowhere")}`];
    const refused = await matinee("recommend", "--data", data, ...args);
    assertRefused(refused, 5, /there is no folder .*nowhere \(give a folder with config\.json, .* MATINEE_MODELS\)/);
    const second = ["--rerank", "cross-encoder", "--rerank-set", `model=${join(folder, "nowhere")}`];
    assertRefused(await recommend("--user", "1", ...second), 5, /there is no folder .*nowhere/);
  });
});
