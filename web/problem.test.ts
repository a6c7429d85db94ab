import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError } from "../src/client.ts";
import { toProblem } from "./problem.ts";

test("anything thrown can be shown", () => {
  assert.equal(toProblem(new Error("boom")).detail, "boom");
  assert.equal(toProblem("boom").detail, "boom");
  const facts = { title: "a", detail: "b", fix: "c" };
  const internal = new ProblemError({ code: "INTERNAL", status: 500, ...facts });
  assert.deepEqual(toProblem(internal), { ...facts, passing: false, code: "INTERNAL" });
});

test("a server that is gone or busy may be back in a moment", () => {
  const facts = { title: "a", detail: "b", fix: "c" };
  for (const status of [0, 429, 502, 503, 504]) {
    assert.equal(toProblem(new ProblemError({ code: "UNREACHABLE", status, ...facts })).passing, true);
  }
});
