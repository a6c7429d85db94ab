import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi, Problem, toProblem } from "./api.ts";

const signal = new AbortController().signal;

/** An API over a fetch that records requests and always responds the same. */
function respondWith(body: string, status = 200) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const fetchLike: typeof fetch = async (input, init) => {
    requests.push({ url: String(input), init });
    return new Response(body, { status });
  };
  return { api: createApi(fetchLike), requests };
}

test("films are requested with query and limit", async () => {
  const { api, requests } = respondWith('{"items":[{"id":6}]}');
  assert.deepEqual(await api.films("heat & co", 20, signal), [{ id: 6 }]);
  assert.equal(requests[0].url, "/api/v1/items?query=heat+%26+co&limit=20");
  await api.films("", 48, signal);
  assert.equal(requests[1].url, "/api/v1/items?limit=48");
});

test("recommendations are requested with reasons", async () => {
  const { api, requests } = respondWith('{"model":"ease","items":[]}');
  await api.recommend({ ratings: [{ id: 6, rating: 4.5 }], exclude: [1], k: 10 }, signal);
  assert.equal(requests[0].init?.method, "POST");
  assert.deepEqual(JSON.parse(String(requests[0].init?.body)), {
    ratings: [{ id: 6, rating: 4.5 }],
    exclude: [1],
    k: 10,
    explain: true,
  });
});

test("a problem of the server keeps its words", async () => {
  const body = '{"title":"No such film","status":404,"code":"ITEM_UNKNOWN","detail":"no film 7","fix":"check the id"}';
  await assert.rejects(respondWith(body, 404).api.models(signal), {
    name: "Problem",
    title: "No such film",
    message: "no film 7",
    fix: "check the id",
  });
});

test("an error page of something in between is still a problem with a way out", async () => {
  await assert.rejects(respondWith("<h1>Bad gateway</h1>", 502).api.models(signal), {
    name: "Problem",
    message: "It answered with status 502.",
    fix: "retry in a moment",
  });
});

for (const body of ["<!doctype html>", "null", "[]", '{"films":[]}']) {
  test(`the answer ${body} is not understood`, async () => {
    await assert.rejects(respondWith(body).api.models(signal), {
      name: "Problem",
      title: "The answer is not understood",
    });
  });
}

test("a server that does not answer is a problem", async () => {
  const api = createApi(async () => {
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(api.models(signal), { name: "Problem", title: "Matinee cannot be reached" });
});

test("a cancelled request stays an abort", async () => {
  const api = createApi(async () => {
    throw new DOMException("taken back", "AbortError");
  });
  await assert.rejects(api.models(signal), { name: "AbortError" });
});

test("anything thrown can be shown", () => {
  assert.equal(toProblem(new Error("boom")).message, "boom");
  assert.equal(toProblem("boom").message, "boom");
  const problem = new Problem("a", "b", "c");
  assert.equal(toProblem(problem), problem);
});
