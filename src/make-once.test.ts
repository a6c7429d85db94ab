import assert from "node:assert/strict";
import { it } from "node:test";
import { makeOnce } from "./make-once.ts";

it("makes it once for callers at the same time and later, and anew where it failed", async () => {
  const given: string[] = [];
  const make = makeOnce(async (word: string) => {
    given.push(word);
    if (word === "wrong") throw new Error("no");
    return { word };
  });
  const failures = await Promise.allSettled([make("wrong"), make("right")]);
  assert.deepEqual(
    failures.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  const [one, other] = await Promise.all([make("first"), make("second")]);
  assert.equal(one, other);
  assert.equal(await make("third"), one);
  assert.deepEqual(given, ["wrong", "first"]);
});
