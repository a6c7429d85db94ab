import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type ChatServer, chatServer, completion, say } from "../../test/helpers/chat-server.ts";
import { openLanguageModel } from "./language-model.ts";
import { limitQuestions } from "./question-limits.ts";

const key = "sk-0123456789abcdef";
const { OPENAI_API_KEY, OPENAI_BASE_URL } = process.env;
beforeEach(() => {
  process.env.OPENAI_API_KEY = key;
});
afterEach(() => {
  for (const [name, value] of Object.entries({ OPENAI_API_KEY, OPENAI_BASE_URL })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** A model behind a server that the key is for. */
function modelOf(server: ChatServer, set: Record<string, unknown> = {}) {
  process.env.OPENAI_BASE_URL = server.endpoint;
  const model = openLanguageModel({ model: "m", retries: 0, ...set });
  const question = { instructions: "Count.", message: {}, name: "numbers", items: { type: "integer" } };
  return { ...model, ask: () => model.ask(question, (list) => list) };
}

const json = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const numbers = '{"numbers":[1,2]}';

describe("a language model", () => {
  it("never tells the key, though the server repeats it in an error, a refusal or an answer", async () => {
    const said = [
      (response: ServerResponse) => json(response, 400, { error: { message: `got "Bearer ${key}"` } }),
      (response: ServerResponse) => response.writeHead(500).end(`Bearer ${key}`),
      (response: ServerResponse) => json(response, 200, { choices: [{ message: { refusal: `not for ${key}` } }] }),
      // The end of what is shown of a bad answer must not be the beginning of the key.
      ...[80, 90, 95].map((before) => (response: ServerResponse) => say(response, `${"x".repeat(before)}${key}`)),
    ];
    await using server = await chatServer((response, asked, attempt) => {
      assert.equal(asked.key, `Bearer ${key}`);
      said[attempt - 1](response);
    });
    for (const _ of said) {
      // A new one each time, for one that fails so often is asked no more.
      const model = modelOf(server);
      for (const work of [() => model.ask(), async () => model.checkAnswers()]) {
        await assert.rejects(work, (error: Error) => {
          assert.doesNotMatch(`${error.stack}${JSON.stringify(error)}`, /sk-/);
          return true;
        });
      }
    }
    assert.equal(server.asked.length, said.length);
  });

  it("says whose the key is where a server wants one and was not given it", async () => {
    await using server = await chatServer((response) => response.writeHead(401).end());
    const question = { instructions: "", message: {}, name: "numbers", items: {} };
    const model = openLanguageModel({ model: "m", endpoint: server.endpoint });
    await assert.rejects(
      model.ask(question, (list) => list),
      { message: /answers 401; OPENAI_API_KEY is for api\.openai\.com unless OPENAI_BASE_URL names this server$/ },
    );
    assert.equal(server.asked[0].key, undefined);
  });

  it("follows no redirect", async () => {
    await using other = await chatServer((response) => say(response, numbers));
    for (const status of [301, 302, 307, 308]) {
      await using server = await chatServer((response) =>
        response.writeHead(status, { location: `${other.endpoint}/chat/completions` }).end(),
      );
      await assert.rejects(modelOf(server, { retries: 2 }).ask(), {
        message: `${status}: it points to another address`,
      });
      assert.equal(server.asked.length, 1);
    }
    assert.equal(other.asked.length, 0);
  });

  it("reads no endless answer, nor an endless error", async () => {
    for (const status of [200, 400]) {
      let sent = 0;
      function* blanks() {
        for (; sent < 2 ** 26; sent += 2 ** 16) yield " ".repeat(2 ** 16);
      }
      await using server = await chatServer((response) => {
        response.writeHead(status, { "content-type": "application/json" });
        pipeline(blanks, response).catch(() => {});
      });
      await assert.rejects(modelOf(server, { retries: 2 }).ask(), {
        message: "the answer cannot be read: it is longer than 1048576 bytes",
      });
      assert.equal(server.asked.length, 1);
      assert.ok(sent < 2 ** 25, `${sent} bytes`);
    }
  });

  it("is asked once where the key is refused", async () => {
    for (const status of [401, 403]) {
      await using server = await chatServer((response) => json(response, status, { error: { message: "bad key" } }));
      const model = modelOf(server, { retries: 5 });
      model.checkAnswers();
      await assert.rejects(model.ask(), { message: `${status}: bad key` });
      await assert.rejects(model.ask(), { message: `it is not asked again: ${status}: bad key` });
      assert.equal(server.asked.length, 1);
      assert.throws(() => model.checkAnswers(), {
        code: "LANGUAGE_MODEL",
        message: `llm m: it is not asked again: ${status}: bad key`,
      });
    }
  });

  it("is not asked any more after five failures in a row, of whatever kind", async () => {
    const bad = ["", "nonsense", '{"numbers":3}'];
    await using server = await chatServer((response, _, attempt) => {
      if (attempt === 2) say(response, numbers);
      else if (attempt % 2) json(response, 422, {});
      else say(response, bad[attempt % 3]);
    });
    const model = modelOf(server);
    await assert.rejects(model.ask(), { message: "the server answers 422" });
    assert.throws(() => model.checkAnswers(), { code: "LANGUAGE_MODEL", message: "llm m: the server answers 422" });
    assert.deepEqual(await model.ask(), [1, 2]);
    model.checkAnswers();
    for (let n = 0; n < 9; n++) await assert.rejects(model.ask());
    assert.equal(server.asked.length, 7);
    assert.throws(() => model.checkAnswers(), { code: "LANGUAGE_MODEL", message: /5 questions in a row failed/ });
  });

  it("takes no more tokens than its budget, as the server counts them or by their length", async () => {
    await using counting = await chatServer((response) => say(response, numbers));
    const counted = modelOf(counting, { tokenBudget: 2150 });
    await counted.ask();
    await counted.ask(); // 1,050 tokens each
    await assert.rejects(counted.ask(), { message: "the budget of 2,150 tokens is spent (tokenBudget)" });
    assert.equal(counting.asked.length, 2);
    assert.throws(() => counted.checkAnswers(), { code: "LANGUAGE_MODEL", message: /budget of 2,150 tokens/ });
    const strange = { prompt_tokens: -1e9, completion_tokens: Number.NaN };
    await using silent = await chatServer((response) =>
      say(response, JSON.stringify({ numbers: [1], padding: "x".repeat(4000) }), strange),
    );
    const guessed = modelOf(silent, { tokenBudget: 2150 });
    await guessed.ask();
    await guessed.ask();
    await assert.rejects(guessed.ask(), /tokenBudget/);
    assert.equal(guessed.spent(), "llm m: 2 lists, 0 tokens read, 0 written");
  });

  it("waits no longer than its budget of time", async () => {
    await using server = await chatServer((response) => response.write(completion(numbers).slice(0, 10)));
    const model = modelOf(server, { timeout: 60, timeBudget: 0.3 });
    await assert.rejects(model.ask(), { message: "no answer within 0.3 s" });
    await assert.rejects(model.ask(), { message: "the budget of 0.3 s is spent (timeBudget)" });
    assert.equal(server.asked.length, 1);
  });

  it("does not wait for a server that wants to be asked after the time-out", async () => {
    await using server = await chatServer((response) => response.writeHead(429, { "retry-after": "3600" }).end());
    const start = performance.now();
    await assert.rejects(modelOf(server, { retries: 9 }).ask(), { message: "the server answers 429" });
    assert.ok(performance.now() - start < 30_000);
  });
});

it("the limits of questions let one through after a minute", () => {
  let time = 0;
  const limits = limitQuestions({ tokenBudget: 1e6, timeBudget: 1e6 }, () => time);
  const fail = () => {
    limits.admit(1, 1);
    limits.noteFailure(new Error("no"));
  };
  for (let n = 0; n < 5; n++) fail();
  time = 59_999;
  assert.throws(fail, /5 questions in a row failed, .* the last: no$/);
  time = 60_000;
  fail();
  assert.throws(fail, /6 questions in a row failed/);
  time = 120_000;
  limits.admit(1, 1);
  limits.noteAnswer();
  assert.equal(limits.problem(), undefined);
  for (let n = 0; n < 4; n++) fail();
  assert.equal(limits.problem(), undefined);
});
