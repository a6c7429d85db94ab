import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError } from "../src/client.ts";
import { toProblem } from "./problem.ts";

test("anything thrown can be shown", () => {
  assert.equal(toProblem(new Error("boom")).detail, "boom");
  assert.equal(toProblem("boom").detail, "boom");
  const problem = new ProblemError({ code: "INTERNAL", status: 500, title: "a", detail: "b", fix: "c" });
  assert.equal(toProblem(problem), problem);
});
