import assert from "node:assert/strict";
import { it } from "node:test";
import { bytesText, countText, durationText, latencyText, percentText, rateText, shareText } from "./wording.ts";

it("numbers of the server are short, in the unit that suits them", () => {
  assert.deepEqual([0.0001, 0.1234, 4.567, 999.4, 999.6, 12_345, undefined].map(latencyText), [
    "0 ms",
    "0.123 ms",
    "4.57 ms",
    "999 ms",
    "1 s",
    "12.3 s",
    "–",
  ]);
  assert.deepEqual([12, 999_499, 999_500, 231_456_768, 2.5e9].map(bytesText), [
    "12 B",
    "999 kB",
    "1 MB",
    "231 MB",
    "2.5 GB",
  ]);
  assert.deepEqual([-1, 59.9, 60, 3599, 3600, 86_400, 172_799, 172_800].map(durationText), [
    "0 s",
    "59 s",
    "1 min",
    "59 min",
    "1 h 0 min",
    "24 h 0 min",
    "47 h 59 min",
    "2 days",
  ]);
  assert.deepEqual(
    [countText(1234567), rateText(-1), rateText(12.345), shareText(0.456), percentText(-0.01234)],
    ["1,234,567", "0", "12.3", "46 %", "-1.23\u00a0%"],
  );
});
