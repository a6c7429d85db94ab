/** matinee recommend --retrieve: a language model proposes films before the model does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { chatServer, say } from "../helpers/chat-server.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");

before(() => writeRatingsCsv(filmDataset(), data));

const recommend = (...args: string[]) => matinee("recommend", "--model", "popular", "--data", data, ...args);
const answer = JSON.stringify({
  films: [
    { title: "Emma", year: 2020 },
    { title: "Nowhere", year: 2001 },
    { title: "Star Voyager II", year: 1985 },
  ],
});

describe("matinee recommend --retrieve", () => {
  it("lists what a language model proposes, then the model's films, and tells what that took", async () => {
    await using server = await chatServer((response) => say(response, answer));
    const args = [
      "--user",
      "1",
      "--k",
      "3",
      "--retrieve",
      "llm",
      "--retrieve-set",
      "model=m",
      `endpoint=${server.endpoint}`,
    ];
    const { stdout, stderr, code } = await recommend(...args);
    assert.equal(code, 0, stderr);
    const titles = ["Emma (2020)", "Star Voyager II (1985)", "Star Voyager (1982)"];
    for (const [n, title] of titles.entries()) assert.ok(stdout.includes(` ${n + 1}  ${title}  `), stdout);
    assert.equal(stdout.match(/\(llm\)/g)?.length, 2);
    assert.match(
      stderr,
      /llm m: 1 list, 1000 tokens read, 50 written; 3 films proposed, of which dropped: 1 not in the data\n/,
    );
    const reranked = JSON.parse((await recommend(...args, "--rerank", "mmr", "--pool", "2", "--json")).stdout);
    assert.deepEqual(
      reranked.items.map(({ id, source }: { id: number; source: string }) => [id, source]),
      [
        [60, "llm"],
        [40, "llm"],
        [30, "popular"],
      ],
    );
    assert.equal(JSON.parse(server.asked[1].body.messages[1].content).wanted, 3);
  });

  it("says why nothing was proposed, and lists the model's films", async () => {
    await using server = await chatServer((response) => response.writeHead(400).end());
    const set = ["--retrieve-set", "model=m", `endpoint=${server.endpoint}`];
    const { stdout, stderr, code } = await recommend("--user", "1", "--retrieve", "llm", ...set);
    assert.equal(code, 4);
    assert.match(stdout, /^ 1 {2}Star Voyager \(1982\)/);
    assert.match(stderr, /llm proposed nothing: .*400\. The list is that of popular\.\n/);
  });

  it("refuses flags that make no sense together, before it reads anything", async () => {
    const llm = ["--retrieve", "llm", "--retrieve-set", "model=m", "endpoint=http://127.0.0.1:9/v1"];
    const out = ["--all", "--out", join(folder, "lists.csv")];
    assertRefused(await recommend(...out, ...llm), 2, /--retrieve and --all do not go together/);
    assertRefused(
      await recommend("--user", "1", "--retrieve-set", "model=m"),
      2,
      /--retrieve-set is for a first stage/,
    );
    assertRefused(await recommend("--user", "1", "--retrieve", "faiss"), 2, /no first stage "faiss" \(there is llm\)/);
    assertRefused(await recommend("--user", "1", "--retrieve", "llm"), 2, /no model is named/);
    assertRefused(await recommend("--user", "1", "--pool", "9"), 2, /--pool is for a second stage/);
  });
});
