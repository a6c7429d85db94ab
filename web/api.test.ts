import assert from "node:assert/strict";
import { test } from "node:test";
import { asProblem, createApi, Problem } from "./api.ts";

const signal = new AbortController().signal;

/** A fetch that records what it is asked and always gives the same answer. */
function answering(body: string, status = 200) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetchLike: typeof fetch = async (input, init) => {
    asked.push({ url: String(input), init });
    return new Response(body, { status });
  };
  return { api: createApi(fetchLike), asked };
}

test("films are asked for with query and limit", async () => {
  const { api, asked } = answering('{"items":[{"id":6}]}');
  assert.deepEqual(await api.films("heat & co", 20, signal), [{ id: 6 }]);
  assert.equal(asked[0].url, "/api/v1/items?query=heat+%26+co&limit=20");
  await api.films("", 48, signal);
  assert.equal(asked[1].url, "/api/v1/items?limit=48");
});

test("recommendations are asked for with reasons", async () => {
  const { api, asked } = answering('{"model":"ease","items":[]}');
  await api.recommend({ ratings: [{ id: 6, rating: 4.5 }], exclude: [1], k: 10 }, signal);
  assert.equal(asked[0].init?.method, "POST");
  assert.deepEqual(JSON.parse(String(asked[0].init?.body)), {
    ratings: [{ id: 6, rating: 4.5 }],
    exclude: [1],
    k: 10,
    explain: true,
  });
});

test("a problem of the server is told in its words", async () => {
  const body = '{"title":"No such film","status":404,"code":"ITEM_UNKNOWN","detail":"no film 7","fix":"check the id"}';
  await assert.rejects(answering(body, 404).api.models(signal), {
    name: "Problem",
    title: "No such film",
    message: "no film 7",
    fix: "check the id",
  });
});

test("an error page of something in between is still a problem with a way out", async () => {
  await assert.rejects(answering("<h1>Bad gateway</h1>", 502).api.models(signal), {
    name: "Problem",
    message: "It answered with status 502.",
    fix: "retry in a moment",
  });
});

for (const body of ["<!doctype html>", "null", "[]", '{"films":[]}']) {
  test(`the answer ${body} is not understood`, async () => {
    await assert.rejects(answering(body).api.models(signal), {
      name: "Problem",
      title: "The answer is not understood",
    });
  });
}

test("a server that does not answer is said so", async () => {
  const api = createApi(async () => {
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(api.models(signal), { name: "Problem", title: "Matinee cannot be reached" });
});

test("a question taken back stays an abort", async () => {
  const api = createApi(async () => {
    throw new DOMException("taken back", "AbortError");
  });
  await assert.rejects(api.models(signal), { name: "AbortError" });
});

test("anything thrown can be shown", () => {
  assert.equal(asProblem(new Error("boom")).message, "boom");
  assert.equal(asProblem("boom").message, "boom");
  const problem = new Problem("a", "b", "c");
  assert.equal(asProblem(problem), problem);
});
