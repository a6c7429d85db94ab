import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../random.ts";
import { shortestSingle } from "./single-precision.ts";

test("the shortest decimal is that number in single precision, and none of fewer digits is", () => {
  const draw = random(7);
  for (let n = 0; n < 20_000; n++) {
    const digits = 1 + (n % 9);
    const value = Math.fround(Number(((draw.float() - 0.5) * 10 ** ((n % 60) - 30)).toPrecision(digits)));
    const short = shortestSingle(value);
    assert.equal(Math.fround(short), value);
    for (let fewer = 1; fewer < 9; fewer++) {
      if (Math.fround(Number(value.toPrecision(fewer))) !== value) continue;
      assert.ok(String(short).length <= String(Number(value.toPrecision(fewer))).length, `${value}: ${short}`);
      break;
    }
  }
  assert.deepEqual(
    [3.3, 0.1, 4.5, -7.25, 0, 16_777_216].map((value) => shortestSingle(Math.fround(value))),
    [3.3, 0.1, 4.5, -7.25, 0, 16_777_216],
  );
});
